/**
 * What the tests of the state store share.
 *
 * @module
 */
import { encodeCbor } from "../../../mesh/cbor.ts";
import { StateError } from "../../../mesh/host/state_error.ts";
import { StateStore } from "../../../mesh/host/state_store.ts";
import { generateKeyMaterial, type NodeKeys } from "../../../mesh/keys.ts";
import { nodeIdOf } from "../../../mesh/node_id.ts";
import { systemRandom } from "../../../mesh/host/random.ts";

/** A store in a directory that goes away afterwards. */
export async function withStore(
  use: (store: StateStore) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(await StateStore.open(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** New keys of some node. */
export function madeKeys(generation: number): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  return { node: nodeIdOf(material.signing.public), generation, ...material };
}

/** `length` times the same byte. */
export const filled = (length: number, byte: number) =>
  new Uint8Array(length).fill(byte);

/** Whether an error is a `StateError` of this kind. */
export function withCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof StateError && error.code === code;
}

/** A file with a right head around any content. */
export async function writeWhole(
  file: string,
  fields: Parameters<typeof encodeCbor>[0],
): Promise<void> {
  const body = new Uint8Array(encodeCbor(fields));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const head = new TextEncoder().encode("smstate\n");
  await Deno.writeFile(file, new Uint8Array([...head, ...digest, ...body]), {
    mode: 0o600,
  });
}
