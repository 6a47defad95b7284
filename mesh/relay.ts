/**
 * Messages for one member, sealed end to end and passed on by the others
 * (design §5, Relay), so that members reach each other who have no link: the
 * overlay has degree 4 to 8, and NAT or a firewall may lie between two.
 *
 * Three attempts, each under a fresh seal: over the best way that the flood
 * taught (`overlay/routes.ts`), over the second best, over every link. Where
 * no way is known the first goes over every link already. The receiver takes a
 * message once, whichever copies arrive, and answers each copy, first over the
 * link that brought it. A relay that drops is so passed by, one that alters
 * is found out by the seal, one that replays by the number inside it.
 *
 * A member on the way learns the receiver, the hops left and the size class.
 * Hops begin at a drawn number, so that the first relay cannot tell that it is
 * the first.
 *
 * Bounds: `pendingMax` own messages without an answer, further ones are
 * refused; what passes through is bounded by `overlay/relay_guard.ts`; one
 * window of numbers per member. A message older or newer than `freshMs` is
 * refused, so a replay after the receiver's restart, when it has forgotten its
 * windows, works within that time only.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import type { NodeKeys } from "./keys.ts";
import { payloadBytesMax } from "./limits.ts";
import { type Connection, type LinkTable, say } from "./link_table.ts";
import type { MeshEvent, PingOutcome, Urgency } from "./mesh.ts";
import { type NodeId, nodePrefix, nodePrefixBytes } from "./node_id.ts";
import { NumberWindow } from "./overlay/number_window.ts";
import { RelayGuard, relayHopsMax } from "./overlay/relay_guard.ts";
import type { Routes } from "./overlay/routes.ts";
import type { Profile } from "./profile.ts";
import type { RelaySeal } from "./relay_seal.ts";
import type { Roster } from "./roster.ts";
import type { LinkMessage } from "./wire/link_message.ts";
import {
  type BodyKind,
  decodeAnswered,
  decodeBody,
  encodeAnswered,
  encodeBody,
  type SealedBody,
} from "./wire/sealed_body.ts";
import type { Random } from "./world.ts";

/** What is counted here, by the name it has in the report. */
export type RelayCount =
  | "relay_duplicates"
  | "relay_ended"
  | "relay_forwarded"
  | "relay_hops_inflated"
  | "relay_over_budget"
  | "relay_replayed"
  | "relay_stale"
  | "relay_strangers"
  | "relay_unopened"
  | "tells_answered"
  | "tells_received"
  | "tells_refused"
  | "tells_repeated"
  | "tells_unanswered";

/** What the relay stands on. */
export interface RelayOptions {
  readonly self: NodeId;
  readonly incarnation: number;
  /** The one in force. */
  readonly profile: () => Profile;
  readonly roster: Roster;
  readonly table: LinkTable;
  readonly routes: Routes;
  readonly seal: RelaySeal;
  readonly random: Random;
  /** Generations of this node's keys that others may still seal for. */
  readonly ownKeys: () => readonly NodeKeys[];
  readonly count: (name: RelayCount) => void;
  readonly emit: (event: MeshEvent) => void;
}

/** Messages without an answer: a window of numbers holds them all. */
const pendingMax = 64;
const attemptsMax = 3;
/** As an admission's time (mesh/README.md): clocks may differ by so much. */
const freshMs = 600_000;
/** Hops drawn on top of the fewest a message sets out with. */
const hopsDrawn = 3;
/**
 * Wait for an answer. Our choice: there and back over three links each, on
 * average three quarters of T per link, take 4.5 T.
 */
const answerPeriods = 8;
const answerFloorMs = 1_000;

interface Pending {
  readonly to: NodeId;
  readonly kind: BodyKind;
  readonly urgency: Urgency;
  readonly payload: Uint8Array;
  readonly number: number;
  /** Of a ping. */
  readonly id: string | undefined;
  readonly firstMs: number;
  attempts: number;
  dueMs: number;
  /** Neighbour of the last attempt, if it went over one way. */
  over: NodeId | undefined;
}

/** One node's part in passing sealed messages on. */
export class Relay {
  readonly #o: RelayOptions;
  readonly #guard = new RelayGuard();
  /** By receiver and number. */
  readonly #pending = new Map<string, Pending>();
  readonly #numbers = new Map<NodeId, number>();
  readonly #windows = new Map<NodeId, NumberWindow>();

  constructor(options: RelayOptions) {
    this.#o = options;
  }

  /** Says something to one member. */
  tell(
    to: NodeId,
    payload: Uint8Array,
    urgency: Urgency,
    nowMs: number,
    wallMs: number,
  ): void {
    const fits = payload.length <= payloadBytesMax;
    const begun = fits &&
      this.#begin({ to, kind: "tell", urgency, payload }, nowMs, wallMs);
    if (begun !== true) this.#o.count("tells_refused");
  }

  /** Asks a member for a sign of life. */
  ping(to: NodeId, id: string, nowMs: number, wallMs: number): void {
    const payload = new Uint8Array(0);
    const begun = this.#begin(
      { to, kind: "ping", urgency: 1, payload, id },
      nowMs,
      wallMs,
    );
    if (begun === true) return;
    this.#pinged(id, to, { answered: false, reason: begun });
  }

  /** When `keepTime` is due. */
  wakeAtMs(): number {
    let atMs = Infinity;
    for (const { dueMs } of this.#pending.values()) {
      atMs = Math.min(atMs, dueMs);
    }
    return atMs;
  }

  /** Tries again what was not answered, and gives up what was tried enough. */
  keepTime(nowMs: number, wallMs: number): void {
    for (const [name, pending] of this.#pending) {
      if (nowMs < pending.dueMs) continue;
      if (pending.over) this.#o.routes.failed(pending.to, pending.over);
      if (pending.attempts < attemptsMax) this.#attempt(pending, nowMs, wallMs);
      else {
        this.#pending.delete(name);
        if (pending.id === undefined) this.#o.count("tells_unanswered");
        else {
          const outcome = { answered: false, reason: "silent" } as const;
          this.#pinged(pending.id, pending.to, outcome);
        }
      }
    }
  }

  /** Takes what a neighbour passed on: opens it or passes it on. */
  take(
    from: Connection,
    message: LinkMessage & { type: "relayed" },
    nowMs: number,
    wallMs: number,
  ): void {
    const { self, roster, count } = this.#o;
    const neighbour = peerOf(from);
    if (neighbour === undefined) return;
    if (message.hopsLeft > relayHopsMax) return count("relay_hops_inflated");
    if (!this.#guard.affords(neighbour, nowMs)) {
      return count("relay_over_budget");
    }
    if (!this.#guard.isNew(nameOf(message))) return count("relay_duplicates");
    const to = roster.byPrefix(message.to)?.node;
    if (to === self) return this.#open(from, neighbour, message, nowMs, wallMs);
    if (to === undefined || !roster.isActive(to, wallMs)) {
      return count("relay_strangers");
    }
    if (message.hopsLeft === 1) return count("relay_ended");
    const onward = { ...message, hopsLeft: message.hopsLeft - 1 };
    const others = this.#neighbours()
      .filter((each) => peerOf(each) !== neighbour);
    const ways = this.#choose(to, onward.everywhere, others, 0, nowMs);
    for (const each of ways) {
      count("relay_forwarded");
      say(each, onward, { urgency: 1, origin: `relay ${neighbour}` });
    }
  }

  #begin(
    o: Pick<Pending, "to" | "kind" | "urgency" | "payload"> & {
      readonly id?: string;
    },
    nowMs: number,
    wallMs: number,
  ): true | "stranger" | "busy" {
    const { self, roster } = this.#o;
    if (o.to === self || !roster.isActive(o.to, wallMs)) return "stranger";
    if (this.#pending.size >= pendingMax) return "busy";
    const pending: Pending = {
      ...o,
      id: o.id,
      number: this.#nextNumber(o.to),
      firstMs: nowMs,
      attempts: 0,
      dueMs: nowMs,
      over: undefined,
    };
    this.#pending.set(pendingName(o.to, pending.number), pending);
    this.#attempt(pending, nowMs, wallMs);
    return true;
  }

  #attempt(pending: Pending, nowMs: number, wallMs: number): void {
    const { to, kind, urgency, payload, number } = pending;
    const last = pending.attempts + 1 >= attemptsMax;
    const ways = this.#choose(
      to,
      last,
      this.#neighbours(),
      pending.attempts,
      nowMs,
    );
    pending.over = ways.length === 1 ? peerOf(ways[0]!) : undefined;
    pending.attempts++;
    pending.dueMs = nowMs + this.#answerMs();
    const everywhere = last || ways.length > 1;
    const body = { kind, payload, number };
    this.#send(to, body, urgency, ways, everywhere, wallMs);
  }

  /** Seals and says; nothing happens where there is no way. */
  #send(
    to: NodeId,
    body: Pick<SealedBody, "kind" | "payload" | "number">,
    urgency: Urgency,
    ways: readonly Connection[],
    everywhere: boolean,
    wallMs: number,
  ): void {
    const { roster, seal, incarnation, self } = this.#o;
    const member = roster.member(to);
    const [own] = this.#o.ownKeys();
    if (!member || !own || ways.length === 0) return;
    const hopsLeft = relayHopsMax - this.#draw(hopsDrawn);
    const plaintext = encodeBody({
      ...body,
      hopsGiven: hopsLeft,
      incarnation,
      sentMs: wallMs,
    });
    const sealed = seal.seal(own, to, member.noisePublic, plaintext);
    const message = {
      type: "relayed",
      to: nodePrefix(to),
      everywhere,
      hopsLeft,
      sealed,
    } as const;
    // Our own message may come round; it is not passed on again.
    this.#guard.isNew(nameOf(message));
    for (const each of ways) say(each, message, { urgency, origin: self });
  }

  #open(
    from: Connection,
    neighbour: NodeId,
    { sealed, hopsLeft }: LinkMessage & { type: "relayed" },
    nowMs: number,
    wallMs: number,
  ): void {
    const { roster, seal, routes, count } = this.#o;
    const opened = this.#o.ownKeys()
      .map((keys) => seal.open(keys, sealed))
      .find((each) => each !== undefined);
    const body = opened && decodeBody(opened.plaintext);
    const sender = opened && roster.byNoiseKey(opened.senderNoise, wallMs);
    if (!body) return count("relay_unopened");
    if (!sender) return count("relay_strangers");
    if (Math.abs(wallMs - body.sentMs) > freshMs) return count("relay_stale");
    const isNew = this.#windowOf(sender.node)
      .accept(body.incarnation, body.number);
    if (body.kind === "answer") {
      if (!isNew) return count("relay_replayed");
      routes.heard(sender.node, neighbour, nowMs);
      return this.#answered(sender.node, body, neighbour, nowMs, wallMs);
    }
    if (isNew) {
      routes.heard(sender.node, neighbour, nowMs);
      if (body.kind === "tell") {
        count("tells_received");
        const { payload } = body;
        this.#o.emit({ type: "told", from: sender.node, payload });
      }
    } else count("tells_repeated");
    // The answer to an earlier copy may have been lost, so each is answered.
    const hops = Math.max(1, body.hopsGiven - hopsLeft + 1);
    const { incarnation, number } = body;
    const answer = {
      kind: "answer",
      payload: encodeAnswered({ incarnation, number, hops }),
      number: this.#nextNumber(sender.node),
    } as const;
    this.#send(sender.node, answer, 1, [from], !isNew, wallMs);
  }

  #answered(
    from: NodeId,
    body: SealedBody,
    via: NodeId,
    nowMs: number,
    wallMs: number,
  ): void {
    const answered = decodeAnswered(body.payload);
    if (answered?.incarnation !== this.#o.incarnation) return;
    const name = pendingName(from, answered.number);
    const pending = this.#pending.get(name);
    if (!pending) return;
    this.#pending.delete(name);
    if (pending.id === undefined) return this.#o.count("tells_answered");
    const roundTripMs = nowMs - pending.firstMs;
    const { hops } = answered;
    // As NTP does: it was sent at some moment between the two we know.
    const clockAheadMs = body.sentMs - (wallMs - roundTripMs / 2);
    const answer = { answered: true, roundTripMs, clockAheadMs } as const;
    this.#pinged(pending.id, from, { ...answer, hops, via });
  }

  /**
   * The links to send over.
   *
   * @param skip Better ways that were tried already.
   */
  #choose(
    to: NodeId,
    everywhere: boolean,
    among: readonly Connection[],
    skip: number,
    nowMs: number,
  ): Connection[] {
    if (everywhere) return [...among];
    const byPeer = new Map(among.map((each) => [peerOf(each)!, each]));
    const linked = new Set(byPeer.keys());
    const ways = this.#o.routes.towards(to, linked, nowMs);
    const way = ways[skip];
    const connection = way === undefined ? undefined : byPeer.get(way);
    return connection ? [connection] : [...among];
  }

  #neighbours(): Connection[] {
    return this.#o.table.members();
  }

  #nextNumber(to: NodeId): number {
    const number = this.#numbers.get(to) ?? 0;
    this.#numbers.set(to, number + 1);
    return number;
  }

  #windowOf(sender: NodeId): NumberWindow {
    let window = this.#windows.get(sender);
    if (!window) this.#windows.set(sender, window = new NumberWindow());
    return window;
  }

  #answerMs(): number {
    const { periodMs, slotted } = this.#o.profile();
    return slotted ? answerPeriods * periodMs + answerFloorMs : answerFloorMs;
  }

  #draw(below: number): number {
    const bytes = new Uint8Array(1);
    this.#o.random.fill(bytes);
    return bytes[0]! % below;
  }

  #pinged(id: string, to: NodeId, outcome: PingOutcome): void {
    this.#o.emit({ type: "pinged", id, to, outcome });
  }
}

function peerOf({ pass }: Connection): NodeId | undefined {
  return pass.type === "member" ? pass.node : undefined;
}

function pendingName(to: NodeId, number: number): string {
  return `${to} ${number}`;
}

/**
 * Over the whole seal, or a relay could spoil a copy so that the good one
 * counts as known; not over the hops, or each number would be a new message.
 */
function nameOf(message: LinkMessage & { type: "relayed" }): string {
  const { to, everywhere, sealed } = message;
  const key = new Uint8Array(nodePrefixBytes + 1);
  key.set(to);
  key[nodePrefixBytes] = everywhere ? 1 : 0;
  return blake2s(sealed, { key, dkLen: 16 }).toHex();
}
