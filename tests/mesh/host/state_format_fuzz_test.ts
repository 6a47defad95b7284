import { fail } from "node:assert/strict";
import { Flaw } from "../../../mesh/host/field_reader.ts";
import {
  certificateFormat,
  countersFormat,
  decodeState,
  encodeState,
  invitesFormat,
  keysFormat,
  meshFormat,
  operatorFormat,
  paceFormat,
  rosterFormat,
} from "../../../mesh/host/state_format.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";

const formats = [
  certificateFormat,
  countersFormat,
  invitesFormat,
  keysFormat,
  meshFormat,
  operatorFormat,
  paceFormat,
  rosterFormat,
];

/** The head is made right, so that the fields inside are reached. */
function withRightHead(body: Uint8Array): Uint8Array {
  return new Uint8Array([
    ...new TextEncoder().encode("smstate\n"),
    ...sha256(body),
    ...body,
  ]);
}

Deno.test("decodeState() only ever returns or reports a flaw", () => {
  const good = encodeState(meshFormat, {
    meshId: new Uint8Array(32),
    meshSecret: new Uint8Array(32),
  }).subarray(40);
  const flipped = fc.tuple(fc.nat(good.length - 1), fc.integer({ max: 255 }))
    .map(([at, byte]) => {
      const copy = good.slice();
      copy[at] = byte;
      return copy;
    });
  const bodies = fc.oneof(fc.uint8Array({ maxLength: 200 }), flipped);
  // fast-check prints the seed of a failure.
  fc.assert(
    fc.property(bodies, fc.boolean(), (body, head) => {
      for (const format of formats) {
        try {
          decodeState<unknown>(
            format as Parameters<typeof decodeState>[0],
            head ? withRightHead(body) : body,
          );
        } catch (error) {
          if (!(error instanceof Flaw)) fail(`${format.kind}: ${error}`);
        }
      }
    }),
    { numRuns: 500 },
  );
});
