import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { decodeMessage, encodeMessage } from "../../defense/alert_codec.ts";
import { claimPayload, dawnMs, villain } from "./agent_scene.ts";

Deno.test("decodeMessage() accepts or rejects any bytes, and never throws", () => {
  const usual = claimPayload(villain, "E1", dawnMs);
  const damaged = fc.tuple(
    fc.nat(usual.length - 1),
    fc.nat(255),
    fc.nat(usual.length),
  ).map(([at, byte, length]) => {
    const copy = usual.slice();
    copy[at] = byte;
    return copy.subarray(0, length === 0 ? copy.length : length);
  });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 128 }), damaged);
  // fast-check prints the seed and path of a failure.
  fc.assert(
    fc.property(bytes, (each) => {
      const message = decodeMessage(each);
      if (message === undefined || message.kind === "unknown") return;
      deepEqual(encodeMessage(message), each);
    }),
    { numRuns: 3_000 },
  );
});
