/**
 * What a member answers to a drill, sealed for who began it: when it heard the
 * word, and what it would have done had it been a real one.
 *
 * One deterministic CBOR array: version 1, kind 0, the drill's 8 bytes,
 * milliseconds since 1970 when it was heard, 0 for observe or 1 for enforce,
 * the measure (0 none, then as in `measures`), votes it takes to block, and
 * whether the address is on the member's never-block list. At most 32 bytes.
 *
 * @module
 */
import { decodeCbor, encodeCbor } from "../../mesh/mod.ts";
import { type Measure, measures } from "../lease.ts";
import type { Mode } from "../world.ts";

/** One answer. */
export interface DrillAnswer {
  /** Which drill, 16 hex characters. */
  readonly drill: string;
  /** Wall clock milliseconds of the member when it heard of it. */
  readonly heardMs: number;
  /** Whether decisions reach its kernel. */
  readonly mode: Mode;
  /** What it would have done on this one word. */
  readonly would: Measure | "none";
  /** How many must say so before it blocks. */
  readonly needed: number;
  /** It would have done nothing, because it never contains that address. */
  readonly protected: boolean;
}

const version = 1;
const answerKind = 0;
const neededMax = 1_024;
const idPattern = /^[0-9a-f]{16}$/;

/** The bytes of an answer. */
export function encodeDrillAnswer(answer: DrillAnswer): Uint8Array {
  const { drill, heardMs, mode, would, needed } = answer;
  return encodeCbor([
    version,
    answerKind,
    Uint8Array.fromHex(drill),
    Math.round(heardMs),
    mode === "enforce" ? 1 : 0,
    would === "none" ? 0 : measures.indexOf(would) + 1,
    Math.min(needed, neededMax),
    answer.protected,
  ]);
}

/** Reads one; `undefined` for anything else that a member may say. */
export function decodeDrillAnswer(bytes: Uint8Array): DrillAnswer | undefined {
  const fields = decodeCbor(bytes);
  if (!Array.isArray(fields) || fields.length !== 8) return undefined;
  const [itsVersion, kind, id, heardMs, mode, would, needed, listed] =
    fields as unknown[];
  if (itsVersion !== version || kind !== answerKind) return undefined;
  if (!(id instanceof Uint8Array)) return undefined;
  const drill = id.toHex();
  const measure = would === 0 ? "none" : measures[Number(would) - 1];
  if (
    !idPattern.test(drill) || !isCount(heardMs, 8.64e15) ||
    !isCount(mode, 1) || !isCount(would, measures.length) ||
    measure === undefined || !isCount(needed, neededMax) ||
    typeof listed !== "boolean"
  ) return undefined;
  return {
    drill,
    heardMs,
    mode: mode === 1 ? "enforce" : "observe",
    would: measure,
    needed,
    protected: listed,
  };
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 &&
    (value as number) <= most;
}
