/**
 * The mark of a state beside its word, the same as in the picture.
 *
 * @module
 */
import type { Liveness } from "./graph.ts";

const shapes: Readonly<Record<Liveness, string>> = {
  here: "M8 0 0 8-8 0 0-8Z",
  up: "M6 0A6 6 0 1 1-6 0 6 6 0 1 1 6 0Z",
  late: "M0-7 7 5-7 5Z",
  gone:
    "M-6-3.5-3.5-6 0-2.5 3.5-6 6-3.5 2.5 0 6 3.5 3.5 6 0 2.5-3.5 6-6 3.5-2.5 0Z",
  unknown: "M6 0A6 6 0 1 1-6 0 6 6 0 1 1 6 0ZM3 0A3 3 0 1 0-3 0 3 3 0 1 0 3 0Z",
  revoked: "M-6-2H6V2H-6Z",
};

/** Says nothing itself: the word is beside it. */
export function LivenessMark({ of }: { readonly of: Liveness }) {
  return (
    <svg class={`mark ${of}`} viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={shapes[of]} />
    </svg>
  );
}
