/**
 * How long and how wide a measure is: 10 minutes at first, twice as long with
 * fresh evidence, 4 hours at most; one service at first, the whole address with
 * fresh evidence (design §8).
 *
 * @module
 */
import { firstLeaseMs, leaseMsMax, type Measure } from "../lease.ts";
import { sameService, type Service } from "../service.ts";
import { forceOf } from "./evidence.ts";

/**
 * Evidence within this time of the last renewal belongs to the same burst and
 * lengthens nothing. Our choice: without it five alerts in one second would
 * make a lease of 4 hours.
 */
export const burstMs = 60_000;

/**
 * How long an ended lease is remembered, so that who comes back gets a longer
 * one. Our choice: as long as the longest lease.
 */
export const memoryMs = leaseMsMax;

/** One measure with its time. */
export interface Term {
  readonly measure: Measure;
  /** Of ours, the only one that it is about; absent: all. */
  readonly service?: Service;
  /** Wall clock milliseconds when it began. */
  readonly sinceMs: number;
  /** Evidence seen up to here has been answered. */
  readonly renewedMs: number;
  /** Wall clock milliseconds when it ends. */
  readonly untilMs: number;
  /** Length given at the last renewal. */
  readonly lengthMs: number;
}

/** What evidence may do to a term. */
export interface TermRule {
  /**
   * Whether part of the evidence is our own and over a completed handshake.
   * Words of others and forged packets lengthen nothing: whatever liars agree
   * on, or strangers make us see, ends after 10 minutes.
   */
  readonly proven: boolean;
  /** Of ours, where it was seen, if the measure may be about that alone. */
  readonly service?: Service;
}

/** Whether evidence of that time is news to the term. */
export function isNews(term: Term, evidenceMs: number): boolean {
  return evidenceMs > term.renewedMs + burstMs;
}

/**
 * Answers evidence with a measure.
 *
 * @param term The one in force, or one that ended and is remembered.
 * @param evidenceMs When the evidence was seen.
 * @param rule Whether it may be lengthened, and how narrow it may be.
 * @returns The same `term` when nothing changes.
 */
export function extend(
  term: Term | undefined,
  measure: Measure,
  evidenceMs: number,
  wallMs: number,
  rule: TermRule,
): Term {
  const { proven, service } = rule;
  if (!term || wallMs - term.untilMs > memoryMs) {
    return begin(measure, firstLeaseMs, wallMs, service);
  }
  const news = term.untilMs <= wallMs
    ? evidenceMs > term.renewedMs
    : isNews(term, evidenceMs);
  if (term.service && (news || !sameService(term.service, service))) {
    const { service: _, ...whole } = term;
    // The same in-force measure, now against all that the subject does here.
    return extend(whole, measure, evidenceMs, wallMs, { proven });
  }
  const doubledMs = proven
    ? Math.min(2 * term.lengthMs, leaseMsMax)
    : firstLeaseMs;
  if (term.untilMs <= wallMs) {
    // Back after the last lease ended; old evidence gets no more than the first.
    const back = evidenceMs > term.renewedMs;
    return begin(
      measure,
      back ? doubledMs : firstLeaseMs,
      wallMs,
      term.service,
    );
  }
  const more = forceOf(measure) - forceOf(term.measure);
  if (more > 0) {
    if (!proven) return begin(measure, firstLeaseMs, wallMs, term.service);
    return {
      ...term,
      measure,
      renewedMs: wallMs,
      untilMs: Math.max(term.untilMs, wallMs + term.lengthMs),
    };
  }
  if (more < 0 || !proven || !isNews(term, evidenceMs)) return term;
  return {
    ...term,
    renewedMs: wallMs,
    lengthMs: doubledMs,
    untilMs: Math.max(term.untilMs, wallMs + doubledMs),
  };
}

function begin(
  measure: Measure,
  lengthMs: number,
  wallMs: number,
  service?: Service,
): Term {
  return {
    measure,
    ...(service && { service }),
    sinceMs: wallMs,
    renewedMs: wallMs,
    untilMs: wallMs + lengthMs,
    lengthMs,
  };
}
