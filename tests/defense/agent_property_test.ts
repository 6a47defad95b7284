import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { faultBound } from "../../defense/corroboration/quorum.ts";
import {
  alertOf,
  claimPayload,
  innocent,
  minuteMs,
  payloadOf,
  Stage,
  villain,
} from "./agent_scene.ts";

/**
 * One step of a schedule. Liars say anything to anybody, differently to each;
 * honest nodes tell what they see to all. Nobody honest ever shakes hands with
 * the innocent in anger, but anybody may be shown forged packets of it.
 */
type Step =
  | {
    readonly type: "lie";
    readonly liar: number;
    readonly to: number;
    readonly kind: "E0" | "E1" | "E2" | "withdraw" | "release";
    readonly aboutMinutes: number;
  }
  | { readonly type: "forged_packets"; readonly at: number }
  | { readonly type: "true_attack"; readonly at: number }
  | { readonly type: "pass"; readonly minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("lie" as const),
      liar: fc.nat(4),
      to: fc.nat(500),
      kind: fc.constantFrom("E0", "E1", "E2", "withdraw", "release"),
      aboutMinutes: fc.integer({ min: -3, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("forged_packets" as const),
      at: fc.nat(500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("true_attack" as const),
      at: fc.nat(500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("pass" as const),
      minutes: fc.integer({ min: 0, max: 15 }),
    }),
  },
);

for (const members of [2, 3, 4, 7, 12]) {
  const f = faultBound(members);
  Deno.test(`${f} liars among ${members} never get an innocent blocked`, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        // Nodes 0 to f-1 lie; the others are real agents.
        const honest = Array.from(
          { length: members - f },
          (_, index) => new Stage(f + index, members),
        );
        const fooled = new Set<Stage>();
        const pick = (n: number) => honest[n % honest.length] as Stage;
        for (const each of steps) perform(each, f, honest, pick, fooled);
        for (const stage of honest) {
          const blocked = stage.recorded("agreed", "lease").some((entry) =>
            entry.subject === innocent && entry.detail.measure === "block"
          );
          equal(blocked, false);
        }
      }),
      { numRuns: 120 },
    );
  });
}

function perform(
  each: Step,
  f: number,
  honest: readonly Stage[],
  pick: (n: number) => Stage,
  fooled: Set<Stage>,
): void {
  switch (each.type) {
    case "lie": {
      const to = pick(each.to);
      const atMs = to.nowMs - each.aboutMinutes * minuteMs;
      const { kind } = each;
      const payload = kind === "withdraw" || kind === "release"
        ? payloadOf({ kind, subject: innocent, atMs })
        : claimPayload(innocent, kind, atMs);
      to.hear(each.liar % f, payload);
      break;
    }
    case "forged_packets": {
      const at = pick(each.at);
      fooled.add(at);
      at.detect(alertOf(innocent, "E0", at.nowMs, "throttle"));
      flood(at, honest);
      break;
    }
    case "true_attack": {
      const at = pick(each.at);
      at.detect(alertOf(villain, "E1", at.nowMs, "throttle"));
      flood(at, honest);
      break;
    }
    case "pass":
      for (const stage of honest) stage.pass(each.minutes * minuteMs);
  }
  for (const stage of honest) {
    ok(stage.measure(innocent) !== "block", "an innocent is blocked");
    if (stage.measure(innocent) === "throttle" && !fooled.has(stage)) {
      const [, lease] = [...stage.kernel].find(([key]) =>
        key === `throttle ${innocent}`
      ) ?? [];
      equal(lease?.cause, "mesh");
    }
  }
}

/** What `from` has published reaches every honest node. */
function flood(from: Stage, honest: readonly Stage[]): void {
  const { self } = from.agent;
  for (const payload of from.published.splice(0)) {
    for (const stage of honest) {
      if (stage !== from) {
        stage.on({ type: "delivered", origin: self, payload });
      }
    }
  }
}

Deno.test("attacked members of any size agree to block a true attacker", () => {
  for (const members of [2, 3, 4, 7, 50, 200]) {
    const attacked = faultBound(members) + 1;
    const stages = Array.from(
      { length: Math.min(members, attacked + 2) },
      (_, index) => new Stage(index, members),
    );
    for (const stage of stages.slice(0, attacked)) {
      stage.detect(alertOf(villain, "E1", stage.nowMs));
    }
    for (const stage of stages) flood(stage, stages);
    for (const stage of stages) equal(stage.measure(villain), "block");
  }
});
