/**
 * A small stage for agents: named nodes, a roster, alerts and claims, and a
 * network in which every payload reaches every agent at once. Containment says
 * yes to everything unless told otherwise.
 *
 * @module
 */
import { Agent } from "../../defense/agent.ts";
import type {
  AgentEffect,
  AgentEvent,
  AgentOptions,
} from "../../defense/agent_event.ts";
import { type Address, parseAddress } from "../../defense/address.ts";
import type { Alert, EvidenceClass } from "../../defense/alert.ts";
import { type AgentMessage, encodeMessage } from "../../defense/alert_codec.ts";
import type { Lease, Refusal } from "../../defense/lease.ts";
import { serviceText } from "../../defense/service.ts";
import type { JournalEntry } from "../../defense/world.ts";
import type { MemberView, NodeId } from "../../mesh/mod.ts";

/** Where every scene begins: 2026-01-01. */
export const dawnMs = Date.UTC(2026, 0, 1);
export const minuteMs = 60_000;
export const villain = parseAddress("203.0.113.7");
export const innocent = parseAddress("198.51.100.9");
/** Somebody outside, one of 254. */
export const stranger = (index: number): Address =>
  parseAddress(`192.0.2.${index}`);

export function nodeOf(index: number): NodeId {
  return index.toString(16).padStart(64, "0") as NodeId;
}

/** Members `0` to `count - 1` at 10.0.0.1, 10.0.0.2, … */
export function membersOf(count: number): MemberView[] {
  return Array.from({ length: count }, (_, index) => ({
    node: nodeOf(index),
    name: `node-${index}`,
    addresses: [`${memberAddress(index)}:8443`],
    custodian: false,
    observer: false,
    revoked: false,
    generation: 0,
    keysSinceMs: 0,
    notAfterMs: dawnMs + 90 * 86_400_000,
  }));
}

export function memberAddress(index: number): Address {
  return parseAddress(`10.0.${index >> 8}.${(index & 0xff) + 1}`);
}

export function alertOf(
  subject: Address,
  evidence: EvidenceClass,
  atMs: number,
  measure: Alert["measure"] = "throttle",
): Alert {
  return {
    atMs,
    technique: "T1110.001",
    scenario: "ssh-brute-force",
    subject: { address: subject },
    evidence,
    score: 11.5,
    observations: 7,
    measure,
    summary: "7 failed logins",
  };
}

export function claimPayload(
  subject: Address,
  evidence: EvidenceClass,
  atMs: number,
): Uint8Array {
  return payloadOf({
    kind: "claim",
    subject,
    atMs,
    technique: "T1110.001",
    scenario: "ssh-brute-force",
    evidence,
    score: 11.5,
    observations: 7,
  });
}

export function payloadOf(message: AgentMessage): Uint8Array {
  return encodeMessage(message);
}

/** An agent with a kernel that answers at once. */
export class Stage {
  readonly agent: Agent;
  /** What the kernel holds, by `measure subject` or `measure tcp/22 subject`. */
  readonly kernel = new Map<string, Lease>();
  readonly published: Uint8Array[] = [];
  /** How urgent each of them was. */
  readonly urgencies: number[] = [];
  /** What was said to one member alone. */
  readonly told: Extract<AgentEffect, { type: "tell" }>[] = [];
  readonly records: JournalEntry[] = [];
  readonly priors = new Map<Address, number>();
  /** What detectors were lent of others' refusals. */
  readonly lent: Extract<AgentEffect, { type: "lend" }>[] = [];
  /** What detectors were given to count. */
  readonly tallies: Extract<AgentEffect, { type: "tally" }>[] = [];
  /** What was asked besides: quarantines, exceptions, how watchful to be. */
  readonly asked: AgentEffect[] = [];
  /** Types of the effects of the last event, outcomes aside. */
  last: AgentEffect["type"][] = [];
  nowMs = dawnMs;
  refuse: (lease: Lease) => Refusal | undefined = () => undefined;

  constructor(index: number, members: number, more?: Partial<AgentOptions>) {
    this.agent = new Agent({ self: nodeOf(index), mode: "enforce", ...more });
    this.on({ type: "roster", members: membersOf(members) });
  }

  on(event: AgentEvent): void {
    const effects = this.agent.handle(event, this.nowMs);
    if (event.type !== "outcomes") this.last = effects.map(({ type }) => type);
    for (const effect of effects) this.#perform(effect);
  }

  detect(alert: Alert): void {
    this.on({ type: "detected", alert });
  }

  hear(from: number, payload: Uint8Array): void {
    this.on({ type: "delivered", origin: nodeOf(from), payload });
  }

  /** Time passes; the kernel ends its leases and the agent is woken. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (const [key, { untilMs }] of this.kernel) {
      if (untilMs <= this.nowMs) this.kernel.delete(key);
    }
    this.on({ type: "tick" });
  }

  /** The strongest measure the kernel holds against all a subject does. */
  measure(subject: Address): string {
    for (const measure of ["block", "throttle", "caution"]) {
      if (this.kernel.has(`${measure} ${subject}`)) return measure;
    }
    return "none";
  }

  /** Minutes until the strongest measure ends. */
  minutes(subject: Address): number {
    const lease = this.kernel.get(`${this.measure(subject)} ${subject}`);
    return lease ? (lease.untilMs - this.nowMs) / minuteMs : 0;
  }

  count(name: string): number {
    return this.agent.view(this.nowMs).counters[name] ?? 0;
  }

  recorded(stage: string, what: string): JournalEntry[] {
    return this.records.filter((entry) =>
      entry.stage === stage && entry.what === what
    );
  }

  #perform(effect: AgentEffect): void {
    switch (effect.type) {
      case "apply": {
        const outcomes = effect.leases.map((lease) => {
          const refusal = this.refuse(lease);
          if (refusal) return { applied: false as const, lease, refusal };
          const { measure, service, subject } = lease;
          const where = service ? `${serviceText(service)} ` : "";
          this.kernel.set(`${measure} ${where}${subject}`, lease);
          return { applied: true as const, lease, atMs: this.nowMs };
        });
        this.on({ type: "outcomes", outcomes, latencyMs: 4 });
        break;
      }
      case "release":
        for (const key of [...this.kernel.keys()]) {
          const all = effect.subject === "all";
          if (all || key.endsWith(` ${effect.subject}`)) {
            this.kernel.delete(key);
          }
        }
        break;
      case "publish":
        this.published.push(effect.payload);
        this.urgencies.push(effect.urgency);
        break;
      case "tell":
        this.told.push(effect);
        break;
      case "record":
        this.records.push(effect.entry);
        break;
      case "prior":
        this.priors.set(effect.subject, effect.nats);
        break;
      case "tally":
        this.tallies.push(effect);
        break;
      case "lend":
        this.lent.push(effect);
        break;
      case "quarantine":
      case "readmit":
      case "alertness":
      case "spare":
      case "try_settings":
      case "keep_settings":
        this.asked.push(effect);
        break;
      case "wake":
        break;
    }
  }
}
