import { deepEqual, equal, match, ok } from "node:assert/strict";
import { simulationDesk } from "../../cli/simulation_desk.ts";
import { simulationKinds } from "../../cli/simulation_kinds.ts";
import type {
  SimulationStart,
  SimulationWord,
} from "../../cli/simulation_messages.ts";
import { spawnSimulation } from "../../cli/spawn_simulation.ts";
import {
  type KeptSimulation,
  type SimulationNews,
  type SimulationReport,
  type SimulationRun,
  storyMax,
  waitingMax,
} from "../../dashboard/mod.ts";
import { embeddedScenarios } from "../../defense/mod.ts";

const report: SimulationReport = {
  figures: [],
  table: { columns: [], rows: [] },
  breaches: ["one machine answered 12 ports truthfully, more than 10"],
  replay: "",
};

/** A desk whose player the test is. */
function desk(
  keep = (detail: KeptSimulation, kept: KeptSimulation[]) =>
    void kept.push(detail),
) {
  const kept: KeptSimulation[] = [];
  const started: SimulationStart[] = [];
  const hears: ((word: SimulationWord) => void)[] = [];
  const news: SimulationNews[] = [];
  let stopped = 0;
  let drawn = 0;
  let wake: (() => void) | undefined;
  const made = simulationDesk({
    kinds: simulationKinds,
    scenarios: () => [],
    spawn(start, hear) {
      started.push(start);
      hears.push(hear);
      return { stop: () => void stopped++ };
    },
    store: {
      list: () => kept.map(({ run }) => run).reverse(),
      find: (id) => kept.find(({ run }) => run.id === id),
      keep: (detail) => keep(detail, kept),
    },
    wallMs: () => 1_000.5,
    fill: (bytes) => void bytes.fill(++drawn),
    later(_ms, woken) {
      wake = woken;
      return () => wake = undefined;
    },
  });
  made.watch((each) => news.push(each));
  return {
    desk: made,
    kept,
    started,
    hears,
    news,
    stopped: () => stopped,
    wakeUp: () => wake?.(),
    waits: () => wake !== undefined,
  };
}

function begun(run: ReturnType<ReturnType<typeof desk>["desk"]["start"]>) {
  ok(!("refused" in run), JSON.stringify(run));
  return run as SimulationRun;
}

Deno.test("a run is played, told, and kept with its report", () => {
  const { desk: made, kept, started, hears, news, stopped } = desk();
  const run = begun(made.start({ kind: "portscan", machines: 5 }, "ada"));
  deepEqual([run.state, run.by, run.machines], ["running", "ada", 5]);
  equal(started[0]?.seed, run.seed);
  const line = { atMs: 1, host: "host-1", text: "saw" };
  hears[0]?.({ type: "progress", done: 0.5, lines: [line] });
  const detail = made.detail(run.id);
  // Whoever reads it and hears the news misses nothing and hears nothing twice.
  deepEqual([detail?.story, detail?.seq], [[line], news.at(-1)?.seq]);
  hears[0]?.({ type: "ended", report });
  deepEqual(
    news.map(({ run, lines }) => [run.state, run.done, lines.length]),
    [["running", 0, 0], ["running", 0.5, 1], ["ended", 1, 0]],
  );
  // Numbers grow from the time of the start on.
  deepEqual(news.map(({ seq }) => seq), [1_001, 1_002, 1_003]);
  equal(kept[0]?.run.broken, 1);
  deepEqual(kept[0]?.report, report);
  equal(stopped(), 1);
  deepEqual(made.runs().map(({ id }) => id), [run.id]);
});

Deno.test("one is played at a time, a few wait, the next is refused", () => {
  const { desk: made, started, hears } = desk();
  const runs = Array.from(
    { length: waitingMax + 1 },
    () => begun(made.start({ kind: "spray" }, "ada")),
  );
  deepEqual(runs.map(({ state }) => state), [
    "running",
    ...Array.from({ length: waitingMax }, () => "waiting"),
  ]);
  const refused = made.start({ kind: "spray" }, "ada");
  equal("refused" in refused && refused.refused, "full");
  equal(started.length, 1);
  hears[0]?.({ type: "ended", report });
  equal(started.length, 2);
  equal(made.runs().length, waitingMax + 1);
});

Deno.test("a run that waits or is played is cancelled, and stays so", () => {
  const { desk: made, started, hears, kept, stopped } = desk();
  const first = begun(made.start({ kind: "soak", seconds: 10 }, "ada"));
  const second = begun(made.start({ kind: "soak" }, "ada"));
  const third = begun(made.start({ kind: "soak" }, "ada"));
  made.cancel(second.id);
  equal(stopped(), 0);
  made.cancel(first.id);
  equal(stopped(), 1);
  equal(started.length, 2);
  // What was on its way is heard no more.
  hears[0]?.({ type: "ended", report });
  deepEqual(
    kept.map(({ run, report }) => [run.id, run.state, report]),
    [[second.id, "cancelled", undefined], [first.id, "cancelled", undefined]],
  );
  equal(made.cancel(first.id), "ended");
  equal(made.cancel("0".repeat(12)), "unknown");
  equal(made.detail(third.id)?.run.state, "running");
});

Deno.test("a run that fails or takes too long says why", () => {
  const { desk: made, hears, kept, stopped, wakeUp, waits } = desk();
  made.start({ kind: "lateral" }, "ada");
  hears[0]?.({ type: "failed", reason: "out of memory" });
  made.start({ kind: "lateral" }, "ada");
  wakeUp();
  deepEqual(kept.map(({ run }) => [run.state, run.error]), [
    ["failed", "out of memory"],
    ["failed", "it took longer than 20 minutes"],
  ]);
  equal(stopped(), 2);
  equal(waits(), false);
});

Deno.test("a report that cannot be kept is told, and the next run is played", () => {
  const { desk: made, hears, news, started } = desk(() => {
    throw new Error("database or disk is full");
  });
  const { id } = begun(made.start({ kind: "soak" }, "ada"));
  made.start({ kind: "spray" }, "ada");
  hears[0]?.({ type: "ended", report });
  deepEqual(
    news.filter(({ run }) => run.id === id).map(({ run }) => run.error),
    [undefined, "its report could not be kept"],
  );
  deepEqual(started.map(({ kind }) => kind), ["soak", "spray"]);
});

Deno.test("an order beyond what the kind allows is refused with the bounds", () => {
  const { desk: made, started } = desk();
  const wrong = [
    [{ kind: "worm" }, /no simulation "worm"; there are portscan, /],
    [{ kind: "portscan", machines: 31 }, /machines: expected 2 to 30/],
    [{ kind: "portscan", seconds: 5 }, /seconds: this kind has none/],
    [{ kind: "soak", machines: 5 }, /machines: this kind has none/],
    [{ kind: "soak", seconds: 4 }, /seconds: expected 5 to 600/],
  ] as const;
  for (const [order, words] of wrong) {
    const refused = made.start(order, "ada");
    ok("refused" in refused);
    equal(refused.refused, "malformed");
    match(refused.detail, words);
  }
  equal(started.length, 0);
});

Deno.test("of a long story the beginning is kept and told, the rest counted", () => {
  const { desk: made, hears, news } = desk();
  const run = begun(made.start({ kind: "portscan" }, "ada"));
  const lines = Array.from(
    { length: 150 },
    (_, atMs) => ({ atMs, host: "host-1", text: "saw" }),
  );
  for (let word = 0; word < 4; word++) {
    hears[0]?.({ type: "progress", done: 2, lines });
  }
  const detail = made.detail(run.id);
  equal(detail?.story.length, storyMax);
  equal(detail?.storyDropped, 600 - storyMax);
  equal(detail?.run.done, 1);
  equal(
    news.reduce((sum, each) => sum + each.lines.length, 0),
    storyMax,
  );
});

Deno.test("stop() ends what is played and forgets what waits", () => {
  const { desk: made, started, stopped } = desk();
  made.start({ kind: "soak" }, "ada");
  made.start({ kind: "soak" }, "ada");
  made.stop();
  deepEqual([started.length, stopped()], [1, 1]);
});

/** Plays in a real isolate until `enough`, or to the end. */
async function played(
  kind: string,
  enough: (word: SimulationWord) => boolean = () => false,
): Promise<SimulationWord[]> {
  const words: SimulationWord[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = spawnSimulation(
    {
      kind,
      machines: kind === "stress" ? 10 : 3,
      seconds: 1,
      seed: "3",
      scenarios: embeddedScenarios(),
    },
    (word) => {
      words.push(word);
      if (word.type !== "progress" || enough(word)) resolve();
    },
  );
  await promise;
  run.stop();
  return words;
}

for (const { name } of simulationKinds) {
  Deno.test(`an isolate without rights plays ${name} to its report`, async () => {
    const words = await played(name);
    const last = words.at(-1);
    equal(last?.type, "ended", JSON.stringify(last));
    ok(last?.type === "ended" && last.report.figures.length > 0);
    const { columns, rows } = last.report.table;
    ok(rows.every(({ cells }) => cells.length === columns.length));
    equal(words.at(-2)?.type === "progress", true);
  });
}

Deno.test("the same seed gives the same report over the wall, with its story", async () => {
  const [one, two] = [await played("portscan"), await played("portscan")];
  deepEqual(one.at(-1), two.at(-1));
  const story = one.flatMap((word) =>
    word.type === "progress" ? word.lines : []
  );
  ok(story.some(({ text }) => text.startsWith("saw: 203.0.113.66 tried")));
});

Deno.test("a kind that nobody knows fails in words", async () => {
  const [word] = await played("worm");
  match(
    word?.type === "failed" ? word.reason : "",
    /Cannot play "worm": there is no such simulation/,
  );
});
