/**
 * The connections of one node, from the dial or the gate to the end.
 *
 * When two nodes dial each other at once, or again under newer keys, two links
 * are open and both ends must keep the same one. So neither decides before both
 * links are open at both ends and both ends were heard on both: a dialler's end
 * opens first, and who closes the old link then leaves the other end without
 * any. A link with newer keys beats one with older; of two alike the one that
 * the lower node id dialled stays, else the newer one. No clock of either end
 * is asked, so they agree. What is not heard is left to `isSilent`.
 *
 * Bounds: `linksMax` connections, `connectionsPerPeerMax` per peer or invite;
 * further ones are refused and counted.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Doorway, MemberPass, Pass } from "./doorway.ts";
import { linksMax } from "./limits.ts";
import { Link, type LinkCount } from "./link.ts";
import {
  guestHandshake,
  guestPace,
  memberHandshake,
} from "./link_handshake.ts";
import type { LinkView } from "./mesh.ts";
import type { NodeId } from "./node_id.ts";
import { connectWithinMs, openByMs, silenceMaxMs } from "./overlay/liveness.ts";
import { RoundClock } from "./overlay/reconcile.ts";
import type { PeerScript } from "./peer_script.ts";
import type { Profile } from "./profile.ts";
import type { Pace } from "./traffic/pacer.ts";
import type { Waiting } from "./traffic/send_queue.ts";
import { encodeLinkMessage, type LinkMessage } from "./wire/link_message.ts";
import type { LinkId, Random } from "./world.ts";

/** One connection and what is known about its other end. */
export interface Connection {
  readonly id: LinkId;
  readonly dialled: boolean;
  readonly pass: Pass;
  readonly startedMs: number;
  /** At which this node sends. */
  pace: Pace;
  /** Undefined until a dial connects. */
  link: Link | undefined;
  readonly round: RoundClock;
  /** Messages for a guest that its queue has no room for yet. */
  backlog: Uint8Array[];
}

/** Two links, a new dial and one that came in the meantime. */
const connectionsPerPeerMax = 4;
/**
 * From the opening of a link at this end until it is open at the other and a
 * cell of either was heard at the other since: two slots may lie 2 T apart, and,
 * our choice, the time of a lost segment (RFC 6298).
 */
const settlePeriods = 2;
const settleMs = 1_000;

/** What the table needs to make links. */
export interface LinkTableOptions {
  readonly self: NodeId;
  readonly meshId: Uint8Array;
  /** Of this node, when it starts. */
  readonly profile: Profile;
  /** The pace towards a member, where the node's own profile is `profile`. */
  readonly paceTo: (node: NodeId, profile: Profile) => Pace;
  readonly random: Random;
  readonly doorway: Doorway;
  /** See `peer_script.ts`. */
  readonly script?: PeerScript | undefined;
  readonly count: (
    name: LinkCount | "connections_refused",
    times?: number,
  ) => void;
}

/** Queues a message on an open link; on any other nothing happens. */
export function say(
  { link }: Connection,
  message: LinkMessage,
  place: Omit<Waiting, "bytes">,
): void {
  if (!link?.isOpen) return;
  link.push({ ...place, bytes: encodeLinkMessage(message) });
}

/** The links, dials and guests of one node. */
export class LinkTable {
  readonly #o: LinkTableOptions;
  /** Drawn once, so that slot times depend on nothing drawn later. */
  readonly #seed = new Uint8Array(32);
  readonly #connections = new Map<LinkId, Connection>();
  #profile: Profile;
  #dialled = 0;
  #links = 0;

  constructor(options: LinkTableOptions) {
    this.#o = options;
    this.#profile = options.profile;
    options.random.fill(this.#seed);
  }

  /** Changes the pace of every link to a member, each at its next slot. */
  useProfile(profile: Profile): void {
    this.#profile = profile;
    for (const each of this.#connections.values()) {
      if (each.pass.type !== "member") continue;
      each.pace = this.#paceOf(each.pass);
      each.link?.usePace(each.pace);
    }
  }

  /** The number for a new dial, counted from 1; undefined when full. */
  dial(pass: MemberPass, nowMs: number): LinkId | undefined {
    if (!this.#hasRoomFor(pass)) return undefined;
    const id = ++this.#dialled;
    this.#add(id, true, pass, nowMs);
    return id;
  }

  /** A dial reached its peer: the handshake begins. */
  connected(id: LinkId, nowMs: number): void {
    const connection = this.#connections.get(id);
    if (!connection || connection.link) return;
    connection.link = this.#newLink(connection, nowMs);
  }

  /** Somebody came through the gate; false if there is no place for them. */
  accepted(id: LinkId, token: Uint8Array, nowMs: number): boolean {
    const pass = this.#o.doorway.passOf(token);
    if (!pass || this.#connections.has(id) || !this.#hasRoomFor(pass)) {
      this.#o.count("connections_refused");
      return false;
    }
    const connection = this.#add(id, false, pass, nowMs);
    connection.link = this.#newLink(connection, nowMs);
    return true;
  }

  /** Forgets a connection; undefined if it was forgotten before. */
  closed(id: LinkId): Connection | undefined {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    connection?.link?.close();
    return connection;
  }

  get(id: LinkId): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Every connection, in order of arrival. */
  all(): Connection[] {
    return [...this.#connections.values()];
  }

  /** Those with an open link to a member. */
  members(): Connection[] {
    return this.all().filter(({ link, pass }) =>
      link?.isOpen && pass.type === "member"
    );
  }

  /** The members to which a link is open. */
  peers(): NodeId[] {
    return this.members().flatMap(({ pass }) => nodeOf(pass) ?? []);
  }

  /** The open links to members, for a report. */
  views(nowMs: number): LinkView[] {
    return this.members().flatMap(({ link, pass }) =>
      link?.openedMs === undefined || pass.type !== "member" ? [] : [{
        peer: pass.node,
        dialled: link.dialled,
        silentMs: nowMs - link.lastHeardMs,
        upMs: nowMs - link.openedMs,
        periodMs: link.periodMs,
        peerPeriodMs: link.peerPeriodMs,
      }]
    );
  }

  /** Whether an open link leads to `node`. */
  linked(node: NodeId): boolean {
    return this.members().some(({ pass }) => nodeOf(pass) === node);
  }

  /** Members that need no dial: linked under newest keys, or on the way. */
  busy(fresh: (connection: Connection) => boolean): Set<NodeId> {
    const busy = new Set<NodeId>();
    for (const connection of this.all()) {
      const node = nodeOf(connection.pass);
      if (node === undefined) continue;
      if (!connection.link?.isOpen || fresh(connection)) busy.add(node);
    }
    return busy;
  }

  /** Members dialled before `sinceMs` who have not answered at all. */
  unanswered(sinceMs: number): Set<NodeId> {
    const unanswered = new Set<NodeId>();
    for (const { pass, link, startedMs } of this.#connections.values()) {
      const node = nodeOf(pass);
      if (node !== undefined && !link && startedMs < sinceMs) {
        unanswered.add(node);
      }
    }
    return unanswered;
  }

  /** Which links are one too many, of those that have settled. */
  surplus(
    nowMs: number,
    fresh: (connection: Connection) => boolean,
  ): Connection[] {
    const surplus: Connection[] = [];
    const kept = new Map<NodeId, Connection>();
    for (const each of this.members()) {
      const node = nodeOf(each.pass);
      if (node === undefined || !this.#isSettled(each, nowMs)) continue;
      const rival = kept.get(node);
      if (!rival) kept.set(node, each);
      else if (heardSince(rival, each) && heardSince(each, rival)) {
        const better = this.#better(rival, each, fresh);
        kept.set(node, better);
        surplus.push(better === each ? rival : each);
      }
    }
    return surplus;
  }

  /** Whether a connection took too long to open or its peer fell silent. */
  isSilent({ link, startedMs, pace }: Connection, nowMs: number): boolean {
    // A packet filter that drops says nothing: the next address has its turn.
    if (!link) return nowMs > startedMs + connectWithinMs;
    if (!link.isOpen) {
      if (link.isSpent) return true;
      // The slower end sets the time that a handshake takes.
      const periodMs = Math.max(pace.periodMs, link.peerPeriodMs);
      return nowMs > openByMs(startedMs, link.lastHeardMs, periodMs);
    }
    return nowMs > link.lastHeardMs + silenceMaxMs(link.peerPeriodMs);
  }

  /** Whether the cells of a connection keep to slots. */
  isSlotted({ link, pace }: Connection): boolean {
    return link?.isSlotted ?? pace.slotted;
  }

  /** When the next cell leaves. */
  wakeAtMs(): number {
    let atMs = Infinity;
    for (const { link } of this.#connections.values()) {
      if (link) atMs = Math.min(atMs, link.wakeAtMs());
    }
    return atMs;
  }

  /** When the next slot fires; Infinity without slots. */
  nextSlotMs(): number {
    let atMs = Infinity;
    for (const connection of this.#connections.values()) {
      const { link } = connection;
      if (!link || !this.isSlotted(connection)) continue;
      atMs = Math.min(atMs, link.wakeAtMs());
    }
    return atMs;
  }

  /** The connection whose handshake has waited longest to be computed. */
  workDue(): Connection | undefined {
    let due: Connection | undefined;
    for (const connection of this.#connections.values()) {
      const sinceMs = connection.link?.workSinceMs ?? Infinity;
      if (sinceMs < (due?.link?.workSinceMs ?? Infinity)) due = connection;
    }
    return due;
  }

  #better(
    a: Connection,
    b: Connection,
    fresh: (connection: Connection) => boolean,
  ): Connection {
    const [aFresh, bFresh] = [fresh(a), fresh(b)];
    if (aFresh !== bFresh) return aFresh ? a : b;
    if (a.dialled !== b.dialled) {
      const peer = nodeOf(a.pass) ?? this.#o.self;
      const keepDialled = this.#o.self < peer;
      return a.dialled === keepDialled ? a : b;
    }
    return openedMs(a) >= openedMs(b) ? a : b;
  }

  #isSettled({ link }: Connection, nowMs: number): boolean {
    if (link?.openedMs === undefined) return false;
    const periodMs = Math.max(link.periodMs, link.peerPeriodMs);
    return nowMs >= link.openedMs + settlePeriods * periodMs + settleMs;
  }

  #hasRoomFor(pass: Pass): boolean {
    if (this.#connections.size >= linksMax) return false;
    const name = nameOf(pass);
    const same = this.all().filter((each) => nameOf(each.pass) === name);
    return same.length < connectionsPerPeerMax;
  }

  #add(
    id: LinkId,
    dialled: boolean,
    pass: Pass,
    startedMs: number,
  ): Connection {
    const connection: Connection = {
      id,
      dialled,
      pass,
      startedMs,
      pace: this.#paceOf(pass),
      link: undefined,
      round: new RoundClock(),
      backlog: [],
    };
    this.#connections.set(id, connection);
    return connection;
  }

  #newLink({ id, dialled, pass, pace }: Connection, nowMs: number): Link {
    const { meshId, random, doorway } = this.#o;
    const handshake = pass.type === "member"
      ? memberHandshake(
        { meshId, random, keys: pass.own, psk: pass.psk },
        dialled ? pass.peerNoise : undefined,
      )
      : guestHandshake(
        { meshId, random, keys: doorway.keys, psk: pass.invite.psk },
        false,
      );
    return new Link({
      id,
      dialled,
      pace,
      handshake,
      peer: pass.type === "member" ? pass.peerNoise : undefined,
      random,
      seed: blake2s(utf8ToBytes(`link ${this.#links++}`), { key: this.#seed }),
      nowMs,
      script: this.#o.script,
      count: this.#o.count,
    });
  }

  #paceOf(pass: Pass): Pace {
    return pass.type === "member"
      ? this.#o.paceTo(pass.node, this.#profile)
      : guestPace;
  }
}

function nodeOf(pass: Pass): NodeId | undefined {
  return pass.type === "member" ? pass.node : undefined;
}

function nameOf(pass: Pass): string {
  return pass.type === "member" ? pass.node : pass.invite.id.toHex();
}

/** Whether the peer spoke on `one` after `other` had opened. */
function heardSince(one: Connection, other: Connection): boolean {
  return (one.link?.lastHeardMs ?? -Infinity) > openedMs(other);
}

function openedMs({ link }: Connection): number {
  return link?.openedMs ?? -Infinity;
}
