/**
 * Any bytes make the decoders of `wire/` accept or reject, never throw, and
 * never hold more than their bound. A failure prints the seed to run again.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import {
  cellPlaintextBytes,
  linkMessageBytesMax,
} from "../../../mesh/limits.ts";
import { readCell } from "../../../mesh/wire/cell.ts";
import { Reassembler } from "../../../mesh/wire/fragment.ts";
import {
  decodeLinkMessage,
  encodeLinkMessage,
} from "../../../mesh/wire/link_message.ts";
import { seededRandom } from "../virtual_world.ts";

const seed = Deno.env.get("FUZZ_SEED") ?? `${Date.now()}`;
const rounds = 3_000;

function fuzz(name: string, attempt: (bytes: Uint8Array) => void): void {
  Deno.test(`${name} (fuzz)`, () => {
    const random = seededRandom(`${name} ${seed}`);
    const head = new Uint8Array(4);
    for (let round = 0; round < rounds; round++) {
      random.fill(head);
      const bytes = new Uint8Array((head[0]! << 8 | head[1]!) % 700);
      random.fill(bytes);
      // Small numbers reach the branches that random kinds and lengths miss.
      if (bytes.length > 3) {
        bytes[0] = head[2]! % 13;
        bytes[1] = head[3]! % 3;
      }
      try {
        attempt(bytes);
      } catch (error) {
        throw new Error(`round ${round}; run again with FUZZ_SEED=${seed}`, {
          cause: error,
        });
      }
    }
  });
}

const reassembler = new Reassembler();
fuzz("readCell() and Reassembler.accept()", (bytes) => {
  const plaintext = new Uint8Array(cellPlaintextBytes);
  plaintext.set(bytes.subarray(0, cellPlaintextBytes));
  for (const message of reassembler.accept(readCell(plaintext) ?? [])) {
    ok(message.length > 0 && message.length <= linkMessageBytesMax);
  }
  ok(reassembler.heldBytes <= linkMessageBytesMax);
  readCell(bytes);
});

fuzz("decodeLinkMessage()", (bytes) => {
  const message = decodeLinkMessage(bytes);
  if (!message) return;
  const again = encodeLinkMessage(message);
  ok(again.toHex() === bytes.toHex(), "only canonical bytes are accepted");
});
