/**
 * The operator's key, opened with its passphrase where it has one.
 *
 * @module
 */
import { ed25519Signer, type Signer } from "../mesh/mod.ts";
import { StateError, type StateStore } from "../mesh/host/mod.ts";
import type { Output } from "./output.ts";
import { askSecret, canAsk, readSecretFile } from "./secret_input.ts";

/**
 * Opens the operator's key.
 *
 * @param passphraseFile What `--passphrase-file` named; else the operator is
 * asked, where there is a terminal.
 * @throws {StateError} `missing`, `passphrase_needed`, `wrong_passphrase`.
 */
export async function openOperator(
  store: StateStore,
  passphraseFile: string | undefined,
  output: Output,
): Promise<Signer> {
  const given = passphraseFile === undefined
    ? undefined
    : readSecretFile(passphraseFile);
  try {
    return ed25519Signer(await store.readOperator(given));
  } catch (error) {
    const ask = error instanceof StateError &&
      error.code === "passphrase_needed" && canAsk();
    if (!ask) throw error;
    const typed = askSecret("Passphrase of the operator key: ", output);
    return ed25519Signer(await store.readOperator(typed));
  }
}
