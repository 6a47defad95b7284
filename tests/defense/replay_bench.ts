/**
 * How many sshd lines one CPU-second of replay reads: parser, detectors and
 * all, in one process.
 *
 *     deno run --allow-env tests/defense/replay_bench.ts [--lines=500000] [--observations]
 *
 * The log is made here from a seed: nine kinds of lines that a busy sshd
 * writes, from 2,000 addresses, about 80 lines a second.
 *
 * @module
 */
import process from "node:process";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { replayLog } from "../../defense/replay.ts";

/** Marsaglia's xorshift32; enough for a made-up log. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
const users = ["root", "admin", "ubuntu", "oracle", "test", "git", "deploy"];

/** A log of `count` lines. */
function makeLog(count: number, seed: number): Uint8Array {
  const random = randomOf(seed);
  const addresses = Array.from(
    { length: 2_000 },
    () => `203.${random(256)}.${random(256)}.${random(256)}`,
  );
  const two = (value: number) => String(value).padStart(2, "0");
  const lines: string[] = [];
  let second = 0;
  let pid = 1_000;
  while (lines.length < count) {
    if (random(27) === 0) second++;
    const minute = Math.floor(second / 60);
    const hour = Math.floor(minute / 60);
    const day = Math.floor(hour / 24);
    const stamp = `${monthNames[Math.floor(day / 28) % 6]} ${
      String(1 + day % 28).padStart(2, " ")
    } ${two(hour % 24)}:${two(minute % 60)}:${two(second % 60)}`;
    pid = 1_000 + (pid + 1) % 30_000;
    const address = addresses[random(addresses.length)];
    const user = users[random(users.length)];
    const port = 1_024 + random(60_000);
    const at = `${stamp} bastion sshd[${pid}]: `;
    const end = `${address} port ${port}`;
    switch (random(8)) {
      case 0:
        lines.push(
          `${at}Accepted publickey for deploy from ${end} ssh2: ED25519 SHA256:abcdefghijklmnop`,
        );
        break;
      case 1:
        lines.push(
          `${at}Connection closed by authenticating user ${user} ${end} [preauth]`,
        );
        break;
      case 2:
        lines.push(
          `${at}pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=${user}`,
          `${at}Failed password for ${user} from ${end} ssh2`,
          `${at}Received disconnect from ${end}:11: Bye Bye [preauth]`,
          `${at}Disconnected from authenticating user ${user} ${end} [preauth]`,
        );
        break;
      case 3:
      case 4:
        lines.push(
          `${at}Invalid user ${user} from ${end}`,
          `${at}Failed password for invalid user ${user} from ${end} ssh2`,
          `${at}Connection closed by invalid user ${user} ${end} [preauth]`,
        );
        break;
      default:
        lines.push(`${at}Failed password for ${user} from ${end} ssh2`);
    }
  }
  lines.length = count;
  return new TextEncoder().encode(lines.join("\n") + "\n");
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    yield await Promise.resolve(bytes.subarray(at, at + 65_536));
  }
}

const [, wanted = "500000"] =
  process.argv.map((flag) => /^--lines=(\d+)$/.exec(flag))
    .find((match) => match !== null) ?? [];
const count = Number(wanted);
const observations = process.argv.includes("--observations");
const log = makeLog(count, 20_261_123);
const scenarios = embeddedScenarios();
for (const round of [1, 2, 3]) {
  const before = process.cpuUsage();
  let alerts = 0;
  let seen = 0;
  let unparsed = 0;
  for await (
    const record of replayLog(inChunks(log), {
      observations,
      scenarios,
      referenceYear: 2026,
      format: "syslog",
    })
  ) {
    if (record.type === "alert") alerts++;
    else if (record.type === "observation") seen++;
    else unparsed = record.unparsed;
  }
  const used = process.cpuUsage(before);
  const seconds = (used.user + used.system) / 1e6;
  process.stdout.write(
    `round ${round}: ${count} lines, ${(log.length / 1e6).toFixed(1)} MB, ` +
      `${seconds.toFixed(2)} CPU-s, ${
        Math.round(count / seconds)
      } lines per CPU-s` +
      ` (${alerts} alerts, ${seen} observations told, ${unparsed} unparsed)\n`,
  );
}
