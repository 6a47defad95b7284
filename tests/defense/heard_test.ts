import { equal, ok } from "node:assert/strict";
import type { NodeId } from "../../mesh/mod.ts";
import {
  claimPayload,
  dawnMs,
  payloadOf,
  Stage,
  stranger,
  villain,
} from "./agent_scene.ts";

const self = 0;

Deno.test("Agent hears at most 20 subjects an hour from one signer", () => {
  const stage = new Stage(self, 3);
  for (let index = 1; index <= 30; index++) {
    stage.hear(1, claimPayload(stranger(index), "E1", dawnMs));
  }
  equal(stage.kernel.size, 20);
  equal(stage.count("rejected_budget"), 10);
  stage.hear(2, claimPayload(stranger(30), "E1", dawnMs));
  equal(stage.measure(stranger(30)), "throttle", "another signer is heard");
});

Deno.test("Agent believes a release everywhere only with the operator's signature", () => {
  const seal = new Uint8Array(64).fill(7);
  const operator = {
    verify: (_: Uint8Array, signature: Uint8Array) => signature[0] === 7,
    sign: () => seal,
  };
  const rows = [
    { name: "signed", signature: seal, measure: "none" },
    { name: "forged", signature: new Uint8Array(64), measure: "block" },
    { name: "unsigned", signature: undefined, measure: "block" },
  ];
  for (const { name, signature, measure } of rows) {
    for (const subject of [villain, "all"] as const) {
      const stage = new Stage(self, 4, { operator });
      for (const from of [1, 2]) {
        stage.hear(from, claimPayload(villain, "E1", dawnMs));
      }
      stage.nowMs += 1_000;
      const release = { kind: "release", subject, atMs: dawnMs + 500 } as const;
      stage.hear(3, payloadOf({ ...release, ...(signature && { signature }) }));
      equal(stage.measure(villain), measure, `${name} ${subject}`);
    }
  }
  const stage = new Stage(self, 4, { operator });
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs + 2_000));
  }
  stage.nowMs += 3_000;
  const late = { kind: "release", subject: villain, atMs: dawnMs } as const;
  stage.hear(3, payloadOf({ ...late, signature: seal }));
  equal(stage.measure(villain), "block", "replayed, but evidence is newer");
});

Deno.test("Agent counts what it cannot read and goes on", () => {
  const stage = new Stage(self, 3);
  stage.hear(1, Uint8Array.of(1, 2, 3));
  stage.hear(1, new Uint8Array(0));
  equal(stage.count("rejected_unreadable"), 2);
  equal(stage.kernel.size, 0);
});

Deno.test("Agent writes at most 240 entries an hour for one member", () => {
  const stage = new Stage(self, 3);
  for (let round = 0; round < 1_000; round++) {
    const subject = stranger(1 + round % 20);
    stage.hear(1, claimPayload(subject, "E1", stage.nowMs));
    stage.hear(1, payloadOf({ kind: "withdraw", subject, atMs: stage.nowMs }));
    stage.nowMs += 3_500;
  }
  const written = stage.records.filter(({ stage: at }) =>
    at !== "done" && at !== "refused"
  );
  ok(written.length <= 2 * 240, `${written.length} entries`);
  ok(stage.count("unrecorded") > 0);
});

Deno.test("Agent that starts counts what it is told again, and writes it once", () => {
  const first = new Stage(self, 3);
  const told = claimPayload(villain, "E1", dawnMs);
  first.hear(1, told);
  const [entry] = first.recorded("claimed", "claim");
  const { technique, observedMs } = entry?.detail ?? {};
  const kept = [{
    node: entry?.node as NodeId,
    subject: villain,
    technique: String(technique),
    observedMs: Number(observedMs),
  }];
  const again = new Stage(self, 3);
  again.on({ type: "claims_kept", kept });
  for (const stage of [first, again]) stage.hear(1, told);
  equal(again.recorded("claimed", "claim").length, 0);
  equal(again.measure(villain), first.measure(villain));
  again.hear(2, told);
  equal(again.recorded("claimed", "claim").length, 1, "another's is new");
});
