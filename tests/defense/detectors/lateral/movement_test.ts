import { ok } from "node:assert/strict";
import {
  Movement,
  type Novelty,
} from "../../../../defense/detectors/lateral/movement.ts";

const dayMs = 86_400_000;
const learnedDays = 3.5;

/** Mulberry32: a seed makes a run repeatable. */
function randomOf(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let mixed = Math.imul(seed ^ seed >>> 15, 1 | seed);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** Honest rates, per day, of what a machine does for the first time. */
type HonestRates = Partial<Record<Novelty, number>>;

/** Alarms among `events` of Poisson processes of the given rates. */
function alarmsOf(
  of: "machine" | "account",
  rates: HonestRates,
  events: number,
): number {
  const random = randomOf(7);
  const movement = new Movement(of, learnedDays * dayMs);
  const kinds = Object.entries(rates) as [Novelty, number][];
  const perDay = kinds.reduce((sum, [, rate]) => sum + rate, 0);
  for (const [novelty, rate] of kinds) {
    for (let taught = 0; taught < Math.round(rate * learnedDays); taught++) {
      movement.teach(novelty);
    }
  }
  let atMs = 0;
  let alarms = 0;
  for (let event = 0; event < events; event++) {
    atMs += -Math.log(1 - random()) * dayMs / perDay;
    let pick = random() * perDay;
    const novelty = kinds.find(([, rate]) => (pick -= rate) < 0)?.[0] ?? "way";
    if (movement.step(atMs, { novelty, words: "x", technique: "T1021" })) {
      alarms++;
      movement.take();
    }
  }
  return alarms;
}

const rows: { of: "machine" | "account"; rates: HonestRates }[] = [
  { of: "machine", rates: { way: 0.2 } },
  { of: "machine", rates: { way: 1 } },
  { of: "machine", rates: { way: 20 } },
  {
    of: "machine",
    rates: { way: 1, switch: 1 / 30, reaches: 1 / 7, runs: 1 / 30 },
  },
  { of: "account", rates: { way: 1 / 7 } },
];

for (const { of, rates } of rows) {
  Deno.test(`Movement.step() keeps its false-alarm rate: ${of} ${JSON.stringify(rates)}`, () => {
    // At most one in 33,000 on average, so three in 100,000; eight are a
    // chance of 1 in 80 if the true rate is just that.
    ok(alarmsOf(of, rates, 100_000) < 8);
  });
}
