/**
 * The operator's name for a member, which everybody then calls it by. `keys
 * rename` and the API say it.
 *
 * @module
 */
import { type Member, type Signer, writeName } from "../mesh/mod.ts";
import { OperatorError } from "./operator_error.ts";
import type { OwnState } from "./own_state.ts";

/**
 * Signs it and takes it up into `state.roster`.
 *
 * @param signer The operator.
 * @returns The entry to be spread.
 * @throws {OperatorError} `wrong_usage` where no member may be called so.
 */
export function renameMember(
  { meshId, roster }: Pick<OwnState, "meshId" | "roster">,
  signer: Signer,
  { node, name: before }: Pick<Member, "node" | "name">,
  name: string,
  nowMs: number,
): Uint8Array {
  const taken = roster.active(nowMs)
    .some((member) => member.name === name && member.node !== node);
  if (taken) {
    throw new OperatorError(
      "wrong_usage",
      `Cannot call ${before} "${name}": another member is called so`,
      ["Choose another name, or rename that one first"],
    );
  }
  try {
    const entry = writeName({ meshId, signer, node, name, nowMs });
    roster.merge([entry], nowMs);
    return entry;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new OperatorError(
      "wrong_usage",
      `Cannot call ${before} so: a name has 1 to 63 printable bytes`,
      ["Choose another name, such as till-3"],
      { cause },
    );
  }
}
