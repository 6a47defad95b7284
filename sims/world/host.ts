/**
 * One machine of the simulated business: the production node, agent,
 * containment and detectors, standing on a virtual network, firewall and
 * packet capture.
 *
 * @module
 */
import {
  type Address,
  Agent,
  type Alert,
  type Connection,
  createContainment,
  DetectionEngine,
  type HostTarget,
  type JournalEntry,
  LateralWatch,
  natsPerVoter,
  type Observation,
  type OperatorAuthority,
  type ProtectedEntry,
  quarantineTarget,
  type RunningAgent,
  type Scenario,
  type SealedSignal,
  startAgent,
  targetKey,
} from "../../defense/mod.ts";
import {
  type MemberView,
  type Mesh,
  type MeshStart,
  type NodeId,
  startNode,
} from "../../mesh/mod.ts";
import type { VirtualClock } from "./clock.ts";
import { VirtualFirewall } from "./firewall.ts";
import type { VirtualNetwork } from "./network.ts";
import type { SeededRandom } from "./random.ts";

/**
 * From a packet on the wire, or a line in a log, to the detector (tcpdump's
 * buffer, two pipes) and from a script to the kernel's answer. Our choice, of the size that the lab
 * measures on real hosts.
 */
const captureMs = 1;
const firewallMs = 1;
/** As in `defense/host/sensors_isolate.ts`. */
const tellTalliesMs = 5 * 60_000;

/** What a prober learns of a port, in nmap's words. */
export type Answer = "open" | "closed" | "filtered";

const outcomes = {
  open: "accepted",
  closed: "refused",
  filtered: "unanswered",
} as const;

/** Somebody who names an account at a service. */
export interface LoginAttempt {
  readonly source: Address;
  readonly port: number;
  /** As sensors call it. */
  readonly service: string;
  readonly user: string;
  /** Whether the account exists. */
  readonly exists: boolean;
  /** Whether the password or key is the right one. */
  readonly right: boolean;
  /** A key and no password; `false` if absent. */
  readonly key?: boolean;
}

/** What came of it; `filtered`: the service never saw it. */
export type LoginAnswer = "accepted" | "refused" | "filtered";

/** What a machine is made of. */
export interface HostPlan {
  readonly name: string;
  readonly address: Address;
  /** `host:port` of its mesh listener. */
  readonly listen: string;
  /** Ports that somebody listens on. */
  readonly served: ReadonlySet<number>;
  readonly start: MeshStart;
  readonly scenarios: readonly Scenario[];
  readonly protectedEntries: readonly ProtectedEntry[];
  /** Whose word releases everywhere; without it everybody's is their own. */
  readonly operator?: OperatorAuthority;
}

/** One line of a machine's journal. */
export interface HostEntry {
  readonly host: string;
  /** Virtual milliseconds since the simulation began. */
  readonly nowMs: number;
  readonly entry: JournalEntry;
}

/** A machine at work. */
export class VirtualHost {
  readonly name: string;
  readonly address: Address;
  readonly node: NodeId;
  readonly firewall: VirtualFirewall;
  readonly agent: Agent;
  readonly #clock: VirtualClock;
  /** Ports that somebody listens on. */
  readonly served: ReadonlySet<number>;
  readonly #engine: DetectionEngine;
  /** What it learns of a network takes a week of event time, see `recall`. */
  readonly #lateral = new LateralWatch();
  #running: RunningAgent | undefined;
  #mesh: Mesh | undefined;

  private constructor(plan: HostPlan, clock: VirtualClock) {
    this.name = plan.name;
    this.address = plan.address;
    this.node = plan.start.keys.node;
    this.#clock = clock;
    this.served = plan.served;
    this.#engine = new DetectionEngine(plan.scenarios);
    this.firewall = new VirtualFirewall(clock, firewallMs);
    this.agent = new Agent({
      self: this.node,
      mode: "enforce",
      ...(plan.operator && { operator: plan.operator }),
    });
  }

  /** Starts everything that production starts on a host. */
  static async start(
    plan: HostPlan,
    clock: VirtualClock,
    network: VirtualNetwork,
    random: SeededRandom,
    onEntry: (entry: HostEntry) => void,
  ): Promise<VirtualHost> {
    const host = new VirtualHost(plan, clock);
    const mesh = startNode({
      start: plan.start,
      clock,
      random,
      transport: network.transportOf(plan.listen),
    });
    network.listen(plan.listen, mesh);
    host.#mesh = mesh;
    const containment = await createContainment({
      firewall: host.firewall,
      clock,
      mode: "enforce",
      protectedEntries: plan.protectedEntries,
    });
    const meshPort = Number(plan.listen.split(":").at(-1));
    let roster: readonly MemberView[] = [];
    const cutOff = (member: NodeId): HostTarget | undefined => {
      if (member === host.node) return { kind: "quarantine_self" };
      const accused = roster.find(({ node }) => node === member);
      return accused && quarantineTarget(accused, roster, meshPort);
    };
    host.#running = startAgent({
      agent: host.agent,
      containment,
      mesh,
      journal: {
        append: (entry) =>
          onEntry({ host: plan.name, nowMs: clock.nowMs(), entry }),
      },
      clock,
      onPrior: (subject, nats) => host.#engine.addPrior(subject, nats),
      onAcquit: (subject) => host.#engine.forget(subject),
      onRoster: (_, members) => roster = members,
      quarantine: async (member, untilMs) => {
        const outcome = await containment.applyHost({
          target: cutOff(member),
          forMs: untilMs - clock.wallMs(),
        });
        return "refusal" in outcome
          ? { applied: false, refusal: outcome.refusal }
          : { applied: true };
      },
      readmit: async (member) => {
        const target = cutOff(member);
        if (target) await containment.releaseHost(targetKey(target));
      },
      onAlertness: (alertness) =>
        host.#engine.setBasePrior(alertness === "caution" ? natsPerVoter : 0),
      onLend: (subject, lent) => host.#engine.lend(subject, lent),
      onTally: (scenario, tally) => {
        const nowMs = clock.wallMs();
        for (const alert of host.#engine.addTally(scenario, tally, nowMs)) {
          host.#running?.detected(alert);
        }
      },
    });
    const phaseMs = tellTalliesMs * random.fork("tallies").uniform();
    clock.after(phaseMs, () => host.#tellTallies());
    return host;
  }

  /**
   * A connection attempt that arrives now. The capture sees the packet before
   * the firewall does, as on a real host. That a served port did not answer is
   * our own doing, and no evidence.
   *
   * @param repeats See `VirtualFirewall.judge()`.
   */
  probe(source: Address, port: number, repeats = true): Answer {
    const served = this.served.has(port);
    const verdict = this.firewall.judge(source, port, served, repeats);
    const passed = verdict === "pass";
    const answer = !passed ? "filtered" : served ? "open" : "closed";
    if (served && !passed) return answer;
    this.#observe({
      kind: "connection",
      atMs: this.#clock.wallMs(),
      protocol: "tcp",
      source,
      destination: this.address,
      port,
      outcome: served ? "accepted" : "refused",
      handshake: answer === "open",
    });
    return answer;
  }

  /** A login over a connection of its own that arrives now. */
  login(attempt: LoginAttempt): LoginAnswer {
    const { source, port, service, user, exists, right } = attempt;
    if (this.probe(source, port) !== "open") return "filtered";
    const atMs = this.#clock.wallMs();
    if (right && exists) {
      const seen = {
        kind: "auth_success",
        atMs,
        service,
        source,
        user,
      } as const;
      this.#observe(seen, port);
      return "accepted";
    }
    this.#observe({
      kind: "auth_failure",
      atMs,
      service,
      source,
      user,
      ...(!exists && { unknownUser: true }),
      ...(attempt.key && { method: "publickey" as const }),
    }, port);
    return "refused";
  }

  /**
   * A connection that this machine opened, and how it ended: watched as the
   * sensors isolate does, for a measure against itself nobody takes.
   */
  opened(destination: Address, port: number, answer: Answer): void {
    const seen = this.#outgoing(this.#clock.wallMs(), destination, port, {
      outcome: outcomes[answer],
    });
    this.#clock.after(captureMs, () => {
      for (const alert of this.#lateral.observe(seen)) {
        this.#running?.detected({ ...alert, measure: "none" });
      }
      this.#lateral.takeWays();
    });
  }

  /**
   * Something that happened before the simulation began, in order of time.
   *
   * @returns Alerts that it would have set off.
   */
  recall(seen: Observation): readonly Alert[] {
    return [...this.#engine.observe(seen), ...this.#lateral.observe(seen)];
  }

  /** The same, of a connection that this machine opened. */
  recallOpened(
    atMs: number,
    destination: Address,
    port: number,
  ): readonly Alert[] {
    const outcome = { outcome: "accepted" } as const;
    return this.#lateral.observe(
      this.#outgoing(atMs, destination, port, outcome),
    );
  }

  #outgoing(
    atMs: number,
    destination: Address,
    port: number,
    { outcome }: Pick<Connection, "outcome">,
  ): Connection {
    return {
      kind: "connection",
      atMs,
      protocol: "tcp",
      source: this.address,
      destination,
      port,
      outcome,
      handshake: outcome === "accepted",
    };
  }

  #tellTallies(): void {
    const nowMs = this.#clock.wallMs();
    for (const [scenario, tally] of this.#engine.takeTallies(nowMs)) {
      if (!tally.isEmpty) this.#running?.tallied(scenario, tally);
    }
    this.#clock.after(tellTalliesMs, () => this.#tellTallies());
  }

  /** The operator of this machine lets go of somebody. */
  async release(subject: Address): Promise<number> {
    return await this.#running?.release(subject) ?? 0;
  }

  #trace(): void {
    for (const { source, ...seen } of this.#engine.takeRefusals()) {
      this.#running?.traced({ kind: "refusals", subject: source, ...seen });
    }
    for (const { source, atMs, service } of this.#lateral.takeWays()) {
      this.#running?.traced({ kind: "way", subject: source, atMs, service });
    }
  }

  /** The operator speaks at this machine, to all. */
  async signal(sealed: SealedSignal): Promise<void> {
    await this.#running?.signal(sealed);
  }

  /** Says to all members whatever it likes, in its own name. */
  publish(payload: Uint8Array): void {
    this.#mesh?.send({ type: "publish", payload, urgency: 0 });
  }

  /** @param port Where the service that wrote it listens. */
  #observe(seen: Observation, port?: number): void {
    this.#clock.after(captureMs, () => {
      for (const alert of this.recall(seen)) {
        this.#running?.detected(
          port === undefined || alert.serviceName === undefined
            ? alert
            : { ...alert, service: { protocol: "tcp", port } },
        );
      }
      this.#trace();
    });
  }
}
