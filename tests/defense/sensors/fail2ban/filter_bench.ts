/**
 * How many lines one CPU-second of a filter reads, ours and fail2ban's own,
 * over the same log of a busy sshd; and what the worst lines cost.
 *
 *     STEALTHMESH_FAIL2BAN=/tmp/f2b deno run -A tests/defense/sensors/fail2ban/filter_bench.ts [FILTER]
 *
 * @module
 */
import process from "node:process";
import { readFilter } from "../../../../defense/host/filter_files.ts";
import { FilterReader } from "../../../../defense/sensors/fail2ban/filter_reader.ts";
import { seeded } from "./made_lines.ts";
import {
  hasProgram,
  packageDirectory,
  packageRoot,
} from "./package_filters.ts";
import { filterOf } from "./made_filter.ts";

/** A log of `count` lines, half of them of guessers. */
function busyLog(count: number): string[] {
  const chance = seeded(1);
  const below = (limit: number) => Math.floor(chance() * limit);
  const two = (value: number) => String(value).padStart(2, "0");
  return Array.from({ length: count }, (_, index) => {
    const second = Math.floor(index / 80);
    const stamp = `Mar  3 ${two(Math.floor(second / 3_600) % 24)}:${
      two(Math.floor(second / 60) % 60)
    }:${two(second % 60)}`;
    const begin = `${stamp} bastion sshd[${1_000 + index % 30_000}]: `;
    const end = `192.0.2.${below(250)} port ${1_024 + below(60_000)}`;
    return begin + [
      `Accepted publickey for deploy from ${end} ssh2: ED25519 SHA256:abcdef`,
      `Failed password for root from ${end} ssh2`,
      `Failed password for invalid user oracle from ${end} ssh2`,
      `Invalid user test from ${end}`,
      `Connection closed by authenticating user root ${end} [preauth]`,
      `pam_unix(sshd:session): session opened for user deploy by (uid=0)`,
      `Received disconnect from ${end}:11: Bye Bye [preauth]`,
      `Disconnected from invalid user oracle ${end} [preauth]`,
    ][below(8)];
  });
}

/** Seconds of CPU that `work` takes. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const [name = "sshd"] = Deno.args;
const lines = busyLog(200_000);
const clock = { nowMs: Date.UTC(2026, 2, 4), offsetMinutesAt: () => 0 };
const reader = new FilterReader(
  readFilter(name, packageDirectory),
  () => clock,
);
for (const line of lines.slice(0, 20_000)) reader.read(line);
const seconds = cpuSeconds(() => {
  for (const line of lines) reader.read(line);
});
console.log(
  `${name}: ${Math.round(lines.length / seconds)} lines per CPU-second`,
  reader.counters,
);

if (hasProgram) {
  const log = await Deno.makeTempFile();
  const some = lines.slice(0, 20_000);
  await Deno.writeTextFile(log, some.join("\n") + "\n");
  const { stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      `TIMEFORMAT='%U %S'; time python3 ${packageRoot}/usr/bin/fail2ban-regex -c ${packageRoot}/etc/fail2ban -r -o row ${log} '${name}' >/dev/null`,
    ],
    env: { PYTHONPATH: `${packageRoot}/usr/lib/python3/dist-packages` },
  }).output();
  const [user = NaN, system = NaN] = new TextDecoder().decode(stderr).trim()
    .split(/\s+/).map(Number);
  await Deno.remove(log);
  console.log(
    `fail2ban-regex: ${
      Math.round(some.length / (user + system))
    } lines per CPU-second, its start included`,
  );
}

const evil = filterOf(
  "[Definition]\nfailregex = ^ x (a+)+$ <HOST>\n            (x+x+)+y<HOST>\n",
);
const worst = `Mar  3 04:10:01 x ${"a".repeat(60_000)} y ${"x".repeat(60_000)}`;
const count = 1_000;
const spent = cpuSeconds(() => {
  for (let line = 0; line < count; line++) evil.judge(worst);
});
console.log(
  `evil lines of ${worst.length} characters: ${
    (spent * 1_000 / count).toFixed(2)
  } ms of CPU each`,
);
