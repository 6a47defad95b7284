/**
 * What must hold at every moment of every simulation. A breach is a sentence;
 * a run that collects one has failed, whatever else it shows.
 *
 * @module
 */
import {
  type HeldElement,
  leaseMsMax,
  NeverBlock,
  type ProtectedEntry,
} from "../defense/mod.ts";
import type { HostEntry, VirtualHost } from "./world/host.ts";
import type { Site } from "./world/site.ts";

/** Breaches kept; the first ones tell the story. */
const breachesMax = 20;

/** Watches a site after every event. */
export class Invariants {
  readonly #site: Site;
  readonly #never: NeverBlock;
  readonly #deliveryMsMax: number;
  readonly #scriptsSeen = new Map<VirtualHost, number>();
  readonly #breaches: string[] = [];
  /** Claims that some machine has yet to hear of, oldest first. */
  readonly #travelling: {
    readonly subject: string;
    readonly node: string;
    readonly from: string;
    readonly sinceMs: number;
    readonly missing: Set<string>;
  }[] = [];
  #entriesSeen = 0;

  /**
   * @param protectedEntries Whom no firewall may ever hold, besides members.
   * @param deliveryMsMax Time within which every machine must know a claim.
   */
  constructor(
    site: Site,
    protectedEntries: readonly ProtectedEntry[],
    deliveryMsMax: number,
  ) {
    this.#site = site;
    this.#deliveryMsMax = deliveryMsMax;
    this.#never = new NeverBlock([
      ...protectedEntries,
      ...site.hosts.map(({ name, address }) => ({
        network: address,
        reason: `mesh member ${name}`,
      })),
    ]);
  }

  /** What was broken so far. */
  get breaches(): readonly string[] {
    return this.#breaches;
  }

  /** To be called after each event. */
  check(): void {
    for (const host of this.#site.hosts) {
      const { scripts } = host.firewall;
      if (this.#scriptsSeen.get(host) === scripts) continue;
      this.#scriptsSeen.set(host, scripts);
      for (const element of host.firewall.held()) {
        this.#checkElement(host, element);
      }
    }
    const { entries } = this.#site;
    for (; this.#entriesSeen < entries.length; this.#entriesSeen++) {
      const entry = entries[this.#entriesSeen];
      if (entry) this.#follow(entry);
    }
    this.#checkDeliveries();
  }

  #checkElement(host: VirtualHost, element: HeldElement): void {
    const isQuarantine = element.set.startsWith("quarantined");
    const isMember = this.#site.hostAt(element.address) !== undefined;
    if (isQuarantine && !isMember) {
      this.#breach(`${host.name} quarantines ${element.address}, no member`);
    }
    const guarded = isQuarantine
      ? undefined
      : this.#never.match(element.address);
    if (guarded) {
      this.#breach(
        `${host.name} holds ${element.address} (${guarded.reason}) in ${element.set}`,
      );
    }
    if (!(element.remainingMs <= leaseMsMax)) {
      this.#breach(
        `${host.name} holds ${element.address} in ${element.set} for ${element.remainingMs} ms`,
      );
    }
  }

  /** A claim is told by one machine; every other one must write it down. */
  #follow({ host, nowMs, entry }: HostEntry): void {
    if (entry.what !== "claim" || entry.stage !== "claimed") return;
    const { subject, node } = entry;
    if (node !== "") {
      for (const claim of this.#travelling) {
        if (claim.subject === subject && claim.node === node) {
          claim.missing.delete(host);
        }
      }
      return;
    }
    const teller = this.#site.hosts.find(({ name }) => name === host);
    if (!teller) return;
    const others = this.#site.hosts.filter((other) => other !== teller);
    this.#travelling.push({
      subject,
      node: teller.node,
      from: host,
      sinceMs: nowMs,
      missing: new Set(others.map(({ name }) => name)),
    });
  }

  #checkDeliveries(): void {
    const nowMs = this.#site.clock.nowMs();
    for (;;) {
      const oldest = this.#travelling[0];
      if (!oldest) return;
      if (oldest.missing.size > 0) {
        if (nowMs - oldest.sinceMs <= this.#deliveryMsMax) return;
        this.#breach(
          `what ${oldest.from} told of ${oldest.subject} did not reach ${
            [...oldest.missing].join(", ")
          } within ${this.#deliveryMsMax} ms`,
        );
      }
      this.#travelling.shift();
    }
  }

  #breach(sentence: string): void {
    const atMs = Math.round(this.#site.clock.nowMs());
    if (this.#breaches.length < breachesMax) {
      this.#breaches.push(`at ${atMs} ms: ${sentence}`);
    }
  }
}
