/**
 * One node of the mesh: roster, gate, links, flood, repair and liveness put
 * together. An event goes in, effects come out; no clock, no socket and no
 * randomness of its own is in reach, so the simulator runs this very file.
 *
 * Who links to whom is `overlay/neighbours.ts`, the life of one connection
 * `link.ts`, their set `link_table.ts`, what guests are told
 * `enrolment_desk.ts`. Performing the effects is `driver.ts`.
 *
 * Bounds: `linksMax` connections, `enteringMax` roster entries between two
 * merges, one counter per name of `Count`. Whatever a peer gets wrong is
 * rejected and counted; nothing a peer says makes this file throw.
 *
 * @module
 */
import { Doorway, type MemberPass } from "./doorway.ts";
import { EnrolmentDesk } from "./enrolment_desk.ts";
import { payloadBytesMax } from "./limits.ts";
import { type Connection, LinkTable } from "./link_table.ts";
import type {
  MemberView,
  MeshCommand,
  MeshEvent,
  MeshReport,
  MeshStart,
  Urgency,
} from "./mesh.ts";
import { MessageWriter, readMessage, verifyMessage } from "./message.ts";
import type { NodeId } from "./node_id.ts";
import { Dialler } from "./overlay/dialler.ts";
import { Flood, type FloodMessage } from "./overlay/flood.ts";
import { type DialPlan, epochOf, planDials } from "./overlay/neighbours.ts";
import {
  cutParts,
  entriesMissing,
  entryMark,
  repairsPerRoundMax,
} from "./overlay/reconcile.ts";
import { type Profile, profiles } from "./profile.ts";
import { type Member, Roster } from "./roster.ts";
import {
  encodeLinkMessage,
  type LinkMessage,
  marksPerPartMax,
  streamsPerPartMax,
} from "./wire/link_message.ts";
import type { DialRequest, LinkId, Random, TransportEvent } from "./world.ts";

/** What a node reacts to. */
export type NodeEvent =
  | { readonly type: "start" }
  | { readonly type: "wake" }
  | { readonly type: "transport"; readonly event: TransportEvent }
  | { readonly type: "command"; readonly command: MeshCommand };

/** What a node wants done. */
export type NodeEffect =
  | { readonly type: "dial"; readonly request: DialRequest }
  | {
    readonly type: "send";
    readonly link: LinkId;
    readonly cell: Uint8Array;
  }
  | { readonly type: "close"; readonly link: LinkId }
  | { readonly type: "emit"; readonly event: MeshEvent };

/** Time between two looks at silence, expiry and dials. Our choice. */
const housekeepingMs = 1_000;
/** Entries heard are merged together this often: each merge folds them all. */
const mergeEveryMs = 50;
/** Entries heard between two merges; with more the merge comes at once. */
const enteringMax = 512;
/** Time between two `roster` events, unless the owner caused the change. */
const rosterEventMs = 1_000;
/** A guest's connection lives at most this long: 500 members take 20 s. */
const enrolmentMsMax = 120_000;
/** Entries a guest's queue is kept filled with. */
const guestQueueTarget = 32;

/** A link that lived so long was no failure, so the next dial comes soon. */
const steadyMs = 10_000;

/** Who speaks when the link itself speaks; origins of the send queue. */
const linkTalk = "link";
const rosterTalk = "roster";

/** A node and everything it knows. */
export class MeshNode {
  readonly #self: NodeId;
  readonly #profile: Profile;
  readonly #random: Random;
  readonly #meshSecret: Uint8Array;
  readonly #roster: Roster;
  readonly #doorway: Doorway;
  readonly #desk = new EnrolmentDesk();
  readonly #writer: MessageWriter;
  readonly #flood = new Flood();
  readonly #dialler = new Dialler();
  readonly #table: LinkTable;
  readonly #counters = new Map<string, number>();
  /** Entries known to be spread, by identity; marks are computed once. */
  readonly #marks = new WeakMap<Uint8Array, string>();
  #spread = new Set<string>();
  #entering: { entry: Uint8Array; from: LinkId }[] = [];
  #plan: { plan: DialPlan; epoch: number } | undefined;
  #gateStale = true;
  #rosterUnsaid = false;
  #stopped = false;
  #mergedMs = -Infinity;
  #rosterSaidMs = -Infinity;
  #housekeepingAtMs: number;
  #effects: NodeEffect[] = [];
  #nowMs: number;
  #wallMs: number;

  constructor(
    o: {
      readonly start: MeshStart;
      readonly random: Random;
      readonly nowMs: number;
      readonly wallMs: number;
    },
  ) {
    const { start, random } = o;
    this.#self = start.keys.node;
    this.#profile = profiles[start.profile];
    this.#random = random;
    this.#meshSecret = start.meshSecret;
    this.#nowMs = o.nowMs;
    this.#wallMs = o.wallMs;
    this.#housekeepingAtMs = o.nowMs + housekeepingMs;
    this.#roster = new Roster(start.meshId);
    this.#doorway = new Doorway(start.keys, start.meshSecret);
    this.#writer = new MessageWriter(
      start.keys,
      start.incarnation,
      start.meshId,
    );
    this.#table = new LinkTable({
      self: this.#self,
      meshId: start.meshId,
      profile: this.#profile,
      random,
      doorway: this.#doorway,
      count: (name, times) => this.#count(name, times),
    });
    this.#mergeRoster(start.roster);
    this.#spread = new Set(this.#roster.entries().map((e) => this.#mark(e)));
    for (const invite of start.invites) this.#openInvite(invite);
  }

  /** When a `wake` is due, on the clock of `nowMs`. */
  wakeAtMs(): number {
    if (this.#stopped) return Infinity;
    const mergeAtMs = this.#entering.length > 0
      ? this.#mergedMs + mergeEveryMs
      : Infinity;
    return Math.min(
      this.#housekeepingAtMs,
      mergeAtMs,
      this.#table.wakeAtMs(),
    );
  }

  /** Whether the bearer of a token may open a connection; a token works once. */
  admit(token: Uint8Array, wallMs: number): boolean {
    if (this.#stopped) return false;
    this.#refreshGate(wallMs);
    const admitted = this.#doorway.admit(token, wallMs);
    this.#count(admitted ? "gate_admitted" : "gate_refused");
    return admitted;
  }

  /** Reacts to one event. */
  handle(event: NodeEvent, nowMs: number, wallMs: number): NodeEffect[] {
    if (this.#stopped) return [];
    this.#nowMs = nowMs;
    this.#wallMs = wallMs;
    switch (event.type) {
      case "start":
        this.#sayRoster();
        this.#dialDue();
        break;
      case "wake":
        if (nowMs >= this.#housekeepingAtMs) this.#keepHouse();
        break;
      case "transport":
        this.#onTransport(event.event);
        break;
      case "command":
        this.#onCommand(event.command);
        break;
    }
    this.#mergeEntering();
    // Only the clock moves cells on slots, whatever else happens between.
    this.#pump(event.type === "wake");
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #onCommand(command: MeshCommand): void {
    switch (command.type) {
      case "publish":
        return this.#publish(command.payload, command.urgency);
      case "merge_roster":
        this.#mergeRoster(command.entries);
        this.#spreadRoster();
        return this.#sayRoster();
      case "open_invite":
        return this.#openInvite(command.invite);
      case "use_keys":
        return this.#useKeys(command.keys);
      case "report":
        return this.#emit({ type: "report", report: this.#report() });
      case "stop":
        for (const each of this.#table.all()) this.#close(each);
        this.#stopped = true;
        return this.#emit({ type: "stopped" });
    }
  }

  #publish(payload: Uint8Array, urgency: Urgency): void {
    if (payload.length > payloadBytesMax) return this.#count("publish_refused");
    const message = {
      ...this.#writer.write(payload),
      origin: this.#self,
      urgency,
    };
    this.#count("messages_published");
    this.#flood.accept(message);
    for (const each of this.#table.members()) this.#sendSigned(each, message);
  }

  #openInvite(invite: MeshStart["invites"][number]): void {
    if (!this.#desk.open(invite)) this.#count("invites_refused");
    this.#gateStale = true;
  }

  #useKeys(keys: MeshStart["keys"]): void {
    if (keys.node !== this.#self) return this.#count("keys_refused");
    if (keys.generation === this.#doorway.keys.generation) return;
    this.#doorway.useKeys(keys);
    this.#writer.useKeys(keys);
    this.#gateStale = true;
    this.#dialDue();
  }

  // Connections

  #onTransport(event: TransportEvent): void {
    const { link } = event;
    switch (event.type) {
      case "connected":
        return this.#table.connected(link, this.#nowMs);
      case "accepted":
        if (!this.#table.accepted(link, event.token, this.#nowMs)) {
          this.#effects.push({ type: "close", link });
        }
        return;
      case "cell":
        return this.#onCell(link, event.cell);
      case "closed": {
        const peer = this.#table.closed(link);
        if (peer) this.#lost(peer);
        return;
      }
    }
  }

  #onCell(id: LinkId, cell: Uint8Array): void {
    const connection = this.#table.get(id);
    const link = connection?.link;
    if (!connection || !link) return this.#count("cells_unexpected");
    for (const outcome of link.receive(cell, this.#nowMs)) {
      switch (outcome.type) {
        case "opened":
          this.#onOpened(connection);
          break;
        case "failed":
          this.#close(connection);
          break;
        case "message":
          this.#onMessage(connection, outcome.message);
          break;
      }
      if (!this.#table.get(id)) return;
    }
  }

  #onOpened(connection: Connection): void {
    const { link, pass } = connection;
    if (pass.type === "invite") return this.#count("guests_received");
    const proven = link?.remoteStatic?.toHex() === pass.peerNoise.toHex();
    if (!proven || !this.#roster.isActive(pass.node, this.#wallMs)) {
      this.#count("peers_refused");
      return this.#close(connection);
    }
    this.#count("links_opened");
    const loser = this.#table.surplus(connection, (each) => this.#fresh(each));
    for (const each of loser) {
      this.#count("links_surplus");
      this.#close(each);
    }
    if (!loser.includes(connection)) this.#compare(connection);
  }

  #close(connection: Connection): void {
    this.#effects.push({ type: "close", link: connection.id });
    const peer = this.#table.closed(connection.id);
    if (peer) this.#lost(peer);
  }

  /** A dial failed or a link ended. */
  #lost({ pass, link, dialled }: Connection): void {
    if (pass.type !== "member") return;
    const openedMs = link?.openedMs;
    this.#count(openedMs === undefined ? "links_failed" : "links_closed");
    if (openedMs === undefined) {
      // A caller that failed says nothing about whether it can be reached.
      if (!dialled) return;
    } else if (this.#table.linked(pass.node)) return;
    else if (this.#nowMs - openedMs >= steadyMs) {
      this.#dialler.succeeded(pass.node);
    }
    this.#dialler.failed(pass.node, this.#nowMs, this.#drawUniform());
  }

  /** Whether both ends of a link use their newest keys. */
  #fresh({ pass }: Connection): boolean {
    return pass.type === "member" &&
      pass.own.generation === this.#doorway.keys.generation &&
      this.#roster.byNoiseKey(pass.peerNoise, this.#wallMs)?.node === pass.node;
  }

  #dialDue(): void {
    const epoch = epochOf(this.#self, this.#wallMs);
    if (this.#plan?.epoch !== epoch) {
      const active = this.#activeMembers().filter(isReachable);
      const nodes = active.map(({ node }) => node);
      this.#plan = { plan: planDials(this.#self, nodes, epoch), epoch };
    }
    const busy = this.#table.busy((each) => this.#fresh(each));
    const due = this.#dialler.due(this.#plan.plan, busy, this.#nowMs);
    for (const peer of due) this.#dial(peer);
  }

  #dial(peer: NodeId): void {
    const member = this.#roster.member(peer);
    if (!member?.certificate) return;
    const attempt = this.#dialler.dialled(peer, this.#nowMs);
    const address = member.addresses[attempt % member.addresses.length];
    if (address === undefined) return;
    const pass = this.#doorway.passTo(member);
    const link = this.#table.dial(pass, this.#nowMs);
    if (link === undefined) return this.#count("dials_refused");
    const token = this.#doorway.tokenFor(pass, this.#wallMs, this.#random);
    const { certificate } = member;
    const request = { link, address, certificate, token };
    this.#effects.push({ type: "dial", request });
  }

  // What peers say

  #onMessage(connection: Connection, message: LinkMessage): void {
    if (connection.pass.type === "invite") {
      if (message.type !== "enrol_request") {
        return this.#count("messages_unexpected");
      }
      return this.#onGuest(connection, message);
    }
    switch (message.type) {
      case "signed":
        return this.#onSigned(connection, message.message, message.urgency);
      case "have": {
        const { streams, last } = message;
        const theirs = connection.haves.add(streams.map(own), last);
        if (!theirs) return;
        const missing = this.#flood.missing(theirs, repairsPerRoundMax);
        this.#count("messages_repaired", missing.length);
        for (const each of missing) this.#sendSigned(connection, each);
        return;
      }
      case "roster_digest":
        if (message.digest.toHex() === this.#roster.digest().toHex()) return;
        return this.#sendIndex(connection);
      case "roster_index": {
        const marks = message.marks.map((mark) => mark.slice());
        const theirs = connection.indexes.add(marks, message.last);
        if (!theirs) return;
        const missing = entriesMissing(this.#roster.entries(), theirs);
        for (const entry of missing) this.#sendEntry(connection, entry, 1);
        return;
      }
      case "roster_entry":
        this.#entering.push({
          entry: message.entry.slice(),
          from: connection.id,
        });
        return;
      case "rekey":
      case "enrol_request":
      case "enrol_answer":
        return this.#count("messages_unexpected");
    }
  }

  #onSigned(from: Connection, bytes: Uint8Array, urgency: Urgency): void {
    const read = readMessage(bytes);
    if (!read) return this.#count("messages_malformed");
    const member = this.#roster.byPrefix(read.origin);
    if (!member) return this.#count("messages_of_strangers");
    const message: FloodMessage = {
      origin: member.node,
      incarnation: read.incarnation,
      counter: read.counter,
      urgency,
      bytes: read.bytes,
    };
    const standing = this.#flood.look(message);
    if (standing === "known") return this.#count("messages_known");
    if (verifyMessage(read, this.#roster, this.#wallMs) !== member.node) {
      return this.#count("messages_unsigned");
    }
    if (standing === "conflict") return this.#count("equivocations");
    this.#flood.accept(message);
    // Our own messages of before a restart come back; they are kept for repair.
    if (member.node !== this.#self) {
      this.#count("messages_delivered");
      const { payload } = read;
      this.#emit({ type: "delivered", origin: member.node, payload });
    }
    for (const each of this.#table.members()) {
      if (each !== from) this.#sendSigned(each, message);
    }
  }

  #onGuest(
    connection: Connection,
    request: LinkMessage & { type: "enrol_request" },
  ): void {
    const { pass, link } = connection;
    const guest = link?.remoteStatic;
    if (pass.type !== "invite" || !guest) return;
    const answer = this.#desk.answer({
      invite: pass.invite,
      admission: request.admission,
      card: request.card,
      guest,
      roster: this.#roster,
      keys: this.#doorway.keys,
      wallMs: this.#wallMs,
    });
    this.#count(`guests_${answer.code}`);
    const admitted = answer.code === "admitted";
    const entries = admitted ? [...this.#roster.entries()] : [];
    this.#push(connection, {
      type: "enrol_answer",
      code: answer.code,
      meshSecret: admitted ? this.#meshSecret : new Uint8Array(32),
      entries: entries.length,
    }, { urgency: 0, origin: linkTalk });
    connection.backlog = entries.map((entry) =>
      encodeLinkMessage({ type: "roster_entry", entry })
    );
    if (!admitted || !answer.first) return;
    this.#emit({ type: "invite_used", id: pass.invite.id });
    this.#rosterChanged();
    this.#spreadRoster();
    this.#sayRoster();
  }

  // The roster

  #mergeEntering(): void {
    const due = this.#nowMs >= this.#mergedMs + mergeEveryMs ||
      this.#entering.length >= enteringMax;
    if (this.#entering.length === 0 || !due) return;
    const entering = this.#entering;
    this.#entering = [];
    this.#mergedMs = this.#nowMs;
    if (!this.#mergeRoster(entering.map(({ entry }) => entry))) return;
    const heardFrom = new Map(
      entering.map(({ entry, from }) => [entryMark(entry).toHex(), from]),
    );
    this.#spreadRoster(heardFrom);
    this.#rosterUnsaid = true;
    if (this.#nowMs >= this.#rosterSaidMs + rosterEventMs) this.#sayRoster();
  }

  /** Whether anything new counts now. */
  #mergeRoster(entries: readonly Uint8Array[]): boolean {
    const { added, rejected } = this.#roster.merge(entries, this.#wallMs);
    if (rejected > 0) this.#count("entries_rejected", rejected);
    if (added === 0) return false;
    this.#count("entries_added", added);
    this.#rosterChanged();
    return true;
  }

  #rosterChanged(): void {
    this.#gateStale = true;
    this.#plan = undefined;
    this.#enforce();
  }

  /** Closes the sessions of those who may no longer take part, at once. */
  #enforce(): void {
    this.#refreshGate(this.#wallMs);
    for (const each of this.#table.all()) {
      if (each.pass.type !== "member" || this.#honoured(each.pass)) continue;
      this.#count("links_revoked");
      this.#close(each);
    }
  }

  #honoured(pass: MemberPass): boolean {
    return this.#doorway.honours(pass) &&
      this.#roster.isActive(pass.node, this.#wallMs);
  }

  /** Floods the entries that count and were not flooded yet. */
  #spreadRoster(heardFrom?: ReadonlyMap<string, LinkId>): void {
    const entries = this.#roster.entries();
    for (const entry of entries) {
      const mark = this.#mark(entry);
      if (this.#spread.has(mark)) continue;
      for (const each of this.#table.members()) {
        if (each.id !== heardFrom?.get(mark)) this.#sendEntry(each, entry, 0);
      }
    }
    // Exactly what is held now, so the set stays as bounded as the roster.
    this.#spread = new Set(entries.map((entry) => this.#mark(entry)));
  }

  #mark(entry: Uint8Array): string {
    const known = this.#marks.get(entry);
    if (known !== undefined) return known;
    const mark = entryMark(entry).toHex();
    this.#marks.set(entry, mark);
    return mark;
  }

  #refreshGate(wallMs: number): void {
    if (!this.#gateStale) return;
    this.#gateStale = false;
    this.#doorway.refresh(this.#roster, this.#desk.invites(), wallMs);
  }

  #activeMembers(): Member[] {
    return this.#roster.members(this.#wallMs).filter(({ node }) =>
      this.#roster.isActive(node, this.#wallMs)
    );
  }

  // What is said

  /** Tells a peer what is held here, messages and roster; it sends the rest. */
  #compare(connection: Connection): void {
    for (
      const { items, last } of cutParts(
        this.#flood.streams(),
        streamsPerPartMax,
      )
    ) {
      this.#push(connection, { type: "have", streams: items, last }, {
        urgency: 1,
        origin: linkTalk,
      });
    }
    this.#push(connection, {
      type: "roster_digest",
      digest: this.#roster.digest(),
    }, { urgency: 1, origin: linkTalk });
  }

  #sendIndex(connection: Connection): void {
    const marks = this.#roster.entries().map((entry) =>
      Uint8Array.fromHex(this.#mark(entry))
    );
    for (const { items, last } of cutParts(marks, marksPerPartMax)) {
      this.#push(connection, { type: "roster_index", marks: items, last }, {
        urgency: 1,
        origin: linkTalk,
      });
    }
  }

  #sendSigned(connection: Connection, message: FloodMessage): void {
    const { origin, incarnation, counter, urgency, bytes } = message;
    this.#push(connection, { type: "signed", urgency, message: bytes }, {
      urgency,
      origin,
      key: `${origin} ${incarnation} ${counter}`,
    });
  }

  #sendEntry(
    connection: Connection,
    entry: Uint8Array,
    urgency: Urgency,
  ): void {
    this.#push(connection, { type: "roster_entry", entry }, {
      urgency,
      origin: rosterTalk,
      key: this.#mark(entry),
    });
  }

  #push(
    { link }: Connection,
    message: LinkMessage,
    place: { urgency: Urgency; origin: string; key?: string },
  ): void {
    if (!link?.isOpen) return;
    link.push({ ...place, bytes: encodeLinkMessage(message) });
  }

  /** Moves every cell that leaves now. */
  #pump(onSlots: boolean): void {
    for (const connection of this.#table.all()) {
      const { link, pass } = connection;
      if (!link || (!onSlots && this.#table.isSlotted(connection))) continue;
      this.#fillFromBacklog(connection);
      let cell = link.pulse(this.#nowMs);
      while (cell) {
        this.#count("cells_sent");
        this.#effects.push({ type: "send", link: connection.id, cell });
        if (link.isOpen && pass.type === "member") {
          if (connection.round.cellSent()) this.#compare(connection);
        }
        this.#fillFromBacklog(connection);
        cell = link.pulse(this.#nowMs);
      }
    }
  }

  #fillFromBacklog({ link, backlog }: Connection): void {
    while (link && backlog.length > 0 && link.waiting < guestQueueTarget) {
      const bytes = backlog.shift();
      if (bytes) link.push({ urgency: 1, origin: rosterTalk, bytes });
    }
  }

  // The clock

  #keepHouse(): void {
    this.#housekeepingAtMs = this.#nowMs + housekeepingMs;
    if (this.#desk.expire(this.#wallMs)) this.#gateStale = true;
    if (this.#doorway.outlived(this.#wallMs)) this.#gateStale = true;
    this.#enforce();
    for (const each of this.#table.all()) {
      const guest = each.pass.type === "invite";
      const tooLong = guest && this.#nowMs > each.startedMs + enrolmentMsMax;
      if (!tooLong && !this.#table.isSilent(each, this.#nowMs)) continue;
      this.#count(each.link?.isOpen ? "links_silent" : "links_timed_out");
      this.#close(each);
    }
    this.#dialDue();
    if (this.#rosterUnsaid) this.#sayRoster();
  }

  // The owner

  #sayRoster(): void {
    this.#rosterUnsaid = false;
    this.#rosterSaidMs = this.#nowMs;
    const members = this.#roster.members(this.#wallMs).map(viewOf);
    this.#emit({
      type: "roster",
      entries: [...this.#roster.entries()],
      members,
    });
  }

  #report(): MeshReport {
    const links = this.#table.members().flatMap(({ link, pass }) =>
      link?.openedMs === undefined || pass.type !== "member" ? [] : [{
        peer: pass.node,
        dialled: link.dialled,
        silentMs: this.#nowMs - link.lastHeardMs,
        upMs: this.#nowMs - link.openedMs,
      }]
    );
    const counters = Object.fromEntries([...this.#counters].sort());
    return { profile: this.#profile.name, links, counters };
  }

  #emit(event: MeshEvent): void {
    this.#effects.push({ type: "emit", event });
  }

  #count(name: string, times = 1): void {
    if (times === 0) return;
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + times);
  }

  #drawUniform(): number {
    const bytes = new Uint8Array(4);
    this.#random.fill(bytes);
    return new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
  }
}

function isReachable({ addresses, certificate }: Member): boolean {
  return addresses.length > 0 && certificate !== undefined;
}

/** Own copies of a stream's bytes, which are views into a cell's. */
function own<S extends { origin: Uint8Array; map: Uint8Array }>(stream: S): S {
  return {
    ...stream,
    origin: stream.origin.slice(),
    map: stream.map.slice(),
  };
}

function viewOf(member: Member): MemberView {
  const { node, name, addresses, custodian, generation, notAfterMs } = member;
  const revoked = member.revoked || member.forked;
  return {
    node,
    name,
    addresses,
    custodian,
    revoked,
    generation,
    notAfterMs,
  };
}
