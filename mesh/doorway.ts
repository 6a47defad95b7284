/**
 * Who may come in, and how this node shows itself at others' gates: the gate
 * of `gate.ts` with a key for each member and each open invite, and the pair
 * keys behind them.
 *
 * Around a rotation both generations work: our own former keys stay in memory
 * until the next rotation or restart, so that members who missed the news can
 * come and hear it; a member's former key is let in for another
 * `formerKeyMs`, because its dial may be under way.
 *
 * Bounds: two keys per member of the roster, `openInvitesMax` invites and
 * `waitingPassesMax` tokens between the gate and the upgraded connection, of
 * which the oldest is forgotten.
 *
 * @module
 */
import { Gate, mintToken, tokenNonceBytes } from "./gate.ts";
import type { NodeKeys } from "./keys.ts";
import type { OpenInvite } from "./mesh.ts";
import type { NodeId } from "./node_id.ts";
import { pairKeys } from "./pair_key.ts";
import type { Roster } from "./roster.ts";
import type { Member } from "./member.ts";
import type { Random } from "./world.ts";

/** A member under one of its keys, met with one of ours. */
export interface MemberPass {
  readonly type: "member";
  readonly node: NodeId;
  /** The generation of our keys that this pass is for. */
  readonly own: NodeKeys;
  readonly peerNoise: Uint8Array;
  /** Noise psk of the pair. */
  readonly psk: Uint8Array;
  readonly gateKey: Uint8Array;
}

/** A guest with an invite. */
export interface InvitePass {
  readonly type: "invite";
  readonly invite: OpenInvite;
}

/** As whom somebody knocked. */
export type Pass = MemberPass | InvitePass;

const waitingPassesMax = 256;
/** Keys of one member that are let in: the current one and the one before. */
const keysPerMemberMax = 2;
/** Our choice: a dial and its handshake are long over by then. */
const formerKeyMs = 60_000;

interface SeenKey {
  readonly key: Uint8Array;
  /** Wall clock milliseconds until which it is let in. */
  untilMs: number;
}

/** The gate and the keys to the gates of others. */
export class Doorway {
  readonly #meshSecret: Uint8Array;
  readonly #gate = new Gate<Pass>();
  /** Ours, newest first; at most two. */
  #own: NodeKeys[];
  /** By our generation and their key, so that labels stay the same objects. */
  #passes = new Map<string, MemberPass>();
  /** The same passes: asked for each link every second. */
  #honoured = new Set<Pass>();
  readonly #invitePasses = new Map<string, InvitePass>();
  /** Keys seen of each member, newest first. */
  #seenKeys = new Map<NodeId, SeenKey[]>();
  /** When the first of them has had its time. */
  #outlivedAtMs = Infinity;
  /** By token, between `admit` and the connection. */
  readonly #waiting = new Map<string, Pass>();

  constructor(keys: NodeKeys, meshSecret: Uint8Array) {
    this.#own = [keys];
    this.#meshSecret = meshSecret;
  }

  /** The key generation in use. */
  get keys(): NodeKeys {
    const [current] = this.#own;
    if (!current) throw new TypeError("Cannot be without keys");
    return current;
  }

  /** The generations that others may still use, newest first. */
  get ownKeys(): readonly NodeKeys[] {
    return this.#own;
  }

  /** Shows `keys` from now on; takes effect at the gate with `refresh`. */
  useKeys(keys: NodeKeys): void {
    this.#own = [keys, this.keys];
  }

  /** Rebuilds the gate after the roster, the invites or the keys changed. */
  refresh(
    roster: Roster,
    invites: readonly OpenInvite[],
    wallMs: number,
  ): void {
    const labels = new Map<Pass, Uint8Array>();
    const passes = new Map<string, MemberPass>();
    const seenKeys = new Map<NodeId, SeenKey[]>();
    this.#outlivedAtMs = Infinity;
    for (const member of roster.active(wallMs)) {
      if (member.node === this.keys.node) continue;
      const seen = this.#seenOf(member, wallMs);
      seenKeys.set(member.node, seen);
      for (const { key: peerNoise, untilMs } of seen) {
        this.#outlivedAtMs = Math.min(this.#outlivedAtMs, untilMs);
        for (const own of this.#own) {
          const pass = this.#pass(own, member.node, peerNoise);
          passes.set(passName(own, peerNoise), pass);
          labels.set(pass, pass.gateKey);
        }
      }
    }
    this.#seenKeys = seenKeys;
    this.#passes = passes;
    this.#honoured = new Set(passes.values());
    const open = new Set(invites.map(({ id }) => id.toHex()));
    for (const id of this.#invitePasses.keys()) {
      if (!open.has(id)) this.#invitePasses.delete(id);
    }
    for (const invite of invites) {
      labels.set(this.#invitePass(invite), invite.gateKey);
    }
    this.#gate.setKeys(labels);
  }

  /** Whether a member's former key has had its time, so `refresh` is due. */
  outlived(wallMs: number): boolean {
    return wallMs >= this.#outlivedAtMs;
  }

  /** Makes the gate ready for the window to come; due once a second. */
  prepare(wallMs: number): void {
    this.#gate.prepare(wallMs);
  }

  /** Lets a token in, once; remembers as whom until `passOf` asks. */
  admit(token: Uint8Array, wallMs: number): boolean {
    const pass = this.#gate.admit(token, wallMs);
    if (!pass) return false;
    if (this.#waiting.size >= waitingPassesMax) {
      const oldest = this.#waiting.keys().next().value;
      if (oldest !== undefined) this.#waiting.delete(oldest);
    }
    this.#waiting.set(token.toHex(), pass);
    return true;
  }

  /** As whom the bearer of an admitted token came; answers once. */
  passOf(token: Uint8Array): Pass | undefined {
    const name = token.toHex();
    const pass = this.#waiting.get(name);
    this.#waiting.delete(name);
    return pass;
  }

  /** Whether a session under `pass` may go on; false once its key is former. */
  honours(pass: MemberPass): boolean {
    return this.#honoured.has(pass);
  }

  /** What opens the gate of a member, both sides under their newest keys. */
  passTo(member: Member): MemberPass {
    return this.#pass(this.keys, member.node, member.noisePublic);
  }

  /** A fresh token for a peer's gate. */
  tokenFor(pass: MemberPass, wallMs: number, random: Random): Uint8Array {
    const nonce = new Uint8Array(tokenNonceBytes);
    random.fill(nonce);
    return mintToken(pass.gateKey, wallMs, nonce);
  }

  #seenOf(member: Member, wallMs: number): SeenKey[] {
    const current = member.noisePublic.toHex();
    const former = (this.#seenKeys.get(member.node) ?? [])
      .filter(({ key }) => key.toHex() !== current);
    for (const seen of former) {
      seen.untilMs = Math.min(seen.untilMs, wallMs + formerKeyMs);
    }
    return [
      { key: member.noisePublic, untilMs: Infinity },
      ...former.filter(({ untilMs }) => wallMs < untilMs),
    ].slice(0, keysPerMemberMax);
  }

  #pass(own: NodeKeys, node: NodeId, peerNoise: Uint8Array): MemberPass {
    const name = passName(own, peerNoise);
    const known = this.#passes.get(name);
    if (known) return known;
    const pair = pairKeys(own, peerNoise, this.#meshSecret);
    const pass = { type: "member" as const, node, own, peerNoise, ...pair };
    this.#passes.set(name, pass);
    this.#honoured.add(pass);
    return pass;
  }

  #invitePass(invite: OpenInvite): InvitePass {
    const id = invite.id.toHex();
    const known = this.#invitePasses.get(id);
    if (known) return known;
    const pass = { type: "invite" as const, invite };
    this.#invitePasses.set(id, pass);
    return pass;
  }
}

function passName(own: NodeKeys, peerNoise: Uint8Array): string {
  return `${own.generation} ${peerNoise.toHex()}`;
}
