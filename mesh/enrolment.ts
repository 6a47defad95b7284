/**
 * The guest's side of an enrolment: knocks at the addresses of an invite, one
 * after the other, hands in its admission and card, and comes back with the
 * mesh secret and the roster. The other side is in `node.ts`.
 *
 * Nothing that the other side says is believed before the roster it sends
 * proves, from the mesh id in the invite, that this node is a member.
 *
 * @module
 */
import { mintToken, tokenNonceBytes } from "./gate.ts";
import { type Invite, inviteKeys } from "./invite.ts";
import type { NodeKeys } from "./keys.ts";
import { rosterEntriesMax } from "./limits.ts";
import { Link, type LinkOutcome } from "./link.ts";
import { guestHandshake, guestPace } from "./link_handshake.ts";
import { openWithinMs, silenceMaxMs } from "./overlay/liveness.ts";
import { Roster } from "./roster.ts";
import { encodeLinkMessage, type LinkMessage } from "./wire/link_message.ts";
import type {
  Clock,
  LinkId,
  Random,
  Transport,
  TransportEvent,
} from "./world.ts";

/** Why a guest did not become a member. */
export type EnrolmentFailure =
  /** The inviter said no: used, withdrawn, clocks too far apart, or not valid. */
  | "refused"
  /** The invite's time is over. */
  | "expired"
  /** Somebody answered, but not to the end. */
  | "timeout"
  /** Nobody let us in at any address. */
  | "unreachable";

/** How an enrolment ended. */
export type EnrolmentOutcome =
  | {
    readonly type: "admitted";
    /** 32 bytes, for `MeshStart`. */
    readonly meshSecret: Uint8Array;
    /** Encoded entries, for `MeshStart`. */
    readonly roster: readonly Uint8Array[];
  }
  | { readonly type: "failed"; readonly code: EnrolmentFailure };

/** What a guest brings. */
export interface EnrolmentOptions {
  /** From `parseInvite`. */
  readonly invite: Invite;
  /** The keys that `admission` is for. */
  readonly keys: NodeKeys;
  /** From `writeCard`. */
  readonly card: Uint8Array;
  /** From `writeAdmission`, signed with the invite's key. */
  readonly admission: Uint8Array;
  /** Time, for the cell clock and for giving up. */
  readonly clock: Clock;
  /** For ephemeral keys, the gate token and slot times. */
  readonly random: Random;
  /** Dials the inviter; its events go to {@linkcode Enrolment.transport}. */
  readonly transport: Transport;
}

/** An enrolment under way. */
export interface Enrolment {
  /** Tells it what happened on its connections. */
  transport(event: TransportEvent): void;
  /** Never rejects. */
  readonly result: Promise<EnrolmentOutcome>;
}

/**
 * Starts an enrolment.
 *
 * @throws {RangeError} If the admission and card do not fit one link message.
 */
export function enrol(options: EnrolmentOptions): Enrolment {
  return new GuestDriver(options);
}

class GuestDriver implements Enrolment {
  readonly result: Promise<EnrolmentOutcome>;
  readonly #o: EnrolmentOptions;
  readonly #request: Uint8Array;
  readonly #entries: Uint8Array[] = [];
  #resolve: (outcome: EnrolmentOutcome) => void;
  #done = false;
  #attempts = 0;
  #id: LinkId = 0;
  #link: Link | undefined;
  #answer: (LinkMessage & { type: "enrol_answer" }) | undefined;
  /** The worst that happened so far; reported when every address failed. */
  #failure: EnrolmentFailure = "unreachable";
  #startedMs = 0;
  #cancelTimer = () => {};

  constructor(options: EnrolmentOptions) {
    this.#o = options;
    const { admission, card, invite, clock } = options;
    this.#request = encodeLinkMessage({
      type: "enrol_request",
      admission,
      card,
    });
    const { promise, resolve } = Promise.withResolvers<EnrolmentOutcome>();
    this.result = promise;
    this.#resolve = resolve;
    if (clock.wallMs() >= invite.expiresAtMs) this.#fail("expired");
    else this.#dialNext();
  }

  transport(event: TransportEvent): void {
    if (this.#done || event.link !== this.#id) {
      // Nobody is invited to dial a guest.
      if (event.type === "accepted") this.#o.transport.close(event.link);
      return;
    }
    switch (event.type) {
      case "connected":
        this.#link = this.#newLink();
        break;
      case "cell":
        this.#onCell(event.cell);
        break;
      case "closed":
        if (this.#link?.isOpen) this.#failure = "timeout";
        this.#dialNext();
        return;
      case "accepted":
        return;
    }
    this.#arm();
  }

  #dialNext(): void {
    const { invite, clock, random, transport } = this.#o;
    this.#cancelTimer();
    this.#link?.close();
    this.#link = undefined;
    this.#answer = undefined;
    this.#entries.length = 0;
    const address = invite.addresses[this.#attempts];
    if (address === undefined) return this.#fail(this.#failure);
    this.#attempts++;
    this.#id = this.#attempts;
    this.#startedMs = clock.nowMs();
    const nonce = new Uint8Array(tokenNonceBytes);
    random.fill(nonce);
    const { gateKey } = inviteKeys(invite.seed);
    const token = mintToken(gateKey, clock.wallMs(), nonce);
    const { certificate } = invite;
    this.#arm();
    transport.dial({ link: this.#id, address, certificate, token });
  }

  #newLink(): Link {
    const { invite, keys, random, clock } = this.#o;
    const { psk } = inviteKeys(invite.seed);
    const seed = new Uint8Array(32);
    random.fill(seed);
    const { meshId } = invite;
    return new Link({
      id: this.#id,
      dialled: true,
      pace: guestPace,
      handshake: guestHandshake({ meshId, keys, psk, random }, true),
      peer: invite.noisePublic,
      random,
      seed,
      nowMs: clock.nowMs(),
      count: () => {},
    });
  }

  #onCell(cell: Uint8Array): void {
    const link = this.#link;
    if (!link) return;
    this.#react(link, link.receive(cell, this.#o.clock.nowMs()));
  }

  #react(link: Link, outcomes: readonly LinkOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.type === "opened") this.#ask(link);
      else this.#onMessage(outcome.message);
      if (this.#done || this.#link !== link) return;
    }
  }

  #ask(link: Link): void {
    link.push({ bytes: this.#request, urgency: 0, origin: "guest" });
  }

  #onMessage(message: LinkMessage): void {
    switch (message.type) {
      case "enrol_answer":
        if (message.code !== "admitted") return this.#fail(message.code);
        if (message.entries > rosterEntriesMax) return this.#fail("refused");
        this.#answer = { ...message, meshSecret: message.meshSecret.slice() };
        break;
      case "roster_entry":
        if (this.#entries.length >= rosterEntriesMax) return;
        this.#entries.push(message.entry.slice());
        break;
      default:
        return;
    }
    const { entries, meshSecret } = this.#answer ?? {};
    if (meshSecret && this.#entries.length === entries) this.#admit(meshSecret);
  }

  #admit(meshSecret: Uint8Array): void {
    const { invite, keys, clock } = this.#o;
    const wallMs = clock.wallMs();
    const roster = new Roster(invite.meshId);
    roster.merge(this.#entries, wallMs);
    if (roster.byNoiseKey(keys.noise.public, wallMs)?.node !== keys.node) {
      return this.#fail("refused");
    }
    this.#finish({ type: "admitted", meshSecret, roster: roster.entries() });
  }

  /** Gives up on this address and tries the next. */
  #abandon(failure: EnrolmentFailure): void {
    this.#failure = failure;
    const id = this.#id;
    this.#dialNext();
    this.#o.transport.close(id);
  }

  #fail(code: EnrolmentFailure): void {
    this.#finish({ type: "failed", code });
  }

  #finish(outcome: EnrolmentOutcome): void {
    if (this.#done) return;
    this.#done = true;
    this.#cancelTimer();
    this.#link?.close();
    if (this.#link) this.#o.transport.close(this.#id);
    this.#resolve(outcome);
  }

  #wake(): void {
    const { clock, transport } = this.#o;
    const nowMs = clock.nowMs();
    if (nowMs >= this.#giveUpAtMs()) {
      return this.#abandon(this.#link ? "timeout" : "unreachable");
    }
    const link = this.#link;
    if (link?.isSpent) return this.#abandon("unreachable");
    const cell = link?.pulse(nowMs);
    if (cell) transport.send(this.#id, cell);
    // In a wake of its own, so that it delays no cell.
    else if (link) this.#react(link, link.compute(nowMs));
    this.#arm();
  }

  #giveUpAtMs(): number {
    return this.#link?.isOpen
      ? this.#link.lastHeardMs + silenceMaxMs(this.#link.peerPeriodMs)
      : this.#startedMs + openWithinMs(guestPace.periodMs);
  }

  #arm(): void {
    if (this.#done) return;
    const { clock } = this.#o;
    this.#cancelTimer();
    const atMs = Math.min(
      this.#giveUpAtMs(),
      this.#link?.workSinceMs ?? Infinity,
      this.#link?.wakeAtMs() ?? Infinity,
    );
    const delayMs = Math.max(0, Math.ceil(atMs - clock.nowMs()));
    this.#cancelTimer = clock.after(delayMs, () => this.#wake());
  }
}
