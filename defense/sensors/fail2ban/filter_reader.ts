/**
 * Reads one log through a filter: each failure is a refused login at the
 * service the filter is called after, so that detectors weigh it like one
 * from a format of our own. Failures of a host name are counted, not seen: we
 * contain addresses, and names are the source's own claim.
 *
 * @module
 */
import type { Observation } from "../../observation.ts";
import { AddressCache } from "../address_cache.ts";
import type { FilterDefinition } from "./filter_definition.ts";
import { journalLine } from "./journal_line.ts";
import { type FilterRefusal, LineFilter } from "./line_filter.ts";
import type { StampClock } from "./stamp_time.ts";

/** What became of the lines of a log, since the start. */
export interface FilterCounters {
  /** Lines, empty ones left out. */
  records: number;
  /** Lines that were given up, because looking at them took too long. */
  unparsed: number;
  /** Failures, seen or not. */
  failures: number;
  /** Failures of a host name, or of something that is no address. */
  noAddress: number;
  /** Wall clock milliseconds of the earliest failure; NaN before the first. */
  firstMs: number;
  /** And of the latest. */
  lastMs: number;
}

/** As for our own formats. */
const userLengthMax = 128;
const nothing: readonly Observation[] = [];

/** Reads one log through a filter. */
export class FilterReader {
  readonly #service: string;
  readonly #filter: LineFilter;
  readonly #addresses = new AddressCache();
  readonly #counters: FilterCounters = {
    records: 0,
    unparsed: 0,
    failures: 0,
    noAddress: 0,
    firstMs: NaN,
    lastMs: NaN,
  };

  /** @param clock Asked for each line; see `StampClock`. */
  constructor(definition: FilterDefinition, clock: () => StampClock) {
    this.#service = definition.service;
    this.#filter = new LineFilter(definition, clock);
  }

  /** Expressions of the filter that cannot be used. */
  get refusals(): readonly FilterRefusal[] {
    return this.#filter.refusals;
  }

  /** Whether the filter can find anything. */
  get isUsable(): boolean {
    return this.#filter.isUsable;
  }

  /**
   * Reads one line, of text or of `journalctl -o json`.
   *
   * @param number Number of the line, for people; left out of a live log.
   * @returns What was seen.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (line === "") return nothing;
    const counters = this.#counters;
    counters.records++;
    const entry = line.startsWith("{") ? journalLine(line) : undefined;
    const verdict = entry
      ? this.#filter.judge(entry.text, entry.atMs)
      : this.#filter.judge(line);
    if (verdict.what === "too_costly") {
      counters.unparsed++;
      return nothing;
    }
    if (verdict.what === "nothing") return nothing;
    const { atMs, host, id, user } = verdict.failure;
    counters.failures++;
    if (!(counters.firstMs <= atMs)) counters.firstMs = atMs;
    if (!(counters.lastMs >= atMs)) counters.lastMs = atMs;
    const source = this.#addresses.read(host ?? id ?? "");
    if (source === undefined) {
      counters.noAddress++;
      return nothing;
    }
    return [{
      kind: "auth_failure",
      atMs,
      service: this.#service,
      source,
      ...(user !== undefined && user !== "" &&
        { user: user.slice(0, userLengthMax) }),
      ...(number !== undefined && { line: number }),
    }];
  }

  /** What became of the lines so far. */
  get counters(): FilterCounters {
    return { ...this.#counters };
  }
}
