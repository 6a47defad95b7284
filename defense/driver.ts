/**
 * The production driver: carries events to an agent and performs its effects
 * on a real or virtual world, in order. What the kernel must hold is asked for
 * in the same turn as the detection, before anything is sent or written.
 *
 * @module
 */
import type { MeshEvent, NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type {
  AgentEffect,
  AgentEvent,
  KeptClaim,
  KeptRelease,
  KeptSignal,
} from "./agent_event.ts";
import type { Alert } from "./alert.ts";
import type { DrillRefusal } from "./drilled.ts";
import type { NewcomerTally } from "./detectors/newcomer_tally.ts";
import { JournalBacklog } from "./journal_backlog.ts";
import { type Lease, leaseMsMax, type Refusal } from "./lease.ts";
import type {
  AgentWorld,
  DriverView,
  LatencyView,
  MeasureOrder,
  RunningAgent,
} from "./running_agent.ts";
import { sameService } from "./service.ts";
import type { SealedSignal } from "./signal.ts";
import type { Trace } from "./trace.ts";
import type {
  LeaseOutcome,
  Mode,
  ProtectedEntry,
  QuarantineOutcome,
} from "./world.ts";

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
  readonly #backlog: JournalBacklog;
  #cancelWake: () => void = () => {};
  #lastCut: Promise<void> = Promise.resolve();
  #stopped = false;
  #containmentFailures = 0;
  #detection: LatencyView = { count: 0, lastMs: 0, maxMs: 0 };

  constructor(world: AgentWorld) {
    this.#world = world;
    this.#backlog = new JournalBacklog(world.journal);
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

  async release(subject: Address | "all", here = false): Promise<number> {
    const event = { type: "operator_release", subject, here } as const;
    return await this.#feed(event).released;
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

  restoreClaims(kept: readonly KeptClaim[]): void {
    this.#feed({ type: "claims_kept", kept });
  }

  restoreReleases(kept: readonly KeptRelease[]): void {
    this.#feed({ type: "releases_kept", kept });
  }

  setMode(mode: Mode): void {
    this.#feed({ type: "set_mode", mode });
  }

  setListed(entries: readonly ProtectedEntry[]): void {
    this.#feed({ type: "listed", entries });
  }

  view(): DriverView {
    return {
      journalFailures: this.#backlog.failures,
      unwritten: this.#backlog.size,
      unwrittenDropped: this.#backlog.dropped,
      containmentFailures: this.#containmentFailures,
      detection: this.#detection,
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
    this.#world.mesh.onEvent(() => {});
    this.#backlog.write();
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
      this.#backlog.add({
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
          this.#backlog.add(effect.entry);
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

  #sleep(delayMs: number): void {
    this.#cancelWake();
    if (this.#stopped) return;
    const capped = Math.min(Math.max(delayMs, 0), sleepMsMax);
    this.#cancelWake = this.#world.clock.after(capped, () => {
      // First the next alarm, which the agent's own wake-up may then bring forward.
      this.#sleep(sleepMsMax);
      this.#backlog.write();
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
