/**
 * The operator's key, opened with its passphrase where it has one.
 *
 * A key that custodians voted in waits beside the old one, under the name of
 * the next; it takes its place when it is first used after the vote.
 *
 * @module
 */
import { ed25519Signer, type Signer } from "../mesh/mod.ts";
import { StateError } from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";
import type { OwnState } from "./own_state.ts";
import { askSecret, canAsk, readSecretFile } from "./secret_input.ts";

/** Whether this host keeps a key that may be the operator's. */
export async function keepsOperatorKey(
  { store, keys, roster }: Pick<OwnState, "store" | "keys" | "roster">,
): Promise<boolean> {
  if (await store.hasOperator()) return true;
  const waits = roster.pending.some(({ what, voters }) =>
    what === "succeed" && voters.has(keys.node)
  );
  return !waits && await store.hasNextOperator();
}

/**
 * Opens the operator's key.
 *
 * @param passphraseFile What `--passphrase-file` named; else the operator is
 * asked, where there is a terminal.
 * @throws {StateError} `missing`, `passphrase_needed`, `wrong_passphrase`.
 * @throws {OperatorError} If another key is the operator's now.
 */
export async function openOperator(
  { store, roster }: Pick<OwnState, "store" | "roster">,
  passphraseFile: string | undefined,
  output: Output,
): Promise<Signer> {
  const given = passphraseFile === undefined
    ? undefined
    : readSecretFile(passphraseFile);
  const open = async (read: (passphrase?: string) => Promise<Uint8Array>) => {
    try {
      return ed25519Signer(await read(given));
    } catch (error) {
      const ask = error instanceof StateError &&
        error.code === "passphrase_needed" && canAsk();
      if (!ask) throw error;
      const typed = askSecret("Passphrase of the operator key: ", output);
      return ed25519Signer(await read(typed));
    }
  };
  const isOperator = (signer: Signer) =>
    signer.public.toHex() === roster.operator.toHex();
  const waiting = await store.hasNextOperator();
  if (!waiting || await store.hasOperator()) {
    try {
      const signer = await open((typed) => store.readOperator(typed));
      if (isOperator(signer)) return signer;
    } catch (error) {
      if (!waiting) throw error;
    }
  }
  if (waiting) {
    const next = await open((typed) => store.readNextOperator(typed));
    if (isOperator(next)) {
      await store.adoptNextOperator();
      return next;
    }
  }
  throw new OperatorError(
    "not_permitted",
    "Cannot act as operator: the key on this host is not the operator's (any more)",
    [
      "See whose it is, and what is being voted on:",
      "  stealthmesh keys show",
      "On a custodian, cast this host's vote instead: add --vote",
    ],
  );
}
