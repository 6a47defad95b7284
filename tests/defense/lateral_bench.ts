/**
 * How many exported events one CPU-second of replay reads, what the watch for
 * lateral movement costs with many machines, and how often it accuses an
 * honest one.
 *
 *     deno run --allow-env tests/defense/lateral_bench.ts [--records=100000]
 *
 * Everything is made here from a seed.
 *
 * @module
 */
import process from "node:process";
import type { Address } from "../../defense/address.ts";
import { LateralWatch } from "../../defense/detectors/lateral/lateral_watch.ts";
import {
  Movement,
  type Novelty,
} from "../../defense/detectors/lateral/movement.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { replayLog } from "../../defense/replay.ts";
import { madeShapes } from "./sensors/windows/made_events.ts";

const dayMs = 86_400_000;
const option = (name: string, fallback: number) => {
  const given = process.argv.find((text) => text.startsWith(`--${name}=`));
  return given === undefined ? fallback : Number(given.split("=")[1]);
};

/** CPU seconds that `work` takes. */
async function cpuSeconds(work: () => Promise<void> | void): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function print(what: string, value: number, unit: string): void {
  console.log(
    `${what.padEnd(52)} ${Math.round(value).toLocaleString("en")} ${unit}`,
  );
}

const scenarios = embeddedScenarios();

async function replayRate(name: string, text: string, records: number) {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 1_048_576) {
      yield await Promise.resolve(bytes.subarray(at, at + 1_048_576));
    }
  }
  const seconds = await cpuSeconds(async () => {
    const options = { observations: false, scenarios, referenceYear: 2026 };
    for await (const record of replayLog(chunks(), options)) void record;
  });
  print(`replay of ${name}`, records / seconds, "records per CPU-second");
}

const count = option("records", 100_000);
const address = (index: number) =>
  `10.${index >> 16 & 255}.${index >> 8 & 255}.${index & 255}`;
for (const [name, write] of Object.entries(madeShapes)) {
  const lines = Array.from({ length: count }, (_, at) =>
    write({
      id: 4625,
      second: at >> 5,
      values: {
        TargetUserName: `user${at % 500}`,
        TargetDomainName: "CORP",
        Status: "0xc000006d",
        SubStatus: "0xc000006a",
        LogonType: "3",
        WorkstationName: "PC",
        IpAddress: address(at % 3_000),
        IpPort: "50001",
      },
    }));
  await replayRate(`Windows events, ${name}`, lines.join("\n"), count);
}
const columns = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h"]
  .concat(["id.resp_p", "proto", "conn_state", "history"]);
const flow = (at: number) => [
  (1_772_359_200 + at / 50).toFixed(6),
  `C${at}`,
  address(at % 3_000),
  "50001",
  address(at % 40),
  [443, 445, 53, 22][at % 4],
  "tcp",
  "SF",
  "ShADadFf",
];
const flows = Array.from({ length: count }, (_, at) => flow(at));
await replayRate(
  "Zeek's conn.log, tab-separated",
  ["#separator \\x09", "#path\tconn", `#fields\t${columns.join("\t")}`]
    .concat(flows.map((row) => row.join("\t"))).join("\n"),
  count,
);
await replayRate(
  "Zeek's conn.log, JSON",
  flows.map((row) =>
    JSON.stringify(
      Object.fromEntries(row.map((value, at) => [columns[at], value])),
    )
  ).join("\n"),
  count,
);

for (const machines of [100, 10_000, 100_000]) {
  const watch = new LateralWatch({ learnMs: 0 });
  const seconds = await cpuSeconds(() => {
    for (let at = 0; at < 500_000; at++) {
      watch.observe({
        kind: "connection",
        atMs: at * 1_000,
        protocol: "tcp",
        source: address(at % machines) as Address,
        destination: address(200_000 + at % 7) as Address,
        port: 445,
        outcome: "accepted",
        handshake: true,
      });
    }
  });
  print(
    `connections judged, ${machines.toLocaleString("en")} machines`,
    500_000 / seconds,
    "per CPU-second",
  );
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let mixed = Math.imul(seed ^ seed >>> 15, 1 | seed);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

const honest: readonly (readonly [Novelty, number])[] = [
  ["way", 1],
  ["reaches", 1 / 7],
  ["switch", 1 / 30],
  ["runs", 1 / 30],
];
const perDay = honest.reduce((sum, [, rate]) => sum + rate, 0);
const random = randomOf(7);
const movement = new Movement("machine", 3.5 * dayMs);
const events = 5_000_000;
let alarms = 0;
let atMs = 0;
for (let event = 0; event < events; event++) {
  atMs += -Math.log(1 - random()) * dayMs / perDay;
  let pick = random() * perDay;
  const novelty = honest.find(([, rate]) => (pick -= rate) < 0)?.[0] ?? "way";
  if (movement.step(atMs, { novelty, words: "", technique: "T1021" })) {
    alarms++;
    movement.take();
  }
}
print(
  `false alarms of one honest machine in ${
    Math.round(atMs / dayMs / 365).toLocaleString("en")
  } years`,
  alarms,
  `(${events.toLocaleString("en")} first-ever things)`,
);
