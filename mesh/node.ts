/**
 * One node of the mesh: roster, gate, links, flood, repair and liveness put
 * together. An event goes in, effects come out; no clock, no socket and no
 * randomness of its own is in reach, so the simulator runs this very file.
 *
 * The life of one connection is `link.ts`, their set `link_table.ts`, which
 * there should be `link_keeper.ts`, their cells `pump.ts`; messages are
 * `broadcast.ts`, roster entries `roster_spread.ts`, what follows from them
 * `roster_rule.ts`, what guests are told `enrolment_desk.ts`. Performing the
 * effects is `driver.ts`.
 *
 * Whatever a peer gets wrong is rejected and counted; nothing a peer says
 * makes this file throw.
 *
 * @module
 */
import { Broadcast } from "./broadcast.ts";
import { Doorway } from "./doorway.ts";
import { EnrolmentDesk, tellGuest } from "./enrolment_desk.ts";
import type { LinkOutcome } from "./link.ts";
import { LinkKeeper } from "./link_keeper.ts";
import { LifeWatch } from "./life_watch.ts";
import { type Connection, LinkTable } from "./link_table.ts";
import type { MeshCommand, MeshEvent, MeshReport, MeshStart } from "./mesh.ts";
import type { NodeId } from "./node_id.ts";
import { Routes } from "./overlay/routes.ts";
import type { PeerScript } from "./peer_script.ts";
import { type ProfileName, profileOfLink, profiles } from "./profile.ts";
import { pumpCells, type PumpOptions } from "./pump.ts";
import { workAtMs, workNow } from "./quiet_moment.ts";
import { Relay } from "./relay.ts";
import { RelaySeal } from "./relay_seal.ts";
import { RenewalKeeper } from "./renewal.ts";
import { Roster } from "./roster.ts";
import { RosterRule } from "./roster_rule.ts";
import { RosterSpread } from "./roster_spread.ts";
import { LeakAccount, reportOf } from "./traffic/leak_account.ts";
import type { LinkMessage } from "./wire/link_message.ts";
import type { DialRequest, LinkId, Random, TransportEvent } from "./world.ts";

/** What a node reacts to. */
export type NodeEvent =
  | { readonly type: "start" }
  /** A cell is due. */
  | { readonly type: "pulse" }
  /** Silence, expiry and dials are due to be looked at. */
  | { readonly type: "housekeeping" }
  /** Something else is due. */
  | { readonly type: "chores" }
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
/** Former keys end their day of grace without a change of the roster. Our choice. */
const retainEveryMs = 600_000;
/** A guest's connection lives at most this long: 500 members take 20 s. */
const enrolmentMsMax = 120_000;
/** What a crash may cost the leakage account. Our choice. */
const leakageSayMs = 600_000;

/** A node and everything it knows. */
export class MeshNode {
  readonly #self: NodeId;
  readonly #leaks: LeakAccount;
  readonly #meshSecret: Uint8Array;
  readonly #roster: Roster;
  readonly #doorway: Doorway;
  readonly #desk = new EnrolmentDesk();
  readonly #broadcast: Broadcast;
  readonly #routes = new Routes();
  readonly #relay: Relay;
  readonly #life: LifeWatch;
  readonly #spread: RosterSpread;
  readonly #table: LinkTable;
  readonly #keeper: LinkKeeper;
  readonly #rule: RosterRule;
  readonly #renewals: RenewalKeeper;
  readonly #pump: PumpOptions;
  readonly #counters = new Map<string, number>();
  #stopped = false;
  #housekeepingAtMs: number;
  #leakageAtMs: number;
  #retainedMs = -Infinity;
  #retainedFor = "";
  #effects: NodeEffect[] = [];
  #nowMs: number;
  #wallMs: number;

  constructor(
    o: {
      readonly start: MeshStart;
      readonly random: Random;
      readonly nowMs: number;
      readonly wallMs: number;
      readonly script?: PeerScript | undefined;
    },
  ) {
    const { start, random } = o;
    this.#self = start.keys.node;
    this.#meshSecret = start.meshSecret;
    this.#nowMs = o.nowMs;
    this.#wallMs = o.wallMs;
    this.#housekeepingAtMs = o.nowMs + housekeepingMs;
    this.#leakageAtMs = o.nowMs + leakageSayMs;
    const choices = Object.keys(profiles).length;
    this.#leaks = new LeakAccount(
      start.leakage,
      start.profile,
      choices,
      o.wallMs,
    );
    this.#roster = new Roster(start.meshId);
    this.#doorway = new Doorway(start.keys, start.meshSecret);
    const count = (name: string, times?: number) => this.#count(name, times);
    this.#table = new LinkTable({
      self: this.#self,
      meshId: start.meshId,
      profile: profiles[start.profile],
      paceTo: (node, profile) => {
        const { addresses = [] } = this.#roster.member(node) ?? {};
        return profileOfLink(profile, start.farProfile, addresses);
      },
      random,
      doorway: this.#doorway,
      script: o.script,
      count,
    });
    this.#spread = new RosterSpread(this.#roster, this.#table, count);
    this.#broadcast = new Broadcast({
      start,
      roster: this.#roster,
      table: this.#table,
      count,
      nowMs: o.nowMs,
      deliver: (origin, payload) =>
        this.#emit({ type: "delivered", origin, payload }),
      onMuted: (node, reason) =>
        this.#emit({ type: "equivocated", node, reason }),
      stated: (origin, payload) =>
        this.#life.hear(origin, payload, this.#nowMs, this.#wallMs),
      arrived: (origin, { pass }) => {
        if (pass.type !== "member") return;
        this.#routes.heard(origin, pass.node, this.#nowMs);
      },
    });
    this.#life = new LifeWatch({
      self: this.#self,
      incarnation: start.incarnation,
      profile: () => profiles[this.#leaks.inForce.profile],
      roster: this.#roster,
      table: this.#table,
      nowMs: o.nowMs,
      slotsSkipped: () => this.#counters.get("slots_skipped") ?? 0,
      count,
      say: (payload) =>
        this.#broadcast.publish({ payload, urgency: 1, topic: "mesh" }),
    });
    this.#relay = new Relay({
      self: this.#self,
      incarnation: start.incarnation,
      profile: () => profiles[this.#leaks.inForce.profile],
      roster: this.#roster,
      table: this.#table,
      routes: this.#routes,
      seal: new RelaySeal(start.meshId, start.meshSecret, random),
      random,
      ownKeys: () => this.#doorway.ownKeys,
      count,
      emit: (event) => this.#emit(event),
    });
    const shared = {
      roster: this.#roster,
      table: this.#table,
      doorway: this.#doorway,
      count,
      close: (connection: Connection) => this.#close(connection),
    };
    this.#keeper = new LinkKeeper({
      ...shared,
      self: this.#self,
      random,
      dial: (request) => this.#effects.push({ type: "dial", request }),
      close: (connection) => {
        if (connection.pass.type === "member") {
          this.#life.letGo(connection.pass.node);
        }
        this.#close(connection);
      },
    });
    this.#rule = new RosterRule({
      ...shared,
      spread: this.#spread,
      desk: this.#desk,
      keeper: this.#keeper,
      emit: (event) => this.#emit(event),
    });
    this.#renewals = new RenewalKeeper(start.keys, {
      isMuted: (node) => this.#broadcast.mutes.has(node),
      roster: this.#roster,
      linked: () => this.#table.peers(),
    });
    this.#pump = {
      table: this.#table,
      count,
      send: (link, cell) => this.#effects.push({ type: "send", link, cell }),
      compare: (connection) => this.#compare(connection),
    };
    this.#spread.merge(start.roster, o.wallMs);
    this.#spread.spread();
    for (const invite of start.invites) this.#openInvite(invite);
  }

  /** When a `pulse` is due, on the clock of `nowMs`. */
  pulseAtMs(): number {
    return this.#stopped ? Infinity : this.#table.wakeAtMs();
  }

  /** When `housekeeping` is due; nothing that is said moves it. */
  housekeepingAtMs(): number {
    return this.#stopped ? Infinity : this.#housekeepingAtMs;
  }

  /** When `chores` are due. */
  choresAtMs(): number {
    if (this.#stopped) return Infinity;
    return Math.min(
      workAtMs(this.#table, this.#nowMs),
      this.#spread.mergeAtMs(),
      this.#relay.wakeAtMs(),
      this.#life.wakeAtMs(),
    );
  }

  /** Whether the bearer of a token may open a connection; a token works once. */
  admit(token: Uint8Array, wallMs: number): boolean {
    return !this.#stopped && this.#rule.admit(token, wallMs);
  }

  /** Reacts to one event. */
  handle(event: NodeEvent, nowMs: number, wallMs: number): NodeEffect[] {
    if (this.#stopped) return [];
    this.#nowMs = nowMs;
    this.#wallMs = wallMs;
    switch (event.type) {
      case "start":
        this.#sayRoster();
        this.#sayLeakage();
        this.#dialDue();
        break;
      case "pulse":
        // Cells first; nothing but signing what they made room for comes after.
        pumpCells(this.#pump, nowMs, true);
        this.#broadcast.speak(nowMs);
        return this.#takeEffects();
      case "housekeeping":
        this.#keepHouse();
        break;
      case "chores":
        this.#relay.keepTime(nowMs, wallMs);
        this.#life.keepTime(nowMs, wallMs);
        this.#computeHandshake();
        break;
      case "transport":
        this.#onTransport(event.event);
        break;
      case "command":
        this.#onCommand(event.command);
        break;
    }
    this.#rule.mergeHeard(nowMs, wallMs);
    this.#broadcast.speak(nowMs);
    // Only the clock moves cells on slots, whatever else happens between.
    pumpCells(this.#pump, nowMs, false);
    this.#broadcast.speak(nowMs);
    return this.#takeEffects();
  }

  #takeEffects(): NodeEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #onCommand(command: MeshCommand): void {
    switch (command.type) {
      case "publish":
        return this.#broadcast.publish(command);
      case "tell": {
        const { to, payload, urgency } = command;
        const [now, wall] = [this.#nowMs, this.#wallMs];
        return this.#relay.tell(to, payload, urgency, now, wall);
      }
      case "ping": {
        const { to, id } = command;
        return this.#relay.ping(to, id, this.#nowMs, this.#wallMs);
      }
      case "merge_roster":
        this.#write(command.entries);
        return this.#sayRoster();
      case "open_invite":
        return this.#openInvite(command.invite);
      case "close_invite":
        this.#desk.close(command.id);
        return this.#rule.gateChanged();
      case "use_keys":
        return this.#useKeys(command.keys);
      case "use_profile":
        return this.#useProfile(command.profile, command.choices);
      case "report":
        return this.#emit({ type: "report", report: this.#report() });
      case "stop":
        for (const each of this.#table.all()) this.#close(each);
        this.#stopped = true;
        this.#sayLeakage();
        return this.#emit({ type: "stopped" });
    }
  }

  /** Takes entries of this node or its owner. */
  #write(entries: readonly Uint8Array[]): boolean {
    if (!this.#spread.merge(entries, this.#wallMs)) return false;
    this.#rule.rosterChanged(this.#wallMs);
    this.#spread.spread();
    return true;
  }

  #openInvite(invite: MeshStart["invites"][number]): void {
    if (!this.#desk.open(invite)) this.#count("invites_refused");
    this.#rule.gateChanged();
  }

  #useKeys(keys: MeshStart["keys"]): void {
    if (keys.node !== this.#self) return this.#count("keys_refused");
    if (keys.generation === this.#doorway.keys.generation) return;
    this.#doorway.useKeys(keys);
    this.#broadcast.useKeys(keys);
    this.#renewals.useKeys(keys);
    this.#rule.gateChanged();
    this.#dialDue();
  }

  #useProfile(profile: ProfileName, choices: number): void {
    this.#leaks.switched(profile, choices, this.#wallMs);
    this.#table.useProfile(profiles[profile]);
    this.#sayLeakage();
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
      case "closed":
        if (this.#table.get(link)?.link?.isOpen) this.#count("links_broken");
        return this.#forget(link);
    }
  }

  #onCell(id: LinkId, cell: Uint8Array): void {
    const connection = this.#table.get(id);
    const link = connection?.link;
    if (!connection || !link) return this.#count("cells_unexpected");
    this.#react(connection, link.receive(cell, this.#nowMs));
  }

  /** Only where no cell waits to leave; see `quiet_moment.ts`. */
  #computeHandshake(): void {
    if (this.#effects.some(({ type }) => type === "send")) return;
    const connection = workNow(this.#table, this.#nowMs);
    if (!connection?.link) return;
    this.#react(connection, connection.link.compute(this.#nowMs));
  }

  #react(connection: Connection, outcomes: readonly LinkOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.type === "opened") this.#onOpened(connection);
      else this.#onMessage(connection, outcome.message);
      if (!this.#table.get(connection.id)) return;
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
    this.#renewals.proveClock(this.#nowMs, this.#wallMs);
    this.#keeper.opened(connection);
    this.#spread.greet(connection);
    this.#compare(connection);
  }

  #close(connection: Connection): void {
    this.#effects.push({ type: "close", link: connection.id });
    this.#forget(connection.id);
  }

  #forget(id: LinkId): void {
    const gone = this.#table.closed(id);
    if (gone) this.#keeper.ended(gone, this.#nowMs);
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
        const [nowMs, wallMs] = [this.#nowMs, this.#wallMs];
        return this.#broadcast.take(connection, bytes, urgency, nowMs, wallMs);
      }
      case "sketch":
        return this.#broadcast.repair.takeSketch(connection, message.sketch);
      case "have":
        return this.#broadcast.repair.takeHave(connection, message);
      case "proof":
        return this.#broadcast.mutes.take(
          message.proof,
          this.#wallMs,
          connection,
        );
      case "roster_digest":
        return this.#spread.answerDigest(connection, message.digest);
      case "roster_index":
        return this.#spread.repair(connection, message);
      case "roster_entry":
        return this.#spread.hear(message.entry, connection.id);
      case "relayed":
        return this.#relay.take(
          connection,
          message,
          this.#nowMs,
          this.#wallMs,
        );
      case "rekey":
      case "pace":
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
    const entries = this.#roster.entries();
    tellGuest(connection, answer, this.#meshSecret, entries);
    if (answer.code !== "admitted" || !answer.first) return;
    this.#emit({ type: "invite_used", id: pass.invite.id });
    this.#rule.rosterChanged(this.#wallMs);
    this.#spread.spread();
    this.#sayRoster();
  }

  #compare(connection: Connection): void {
    this.#broadcast.repair.compare(connection);
    this.#spread.compare(connection);
  }

  // The clock

  #keepHouse(): void {
    // After a sleep of our own the peers' cells may wait to be read.
    const slept = this.#nowMs > this.#housekeepingAtMs + housekeepingMs;
    // On a beat: were the next counted from a late one, what made it late, a
    // message that was verified just then, would move every dial after it.
    this.#housekeepingAtMs = slept
      ? this.#nowMs + housekeepingMs
      : this.#housekeepingAtMs + housekeepingMs;
    this.#rule.keepTime(this.#wallMs);
    this.#doorway.prepare(this.#wallMs);
    this.#broadcast.keepTime(this.#nowMs, this.#wallMs);
    this.#retainMessages();
    if (!slept) this.#closeSilent();
    this.#closeSurplus();
    this.#dialDue();
    this.#keeper.retireLinks(this.#wallMs);
    const due = this.#renewals.entriesDue(this.#nowMs, this.#wallMs);
    this.#count("membership_entries_written", due.length);
    if (due.length > 0 && this.#write(due)) this.#sayRoster();
    this.#rule.sayUnsaid(this.#nowMs, this.#wallMs);
    if (this.#nowMs >= this.#leakageAtMs) this.#sayLeakage();
  }

  /** What counts depends on the roster, and on the hour for former keys. */
  #retainMessages(): void {
    const digest = `${this.#roster.digest()}`;
    const due = this.#nowMs >= this.#retainedMs + retainEveryMs;
    if (!due && digest === this.#retainedFor) return;
    this.#retainedFor = digest;
    this.#retainedMs = this.#nowMs;
    this.#broadcast.retain(this.#wallMs);
  }

  #dialDue(): void {
    this.#keeper.dialDue(this.#nowMs, this.#wallMs);
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

  #closeSurplus(): void {
    const surplus = this.#table.surplus(
      this.#nowMs,
      (each) => this.#keeper.isFresh(each, this.#wallMs),
    );
    for (const each of surplus) {
      this.#count("links_surplus");
      this.#close(each);
    }
  }

  // The owner

  #sayRoster(): void {
    this.#rule.say(this.#nowMs, this.#wallMs);
  }

  #report(): MeshReport {
    const links = this.#table.views(this.#nowMs);
    const counters = Object.fromEntries([...this.#counters].sort());
    const muted = this.#broadcast.mutes.views();
    const { profile } = this.#leaks.inForce;
    const leakage = reportOf(this.#leaks.total(counters));
    const health = this.#life.views(this.#nowMs);
    return { profile, leakage, links, muted, health, counters };
  }

  #sayLeakage(): void {
    this.#leakageAtMs = this.#nowMs + leakageSayMs;
    const counters = Object.fromEntries(this.#counters);
    const leakage = this.#leaks.total(counters);
    this.#emit({ type: "leakage", leakage });
  }

  #emit(event: MeshEvent): void {
    this.#effects.push({ type: "emit", event });
  }

  #count(name: string, times = 1): void {
    if (times === 0) return;
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + times);
  }
}
