/**
 * Whether what a node is started with can be what it says: the sizes of its
 * keys, secrets and invites. Keys that do not belong together show in the first
 * handshake; keys of the wrong size would show only in somebody's counters.
 *
 * @module
 */
import type { MeshStart } from "./mesh.ts";
import { farProfileNames, profiles } from "./profile.ts";

/** X25519 and Ed25519 keys, SHA-256 and psks alike. */
const keyBytes = 32;

/**
 * Checks a start before anything is built from it.
 *
 * @throws {RangeError} If a key, a secret or a number has the wrong size.
 */
export function checkStart(start: MeshStart): void {
  const { keys, meshId, meshSecret, invites, profile, farProfile } = start;
  const sized: [name: string, bytes: Uint8Array][] = [
    ["meshId", meshId],
    ["meshSecret", meshSecret],
    ["keys.noise.secret", keys.noise.secret],
    ["keys.noise.public", keys.noise.public],
    ["keys.signing.seed", keys.signing.seed],
    ["keys.signing.public", keys.signing.public],
  ];
  for (const [index, { id, psk, gateKey }] of invites.entries()) {
    sized.push(
      [`invites[${index}].id`, id],
      [`invites[${index}].psk`, psk],
      [`invites[${index}].gateKey`, gateKey],
    );
  }
  for (const [name, { length }] of sized) {
    if (length !== keyBytes) {
      throw cannot(`${name} has ${length} bytes instead of ${keyBytes}`);
    }
  }
  if (!Number.isSafeInteger(keys.generation) || keys.generation < 0) {
    throw cannot(`keys.generation is ${keys.generation}`);
  }
  if (!Object.hasOwn(profiles, profile)) {
    throw cannot(`there is no profile "${profile}"`);
  }
  if (farProfile !== undefined && !farProfileNames.includes(farProfile)) {
    throw cannot(`there is no profile "${farProfile}" for far links`);
  }
}

function cannot(why: string): RangeError {
  return new RangeError(`Cannot start node: ${why}`);
}
