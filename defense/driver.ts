/**
 * The production driver: carries events to an agent and performs its effects
 * on a real or virtual world, in order. What the kernel must hold is asked for
 * in the same turn as the detection, before anything is sent or written.
 *
 * Trouble with the journal never stops containment: entries that it does not
 * take wait, at most `unwrittenMax`, the oldest dropped and counted, and are
 * tried again with the next entry or wake-up.
 *
 * @module
 */
import type {
  Clock,
  MemberView,
  Mesh,
  MeshEvent,
  NodeId,
} from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { Agent } from "./agent.ts";
import type {
  AgentEffect,
  AgentEvent,
  KeptSettings,
  KeptSignal,
  SettingsTrial,
} from "./agent_event.ts";
import type { Alert } from "./alert.ts";
import type { DrillRefusal } from "./drilled.ts";
import type { NewcomerTally } from "./detectors/newcomer_tally.ts";
import type { LentSuspicion } from "./detectors/told_refusals.ts";
import { type Lease, leaseMsMax, type Measure, type Refusal } from "./lease.ts";
import { sameService, type Service } from "./service.ts";
import type { Alertness, SealedSignal } from "./signal.ts";
import type { Trace } from "./trace.ts";
import type {
  Containment,
  JournalEntry,
  JournalWriter,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
  QuarantineOutcome,
} from "./world.ts";

/** What an agent is connected to. */
export interface AgentWorld {
  /** Who decides. */
  readonly agent: Agent;
  /** The wall in front of the kernel. */
  readonly containment: Containment;
  /** The way to the other members. */
  readonly mesh: Mesh;
  /** Where everything is written down. */
  readonly journal: JournalWriter;
  /** The time. */
  readonly clock: Clock;
  /** Detectors give `subject` so much suspicion, in nats, to start with. */
  onPrior(subject: Address, nats: number): void;
  /**
   * Cuts a member off from everything but the mesh; never rejects. Absent where
   * that cannot be done: it is then refused, and written down.
   */
  quarantine?(member: NodeId, untilMs: number): Promise<QuarantineOutcome>;
  /** Detectors count what other hosts' newcomers did. */
  onTally?(scenario: string, tally: NewcomerTally): void;
  /** Lets a member back in that was cut off; never rejects. */
  readmit?(member: NodeId): Promise<void>;
  /** Detectors forget what they hold against `subject` so far. */
  onAcquit?(subject: Address): void;
  /** Detectors are as watchful as the operator says. */
  onAlertness?(alertness: Alertness): void;
  /** These settings are on trial here now; absent: none. */
  onTrySettings?(trial: SettingsTrial | undefined): void;
  /** These settings hold here for good. */
  onKeepSettings?(kept: KeptSettings): void;
  /** Tests of `subject`'s logins start from what other hosts' refusals show. */
  onLend?(subject: Address, lent: LentSuspicion): void;
  /**
   * For the owner to keep the roster; before the agent reads it, which may ask
   * who is operator now.
   */
  onRoster?(
    entries: readonly Uint8Array[],
    members: readonly MemberView[],
  ): void;
  /** Every event of the mesh, after the agent has seen it. */
  onMeshEvent?(event: MeshEvent): void;
}

/** How long the way from an event to the kernel took, in milliseconds. */
export interface LatencyView {
  /** Measurements since the start. */
  readonly count: number;
  /** The last one, in milliseconds. */
  readonly lastMs: number;
  /** The longest, in milliseconds. */
  readonly maxMs: number;
}

/** How the driver is doing, for `status`. */
export interface DriverView {
  /** Calls of the journal that threw. */
  readonly journalFailures: number;
  /** Entries that wait for the journal. */
  readonly unwritten: number;
  /** Entries lost because too many waited. */
  readonly unwrittenDropped: number;
  /** Calls of containment that rejected, although they never should. */
  readonly containmentFailures: number;
  /** Own detection to kernel. */
  readonly detection: LatencyView;
}

/** A measure that an operator asks for. */
export interface MeasureOrder {
  /** Whom; of an IPv6 address, usually its whole /64. */
  readonly address: Address;
  /** What is done. */
  readonly measure: Measure;
  /** Of ours, the only service it is about; absent: all. */
  readonly service?: Service;
  /** More than 0, at most `leaseMsMax`. */
  readonly forMs: number;
}

/** An agent at work. */
export interface RunningAgent {
  /** A detector's conclusion; containment has been asked when it returns. */
  detected(alert: Alert): void;
  /** Detectors counted newcomers since they last said so; for the others. */
  tallied(scenario: string, tally: NewcomerTally): void;
  /** Detectors saw too little for an alert; for the others. */
  traced(trace: Trace): void;
  /** The operator's measure; never rejects. */
  contain(order: MeasureOrder): Promise<LeaseOutcome>;
  /** The operator lets go; returns how many measures ended here. */
  release(subject: Address | "all"): Promise<number>;
  /**
   * The operator has let a member back in that was cut off by vote, or all, and
   * has told containment: nothing is asked about it again on the same votes.
   */
  readmitted(member: NodeId | "all"): void;
  /**
   * Begins a drill: see `drilled.ts`.
   *
   * @param id Names it: 16 hex characters, drawn.
   */
  drill(address: Address, id: string): { readonly id: string } | DrillRefusal;
  /**
   * The operator speaks to all members, or to this host alone; what containment
   * here made of it. Never rejects.
   */
  signal(sealed: SealedSignal): Promise<readonly LeaseOutcome[]>;
  /** Takes up signals from before, oldest first. */
  restoreSignals(kept: readonly KeptSignal[]): void;
  /** Tell containment first. */
  setMode(mode: Mode): void;
  /**
   * What the operator has listed while we run; tell containment first.
   *
   * @throws {SyntaxError} If a network cannot be read; the list stays.
   */
  setListed(entries: readonly ProtectedEntry[]): void;
  /** How the driver is doing. */
  view(): DriverView;
  /** Ends timers and listening; measures stay until their leases end. */
  stop(): void;
}

/** Entries that wait for the journal. Our choice: about half a megabyte. */
const unwrittenMax = 1_000;
/**
 * Longest sleep. Our choice: the wall clock may jump while we sleep on the
 * monotonic one.
 */
const sleepMsMax = 60_000;

/** Connects `agent` to its world and takes over what the kernel still holds. */
export function startAgent(world: AgentWorld): RunningAgent {
  const driver = new Driver(world);
  driver.start();
  return driver;
}

/** What an event asked of containment. */
interface Performed {
  readonly applied: Promise<LeaseOutcome[]>;
  readonly released: Promise<number>;
}

class Driver implements RunningAgent {
  readonly #world: AgentWorld;
  /** Addresses containment was told; grows with the roster, never with traffic. */
  readonly #protected = new Set<string>();
  #unwritten: JournalEntry[] = [];
  #cancelWake: () => void = () => {};
  #lastCut: Promise<void> = Promise.resolve();
  #stopped = false;
  #journalFailures = 0;
  #unwrittenDropped = 0;
  #containmentFailures = 0;
  #detection: LatencyView = { count: 0, lastMs: 0, maxMs: 0 };

  constructor(world: AgentWorld) {
    this.#world = world;
  }

  start(): void {
    const { mesh, containment } = this.#world;
    mesh.onEvent((event) => this.#onMesh(event));
    this.#sleep(sleepMsMax);
    containment.held().then(
      (leases) => {
        if (leases.length > 0) this.#feed({ type: "held", leases });
      },
      () => this.#containmentFailures++,
    );
  }

  detected(alert: Alert): void {
    const since = this.#world.clock.nowMs();
    const { applied } = this.#feed({ type: "detected", alert });
    void applied.then((outcomes) => {
      if (!outcomes.some((outcome) => outcome.applied)) return;
      const lastMs = this.#world.clock.nowMs() - since;
      const { count, maxMs } = this.#detection;
      this.#detection = {
        count: count + 1,
        lastMs,
        maxMs: Math.max(maxMs, lastMs),
      };
    });
  }

  tallied(scenario: string, tally: NewcomerTally): void {
    this.#feed({ type: "tallied", scenario, tally });
  }

  traced(trace: Trace): void {
    this.#feed({ type: "traced", trace });
  }

  async contain(
    { address, measure, service, forMs }: MeasureOrder,
  ): Promise<LeaseOutcome> {
    const { agent, clock } = this.#world;
    const subject = agent.subjectOf(address);
    const untilMs = clock.wallMs() + forMs;
    const scope = { measure, ...(service && { service }) };
    const lease: Lease = { subject, ...scope, untilMs, cause: "operator" };
    if (!(forMs > 0 && forMs <= leaseMsMax)) {
      const detail = `a lease lasts more than 0 and at most ${leaseMsMax} ms`;
      return { applied: false, lease, refusal: { code: "invalid", detail } };
    }
    const refusal = agent.refusalFor(subject);
    const { applied } = this.#feed({
      type: "operator_contain",
      subject,
      ...scope,
      forMs,
    });
    if (refusal !== undefined) return { applied: false, lease, refusal };
    const outcomes = (await applied).filter((outcome) =>
      outcome.lease.subject === subject
    );
    return outcomes.find(({ lease }) =>
      lease.measure === measure && sameService(lease.service, service)
    ) ??
      outcomes[0] ??
      { applied: false, lease, refusal: { code: "full" } };
  }

  async release(subject: Address | "all"): Promise<number> {
    return await this.#feed({ type: "operator_release", subject }).released;
  }

  readmitted(member: NodeId | "all"): void {
    this.#feed({ type: "operator_readmit", member });
  }

  drill(address: Address, id: string): { readonly id: string } | DrillRefusal {
    const { agent, clock } = this.#world;
    const refusal = agent.drillRefusal(address, clock.wallMs());
    if (refusal) return refusal;
    this.#feed({ type: "operator_drill", subject: address, id });
    return { id };
  }

  async signal(sealed: SealedSignal): Promise<readonly LeaseOutcome[]> {
    const performed = this.#feed({ type: "operator_signal", sealed });
    await performed.released;
    return await performed.applied;
  }

  restoreSignals(kept: readonly KeptSignal[]): void {
    this.#feed({ type: "signals_kept", kept });
  }

  setMode(mode: Mode): void {
    this.#feed({ type: "set_mode", mode });
  }

  setListed(entries: readonly ProtectedEntry[]): void {
    this.#feed({ type: "listed", entries });
  }

  view(): DriverView {
    return {
      journalFailures: this.#journalFailures,
      unwritten: this.#unwritten.length,
      unwrittenDropped: this.#unwrittenDropped,
      containmentFailures: this.#containmentFailures,
      detection: this.#detection,
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
    this.#world.mesh.onEvent(() => {});
    this.#write();
  }

  #onMesh(event: MeshEvent): void {
    if (this.#stopped) return;
    if (event.type === "delivered") {
      const { origin, payload } = event;
      this.#feed({ type: "delivered", origin, payload });
    } else if (event.type === "told") {
      const { from, payload } = event;
      this.#feed({ type: "told", from, payload });
    } else if (event.type === "roster") {
      const { entries, members } = event;
      this.#world.onRoster?.(entries, members);
      this.#feed({ type: "roster", members });
      this.#protect();
    } else if (event.type === "equivocated") {
      const { node, reason } = event;
      this.#record({
        atMs: this.#world.clock.wallMs(),
        stage: "system",
        subject: "",
        node,
        what: "equivocated",
        detail: { reason, own: node === this.#world.agent.self },
      });
    }
    this.#world.onMeshEvent?.(event);
  }

  /** Members' addresses join containment's never-block list. */
  #protect(): void {
    const entries: ProtectedEntry[] = [];
    for (const [network, name] of this.#world.agent.memberAddresses()) {
      if (this.#protected.has(network)) continue;
      this.#protected.add(network);
      entries.push({ network, reason: `mesh member ${name}` });
    }
    if (entries.length > 0) this.#world.containment.protect(entries);
  }

  #feed(event: AgentEvent): Performed {
    const { agent, clock } = this.#world;
    const startedMs = clock.nowMs();
    return this.#perform(agent.handle(event, clock.wallMs()), startedMs);
  }

  #perform(effects: readonly AgentEffect[], startedMs: number): Performed {
    const { containment, mesh, clock, onPrior } = this.#world;
    const applied: Promise<LeaseOutcome[]>[] = [];
    const released: Promise<number>[] = [];
    for (const effect of effects) {
      switch (effect.type) {
        case "apply":
          applied.push(this.#apply(effect.leases, startedMs));
          break;
        case "release":
          released.push(
            containment.release(effect.subject).catch(() => {
              this.#containmentFailures++;
              return 0;
            }),
          );
          break;
        case "publish":
        case "tell":
          mesh.send(effect);
          break;
        case "quarantine":
          this.#cutOff(() => this.#quarantine(effect.member, effect.untilMs));
          break;
        case "readmit":
          this.#cutOff(() => this.#readmit(effect.member));
          break;
        case "alertness":
          containment.beCautious(effect.alertness === "caution");
          this.#world.onAlertness?.(effect.alertness);
          break;
        case "spare":
          containment.spare(effect.entries);
          break;
        case "try_settings":
          this.#world.onTrySettings?.(effect.trial);
          break;
        case "keep_settings":
          this.#world.onKeepSettings?.(effect);
          break;
        case "prior":
          onPrior.call(this.#world, effect.subject, effect.nats);
          break;
        case "acquit":
          this.#world.onAcquit?.(effect.subject);
          break;
        case "tally":
          this.#world.onTally?.(effect.scenario, effect.tally);
          break;
        case "lend":
          this.#world.onLend?.(effect.subject, effect);
          break;
        case "record":
          this.#record(effect.entry);
          break;
        case "wake":
          this.#sleep(effect.atMs - clock.wallMs());
      }
    }
    return {
      applied: Promise.all(applied).then((all) => all.flat()),
      released: Promise.all(released).then((all) =>
        all.reduce((sum, ended) => sum + ended, 0)
      ),
    };
  }

  /** One after the other, or an end could overtake its beginning. */
  #cutOff(act: () => Promise<void>): void {
    this.#lastCut = this.#lastCut.then(act);
  }

  async #readmit(member: NodeId): Promise<void> {
    try {
      await this.#world.readmit?.(member);
    } catch {
      this.#containmentFailures++;
    }
  }

  async #quarantine(member: NodeId, untilMs: number): Promise<void> {
    let outcome: QuarantineOutcome;
    try {
      outcome = await this.#world.quarantine?.(member, untilMs) ??
        firewallRefusal("no quarantine here");
    } catch (error) {
      this.#containmentFailures++;
      outcome = firewallRefusal(textOf(error));
    }
    if (!this.#stopped) {
      this.#feed({ type: "quarantine_outcome", member, outcome });
    }
  }

  async #apply(
    leases: readonly Lease[],
    startedMs: number,
  ): Promise<LeaseOutcome[]> {
    const { containment, clock } = this.#world;
    let outcomes: LeaseOutcome[];
    try {
      outcomes = await containment.apply(leases);
    } catch (error) {
      // The wall is down: say so, and let the agent ask again later.
      this.#containmentFailures++;
      const refused = firewallRefusal(textOf(error));
      outcomes = leases.map((lease) => ({ ...refused, lease }));
    }
    const latencyMs = clock.nowMs() - startedMs;
    if (!this.#stopped) this.#feed({ type: "outcomes", outcomes, latencyMs });
    return outcomes;
  }

  #record(entry: JournalEntry): void {
    this.#unwritten.push(entry);
    if (this.#unwritten.length > unwrittenMax) {
      this.#unwritten.shift();
      this.#unwrittenDropped++;
    }
    this.#write();
  }

  #write(): void {
    const { journal } = this.#world;
    let written = 0;
    try {
      for (const entry of this.#unwritten) {
        journal.append(entry);
        written++;
      }
    } catch {
      this.#journalFailures++;
    }
    if (written > 0) this.#unwritten = this.#unwritten.slice(written);
  }

  #sleep(delayMs: number): void {
    this.#cancelWake();
    if (this.#stopped) return;
    const capped = Math.min(Math.max(delayMs, 0), sleepMsMax);
    this.#cancelWake = this.#world.clock.after(capped, () => {
      // First the next alarm, which the agent's own wake-up may then bring forward.
      this.#sleep(sleepMsMax);
      this.#write();
      this.#feed({ type: "tick" });
    });
  }
}

function firewallRefusal(
  detail: string,
): { readonly applied: false; readonly refusal: Refusal } {
  return { applied: false, refusal: { code: "firewall", detail } };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
