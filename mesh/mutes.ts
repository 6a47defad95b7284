/**
 * Who is muted, and the proofs of why. The answer to equivocation is silence:
 * nothing that a muted member says is taken, delivered or passed on any more.
 *
 * Muted is not deaf and not cut off. Its links stay, carry cells on the same
 * clock and bring it what others say, so that nothing shows on the wire, a path
 * that leads through it still leads, and a machine whose disk was copied is
 * still warned. Whoever wants it gone revokes it.
 *
 * A mute lasts as long as the membership it was earned in: its proof stays
 * true. New keys do not lift it, or the holder of a stolen key could lift it
 * himself. The way back is a new membership: `keys join --replace`, a new node
 * id. A node that restarts has forgotten its mutes, and its neighbours send the
 * proofs again in the first comparison, because each mute is an item of the
 * sketch; only if all nodes restart at once is a mute forgotten.
 *
 * Bound: one proof per active member; whoever is no longer active is let go.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { accusedBy, judgeProof } from "./equivocation.ts";
import { type Connection, type LinkTable, say } from "./link_table.ts";
import type { MuteReason, MuteView } from "./mesh.ts";
import type { NodeId } from "./node_id.ts";
import { markDigits, type Sketch } from "./overlay/sketch.ts";
import type { Roster } from "./roster.ts";

/** What is counted here, by the name it has in the report. */
export type MuteCount = "equivocations" | "proofs_known" | "proofs_rejected";

/** What the mutes stand on. */
export interface MuteOptions {
  readonly roster: Roster;
  readonly table: LinkTable;
  /** Mutes are items of it. */
  readonly sketch: Sketch;
  readonly count: (name: MuteCount) => void;
  /** Somebody is muted from now on. */
  readonly onMuted: (node: NodeId, reason: MuteReason) => void;
}

interface Mute extends MuteView {
  readonly proof: Uint8Array;
  readonly mark: string;
  /** Whether a newcomer could still check the proof, so that it is shared. */
  shared: boolean;
}

/** The muted members, as one node knows them. */
export class Mutes {
  readonly #o: MuteOptions;
  readonly #mutes = new Map<NodeId, Mute>();
  readonly #byMark = new Map<string, Mute>();

  constructor(options: MuteOptions) {
    this.#o = options;
  }

  /** Whether nothing of `node` is taken. */
  has(node: NodeId): boolean {
    return this.#mutes.has(node);
  }

  /** Everyone who is muted, for a report. */
  views(): MuteView[] {
    return [...this.#mutes.values()]
      .map(({ node, sinceMs, reason }) => ({ node, sinceMs, reason }));
  }

  /** Takes a proof, from a peer or found here; passes it on if it is new. */
  take(proof: Uint8Array, wallMs: number, from?: Connection): void {
    const { roster, sketch, count, onMuted } = this.#o;
    const accused = accusedBy(proof, roster);
    if (accused && this.has(accused)) return count("proofs_known");
    const found = judgeProof(proof, roster, wallMs);
    if (!found) return count("proofs_rejected");
    const { node, reason } = found;
    const mute: Mute = {
      node,
      reason,
      sinceMs: wallMs,
      proof: proof.slice(),
      mark: markOf(node),
      shared: true,
    };
    count("equivocations");
    this.#mutes.set(node, mute);
    this.#byMark.set(mute.mark, mute);
    sketch.toggle(mute.mark);
    onMuted(node, reason);
    for (const each of this.#o.table.members()) {
      if (each !== from) tell(each, mute);
    }
  }

  /** Tells a peer of the mute with this mark, if there is one. */
  tellOf(mark: string, to: Connection): boolean {
    const mute = this.#byMark.get(mark);
    if (mute?.shared) tell(to, mute);
    return mute !== undefined;
  }

  /** Tells a peer of the newest mutes, at most so many. */
  tellNewest(to: Connection, countMax: number): void {
    const shared = [...this.#mutes.values()].filter((mute) => mute.shared);
    for (const mute of shared.slice(-countMax)) tell(to, mute);
  }

  /** Members leave and keys grow old: what cannot be proved is not shared. */
  retain(wallMs: number): void {
    const { roster, sketch } = this.#o;
    for (const mute of this.#mutes.values()) {
      const provable = judgeProof(mute.proof, roster, wallMs) !== undefined;
      if (provable !== mute.shared) {
        mute.shared = provable;
        sketch.toggle(mute.mark);
      }
      if (roster.isActive(mute.node, wallMs)) continue;
      this.#mutes.delete(mute.node);
      this.#byMark.delete(mute.mark);
    }
  }
}

function tell(to: Connection, { node, proof }: Mute): void {
  say(to, { type: "proof", proof }, {
    urgency: 0,
    origin: "link",
    key: `mute ${node}`,
  });
}

/** Of the member, not of the proof: any proof against it will do. */
function markOf(node: NodeId): string {
  const hash = sha256(utf8ToBytes(`stealthmesh mute\0${node}`));
  return bytesToHex(hash).slice(0, markDigits);
}
