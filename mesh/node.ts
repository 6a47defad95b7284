/**
 * One node of the mesh: roster, gate, links, flood, repair and liveness put
 * together. An event goes in, effects come out; no clock, no socket and no
 * randomness of its own is in reach, so the simulator runs this very file.
 *
 * Who links to whom is `overlay/neighbours.ts`, the life of one connection
 * `link.ts`, their set `link_table.ts`; messages are `broadcast.ts`, roster
 * entries `roster_spread.ts`, what guests are told `enrolment_desk.ts`.
 * Performing the effects is `driver.ts`.
 *
 * Whatever a peer gets wrong is rejected and counted; nothing a peer says
 * makes this file throw.
 *
 * @module
 */
import { Broadcast } from "./broadcast.ts";
import { Doorway, type MemberPass } from "./doorway.ts";
import { EnrolmentDesk } from "./enrolment_desk.ts";
import { type Connection, LinkTable, say } from "./link_table.ts";
import type {
  MemberView,
  MeshCommand,
  MeshEvent,
  MeshReport,
  MeshStart,
} from "./mesh.ts";
import type { NodeId } from "./node_id.ts";
import { Dialler } from "./overlay/dialler.ts";
import { type DialPlan, epochOf, planDials } from "./overlay/neighbours.ts";
import { type Profile, profiles } from "./profile.ts";
import { type Member, Roster } from "./roster.ts";
import { RosterSpread } from "./roster_spread.ts";
import { encodeLinkMessage, type LinkMessage } from "./wire/link_message.ts";
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
/** Time between two `roster` events, unless the owner caused the change. */
const rosterEventMs = 1_000;
/** A guest's connection lives at most this long: 500 members take 20 s. */
const enrolmentMsMax = 120_000;
/** Entries a guest's queue is kept filled with. */
const guestQueueTarget = 32;

/** A link that lived so long was no failure, so the next dial comes soon. */
const steadyMs = 10_000;

/** A node and everything it knows. */
export class MeshNode {
  readonly #self: NodeId;
  readonly #profile: Profile;
  readonly #random: Random;
  readonly #meshSecret: Uint8Array;
  readonly #roster: Roster;
  readonly #doorway: Doorway;
  readonly #desk = new EnrolmentDesk();
  readonly #broadcast: Broadcast;
  readonly #spread: RosterSpread;
  readonly #dialler = new Dialler();
  readonly #table: LinkTable;
  readonly #counters = new Map<string, number>();
  #plan: { plan: DialPlan; epoch: number } | undefined;
  #active = 0;
  #gateStale = true;
  #rosterUnsaid = false;
  #stopped = false;
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
    const count = (name: string, times?: number) => this.#count(name, times);
    this.#table = new LinkTable({
      self: this.#self,
      meshId: start.meshId,
      profile: this.#profile,
      random,
      doorway: this.#doorway,
      count,
    });
    this.#spread = new RosterSpread(this.#roster, this.#table, count);
    this.#broadcast = new Broadcast({
      start,
      roster: this.#roster,
      table: this.#table,
      count,
      deliver: (origin, payload) =>
        this.#emit({ type: "delivered", origin, payload }),
    });
    this.#spread.merge(start.roster, o.wallMs);
    this.#spread.spread();
    for (const invite of start.invites) this.#openInvite(invite);
  }

  /** When a `wake` is due, on the clock of `nowMs`. */
  wakeAtMs(): number {
    if (this.#stopped) return Infinity;
    return Math.min(
      this.#housekeepingAtMs,
      this.#spread.mergeAtMs(),
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
    this.#mergeHeard();
    // Only the clock moves cells on slots, whatever else happens between.
    this.#pump(event.type === "wake");
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #onCommand(command: MeshCommand): void {
    switch (command.type) {
      case "publish":
        return this.#broadcast.publish(command.payload, command.urgency);
      case "merge_roster":
        if (this.#spread.merge(command.entries, this.#wallMs)) {
          this.#rosterChanged();
          this.#spread.spread();
        }
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

  #openInvite(invite: MeshStart["invites"][number]): void {
    if (!this.#desk.open(invite)) this.#count("invites_refused");
    this.#gateStale = true;
  }

  #useKeys(keys: MeshStart["keys"]): void {
    if (keys.node !== this.#self) return this.#count("keys_refused");
    if (keys.generation === this.#doorway.keys.generation) return;
    this.#doorway.useKeys(keys);
    this.#broadcast.useKeys(keys);
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

  #currentPlan(): DialPlan {
    const epoch = epochOf(this.#self, this.#wallMs);
    if (this.#plan?.epoch !== epoch) {
      const nodes = this.#roster.members(this.#wallMs)
        .filter(isReachable)
        .map(({ node }) => node)
        .filter((node) => this.#roster.isActive(node, this.#wallMs));
      this.#plan = { plan: planDials(this.#self, nodes, epoch), epoch };
    }
    return this.#plan.plan;
  }

  #dialDue(): void {
    const busy = this.#table.busy((each) => this.#fresh(each));
    const due = this.#dialler.due(this.#currentPlan(), busy, this.#nowMs);
    for (const peer of due) this.#dial(peer);
  }

  /** Ends the links we dialled and the plan no longer needs. */
  #retireLinks(): void {
    const dialled = new Map<NodeId, Connection>();
    const linked = new Set<NodeId>();
    for (const each of this.#table.members()) {
      if (each.pass.type !== "member") continue;
      linked.add(each.pass.node);
      if (each.dialled) dialled.set(each.pass.node, each);
    }
    const peers = new Set(dialled.keys());
    const plan = this.#currentPlan();
    for (const peer of this.#dialler.surplus(plan, peers, linked)) {
      const connection = dialled.get(peer);
      if (!connection) continue;
      this.#count("links_retired");
      this.#close(connection);
    }
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
      case "signed": {
        const { message: bytes, urgency } = message;
        return this.#broadcast.take(connection, bytes, urgency, this.#wallMs);
      }
      case "have":
        return this.#broadcast.repair(
          connection,
          message.streams,
          message.last,
        );
      case "roster_digest":
        return this.#spread.answerDigest(connection, message.digest);
      case "roster_index":
        return this.#spread.repair(connection, message.marks, message.last);
      case "roster_entry":
        return this.#spread.hear(message.entry, connection.id);
      case "rekey":
      case "enrol_request":
      case "enrol_answer":
        return this.#count("messages_unexpected");
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
    say(connection, {
      type: "enrol_answer",
      code: answer.code,
      meshSecret: admitted ? this.#meshSecret : new Uint8Array(32),
      entries: entries.length,
    }, { urgency: 0, origin: "link" });
    connection.backlog = entries.map((entry) =>
      encodeLinkMessage({ type: "roster_entry", entry })
    );
    if (!admitted || !answer.first) return;
    this.#emit({ type: "invite_used", id: pass.invite.id });
    this.#rosterChanged();
    this.#spread.spread();
    this.#sayRoster();
  }

  // The roster

  #mergeHeard(): void {
    if (!this.#spread.mergeHeard(this.#nowMs, this.#wallMs)) return;
    this.#rosterChanged();
    this.#rosterUnsaid = true;
    if (this.#nowMs >= this.#rosterSaidMs + rosterEventMs) this.#sayRoster();
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

  #refreshGate(wallMs: number): void {
    if (!this.#gateStale) return;
    this.#gateStale = false;
    this.#doorway.refresh(this.#roster, this.#desk.invites(), wallMs);
  }

  // What is said

  #compare(connection: Connection): void {
    this.#broadcast.compare(connection);
    this.#spread.compare(connection);
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
      if (bytes) link.push({ urgency: 1, origin: "roster", bytes });
    }
  }

  // The clock

  #keepHouse(): void {
    // After a sleep of our own the peers' cells may wait to be read.
    const slept = this.#nowMs > this.#housekeepingAtMs + housekeepingMs;
    this.#housekeepingAtMs = this.#nowMs + housekeepingMs;
    if (this.#desk.expire(this.#wallMs)) this.#gateStale = true;
    if (this.#doorway.outlived(this.#wallMs)) this.#gateStale = true;
    const active = this.#countActive();
    if (active !== this.#active) this.#plan = undefined;
    this.#active = active;
    this.#enforce();
    if (!slept) this.#closeSilent();
    this.#dialDue();
    this.#retireLinks();
    if (this.#rosterUnsaid) this.#sayRoster();
  }

  /** Memberships end by the clock, too. */
  #countActive(): number {
    return this.#roster.members(this.#wallMs).filter(({ node }) =>
      this.#roster.isActive(node, this.#wallMs)
    ).length;
  }

  #closeSilent(): void {
    for (const each of this.#table.all()) {
      const guest = each.pass.type === "invite";
      const tooLong = guest && this.#nowMs > each.startedMs + enrolmentMsMax;
      if (!tooLong && !this.#table.isSilent(each, this.#nowMs)) continue;
      this.#count(each.link?.isOpen ? "links_silent" : "links_timed_out");
      this.#close(each);
    }
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
