/**
 * What the learning detector looks at in a connection: how it ended and, where
 * the sensor can tell, how much went over it; and what its source did just
 * before. Who the source is is no feature: a stranger is not suspicious for
 * being one.
 *
 * Bounds: `sourcesMax` sources with four numbers and 64 ports each, the one seen
 * least recently forgotten.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { ConnectionOutcome } from "../../observation.ts";
import { FirstContacts, hashOf } from "../first_contact.ts";
import { Records } from "../records.ts";
import { TrackedSources } from "../tracked_sources.ts";

/** A connection, with its volume where that is known. */
export interface Flow {
  /** Wall clock milliseconds of its beginning. */
  readonly atMs: number;
  /** Who asked. */
  readonly source: Address;
  /** Who was asked. */
  readonly destination: Address;
  /** `tcp`, `udp`, … */
  readonly protocol: string;
  /** Port that was asked for. */
  readonly port: number;
  /** What came of it. */
  readonly outcome: ConnectionOutcome;
  /** Bytes of payload from the source. */
  readonly bytesOut?: number;
  /** Bytes of payload back. */
  readonly bytesIn?: number;
  /** Milliseconds from the first packet to the last. */
  readonly durationMs?: number;
}

/** Names of the features, in order. */
export const featureNames = [
  "service",
  "outcome",
  "bytes sent",
  "bytes received",
  "duration",
  "pace of the source",
  "other ports of the source",
  "failures of the source",
] as const;
/** One of them. */
export type FeatureName = typeof featureNames[number];

/** Bins of every feature. */
export const binsMax = 64;
/** Bin of each feature; `undefined` where the sensor cannot tell. */
export type Bins = readonly (number | undefined)[];

const sourcesMax = 16_384;
/** In which pace is counted: half of a burst is forgotten after so long. */
const paceHalfLifeMs = 30_000;
/** Connections after which one failure counts half. */
const failureMemory = 8;

const outcomes: readonly ConnectionOutcome[] = [
  "accepted",
  "refused",
  "unanswered",
];

/** Turns connections into bins, in the order of their times. */
export class FlowFeatures {
  /** What each source did lately: see `#recentOf`. */
  readonly #records = new Records();
  readonly #atMs = this.#records.reserve(NaN);
  readonly #pace = this.#records.reserve();
  readonly #failures = this.#records.reserve();
  readonly #ports = this.#records.reserve();
  readonly #met = new FirstContacts(this.#records);
  readonly #sources = new TrackedSources(sourcesMax, [this.#records]);

  /** Takes the next connection. */
  take(flow: Flow): Bins {
    const { pace, ports, failures } = this.#recentOf(flow);
    return [
      serviceBin(flow),
      outcomes.indexOf(flow.outcome),
      logBin(flow.bytesOut),
      logBin(flow.bytesIn),
      logBin(flow.durationMs),
      logBin(pace),
      logBin(ports - 1),
      Math.round(failures * 16),
    ];
  }

  /** Connections lately, how many ports they were to, and the share that failed. */
  #recentOf(
    { source, atMs, outcome, protocol, port }: Flow,
  ): { pace: number; ports: number; failures: number } {
    const slot = this.#sources.touch(source);
    this.#sources.open(slot, 0);
    const records = this.#records;
    const of = (word: number) => records.words[records.at + word] ?? 0;
    const beforeMs = of(this.#atMs);
    const passedMs = Number.isNaN(beforeMs) ? 0 : Math.max(0, atMs - beforeMs);
    const faded = 2 ** (-passedMs / paceHalfLifeMs);
    const pace = of(this.#pace) * faded + 1;
    // Ports are forgotten with the burst that they belong to.
    const isNewBurst = faded < 1 / 64;
    if (isNewBurst) this.#met.clear();
    const isNewPort = this.#met.meet(hashOf([protocol, port]));
    this.#sources.keep(slot, 0);
    const ports = (isNewBurst ? 0 : of(this.#ports)) + (isNewPort ? 1 : 0);
    const failed = outcome === "accepted" ? 0 : 1;
    const failures = of(this.#failures) +
      (failed - of(this.#failures)) / failureMemory;
    const { words, at } = records;
    words[at + this.#atMs] = atMs;
    words[at + this.#pace] = pace;
    words[at + this.#ports] = ports;
    words[at + this.#failures] = failures;
    return { pace, ports, failures };
  }
}

/** Services are told apart up to chance: two may share a bin. */
function serviceBin({ protocol, port }: Flow): number {
  const known = wellKnown.indexOf(port);
  if (known >= 0) return known;
  const registered = port < 1_024 ? 0 : port < 49_152 ? 1 : 2;
  return wellKnown.length + 3 * (protocol === "udp" ? 1 : 0) + registered;
}

/** Ports with a bin of their own; the others share six. Our choice. */
const wellKnown: readonly number[] = [
  20,
  21,
  22,
  23,
  25,
  53,
  67,
  80,
  88,
  110,
  123,
  135,
  137,
  139,
  143,
  161,
  389,
  443,
  445,
  465,
  514,
  587,
  636,
  853,
  993,
  995,
  1_433,
  1_883,
  2_049,
  3_128,
  3_268,
  3_306,
  3_389,
  5_060,
  5_353,
  5_355,
  5_432,
  5_900,
  5_985,
  6_379,
  8_080,
  8_443,
  9_100,
  9_200,
];

/** Two bins per power of two, so that 1 kB and 1.5 kB differ. */
function logBin(value: number | undefined): number | undefined {
  if (value === undefined || !(value >= 0)) return undefined;
  return Math.min(binsMax - 1, Math.floor(2 * Math.log2(1 + value)));
}
