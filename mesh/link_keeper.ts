/**
 * Keeps the links a node should have: dials those that are due, ends those it
 * dialled and no longer needs, and waits after a failure.
 *
 * Who should be linked to whom is `overlay/neighbours.ts`, and when to dial
 * again `overlay/dialler.ts`; this file asks both about the members that the
 * roster has now and the connections that the table holds.
 *
 * Bound: one plan, which names each active member at most once.
 *
 * @module
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { takesPart } from "./active_members.ts";
import type { Doorway } from "./doorway.ts";
import type { Connection, LinkTable } from "./link_table.ts";
import type { NodeId } from "./node_id.ts";
import { Dialler, patienceMs } from "./overlay/dialler.ts";
import {
  type DialPlan,
  epochOf,
  planDials,
  planDialsOut,
} from "./overlay/neighbours.ts";
import type { Roster } from "./roster.ts";
import type { Member } from "./member.ts";
import type { DialRequest, LinkId, Random } from "./world.ts";

/** What is counted here, by the name it has in the report. */
export type LinkKeeperCount =
  | "dials_refused"
  | "links_closed"
  | "links_failed"
  | "links_retired";

/** What the keeper stands on. */
export interface LinkKeeperOptions {
  readonly self: NodeId;
  readonly roster: Roster;
  readonly table: LinkTable;
  readonly doorway: Doorway;
  /** For tokens, and for spreading the waits after a failure. */
  readonly random: Random;
  readonly count: (name: LinkKeeperCount) => void;
  readonly dial: (request: DialRequest) => void;
  /** Ends a connection; `ended` is told, too. */
  readonly close: (connection: Connection) => void;
}

/** A link that lived so long was no failure, so the next dial comes soon. */
const steadyMs = 10_000;

/** The dials of one node. */
export class LinkKeeper {
  readonly #o: LinkKeeperOptions;
  readonly #dialler = new Dialler();
  /** Addresses of dials that are under way or open, by link. */
  readonly #addresses = new Map<LinkId, string>();
  #plan: { plan: DialPlan; epoch: number } | undefined;

  constructor(options: LinkKeeperOptions) {
    this.#o = options;
  }

  /** Plans anew at the next chance: other members count now. */
  forgetPlan(): void {
    this.#plan = undefined;
  }

  /** Dials whoever is due. */
  dialDue(nowMs: number, wallMs: number): void {
    const busy = this.#o.table.busy((each) => this.isFresh(each, wallMs));
    const slow = this.#o.table.unanswered(nowMs - patienceMs);
    const plan = this.#currentPlan(wallMs);
    const due = this.#dialler.due(plan, busy, nowMs, slow);
    for (const peer of due) this.#dial(peer, nowMs, wallMs);
  }

  /** Ends the links we dialled and the plan no longer needs. */
  retireLinks(wallMs: number): void {
    const dialled = new Map<NodeId, Connection>();
    const linked = new Set<NodeId>();
    for (const each of this.#o.table.members()) {
      if (each.pass.type !== "member") continue;
      linked.add(each.pass.node);
      if (each.dialled) dialled.set(each.pass.node, each);
    }
    const peers = new Set(dialled.keys());
    const plan = this.#currentPlan(wallMs);
    for (const peer of this.#dialler.surplus(plan, peers, linked)) {
      const connection = dialled.get(peer);
      if (!connection) continue;
      this.#o.count("links_retired");
      this.#o.close(connection);
    }
  }

  /** A dial failed or a link ended; the table has forgotten it. */
  ended({ id, pass, link, dialled }: Connection, nowMs: number): void {
    this.#addresses.delete(id);
    if (pass.type !== "member") return;
    const openedMs = link?.openedMs;
    this.#o.count(openedMs === undefined ? "links_failed" : "links_closed");
    if (openedMs === undefined) {
      // A caller that failed says nothing about whether it can be reached.
      if (!dialled) return;
      return this.#dialler.unreached(pass.node, nowMs, this.#drawUniform());
    } else if (this.#o.table.linked(pass.node)) return;
    else if (nowMs - openedMs >= steadyMs) this.#dialler.succeeded(pass.node);
    this.#dialler.failed(pass.node, nowMs, this.#drawUniform());
  }

  /** A link opened: the address it was dialled at goes first from now on. */
  opened({ id, pass }: Connection): void {
    const address = this.#addresses.get(id);
    if (address === undefined || pass.type !== "member") return;
    this.#dialler.reached(pass.node, address);
  }

  /** Whether both ends of a link use their newest keys. */
  isFresh({ pass }: Connection, wallMs: number): boolean {
    const { doorway, roster } = this.#o;
    if (pass.type !== "member") return false;
    const member = roster.member(pass.node);
    return pass.own.generation === doorway.keys.generation &&
      member !== undefined && takesPart(member, wallMs) &&
      equalBytes(member.noisePublic, pass.peerNoise);
  }

  #currentPlan(wallMs: number): DialPlan {
    const { self, roster } = this.#o;
    const epoch = epochOf(self, wallMs);
    if (this.#plan?.epoch !== epoch) {
      const active = roster.active(wallMs);
      const nodes = active.filter(isReachable).map(({ node }) => node);
      const plan = nodes.includes(self)
        ? planDials(self, nodes, epoch, active.length)
        : planDialsOut(self, nodes, epoch, active.length);
      this.#plan = { plan, epoch };
    }
    return this.#plan.plan;
  }

  #dial(peer: NodeId, nowMs: number, wallMs: number): void {
    const { roster, doorway, table, random } = this.#o;
    const member = roster.member(peer);
    if (!member?.certificate) return;
    const address = this.#dialler.addressOf(peer, member.addresses, nowMs);
    if (address === undefined) return;
    const pass = doorway.passTo(member);
    const link = table.dial(pass, nowMs);
    if (link === undefined) return this.#o.count("dials_refused");
    const token = doorway.tokenFor(pass, wallMs, random);
    const { certificate } = member;
    this.#addresses.set(link, address);
    this.#o.dial({ link, address, certificate, token });
  }

  #drawUniform(): number {
    const bytes = new Uint8Array(4);
    this.#o.random.fill(bytes);
    return new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
  }
}

function isReachable({ addresses, certificate }: Member): boolean {
  return addresses.length > 0 && certificate !== undefined;
}
