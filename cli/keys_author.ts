/**
 * In whose name a `keys` command speaks: the operator's, where its key is on
 * this host, else as one vote of this host, where it is a custodian.
 *
 * @module
 */
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { type Authority, ed25519Signer, type Signer } from "../mesh/mod.ts";
import { keepsOperatorKey, openOperator } from "./operator_key.ts";
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";
import type { OwnState } from "./own_state.ts";

/** Options of the commands that the operator or custodians give. */
export const authorOptions = {
  passphraseFile: optional(
    option("--passphrase-file", string({ metavar: "FILE" }), {
      description: message`Passphrase of the operator key, first line`,
    }),
  ),
  vote: withDefault(
    flag("--vote", {
      description:
        message`Cast this custodian's vote, although the operator key is here`,
    }),
    false,
  ),
  dryRun: withDefault(
    flag("--dry-run", {
      description: message`Say what would change and change nothing`,
    }),
    false,
  ),
};

/** What {@linkcode authorOptions} were given. */
export interface AuthorChoice {
  readonly passphraseFile: string | undefined;
  readonly vote: boolean;
  readonly dryRun: boolean;
}

/** Who speaks. */
export interface Author {
  readonly by: Authority;
  /** Asks for the passphrase where there is one. */
  sign(): Promise<Signer>;
}

/**
 * Finds in whose name this host may speak.
 *
 * @param attempt What for, as in "Cannot …".
 * @throws {OperatorError} `not_permitted` where it is in nobody's.
 */
export async function authorOf(
  state: OwnState,
  choice: AuthorChoice,
  attempt: string,
  output: Output,
): Promise<Author> {
  const { keys, roster } = state;
  if (!choice.vote && await keepsOperatorKey(state)) {
    return {
      by: "operator",
      sign: () => openOperator(state, choice.passphraseFile, output),
    };
  }
  if (roster.member(keys.node)?.custodian) {
    const signer = ed25519Signer(keys.signing.seed);
    return { by: keys.node, sign: () => Promise.resolve(signer) };
  }
  throw new OperatorError(
    "not_permitted",
    `Cannot ${attempt}: this host has neither the operator key nor is it a custodian`,
    [
      "Run it on the host that founded the mesh, or on a custodian:",
      "  stealthmesh keys show",
    ],
  );
}
