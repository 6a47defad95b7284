/**
 * Which keys are whose: from a node's first keys rotations lead to the next,
 * each vouched for by the one before it. Two different rotations of one key
 * prove that it was copied: there the chain ends, forked.
 *
 * Bound: the rotations that the roster holds.
 *
 * @module
 */
import type { KeyHex } from "./entry_body.ts";
import type { EntryOf } from "./entry_table.ts";
import type { NodeId } from "./node_id.ts";
import type { KeyGeneration } from "./roster_state.ts";

/** How long a rotated key goes on counting: messages still on their way. */
export const overlapMs = 24 * 3_600_000;
/** A node's keys, the first ones first. */
export interface KeyChain {
  readonly chain: KeyGeneration[];
  /** The last key was rotated in two ways, or to somebody else's. */
  readonly forked: boolean;
  /** What led from key to key, or proved the fork. */
  readonly rotations: readonly EntryOf<"rotate">[];
}

/** The chains of all nodes. */
export class KeyChains {
  /** Every signing and Noise key in a chain, and whose it is. */
  readonly #owners = new Map<KeyHex, NodeId>();
  readonly #rotations: ReadonlyMap<KeyHex, readonly EntryOf<"rotate">[]>;

  /** @param rotations All there are, of whomever. */
  constructor(rotations: readonly EntryOf<"rotate">[]) {
    this.#rotations = Map.groupBy(rotations, ({ old }) => old);
  }

  /** Whose key it is, or was. */
  ownerOf(key: KeyHex): NodeId | undefined {
    return this.#owners.get(key);
  }

  /** Whether one of two keys is somebody's already. */
  isTaken(
    { signing, noise }: Pick<KeyGeneration, "signing" | "noise">,
  ): boolean {
    return this.#owners.has(signing) || this.#owners.has(noise);
  }

  /** Gives a node its first keys and all that follow from them. */
  follow(node: NodeId, first: KeyGeneration): KeyChain {
    const chain = [first];
    const rotations: EntryOf<"rotate">[] = [];
    this.#own(node, first);
    for (let current = first;;) {
      const candidates = (this.#rotations.get(current.signing) ?? [])
        .filter((rotation) => rotation.generation === chain.length);
      const rotation = candidates[0];
      if (!rotation) return { chain, forked: false, rotations };
      rotations.push(...candidates);
      const same = candidates.every(({ signing, noise }) =>
        signing === rotation.signing && noise === rotation.noise
      );
      if (!same || this.isTaken(rotation)) {
        return { chain, forked: true, rotations };
      }
      const { signing, noise, issuedAtMs } = rotation;
      current = { signing, noise, sinceMs: issuedAtMs };
      chain.push(current);
      this.#own(node, current);
    }
  }

  #own(node: NodeId, keys: KeyGeneration): void {
    this.#owners.set(keys.signing, node).set(keys.noise, node);
  }
}

/** Whether a signing key was in use at a time, by the times rotations state. */
export function isInUse(
  chain: readonly KeyGeneration[],
  key: KeyHex,
  atMs: number,
): boolean {
  const generation = chain.findIndex(({ signing }) => signing === key);
  const next = chain[generation + 1];
  return generation >= 0 && (!next || atMs <= next.sinceMs + overlapMs);
}
