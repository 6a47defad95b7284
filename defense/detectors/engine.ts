/**
 * Runs scenarios over observations and says who did what.
 *
 * The engine is a function of what it is shown: it has no clock but the times
 * of the observations. Text of a log is taken at its word here; whether a
 * peer really completed a handshake is checked by the live sensor, which
 * lowers the evidence class if not. A replay has nobody to ask.
 *
 * Bounds: `subjectsMax` subjects with one tracker per scenario each; when
 * full, the subject that was seen least recently is forgotten. The cost of an
 * observation does not depend on how many subjects there are.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Alert, EvidenceClass } from "../alert.ts";
import { type Observation, observationKinds } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import type { Scenario } from "./scenario.ts";
import {
  type Findings,
  type Predicate,
  predicateOf,
  type Tracker,
  trackerMaker,
} from "./tracker.ts";

/** Suspicion that peers can lend in total, two voters' `ln 4`: design §7. */
export const priorNatsMax = 2 * Math.log(4);
/** Subjects remembered unless the options say otherwise. */
const defaultSubjectsMax = 50_000;

/** How an engine is bounded. */
export interface EngineOptions {
  /** Subjects remembered at a time; 50,000 if absent. */
  readonly subjectsMax?: number;
  /** What was learned of honest first contacts here; absent in a replay. */
  readonly baseline?: FirstContactBaseline;
  /** Whose evidence an address's is; each for itself if absent. */
  readonly keyOf?: (source: Address) => Address;
}

interface Plan {
  readonly scenario: Scenario;
  readonly fits: Predicate;
  readonly makeTracker: () => Tracker;
  /** Place in a subject's list of trackers. */
  readonly index: number;
}

interface Watch {
  readonly tracker: Tracker;
  /** No alert before this event time. */
  quietUntilMs: number;
}

interface SubjectState {
  priorNats: number;
  readonly watches: (Watch | undefined)[];
}

const noAlerts: readonly Alert[] = [];

/**
 * Watches all subjects for all scenarios.
 *
 * @example
 * ```ts
 * import { DetectionEngine } from "./engine.ts";
 * import { embeddedScenarios } from "./scenario_set.ts";
 *
 * const engine = new DetectionEngine(embeddedScenarios());
 * ```
 */
export class DetectionEngine {
  readonly #plans = new Map<Observation["kind"], Plan[]>();
  readonly #subjects: RecentMap<Address, SubjectState>;
  readonly #keyOf: (source: Address) => Address;

  /**
   * Watches for `scenarios`.
   *
   * @throws {RangeError} If `subjectsMax` is below 1.
   */
  constructor(scenarios: readonly Scenario[], options: EngineOptions = {}) {
    this.#subjects = new RecentMap(options.subjectsMax ?? defaultSubjectsMax);
    this.#keyOf = options.keyOf ?? ((source) => source);
    scenarios.forEach((scenario, index) => {
      const plan = {
        scenario,
        fits: predicateOf(scenario.filter),
        makeTracker: trackerMaker(scenario, options.baseline),
        index,
      };
      const kinds = scenario.filter.kind ?? observationKinds;
      for (const kind of kinds) {
        const plans = this.#plans.get(kind);
        if (plans) plans.push(plan);
        else this.#plans.set(kind, [plan]);
      }
    });
  }

  /** Subjects remembered at present. */
  get subjects(): number {
    return this.#subjects.size;
  }

  /**
   * Takes one observation.
   *
   * @returns The alerts it sets off. A scenario strikes once per subject in
   *   its quiet period, and later only on what it has seen since.
   */
  observe(observation: Observation): readonly Alert[] {
    const plans = this.#plans.get(observation.kind);
    if (plans === undefined) return noAlerts;
    let state: SubjectState | undefined;
    let alerts: Alert[] | undefined;
    for (const plan of plans) {
      if (!plan.fits(observation)) continue;
      state ??= this.#touch(this.#keyOf(observation.source));
      const watch = state.watches[plan.index] ??= {
        tracker: plan.makeTracker(),
        quietUntilMs: -Infinity,
      };
      if (observation.atMs < watch.quietUntilMs) continue;
      const findings = watch.tracker.take(observation, state.priorNats);
      if (findings === undefined) continue;
      watch.quietUntilMs = observation.atMs + plan.scenario.quiet;
      (alerts ??= []).push(alertOf(plan.scenario, observation, findings));
    }
    return alerts ?? noAlerts;
  }

  /**
   * Lends the tests of `subject` suspicion from elsewhere, which alone never
   * makes an alert. A later call replaces an earlier one; 0 ends it.
   *
   * @param nats Natural log of a likelihood ratio; cut to 0…`priorNatsMax`.
   */
  addPrior(subject: Address, nats: number): void {
    const priorNats = Math.min(Math.max(nats, 0), priorNatsMax);
    if (!(priorNats > 0) && !this.#subjects.has(subject)) return;
    this.#touch(subject).priorNats = priorNats || 0;
  }

  /** Forgets everything about `subject`. */
  forget(subject: Address): void {
    this.#subjects.delete(subject);
  }

  /** The state of a subject, now the most recently seen one. */
  #touch(subject: Address): SubjectState {
    let state = this.#subjects.use(subject);
    if (state === undefined) {
      state = { priorNats: 0, watches: [] };
      this.#subjects.set(subject, state);
    }
    return state;
  }
}

function alertOf(
  scenario: Scenario,
  observation: Observation,
  findings: Findings,
): Alert {
  const evidence: EvidenceClass = findings.handshake ? scenario.evidence : "E0";
  return {
    atMs: observation.atMs,
    technique: scenario.technique,
    scenario: scenario.name,
    subject: { address: observation.source },
    ...(findings.service !== undefined && { serviceName: findings.service }),
    evidence,
    score: findings.score,
    observations: findings.count,
    measure: findings.handshake
      ? scenario.measure
      : scenario.unproven ?? scenario.measure,
    summary: summaryOf(scenario.summary, observation, findings),
  };
}

function summaryOf(
  template: string,
  observation: Observation,
  findings: Findings,
): string {
  const words: Readonly<Record<string, string>> = {
    subject: observation.source,
    count: String(findings.count),
    span: spanText(findings.spanMs),
    service: observation.kind === "connection" ? "" : observation.service,
  };
  return template.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
}

/** `40 ms`, `3 s`, `11 min`, `2 h`, `5 days`. */
function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
