import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { encodeCbor } from "../../mesh/mod.ts";
import { parseAddress } from "../../defense/address.ts";
import { measures } from "../../defense/lease.ts";
import {
  believedMsMax,
  signalMsMax,
  type SignalOrder,
} from "../../defense/signal.ts";
import {
  decodeSignal,
  encodeSignal,
  signalBytes,
  signalIdOf,
} from "../../defense/signal_codec.ts";
import {
  namedMembersMax,
  orderedChangesMax,
  settingActions,
} from "../../defense/setting_order.ts";
import type { SignalDraft } from "../../defense/signal_draft.ts";
import { dawnMs, nodeOf, villain } from "./agent_scene.ts";

const subject = fc.constantFrom(
  villain,
  parseAddress("2001:db8:1:2::"),
  parseAddress("10.0.0.7"),
);
const member = fc.nat(500).map(nodeOf);
const id = fc.uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => bytes.toHex());

const order: fc.Arbitrary<SignalOrder> = fc.oneof(
  fc.record({
    what: fc.constant("contain" as const),
    subject,
    measure: fc.constantFrom(...measures),
  }),
  fc.record({
    what: fc.constant("release" as const),
    subject: fc.oneof(subject, fc.constant("all" as const)),
  }),
  fc.record({
    what: fc.constantFrom("quarantine" as const, "readmit" as const),
    member,
  }),
  fc.record({
    what: fc.constantFrom("caution" as const, "stand_down" as const),
  }),
  fc.record({
    what: fc.constant("never" as const),
    network: fc.constantFrom("203.0.113.7", "203.0.0.0/16", "2001:db8::/32"),
  }),
  fc.record({ what: fc.constant("cancel" as const), id }),
  fc.record({
    what: fc.constantFrom("trial" as const, "keep" as const),
    changes: fc.array(
      fc.record({
        name: fc.constantFrom("mode", "journal.days", "neverBlock"),
        action: fc.constantFrom(...settingActions),
        value: fc.oneof(fc.nat(400), fc.constantFrom("enforce", "192.0.2.7")),
      }, { requiredKeys: ["name", "action"] }),
      { minLength: 1, maxLength: orderedChangesMax },
    ),
    members: fc.oneof(
      fc.constant("all" as const),
      fc.uniqueArray(member, { minLength: 1, maxLength: namedMembersMax })
        .map((ids) => ids.sort()),
    ),
  }),
);

const draft: fc.Arbitrary<SignalDraft> = order.chain((order) =>
  fc.record({
    order: fc.constant(order),
    by: fc.constantFrom("", "ada", "(link)", "a".repeat(32)),
    issuedMs: fc.nat(1e9).map((ms) => dawnMs + ms),
    lastsMs: fc.nat(signalMsMax[order.what]),
    moreMs: fc.nat(believedMsMax - signalMsMax.never),
  }).map(({ lastsMs, moreMs, issuedMs, ...rest }) => ({
    ...rest,
    issuedMs,
    untilMs: issuedMs + lastsMs,
    expiresMs: issuedMs + lastsMs + moreMs,
  }))
);

Deno.test("decodeSignal() undoes encodeSignal(), and the id is the statement's", () => {
  fc.assert(fc.property(draft, (draft) => {
    const statement = encodeSignal(draft);
    deepEqual(decodeSignal(statement), { id: signalIdOf(statement), ...draft });
    const bytesMax = "changes" in draft.order ? 4_096 : 200;
    ok(statement.length + 64 < bytesMax, "design §5, settings apart");
  }));
});

Deno.test("decodeSignal() takes no other bytes for one", () => {
  fc.assert(
    fc.property(draft, fc.nat(), fc.integer({ min: 1, max: 255 }), (
      draft,
      at,
      change,
    ) => {
      const statement = encodeSignal(draft);
      const place = at % statement.length;
      statement[place] = (statement[place] ?? 0) ^ change;
      const read = decodeSignal(statement);
      // One spelling for one signal: what reads is written the same.
      if (read) deepEqual(encodeSignal(read), statement);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    const read = decodeSignal(bytes);
    if (read) deepEqual(encodeSignal(read), bytes);
  }));
});

const base = { by: "", issuedMs: dawnMs, expiresMs: dawnMs + 1_000 };
const hour = 3_600_000;
const hostile: readonly { name: string; bytes: Uint8Array }[] = [
  {
    name: "a lease of more than four hours",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 4 * hour + 1,
      expiresMs: dawnMs + 5 * hour,
      order: { what: "contain", subject: villain, measure: "block" },
    }),
  },
  {
    name: "a stand-down without an end worth the name",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 365 * 24 * hour,
      expiresMs: dawnMs + 365 * 24 * hour,
      order: { what: "stand_down" },
    }),
  },
  {
    name: "an effect that ends before it begins",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs - 1,
      order: { what: "caution" },
    }),
  },
  {
    name: "an effect that outlives the belief in it",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 2_000,
      order: { what: "caution" },
    }),
  },
  {
    name: "an exception for the whole world",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 1_000,
      order: { what: "never", network: "0.0.0.0/0" },
    }),
  },
  {
    name: "a second spelling of a network",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 1_000,
      order: { what: "never", network: "203.0.113.7/24" },
    }),
  },
  {
    name: "a loopback address, another host on every machine",
    bytes: encodeSignal({
      ...base,
      untilMs: dawnMs + 1_000,
      order: {
        what: "contain",
        subject: parseAddress("127.0.0.1"),
        measure: "block",
      },
    }),
  },
  {
    name: "a name with a terminal escape",
    bytes: encodeSignal({
      ...base,
      by: "ada\u001b[2J",
      untilMs: dawnMs,
      order: { what: "caution" },
    }),
  },
  {
    name: "more fields than it has",
    bytes: encodeCbor([1, dawnMs, dawnMs, dawnMs, "", 4, "more"]),
  },
  {
    name: "a kind that is none",
    bytes: encodeCbor([1, dawnMs, dawnMs, dawnMs, "", 8]),
  },
  {
    name: "another version",
    bytes: encodeCbor([2, dawnMs, dawnMs, dawnMs, "", 4]),
  },
  { name: "a long text", bytes: encodeCbor(["x".repeat(600)]) },
];

for (const { name, bytes } of hostile) {
  Deno.test(`decodeSignal() refuses ${name}`, () => {
    equal(decodeSignal(bytes), undefined);
  });
}

Deno.test("signalBytes() signs a statement as nothing else is signed", () => {
  const statement = encodeSignal({
    ...base,
    untilMs: dawnMs,
    order: { what: "caution" },
  });
  const signed = new TextDecoder().decode(signalBytes(statement));
  ok(signed.includes("stealthmesh signal"));
});
