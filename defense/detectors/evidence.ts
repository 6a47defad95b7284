/**
 * What speaks against a subject since its detector last started anew: how
 * often, from when to when, by which service.
 *
 * Bounds: `participantsMax` sources are named where a subject is no source, the
 * oldest is left out; `servicesMax` services are told apart, evidence of a
 * further one names none.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Observation } from "../observation.ts";
import type { Records } from "./records.ts";

/** Sources named where a subject is no source; the oldest is left out. */
export const participantsMax = 8;
/** More than there are readers of logs. */
const servicesMax = 4_096;

/** What a tracker gathered when it struck. */
export interface Findings {
  /** Natural log of the likelihood ratio, or the scenario's fixed score. */
  readonly score: number;
  /** Observations that spoke against the subject. */
  readonly count: number;
  /** From the first of them to the last. */
  readonly spanMs: number;
  /** One of them came over a completed handshake. */
  readonly handshake: boolean;
  /** The service that all of them name; absent if they name none, or several. */
  readonly service?: string;
  /** Who made these observations: the latest `participantsMax`, oldest first. */
  readonly sources?: readonly Address[];
}

/** Numbers for names of services. */
export class ServiceNames {
  readonly #names: (string | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  /** Most observations are of the same service as the one before. */
  #last: string | undefined;
  #lastNumber = 0;

  /** 0 for none. */
  numberOf(service: string | undefined): number {
    if (service === undefined) return 0;
    if (service === this.#last) return this.#lastNumber;
    let number = this.#numbers.get(service);
    if (number === undefined) {
      if (this.#names.length > servicesMax) return 0;
      number = this.#names.push(service) - 1;
      this.#numbers.set(service, number);
    }
    this.#last = service;
    this.#lastNumber = number;
    return number;
  }

  /** The name of a number. */
  nameOf(number: number): string | undefined {
    return this.#names[number];
  }
}

/** Names of sources, where the subject of the open record is none. */
export interface SourceNames {
  /** The latest `participantsMax`, oldest first. */
  readonly sources: Address[];
}

/** Evidence in records; that of the open one. */
export class Evidence {
  readonly #records: Records;
  readonly #services: ServiceNames;
  readonly #named: SourceNames | undefined;
  readonly #count: number;
  readonly #firstMs: number;
  readonly #lastMs: number;
  readonly #handshake: number;
  readonly #service: number;

  /** @param named Where to remember sources; absent if the subject is one. */
  constructor(
    records: Records,
    services: ServiceNames,
    named: SourceNames | undefined,
  ) {
    this.#records = records;
    this.#services = services;
    this.#named = named;
    this.#count = records.reserve();
    this.#firstMs = records.reserve();
    this.#lastMs = records.reserve();
    this.#handshake = records.reserve();
    this.#service = records.reserve();
  }

  /**
   * @param speaksAgainst Whether the observation is one against the subject.
   * @param proves Whether its handshake proves that the subject did the rest.
   */
  add(observation: Observation, speaksAgainst: boolean, proves = true): void {
    const { words, at } = this.#records;
    // What a service answered had a connection under it.
    if (proves && (!("handshake" in observation) || observation.handshake)) {
      words[at + this.#handshake] = 1;
    }
    if (!speaksAgainst) return;
    const service = this.#services.numberOf(
      "service" in observation ? observation.service : undefined,
    );
    const count = words[at + this.#count] ?? 0;
    if (count === 0) {
      words[at + this.#firstMs] = observation.atMs;
      words[at + this.#service] = service;
    } else if (words[at + this.#service] !== service) {
      words[at + this.#service] = 0;
    }
    words[at + this.#count] = count + 1;
    words[at + this.#lastMs] = observation.atMs;
    if (this.#named === undefined) return;
    const { sources } = this.#named;
    const { source } = observation;
    if (sources.includes(source)) return;
    if (sources.length >= participantsMax) sources.shift();
    sources.push(source);
  }

  /** Takes observations back. */
  drop(count: number): void {
    const { words, at } = this.#records;
    const place = at + this.#count;
    words[place] = Math.max(0, (words[place] ?? 0) - count);
  }

  /** Hands over what was gathered, and starts anew. */
  take(score: number): Findings {
    const { words, at } = this.#records;
    const service = this.#services.nameOf(words[at + this.#service] ?? 0);
    const findings = {
      score,
      count: words[at + this.#count] ?? 0,
      spanMs: Math.max(
        0,
        (words[at + this.#lastMs] ?? 0) - (words[at + this.#firstMs] ?? 0),
      ),
      handshake: words[at + this.#handshake] === 1,
      ...(service !== undefined && { service }),
      sources: [...this.#named?.sources ?? []],
    };
    this.clear();
    return findings;
  }

  /** Starts anew. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#count] = 0;
    words[at + this.#handshake] = 0;
    if (this.#named) this.#named.sources.length = 0;
  }
}
