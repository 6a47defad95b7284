/**
 * Who belongs to the mesh: the entries this node holds and what they mean now.
 * A conflict-free replicated set (Shapiro et al., SSS 2011): nodes that hold
 * the same entries agree, however those arrived.
 *
 * Of statements that replace each other only the one that counts is kept, a
 * choice that looks at nothing but the statements themselves, so dropping the
 * rest changes nothing for anybody:
 *
 * | kept per | which |
 * | --- | --- |
 * | invite id and author | smallest entry id |
 * | invite id and countersigner of an admission | earliest, then smallest id |
 * | signing key of a card | highest sequence, then smallest id |
 * | signing key that rotates | the two smallest ids: two prove a fork |
 * | author, node and length of a renewal, for each twelfth of it | latest end |
 * | author and node of a revocation | earliest |
 * | author and node of a promotion or retirement, for each hour | earliest |
 * | author, next operator and start of a succession | earliest |
 * | author and subject of an acknowledgement | earliest |
 * | author and node of a name | latest |
 *
 * Bounds: `rosterEntriesMax` entries, the last `revocationsReserved` places
 * only for what puts somebody out or replaces an operator; further ones are
 * rejected. Among them at most `rosterWaitingMax` that do not count, because
 * their author is unknown yet or they lost against another (cards of former
 * keys are among those); the oldest of those are dropped.
 *
 * A peer's entry dated more than `earlyMsMax` ahead of the reader's clock is
 * rejected until its time comes, so a member whose clock runs ahead by years
 * neither renews nor puts out anybody but in its own eyes. The node's own files
 * are taken as they are: its clock may have fallen back.
 *
 * @module
 */
import { ActiveMembers, takesPart } from "./active_members.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import {
  acknowledgedMax,
  type Authority,
  type Entry,
  type EntryKind,
  statementMark,
} from "./entry_body.ts";
import { kindOf, readEntry } from "./entry_codec.ts";
import { slotOf } from "./entry_slot.ts";
import { rosterEntriesMax, rosterWaitingMax } from "./limits.ts";
import { type Member, memberOf } from "./member.ts";
import { type NodeId, nodePrefixBytes } from "./node_id.ts";
import { overlapMs, RosterFold } from "./roster_fold.ts";
import type { PendingVote, RosterState } from "./roster_state.ts";

/** Places that stay free for revocations when the roster is full. */
export const revocationsReserved = 256;
/** What may take them. */
const urgentKinds: ReadonlySet<EntryKind> = new Set<EntryKind>([
  "revoke",
  "retire",
  "succeed",
  "acknowledge",
]);
/** As far as a countersigner lets a joiner's clock be off: ten minutes. */
const earlyMsMax = 600_000;

/** An entry that was taken, and whether it took another's place. */
interface Held {
  readonly entry: Entry;
  readonly replaced: boolean;
}

/** So many entries at once are folded with the rest. Our choice. */
const appendedMax = 16;

/** What became of entries handed to {@linkcode Roster.merge}. */
export interface MergeOutcome {
  /** Entries that count now and did not before. */
  readonly added: number;
  /** Malformed, not genuine, of another mesh, or without room. */
  readonly rejected: number;
}

/** The entries of one mesh. */
export class Roster {
  /** SHA-256 of the founding entry, 32 bytes. */
  readonly meshId: Uint8Array;
  /** By entry id, in order of arrival. */
  readonly #held = new Map<string, Entry>();
  /** Ids of the entries held for one slot. */
  readonly #slots = new Map<string, readonly string[]>();
  #fold = new RosterFold([]);
  /** Ids of entries that have counted. */
  #known = new Set<string>();
  #members = new Map<NodeId, Member>();
  #byPrefix = new Map<string, Member>();
  #byNoiseKey = new Map<string, Member>();
  readonly #active = new ActiveMembers();
  #digest: Uint8Array | undefined;
  #wallMs = 0;

  /**
   * An empty roster.
   *
   * @param meshId 32 bytes; entries of other meshes are refused.
   */
  constructor(meshId: Uint8Array) {
    if (meshId.length !== 32) {
      throw new RangeError("Cannot open roster: mesh id is not 32 bytes");
    }
    this.meshId = meshId.slice();
  }

  /**
   * Takes entries from a peer or a file. Those whose author is not known yet
   * are kept aside and count as soon as it is.
   *
   * @param wallMs This node's wall clock, for questions asked without one and
   * for what comes too early.
   * @param from Of a peer's entries those from the future are rejected.
   */
  merge(
    entries: readonly Uint8Array[],
    wallMs: number,
    from: "own" | "peer" = "own",
  ): MergeOutcome {
    const untilMs = from === "own" ? Infinity : wallMs + earlyMsMax;
    this.#wallMs = wallMs;
    let rejected = 0;
    const fresh: Held[] = [];
    for (const bytes of entries) {
      if (this.#held.has(bytesToHex(sha256(bytes)))) continue;
      const entry = readEntry(bytes, this.meshId);
      const good = entry && isFinished(entry) && statedMs(entry) <= untilMs;
      if (!good || !this.#hasRoomFor(entry)) {
        rejected++;
        continue;
      }
      const held = this.#hold(entry);
      if (held) fresh.push(held);
    }
    if (fresh.length === 0) return { added: 0, rejected };
    return { added: this.#append(fresh) ?? this.#refold(), rejected };
  }

  /** The entries that count, each after those it rests on. */
  entries(): readonly Uint8Array[] {
    return [...this.#state.counted].map((id) => this.#held.get(id)!.bytes);
  }

  /** Everyone ever admitted, the founder first; see the flags of each. */
  members(wallMs: number): readonly Member[] {
    this.#wallMs = wallMs;
    return [...this.#members.values()];
  }

  /**
   * Everyone who takes part; the same array as long as none of them changed, in
   * whatever way.
   */
  active(wallMs: number): readonly Member[] {
    this.#wallMs = wallMs;
    return this.#active.of(this.#members.values(), wallMs);
  }

  /** A member, also one that is revoked or expired. */
  member(id: NodeId): Member | undefined {
    return this.#members.get(id);
  }

  /**
   * The active member whose current Noise key this is.
   *
   * @param wallMs Without it, the latest wall clock the roster was told.
   */
  byNoiseKey(
    publicKey: Uint8Array,
    wallMs: number = this.#wallMs,
  ): Member | undefined {
    const member = this.#byNoiseKey.get(bytesToHex(publicKey));
    return member && this.isActive(member.node, wallMs) ? member : undefined;
  }

  /** The member whose id begins with these 8 bytes, active or not. */
  byPrefix(prefix: Uint8Array): Member | undefined {
    return this.#byPrefix.get(bytesToHex(prefix));
  }

  /**
   * Whether a node may sign with this key now: its current one, or the one
   * before it for 24 h after the rotation, so that no message is lost to it.
   *
   * @param wallMs Without it, the latest wall clock the roster was told.
   */
  signingKeyAccepted(
    id: NodeId,
    publicKey: Uint8Array,
    wallMs: number = this.#wallMs,
  ): boolean {
    const key = bytesToHex(publicKey);
    return this.acceptedSigningKeys(id, wallMs)
      .some((accepted) => bytesToHex(accepted) === key);
  }

  /** The keys a node may sign with now, the current one first. */
  acceptedSigningKeys(id: NodeId, wallMs: number): readonly Uint8Array[] {
    const chain = this.#state.nodes.get(id)?.chain;
    if (!chain || !this.isActive(id, wallMs)) return [];
    const current = chain.at(-1)!;
    const previous = chain.at(-2);
    const keys = [hexToBytes(current.signing)];
    if (previous && wallMs < current.sinceMs + overlapMs) {
      keys.push(hexToBytes(previous.signing));
    }
    return keys;
  }

  /** 16 bytes that are equal exactly where the entries that count are. */
  digest(): Uint8Array {
    this.#digest ??= sha256(
      concatBytes(...[...this.#state.counted].sort().map(hexToBytes)),
    ).slice(0, 16);
    return this.#digest.slice();
  }

  /** Whether these are a revocation, or a vote, that put somebody out. */
  isRevocationInForce(bytes: Uint8Array): boolean {
    if (kindOf(bytes) !== "revoke") return false;
    const entry = this.#held.get(bytesToHex(sha256(bytes)));
    return entry?.kind === "revoke" && this.#state.counted.has(entry.id) &&
      this.#members.get(entry.node)?.revoked === true;
  }

  /** The revocations in force, those of the latest time first. */
  revocationsInForce(countMax: number): readonly Uint8Array[] {
    return [...this.#held.values()]
      .filter((entry) => entry.kind === "revoke")
      .sort((a, b) => b.issuedAtMs - a.issuedAtMs)
      .map(({ bytes }) => bytes)
      .filter((bytes) => this.isRevocationInForce(bytes))
      .slice(0, countMax);
  }

  /** What custodians have voted on and not decided yet. */
  get pending(): readonly PendingVote[] {
    return this.#state.pending;
  }

  /**
   * Marks of the entries that rest on somebody's word, for acknowledging them
   * (see `writeAcknowledgement`): at most `acknowledgedMax`, the renewals that
   * end first left out.
   *
   * @param untilMs What states a later time is left out.
   */
  statementsOf(by: Authority, untilMs = Infinity): string[] {
    return (this.#state.statements.get(by) ?? [])
      .filter(({ statedMs }) => statedMs <= untilMs)
      .sort((a, b) => (b.untilMs ?? Infinity) - (a.untilMs ?? Infinity))
      .slice(0, acknowledgedMax)
      .map(({ id }) => statementMark(id));
  }

  /** The operator's Ed25519 key; empty before the founding entry is known. */
  get operator(): Uint8Array {
    return hexToBytes(this.#state.operator ?? "");
  }

  /** Whether a node takes part: admitted, not revoked, forked or expired. */
  isActive(id: NodeId, wallMs: number): boolean {
    this.#wallMs = wallMs;
    const member = this.#members.get(id);
    return member !== undefined && takesPart(member, wallMs);
  }

  get #state(): RosterState {
    return this.#fold.state;
  }

  get #waiting(): number {
    return this.#held.size - this.#state.counted.size;
  }

  #hasRoomFor(entry: Entry): boolean {
    const reserved = urgentKinds.has(entry.kind) ? 0 : revocationsReserved;
    const replaces = (this.#slots.get(slotOf(entry).name)?.length ?? 0) > 0;
    return replaces || this.#held.size < rosterEntriesMax - reserved;
  }

  /** Keeps `entry` if it is among the best of its slot. */
  #hold(entry: Entry): Held | undefined {
    const { name, keep, compare } = slotOf(entry);
    const rivals = (this.#slots.get(name) ?? [])
      .map((id) => this.#held.get(id)!);
    const best = [...rivals, entry].sort(compare);
    const beaten = best.splice(keep);
    if (beaten.includes(entry)) return undefined;
    for (const { id } of beaten) this.#held.delete(id);
    this.#held.set(entry.id, entry);
    this.#slots.set(name, best.map(({ id }) => id));
    return { entry, replaced: beaten.length > 0 };
  }

  /**
   * Judges a few new entries alone where that comes to the same.
   *
   * @returns How many count; undefined where all must be folded anew.
   */
  #append(fresh: readonly Held[]): number | undefined {
    if (fresh.length > appendedMax) return undefined;
    // Known only once all are judged: a fold of all counts them otherwise.
    const counted: string[] = [];
    for (const { entry, replaced } of fresh) {
      // What a replaced statement did cannot be taken back here; a card can.
      if (replaced && entry.kind !== "card") return undefined;
      const appended = this.#fold.append(entry);
      if (!appended) return undefined;
      if (this.#state.counted.has(entry.id)) counted.push(entry.id);
      if (!appended.touched) continue;
      const state = this.#state.nodes.get(appended.touched);
      if (state) this.#show(memberOf(state));
    }
    if (this.#waiting > rosterWaitingMax) this.#dropWaiting();
    this.#digest = undefined;
    for (const id of counted) this.#known.add(id);
    return counted.length;
  }

  /** Folds all entries anew; how many count that did not before. */
  #refold(): number {
    const before = this.#known;
    this.#fold = new RosterFold(this.#held.values());
    this.#dropWaiting();
    this.#digest = undefined;
    this.#active.forget();
    this.#members = new Map();
    this.#byPrefix = new Map();
    this.#byNoiseKey = new Map();
    for (const state of this.#state.nodes.values()) this.#show(memberOf(state));
    this.#known = new Set(this.#state.counted);
    return this.#known.difference(before).size;
  }

  #show(member: Member): void {
    this.#active.forget();
    this.#members.set(member.node, member);
    this.#byPrefix.set(member.node.slice(0, nodePrefixBytes * 2), member);
    this.#byNoiseKey.set(bytesToHex(member.noisePublic), member);
  }

  /** Lets go of the oldest entries that do not count. */
  #dropWaiting(): void {
    if (this.#waiting <= rosterWaitingMax) return;
    const waiting = [...this.#held.values()]
      .filter(({ id }) => !this.#state.counted.has(id));
    for (const entry of waiting.slice(0, -rosterWaitingMax)) {
      const { name } = slotOf(entry);
      const rest = this.#slots.get(name)!.filter((id) => id !== entry.id);
      if (rest.length) this.#slots.set(name, rest);
      else this.#slots.delete(name);
      this.#held.delete(entry.id);
    }
  }
}

/** Entries that state no time are never too early. */
function statedMs(entry: Entry): number {
  return "issuedAtMs" in entry ? entry.issuedAtMs : 0;
}

/** An admission says nothing before a member has countersigned it. */
function isFinished(entry: Entry): boolean {
  return entry.kind !== "admit" || entry.countersigner !== undefined;
}
