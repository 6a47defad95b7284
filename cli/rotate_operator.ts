/**
 * `keys rotate --operator`: the operator hands its office to a fresh key.
 *
 * @module
 */
import { writeSuccession } from "../mesh/mod.ts";
import type { Invocation } from "./command.ts";
import { newPassphrase } from "./new_passphrase.ts";
import { keepsOperatorKey, openOperator } from "./operator_key.ts";
import { OperatorError } from "./operator_error.ts";
import { noteAgent, openMembership } from "./own_store.ts";
import { fingerprintOf, makeNextOperator } from "./succession.ts";

/** Makes the new key, has the old one sign it in, and drops the old one. */
export async function rotateOperator(
  options: {
    readonly dryRun: boolean;
    readonly passphraseFile: string | undefined;
  },
  invocation: Invocation,
): Promise<void> {
  const state = await openMembership(invocation);
  const { store, meshId, roster } = state;
  const { output } = invocation;
  if (!await keepsOperatorKey(state)) {
    throw new OperatorError(
      "not_permitted",
      "Cannot replace the operator key: it is not on this host",
      [
        "Run it where the key is; if it is lost, on a custodian:",
        "  stealthmesh keys recover",
      ],
    );
  }
  const from = fingerprintOf(roster.operator.toHex());
  let to: string | undefined;
  if (!options.dryRun) {
    const signer = await openOperator(state, options.passphraseFile, output);
    const passphrase = newPassphrase(options.passphraseFile, output);
    // First the key: a handover to a key that is lost leaves no operator.
    const next = await makeNextOperator(state, passphrase);
    const nowMs = Date.now();
    const entry = writeSuccession({
      meshId,
      signer,
      by: "operator",
      next,
      nowMs,
    });
    roster.merge([entry], nowMs);
    await store.writeRoster(roster.entries());
    await store.adoptNextOperator();
    to = fingerprintOf(next.toHex());
  }
  const facts = {
    from,
    ...(to !== undefined && { to }),
    changed: !options.dryRun,
  };
  if (output.json) output.record(facts);
  else {
    output.text(
      to === undefined
        ? `The operator key ${from} would be replaced`
        : `The operator key is ${to} now; ${from} counts no longer`,
    );
  }
  if (options.dryRun) output.note("Nothing was changed");
  else noteAgent(invocation, store.directory);
}
