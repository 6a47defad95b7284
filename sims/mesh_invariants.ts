/**
 * What must hold at every moment of a mesh in trouble. A breach is a sentence;
 * a run that collects one has failed.
 *
 * - A cell has one size, and a link sends at most one per slot, inside the
 *   slot's window.
 * - A word of an honest member reaches every honest member that is connected,
 *   in time, and none of them twice.
 * - Whoever was put out has no open session after a while.
 * - Nothing grows without bound: links, timers, events to come.
 *
 * That the schedule does not depend on what is said needs a second run to
 * compare with, see `mesh_run.ts`; so does that a seed decides everything.
 *
 * Bounds: `breachesMax` sentences; one record per word and per link.
 *
 * @module
 */
import { cellBytes, linksMax, type NodeId } from "../mesh/mod.ts";
import type { MeshScenario } from "./mesh_scenario.ts";
import type { MeshMember, MeshWorld, WorldEvent } from "./world/mesh_world.ts";

/** Breaches kept; the first ones tell the story. */
const breachesMax = 20;
/** Timers of one node: for cells, for housekeeping and for the rest. */
const timersMax = 3;
/** Events to come, per member: cells on their way, retransmissions, timers. */
const pendingPerMemberMax = 20_000;
/**
 * How far behind the start of its slot a cell may leave, as a share of T: half
 * is drawn, a quarter is the lateness after which a slot is skipped.
 */
const slotShareMax = 3 / 4;
/** Of a long word, what one cell surely carries besides other words. */
const pieceBytes = 240;
/** Ways between two members of a small mesh. */
const waysMax = 3;
/** Timers count whole milliseconds. */
const roundingMs = 1 + 1e-6;

interface Schedule {
  readonly startMs: number;
  slot: number;
}

interface Word {
  readonly text: string;
  readonly from: MeshMember;
  readonly deadlineMs: number;
  /** Who holds it, and in which of its runs. */
  readonly holders: Map<MeshMember, number>;
}

/** Watches a mesh world after every event. */
export class MeshInvariants {
  readonly #world: MeshWorld;
  readonly #scenario: MeshScenario;
  readonly #breaches: string[] = [];
  /** By member and link. */
  readonly #schedules = new Map<MeshMember, Map<number, Schedule>>();
  readonly #words = new Map<string, Word>();
  /** Of those, the ones whose time is not over, the next to end first. */
  #waiting: Word[] = [];
  readonly #heard = new Set<string>();
  readonly #revoked = new Map<NodeId, number>();

  /** Begins before anybody is started. */
  constructor(world: MeshWorld, scenario: MeshScenario) {
    this.#world = world;
    this.#scenario = scenario;
  }

  /** What was broken so far. */
  get breaches(): readonly string[] {
    return this.#breaches;
  }

  /** Words that were said by honest members. */
  get words(): number {
    return this.#words.size;
  }

  /** Takes one event of the world. */
  take(event: WorldEvent, member: MeshMember): void {
    switch (event.type) {
      case "sent":
        if (member.isHonest) this.#checkSlot(event, member);
        return;
      case "connected":
      case "accepted": {
        const links = this.#schedules.get(member) ?? new Map();
        this.#schedules.set(member, links);
        links.set(event.link, { startMs: event.hostMs, slot: -1 });
        return;
      }
      case "closed":
        this.#schedules.get(member)?.delete(event.link);
        return;
      case "published":
        return this.#follow(event.payload, member);
      case "delivered":
        return this.#deliver(textOf(event.payload), member);
      case "stopped":
        this.#schedules.delete(member);
        return;
      case "started":
        return;
      case "failed":
        return this.breach(`${member.name} threw: ${event.message}`);
    }
  }

  /** Whoever `node` is: from now on it is put out. */
  revoked(node: NodeId): void {
    const { calmMs, recoveredMs, troubled, revocationMsMax } = this.#scenario;
    const nowMs = this.#world.clock.nowMs();
    const atMs = troubled && nowMs < calmMs
      ? recoveredMs
      : nowMs + revocationMsMax;
    this.#revoked.set(node, Math.min(atMs, this.#revoked.get(node) ?? atMs));
  }

  /** To be called after each event: whatever had to be there by now. */
  checkDeadlines(): void {
    const nowMs = this.#world.clock.nowMs();
    for (;;) {
      const next = this.#waiting[0];
      if (!next || next.deadlineMs >= nowMs) return;
      this.#waiting.shift();
      this.#checkDelivery(next);
    }
  }

  /** To be called now and then: what only a look at everybody shows. */
  inspect(): void {
    const { clock, members } = this.#world;
    if (clock.pending > pendingPerMemberMax * members.length) {
      this.breach(`${clock.pending} events are to come`);
    }
    const nowMs = clock.nowMs();
    for (const member of members) {
      if (!member.isHonest || !member.isUp) continue;
      const links = member.report()?.links ?? [];
      if (links.length > linksMax) {
        this.breach(`${member.name} has ${links.length} links`);
      }
      if (!member.part && member.clock.timers > timersMax) {
        this.breach(`${member.name} waits for ${member.clock.timers} timers`);
      }
      for (const { peer } of links) {
        if (nowMs <= (this.#revoked.get(peer) ?? Infinity)) continue;
        this.breach(
          `${member.name} still has a session with ${
            peer.slice(0, 8)
          }, put out`,
        );
      }
    }
  }

  /** Writes down that something was broken. */
  breach(sentence: string): void {
    const atMs = Math.round(this.#world.clock.nowMs());
    if (this.#breaches.length < breachesMax) {
      this.#breaches.push(`at ${atMs} ms: ${sentence}`);
    }
  }

  #checkSlot(
    { link, hostMs, cell }: WorldEvent & { type: "sent" },
    member: MeshMember,
  ): void {
    if (cell.length !== cellBytes) {
      this.breach(`${member.name} sent ${cell.length} bytes`);
    }
    const { slotted, periodMs } = this.#world.profile;
    const schedule = this.#schedules.get(member)?.get(link);
    if (!slotted || !schedule) return;
    const sinceMs = hostMs - schedule.startMs;
    const slot = Math.floor(sinceMs / periodMs);
    if (slot <= schedule.slot) {
      this.breach(`${member.name} sent twice in slot ${slot} of link ${link}`);
    }
    const shiftMs = sinceMs - slot * periodMs;
    if (shiftMs > slotShareMax * periodMs + roundingMs) {
      this.breach(
        `${member.name} sent ${shiftMs} ms into slot ${slot} of link ${link}`,
      );
    }
    schedule.slot = slot;
  }

  #follow(payload: Uint8Array, from: MeshMember): void {
    if (!from.isHonest) return;
    const text = textOf(payload);
    const { calmMs, recoveredMs, troubled } = this.#scenario;
    // What does not fit one cell takes a slot per piece on each way.
    const pieces = Math.floor(payload.length / pieceBytes);
    const { periodMs } = this.#world.profile;
    const deliveryMsMax = this.#scenario.deliveryMsMax +
      2 * waysMax * pieces * periodMs;
    const nowMs = this.#world.clock.nowMs();
    const deadlineMs = troubled && nowMs < calmMs
      ? recoveredMs
      : nowMs + deliveryMsMax;
    const holders = new Map([[from, from.starts]]);
    const word = { text, from, deadlineMs, holders };
    this.#words.set(text, word);
    this.#waiting.push(word);
    this.#waiting.sort((a, b) => a.deadlineMs - b.deadlineMs);
  }

  #deliver(text: string, member: MeshMember): void {
    const name = `${member.index} ${member.starts} ${text}`;
    if (this.#heard.has(name) && member.isHonest) {
      this.breach(`${member.name} was told "${shown(text)}" twice`);
    }
    this.#heard.add(name);
    this.#words.get(text)?.holders.set(member, member.starts);
  }

  #checkDelivery({ text, from, holders }: Word): void {
    if (this.#revoked.has(from.keys.node)) return;
    // Whoever said it and forgot it in a crash took it along.
    const held = [...holders].filter(([member, starts]) =>
      member.isHonest && member.isUp && member.starts === starts
    ).map(([member]) => member);
    for (const member of this.#connectedTo(held)) {
      if (holders.has(member)) continue;
      this.breach(
        `"${shown(text)}" of ${from.name} did not reach ${member.name}`,
      );
    }
  }

  /** The honest that an honest path of open links joins to one of `held`. */
  #connectedTo(held: readonly MeshMember[]): Set<MeshMember> {
    const honest = this.#world.members.filter((each) =>
      each.isHonest && each.isUp && !this.#revoked.has(each.keys.node)
    );
    const byNode = new Map(honest.map((each) => [each.keys.node, each]));
    const peers = new Map(honest.map((each) => [
      each,
      (each.report()?.links ?? []).flatMap(({ peer }) =>
        byNode.get(peer) ?? []
      ),
    ]));
    const reached = new Set(held.filter((each) => peers.has(each)));
    // A set grows while it is walked.
    for (const each of reached) {
      for (const peer of peers.get(each) ?? []) {
        if (peers.get(peer)?.includes(each)) reached.add(peer);
      }
    }
    return reached;
  }
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

function shown(text: string): string {
  return text.split(" ", 1)[0] ?? "";
}
