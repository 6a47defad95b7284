/**
 * What an agent may do with the operator's key.
 *
 * @module
 */
import type { OperatorAuthority } from "../defense/mod.ts";
import { ed25519Signer, ed25519Verify } from "../mesh/mod.ts";
import type { OwnState } from "./own_state.ts";

/** The operator's key: to check with always, to sign with where it lies open. */
export async function operatorAuthority(
  { store, roster }: OwnState,
): Promise<OperatorAuthority> {
  const verify: OperatorAuthority["verify"] = (bytes, signature) =>
    ed25519Verify(roster.operator, bytes, signature);
  if (!await store.hasOperator()) return { verify };
  try {
    const signer = ed25519Signer(await store.readOperator());
    if (signer.public.toHex() !== roster.operator.toHex()) return { verify };
    return { verify, sign: (bytes) => signer.sign(bytes) };
  } catch {
    // Sealed under a passphrase: an agent has nobody to ask for it.
    return { verify };
  }
}
