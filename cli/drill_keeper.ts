/**
 * Holds drills for the operator and reads them back from the journal. After
 * each answer it pings the member once, for the length of the way and for how
 * far its clock is ahead, and writes that down, too.
 *
 * Bounds: {@linkcode pingsEachMax} pings for one drill, {@linkcode pingsAtOnce}
 * at a time, so that the pings of others find room; `drillsMax` drills are
 * listed, {@linkcode entriesMax} entries read for one.
 *
 * @module
 */
import {
  type DrillDetail,
  type DrillMembers,
  drillOf,
  drillsMax,
  type DrillView,
  type EventRecord,
} from "../dashboard/mod.ts";
import {
  type Address,
  drillIdBytes,
  drillMs,
  type DrillRefusal,
  type JournalEntry,
  type JournalReader,
  type JournalWriter,
  parseAddress,
  type RunningAgent,
} from "../defense/mod.ts";
import type {
  MemberView,
  MeshReport,
  NodeId,
  PingOutcome,
} from "../mesh/mod.ts";
import { within } from "./within.ts";

/** The mesh takes 64 in all. */
const pingsAtOnce = 4;
const pingsEachMax = 100;
/** 500 members with three entries each. */
const entriesMax = 1_500;

/** What it stands on. */
export interface DrillKeeperParts {
  readonly running: Pick<RunningAgent, "drill">;
  readonly journal: Pick<JournalReader & JournalWriter, "read" | "append"> & {
    follow(listener: (entry: JournalEntry, seq: number) => void): () => void;
  };
  readonly self: NodeId;
  readonly members: () => readonly MemberView[];
  readonly ping: (to: NodeId) => Promise<PingOutcome>;
  readonly meshReport: () => Promise<Pick<MeshReport, "health">>;
  readonly wallMs: () => number;
  /** Fills bytes; for names of drills and for addresses. */
  readonly fill: (bytes: Uint8Array) => void;
}

/** Drills of one host. */
export class DrillKeeper {
  readonly #parts: DrillKeeperParts;
  readonly #unfollow: () => void;
  #waiting: { node: NodeId; drill: string; subject: string }[] = [];
  #pinging = 0;
  #pinged = { drill: "", count: 0 };

  constructor(parts: DrillKeeperParts) {
    this.#parts = parts;
    this.#unfollow = parts.journal.follow((entry) => this.#noted(entry));
  }

  /**
   * Begins one.
   *
   * @param address One of nobody's; drawn if absent.
   */
  begin(
    address?: Address,
  ): { readonly id: string; readonly subject: string } | DrillRefusal {
    const drawn = new Uint8Array(drillIdBytes);
    this.#parts.fill(drawn);
    const subject = address ?? this.#drawnAddress();
    const begun = this.#parts.running.drill(subject, drawn.toHex());
    return "refused" in begun ? begun : { id: begun.id, subject };
  }

  /** The newest, newest first. */
  async list(): Promise<DrillView[]> {
    const members = await this.#members();
    return this.#begun().map((begun) => {
      const { members: _members, ...view } = this.#put(begun, members);
      return view;
    });
  }

  /** One with everyone in it. */
  async find(id: string): Promise<DrillDetail | undefined> {
    const begun = this.#begun().find(({ detail }) => detail["drill"] === id);
    return begun && this.#put(begun, await this.#members());
  }

  /** Follows nothing any more. */
  stop(): void {
    this.#unfollow();
    this.#waiting = [];
  }

  #begun(): readonly EventRecord[] {
    return this.#parts.journal.read({
      what: "drill",
      stage: "operator",
      node: "",
      limit: drillsMax,
    }).entries;
  }

  #put(begun: EventRecord, members: DrillMembers): DrillDetail {
    const { journal, wallMs } = this.#parts;
    const about: EventRecord[] = [];
    let before: number | undefined;
    while (about.length < entriesMax) {
      const page = journal.read({
        subject: begun.subject as Address,
        after: begun.seq,
        untilMs: begun.atMs + 2 * drillMs,
        limit: 500,
        ...(before !== undefined && { before }),
      });
      about.push(...page.entries);
      before = page.next;
      if (before === undefined) break;
    }
    return drillOf(begun, about, members, wallMs(), drillMs);
  }

  async #members(): Promise<DrillMembers> {
    const members = this.#parts.members();
    const { health } = await within(this.#parts.meshReport(), { health: [] });
    const states = new Map(health.map(({ node, state }) => [
      String(node),
      String(state),
    ]));
    const names = new Map(members.map(({ node, name }) => [
      String(node),
      name,
    ]));
    return {
      nameOf: (node) => names.get(node) ?? "",
      stateOf: (node) => states.get(node) ?? "unknown",
      others: members.filter(({ node, revoked }) =>
        node !== this.#parts.self && !revoked
      ).map(({ node }) => node),
    };
  }

  #drawnAddress(): Address {
    const drawn = new Uint8Array(1);
    this.#parts.fill(drawn);
    return parseAddress(`192.0.2.${1 + drawn[0]! % 254}`);
  }

  #noted({ what, node, subject, detail }: JournalEntry): void {
    const { drill } = detail;
    if (what !== "drill_answer" || typeof drill !== "string") return;
    if (this.#pinged.drill !== drill) this.#pinged = { drill, count: 0 };
    if (this.#pinged.count++ >= pingsEachMax) return;
    this.#waiting.push({ node: node as NodeId, drill, subject });
    void this.#pingNext();
  }

  async #pingNext(): Promise<void> {
    if (this.#pinging >= pingsAtOnce) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#pinging++;
    const { node, drill, subject } = next;
    const outcome = await within<PingOutcome>(
      this.#parts.ping(node),
      { answered: false, reason: "silent" },
      drillMs,
    );
    this.#pinging--;
    if (outcome.answered) {
      const { hops, clockAheadMs, roundTripMs } = outcome;
      this.#parts.journal.append({
        atMs: this.#parts.wallMs(),
        stage: "system",
        subject,
        node,
        what: "drill_path",
        detail: { exercise: true, drill, hops, clockAheadMs, roundTripMs },
      });
    }
    await this.#pingNext();
  }
}
