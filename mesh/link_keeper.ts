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
import type { Doorway } from "./doorway.ts";
import type { Connection, LinkTable } from "./link_table.ts";
import type { NodeId } from "./node_id.ts";
import { Dialler, patienceMs } from "./overlay/dialler.ts";
import { type DialPlan, epochOf, planDials } from "./overlay/neighbours.ts";
import type { Member, Roster } from "./roster.ts";
import type { DialRequest, Random } from "./world.ts";

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
  ended({ pass, link, dialled }: Connection, nowMs: number): void {
    if (pass.type !== "member") return;
    const openedMs = link?.openedMs;
    this.#o.count(openedMs === undefined ? "links_failed" : "links_closed");
    if (openedMs === undefined) {
      // A caller that failed says nothing about whether it can be reached.
      if (!dialled) return;
    } else if (this.#o.table.linked(pass.node)) return;
    else if (nowMs - openedMs >= steadyMs) this.#dialler.succeeded(pass.node);
    this.#dialler.failed(pass.node, nowMs, this.#drawUniform());
  }

  /** Whether both ends of a link use their newest keys. */
  isFresh({ pass }: Connection, wallMs: number): boolean {
    const { doorway, roster } = this.#o;
    return pass.type === "member" &&
      pass.own.generation === doorway.keys.generation &&
      roster.byNoiseKey(pass.peerNoise, wallMs)?.node === pass.node;
  }

  #currentPlan(wallMs: number): DialPlan {
    const { self, roster } = this.#o;
    const epoch = epochOf(self, wallMs);
    if (this.#plan?.epoch !== epoch) {
      const nodes = roster.members(wallMs)
        .filter(isReachable)
        .map(({ node }) => node)
        .filter((node) => roster.isActive(node, wallMs));
      this.#plan = { plan: planDials(self, nodes, epoch), epoch };
    }
    return this.#plan.plan;
  }

  #dial(peer: NodeId, nowMs: number, wallMs: number): void {
    const { roster, doorway, table, random } = this.#o;
    const member = roster.member(peer);
    if (!member?.certificate) return;
    const attempt = this.#dialler.dialled(peer, nowMs);
    const address = member.addresses[attempt % member.addresses.length];
    if (address === undefined) return;
    const pass = doorway.passTo(member);
    const link = table.dial(pass, nowMs);
    if (link === undefined) return this.#o.count("dials_refused");
    const token = doorway.tokenFor(pass, wallMs, random);
    const { certificate } = member;
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
