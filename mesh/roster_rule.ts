/**
 * What the roster forces on a node: who passes its gate, whose links live and
 * what its owner is told. Each change of the roster, of keys or of invites, and
 * the passing of time, goes through here.
 *
 * How entries travel is `roster_spread.ts`; what they mean is `roster.ts`.
 *
 * The owner hears of changes that peers cause at most every `rosterEventMs`,
 * of its own at once; the node asks to `sayUnsaid` every second.
 *
 * @module
 */
import type { Doorway, MemberPass } from "./doorway.ts";
import type { EnrolmentDesk } from "./enrolment_desk.ts";
import type { LinkKeeper } from "./link_keeper.ts";
import type { Connection, LinkTable } from "./link_table.ts";
import { memberView } from "./member_view.ts";
import type { MeshEvent } from "./mesh.ts";
import type { Roster } from "./roster.ts";
import type { Member } from "./member.ts";
import type { RosterSpread } from "./roster_spread.ts";

/** What is counted here, by the name it has in the report. */
export type RosterRuleCount =
  | "gate_admitted"
  | "gate_refused"
  | "links_revoked"
  | "links_rotated";

/** What the rule stands on. */
export interface RosterRuleOptions {
  readonly roster: Roster;
  readonly spread: RosterSpread;
  readonly doorway: Doorway;
  readonly desk: EnrolmentDesk;
  readonly table: LinkTable;
  readonly keeper: LinkKeeper;
  readonly count: (name: RosterRuleCount) => void;
  readonly close: (connection: Connection) => void;
  readonly emit: (event: MeshEvent) => void;
}

/** Time between two `roster` events, unless the owner caused the change. */
const rosterEventMs = 1_000;

/** The roster's rule over one node. */
export class RosterRule {
  readonly #o: RosterRuleOptions;
  #gateStale = true;
  #active: readonly Member[] = [];
  #unsaid = false;
  #saidMs = -Infinity;

  constructor(options: RosterRuleOptions) {
    this.#o = options;
  }

  /** Whether the bearer of a token may open a connection; a token works once. */
  admit(token: Uint8Array, wallMs: number): boolean {
    this.#refreshGate(wallMs);
    const admitted = this.#o.doorway.admit(token, wallMs);
    this.#o.count(admitted ? "gate_admitted" : "gate_refused");
    return admitted;
  }

  /** Keys or invites changed: the gate is rebuilt before it is asked again. */
  gateChanged(): void {
    this.#gateStale = true;
  }

  /** Merges what peers said, if it is time, and does what follows from it. */
  mergeHeard(nowMs: number, wallMs: number): void {
    if (!this.#o.spread.mergeHeard(nowMs, wallMs)) return;
    this.rosterChanged(wallMs);
    this.#unsaid = true;
    if (nowMs >= this.#saidMs + rosterEventMs) this.say(nowMs, wallMs);
  }

  /** Something new counts: plans, gate and links follow at once. */
  rosterChanged(wallMs: number): void {
    this.#gateStale = true;
    this.#o.keeper.forgetPlan();
    this.#enforce(wallMs);
  }

  /** Memberships, invites and former keys end by the clock, too. */
  keepTime(wallMs: number): void {
    const { desk, doorway, keeper, roster } = this.#o;
    if (desk.expire(wallMs)) this.#gateStale = true;
    if (doorway.outlived(wallMs)) this.#gateStale = true;
    const active = roster.active(wallMs);
    if (active !== this.#active) keeper.forgetPlan();
    this.#active = active;
    this.#enforce(wallMs);
  }

  /** Tells the owner what it was not told yet. */
  sayUnsaid(nowMs: number, wallMs: number): void {
    if (this.#unsaid) this.say(nowMs, wallMs);
  }

  /** Tells the owner the roster as it is. */
  say(nowMs: number, wallMs: number): void {
    const { roster, emit } = this.#o;
    this.#unsaid = false;
    this.#saidMs = nowMs;
    const members = roster.members(wallMs).map(memberView);
    emit({ type: "roster", entries: [...roster.entries()], members });
  }

  /** Closes the sessions of those who may no longer take part. */
  #enforce(wallMs: number): void {
    this.#refreshGate(wallMs);
    for (const each of this.#o.table.all()) {
      if (each.pass.type !== "member") continue;
      if (this.#isHonoured(each.pass, wallMs)) continue;
      const active = this.#o.roster.isActive(each.pass.node, wallMs);
      this.#o.count(active ? "links_rotated" : "links_revoked");
      this.#o.close(each);
    }
  }

  #isHonoured(pass: MemberPass, wallMs: number): boolean {
    const { doorway, roster } = this.#o;
    return doorway.honours(pass) && roster.isActive(pass.node, wallMs);
  }

  #refreshGate(wallMs: number): void {
    if (!this.#gateStale) return;
    this.#gateStale = false;
    const { doorway, roster, desk } = this.#o;
    doorway.refresh(roster, desk.invites(), wallMs);
  }
}
