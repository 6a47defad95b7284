import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import type { OrderedChange } from "../../defense/setting_order.ts";
import type { SealedSignal, SignalOrder } from "../../defense/signal.ts";
import { dawnMs, minuteMs, nodeOf, type Stage } from "./agent_scene.ts";
import { kept, lastId, say, signalPayload, stageOf } from "./signal_scene.ts";

const enforce: OrderedChange = {
  name: "mode",
  action: "set",
  value: "enforce",
};
const days: OrderedChange = { name: "journal.days", action: "unset" };

function settings(
  what: "trial" | "keep",
  members: readonly number[] | "all",
  changes: readonly OrderedChange[] = [enforce],
): SignalOrder {
  return {
    what,
    changes,
    members: members === "all" ? members : members.map(nodeOf),
  };
}

/** What the machine was asked to do about settings, in words. */
function asked({ asked }: Stage): string[] {
  return asked.flatMap((effect) => {
    switch (effect.type) {
      case "try_settings": {
        const { trial } = effect;
        const left = trial && Math.round((trial.untilMs - dawnMs) / minuteMs);
        return trial ? [`try ${trial.changes.length} until ${left}`] : ["none"];
      }
      case "keep_settings":
        return [`keep ${effect.changes.length}`];
      default:
        return [];
    }
  });
}

function mesh() {
  const holder = stageOf(0, 7);
  const [one, two] = [stageOf(1, 7), stageOf(2, 7)];
  const tell = (order: SignalOrder, forMs: number, by?: string) => {
    const sealed = say(holder, order, forMs, by);
    for (const each of [one, two]) each.hear(0, signalPayload(sealed));
    return sealed;
  };
  return { holder, one, two, tell };
}

Deno.test("a trial of settings reaches those it names, stage by stage, and ends with its time", () => {
  const { holder, one, two, tell } = mesh();
  tell(settings("trial", [1]), 60 * minuteMs, "ada");
  deepEqual([holder, one, two].map(asked), [[], ["try 1 until 60"], []]);
  const [entry] = one.recorded("operator", "signal");
  deepEqual(
    [entry?.detail["changes"], entry?.detail["machines"], entry?.detail["by"]],
    ["set mode enforce", 1, "ada"],
  );
  holder.nowMs = one.nowMs = two.nowMs = dawnMs + 10 * minuteMs;
  tell(settings("trial", "all"), 60 * minuteMs);
  deepEqual(asked(holder), ["try 1 until 70"]);
  deepEqual(asked(one), ["try 1 until 60", "try 1 until 70"]);
  deepEqual(asked(two), ["try 1 until 70"]);
  for (const each of [one, two]) each.pass(61 * minuteMs);
  deepEqual(asked(two).at(-1), "none");
  deepEqual(asked(one).at(-1), "none");
});

Deno.test("who is not named in the next stage goes back", () => {
  const { one, two, tell } = mesh();
  tell(settings("trial", [1, 2]), 60 * minuteMs);
  tell(settings("trial", [2]), 60 * minuteMs);
  equal(asked(one).at(-1), "none");
  equal(asked(two).length, 2);
});

Deno.test("what was tried is kept, or taken back, by one word", () => {
  const { one, two, holder, tell } = mesh();
  tell(settings("trial", "all"), 60 * minuteMs);
  tell({ what: "cancel", id: lastId(holder) }, 0);
  for (const each of [one, two, holder]) equal(asked(each).at(-1), "none");
  tell(settings("trial", "all", [enforce, days]), 60 * minuteMs);
  tell(settings("keep", "all", [enforce, days]), 0);
  for (const each of [one, two, holder]) {
    deepEqual(asked(each).slice(-3), ["try 2 until 60", "keep 2", "none"]);
  }
});

Deno.test("in whatever order and however often its words come, the last one holds", () => {
  fc.assert(fc.property(
    fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
    fc.infiniteStream(fc.nat(1_000)),
    (kinds, order) => {
      const holder = stageOf(0, 7);
      const member = stageOf(1, 7);
      const sealed: SealedSignal[] = [];
      let last = "";
      for (const [index, kind] of kinds.entries()) {
        const changes = Array(1 + index).fill(enforce);
        if (kind === 3 && last.startsWith("try")) {
          const id = lastId(holder);
          sealed.push(say(holder, { what: "cancel", id }, 0));
          last = "none";
        } else if (kind === 2) {
          sealed.push(say(holder, settings("keep", "all", changes), 0));
          last = `keep ${changes.length}`;
        } else {
          const whose = kind === 1 ? [2] : "all" as const;
          const said = settings("trial", whose, changes);
          sealed.push(say(holder, said, 60 * minuteMs));
          last = kind === 1 ? "none" : `try ${changes.length} until 60`;
        }
      }
      const places = [...order.take(3 * sealed.length)];
      const shuffled = [...sealed, ...sealed, ...sealed]
        .map((each, at) => ({ each, place: places[at] ?? 0 }))
        .sort((a, b) => a.place - b.place);
      for (const { each } of shuffled) member.hear(0, signalPayload(each));
      const came = asked(member);
      const trying = came.filter((each) => !each.startsWith("keep")).at(-1) ??
        "none";
      equal(trying, last.startsWith("try") ? last : "none");
      if (last.startsWith("keep")) {
        equal(came.filter((each) => each === last).length, 1);
      }
    },
  ));
});

Deno.test("a restart ends the trial on that machine, and no repetition brings it back", () => {
  const { holder, one, tell } = mesh();
  const sealed = tell(settings("trial", [1]), 60 * minuteMs);
  const again = stageOf(1, 7);
  again.nowMs = holder.nowMs + 5 * minuteMs;
  again.on({ type: "signals_kept", kept: kept(one) });
  again.hear(3, signalPayload(sealed));
  deepEqual(asked(again), []);
  equal(again.agent.signals(again.nowMs)[0]?.active, true);
  holder.nowMs = again.nowMs;
  const next = say(holder, settings("trial", "all"), 60 * minuteMs);
  again.hear(0, signalPayload(next));
  deepEqual(asked(again), ["try 1 until 65"]);
});

Deno.test("what was kept is not done a second time after a restart", () => {
  const { holder, one, tell } = mesh();
  const sealed = tell(settings("keep", [1]), 0);
  deepEqual(asked(one), ["keep 1"]);
  const again = stageOf(1, 7);
  again.nowMs = holder.nowMs + minuteMs;
  again.on({ type: "signals_kept", kept: kept(one) });
  again.hear(3, signalPayload(sealed));
  deepEqual(asked(again), []);
});

Deno.test("a machine that slept hears of a trial that still lasts, and of no other", () => {
  const { holder } = mesh();
  const sealed = say(holder, settings("trial", "all"), 30 * minuteMs);
  const late = stageOf(3, 7);
  late.nowMs = holder.nowMs + 20 * minuteMs;
  late.hear(2, signalPayload(sealed));
  deepEqual(asked(late), ["try 1 until 30"]);
  const later = stageOf(4, 7);
  later.nowMs = holder.nowMs + 31 * minuteMs;
  later.hear(2, signalPayload(sealed));
  deepEqual(asked(later), []);
});

Deno.test("an order of settings has bounds, and names members alone", () => {
  const holder = stageOf(0, 7);
  const many = Array(9).fill(enforce);
  const wrong: [SignalOrder, number, RegExp][] = [
    [settings("trial", "all", []), minuteMs, /1 to 8 changes/],
    [settings("trial", "all", many), minuteMs, /1 to 8 changes/],
    [settings("trial", []), minuteMs, /1 to 32/],
    [settings("trial", [2, 1]), minuteMs, /1 to 32/],
    [settings("trial", [99]), minuteMs, /no such member/],
    [settings("trial", "all"), 25 * 60 * minuteMs, /it lasts/],
    [settings("keep", "all"), minuteMs, /acts at once/],
    [
      settings("keep", "all", [{ ...enforce, value: "\u001b[2J" }]),
      0,
      /1 to 8 changes/,
    ],
  ];
  for (const [order, forMs, why] of wrong) {
    throws(() => say(holder, order, forMs), why);
  }
});
