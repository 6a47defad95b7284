/**
 * Runs scenarios over observations and says who did what.
 *
 * The engine is a function of what it is shown: it has no clock but the times
 * of the observations. Text of a log is taken at its word here; whether a
 * peer really completed a handshake is checked by the live sensor, which
 * lowers the evidence class if not. A replay has nobody to ask.
 *
 * Bounds: `subjectsMax` sources with one tracker per scenario each; when
 * full, the source that was seen least recently is forgotten. A scenario with
 * another key has `keyedSubjectsMax` subjects of its own, by the same rule. The
 * cost of an observation does not depend on how many there are.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Alert, EvidenceClass } from "../alert.ts";
import { type Observation, observationKinds } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import {
  type LoginContext,
  LoginHistory,
  type SourceMemory,
} from "./login_history.ts";
import { OddityWatch } from "./learning/oddity_watch.ts";
import type { NewcomerTally } from "./newcomer_tally.ts";
import { NewcomerWatch, type Participant } from "./newcomer_watch.ts";
import {
  asksForHistory,
  fastPredicateOf,
  type Predicate,
  valueOf,
} from "./predicate.ts";
import type {
  CusumMechanism,
  Scenario,
  ScenarioFilter,
  ScenarioKey,
} from "./scenario.ts";
import {
  type Findings,
  type SubjectMechanism,
  type Tracker,
  trackerMaker,
} from "./tracker.ts";

/** Suspicion that can be lent in total, two voters' `ln 4`: design §7. */
export const priorNatsMax = 2 * Math.log(4);
/** Subjects remembered unless the options say otherwise. */
const defaultSubjectsMax = 50_000;
/** Subjects of each scenario whose key is not `source` alone. */
export const keyedSubjectsMax = 16_384;

/** How an engine is bounded. */
export interface EngineOptions {
  /** Subjects remembered at a time; 50,000 if absent. */
  readonly subjectsMax?: number;
  /** What was learned of honest first contacts here; absent in a replay. */
  readonly baseline?: FirstContactBaseline;
  /** Whose evidence an address's is; each for itself if absent. */
  readonly keyOf?: (source: Address) => Address;
  /** Whether odd connections lend suspicion; not if absent. */
  readonly learning?: boolean;
}

interface Plan {
  readonly scenario: Scenario;
  readonly fits: Predicate;
  readonly makeTracker: () => Tracker;
  /** Place in a source's list of trackers. */
  readonly index: number;
  /** Absent if the key is `source`. */
  readonly keyed?: {
    readonly fields: readonly ScenarioKey[];
    readonly watches: RecentMap<string, Watch>;
  };
  off: boolean;
}

interface SitePlan {
  readonly scenario: Scenario;
  readonly fits: Predicate;
  watch: NewcomerWatch;
  off: boolean;
}

interface Watch {
  readonly tracker: Tracker;
  /** No alert before this event time. */
  quietUntilMs: number;
}

interface SubjectState {
  priorNats: number;
  readonly watches: (Watch | undefined)[];
  /** Absent until it is seen to log in, and if no scenario asks. */
  logins: SourceMemory | undefined;
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
  readonly #sitePlans: SitePlan[] = [];
  readonly #subjects: RecentMap<Address, SubjectState>;
  readonly #keyOf: (source: Address) => Address;
  /** Kept only if some scenario asks for it. */
  readonly #history: LoginHistory | undefined;
  /** Absent unless it was asked for. */
  #oddities: OddityWatch | undefined;

  /**
   * Watches for `scenarios`.
   *
   * @throws {RangeError} If `subjectsMax` is below 1.
   */
  constructor(scenarios: readonly Scenario[], options: EngineOptions = {}) {
    const { subjectsMax = defaultSubjectsMax } = options;
    this.#subjects = new RecentMap(subjectsMax);
    this.#keyOf = options.keyOf ?? ((source) => source);
    this.#oddities = options.learning ? new OddityWatch() : undefined;
    if (scenarios.some(needsHistory)) {
      this.#history = new LoginHistory();
    }
    let ofSources = 0;
    for (const scenario of scenarios) {
      const { mechanism, filter } = scenario;
      const fits = fastPredicateOf(withoutKind(filter));
      if (mechanism.type === "cusum") {
        const watch = newcomerWatch(mechanism);
        this.#sitePlans.push({
          scenario,
          fits: fastPredicateOf(filter),
          watch,
          off: false,
        });
        continue;
      }
      const plan = planOf(scenario, mechanism, fits, {
        index: ofSources,
        baseline: options.baseline,
      });
      if (plan.keyed === undefined) ofSources++;
      for (const kind of filter.kind ?? observationKinds) {
        const plans = this.#plans.get(kind);
        if (plans) plans.push(plan);
        else this.#plans.set(kind, [plan]);
      }
    }
  }

  /**
   * Looks for all scenarios but `off` from now on. One that was off begins anew,
   * as if nobody had been seen before; the others go on as they were.
   *
   * @param learning Whether odd connections lend suspicion.
   */
  watch(off: ReadonlySet<string>, learning: boolean): void {
    this.#oddities = learning ? this.#oddities ?? new OddityWatch() : undefined;
    const plans = new Set([...this.#plans.values()].flat());
    for (const plan of plans) {
      if (plan.off === off.has(plan.scenario.name)) continue;
      plan.off = !plan.off;
      plan.keyed?.watches.clear();
      if (plan.keyed) continue;
      for (const [, { watches }] of this.#subjects.entries()) {
        watches[plan.index] = undefined;
      }
    }
    for (const plan of this.#sitePlans) {
      const { name, mechanism } = plan.scenario;
      if (plan.off === off.has(name)) continue;
      plan.off = !plan.off;
      if (mechanism.type === "cusum") plan.watch = newcomerWatch(mechanism);
    }
  }

  /** Sources remembered at present. */
  get subjects(): number {
    return this.#subjects.size;
  }

  /**
   * Takes one observation.
   *
   * @returns The alerts it sets off. A scenario strikes once per subject in
   *   its quiet period, and later only on what it has seen since. An alert may
   *   be about another source than the observation's, where a scenario looks
   *   at several.
   */
  observe(observation: Observation): readonly Alert[] {
    const isLogin = observation.kind === "auth_failure" ||
      observation.kind === "auth_success";
    let state: SubjectState | undefined;
    let login: LoginContext | undefined;
    if (isLogin && this.#history !== undefined) {
      state = this.#touch(this.#keyOf(observation.source));
      state.logins ??= this.#history.meet(observation.source);
      login = this.#history.look(observation, state.logins);
    }
    const odd = this.#oddities && this.#oddNats(this.#oddities, observation);
    let alerts: Alert[] | undefined;
    const plans = this.#plans.get(observation.kind);
    if (plans !== undefined) {
      for (const plan of plans) {
        if (plan.off || !plan.fits(observation, login)) continue;
        const watch = plan.keyed
          ? keyedWatch(plan, plan.keyed, observation)
          : sourceWatch(
            plan,
            state ??= this.#touch(this.#keyOf(observation.source)),
          );
        if (watch === undefined) continue;
        if (observation.atMs < watch.quietUntilMs) continue;
        const lent = state?.priorNats ?? 0;
        const prior = odd === undefined
          ? lent
          : Math.min(lent + odd, priorNatsMax);
        const findings = watch.tracker.take(observation, prior, login);
        if (findings === undefined) continue;
        watch.quietUntilMs = observation.atMs + plan.scenario.quiet;
        const subjects = plan.keyed
          ? findings.sources ?? []
          : [observation.source];
        alerts ??= [];
        for (const subject of subjects) {
          alerts.push(alertOf(plan.scenario, observation, findings, subject));
        }
      }
    }
    if (isLogin && login !== undefined) {
      for (const { scenario, fits, watch, off } of this.#sitePlans) {
        if (off || !fits(observation, login)) continue;
        const found = watch.take(observation, login);
        if (found.length === 0) continue;
        (alerts ??= []).push(
          ...campaignAlerts(scenario, found, observation.atMs),
        );
      }
    }
    if (alerts !== undefined) {
      this.#accuse(alerts);
      if (this.#oddities) alerts = alerts.map(this.#withOddity);
    }
    if (observation.kind === "auth_success" && state?.logins !== undefined) {
      this.#history?.welcome(observation, state.logins);
    }
    return alerts ?? noAlerts;
  }

  /**
   * What this host's newcomers did since the last call, for the other hosts:
   * one tally for each scenario with the mechanism `cusum`, by name. Small
   * enough to gossip, see `newcomer_tally.ts`.
   *
   * @param atMs Wall clock milliseconds: who did not get in by then may be counted.
   */
  takeTallies(atMs: number): ReadonlyMap<string, NewcomerTally> {
    return new Map(
      this.#sitePlans.map(({ scenario, watch }) => [
        scenario.name,
        watch.takeTally(atMs),
      ]),
    );
  }

  /**
   * Takes what another host's newcomers did.
   *
   * @param atMs Wall clock milliseconds of the message.
   * @returns Alerts about sources that this host saw itself.
   */
  addTally(
    scenarioName: string,
    tally: NewcomerTally,
    atMs: number,
  ): readonly Alert[] {
    const plan = this.#sitePlans.find(({ scenario }) =>
      scenario.name === scenarioName
    );
    if (plan === undefined || plan.off) return noAlerts;
    const found = plan.watch.addTally(tally, atMs);
    const alerts = campaignAlerts(plan.scenario, found, atMs);
    this.#accuse(alerts);
    return alerts;
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

  /** Forgets everything that could speak against `subject`. */
  forget(subject: Address): void {
    const logins = this.#subjects.get(subject)?.logins;
    this.#subjects.delete(subject);
    if (logins?.guests === undefined) return;
    // Who usually logs in from there speaks for it.
    logins.refused.clear();
    logins.accusedMs = -Infinity;
    this.#touch(subject).logins = logins;
  }

  #oddNats(oddities: OddityWatch, seen: Observation): number {
    const subject = this.#keyOf(seen.source);
    if (seen.kind === "connection") oddities.take(seen, subject);
    return oddities.nats(subject, seen.atMs);
  }

  readonly #withOddity = (alert: Alert): Alert => {
    const subject = this.#keyOf(alert.subject.address);
    const words = this.#oddities?.words(subject, alert.atMs) ?? "";
    return words === "" ? alert : { ...alert, summary: alert.summary + words };
  };

  /** Where an accused source gets in does not become its usual place. */
  #accuse(alerts: readonly Alert[]): void {
    for (const { subject, atMs, measure, evidence } of alerts) {
      // What may be forged, or rests on words, makes nobody a stranger here.
      if (measure === "none" || evidence === "E0") continue;
      const logins = this.#subjects.get(this.#keyOf(subject.address))?.logins;
      if (logins !== undefined) this.#history?.accuse(logins, atMs);
      for (const { watch } of this.#sitePlans) watch.dismiss(subject.address);
    }
  }

  /** The state of a source, now the most recently seen one. */
  #touch(subject: Address): SubjectState {
    let state = this.#subjects.use(subject);
    if (state === undefined) {
      state = { priorNats: 0, watches: [], logins: undefined };
      this.#subjects.set(subject, state);
    }
    return state;
  }
}

function needsHistory({ filter, mechanism }: Scenario): boolean {
  if (asksForHistory(filter)) return true;
  switch (mechanism.type) {
    case "cusum":
      return true;
    case "sequential_test":
      return mechanism.cases.some(({ when }) => asksForHistory(when));
    case "sequence":
      return mechanism.steps.some(({ when }) => asksForHistory(when));
    case "leaky_bucket":
    case "distinct":
    case "slow_walk":
      return false;
  }
}

/** Plans are kept by kind, so that nobody has to ask for it again. */
function withoutKind(
  { kind: _kind, ...filter }: ScenarioFilter,
): ScenarioFilter {
  return filter;
}

function planOf(
  scenario: Scenario,
  mechanism: SubjectMechanism,
  fits: Predicate,
  { index, baseline }: {
    readonly index: number;
    readonly baseline: FirstContactBaseline | undefined;
  },
): Plan {
  const fields = scenario.key.filter((field) => field !== "site");
  const isSource = fields.length === 1 && fields[0] === "source";
  const makeTracker = trackerMaker(mechanism, !isSource, baseline);
  const plan = { scenario, fits, makeTracker, index, off: false };
  if (isSource) return plan;
  const watches = new RecentMap<string, Watch>(keyedSubjectsMax);
  return { ...plan, keyed: { fields, watches } };
}

function newcomerWatch(mechanism: CusumMechanism): NewcomerWatch {
  const { benign, attack, group, threshold, half_life, wait, tries } =
    mechanism;
  return new NewcomerWatch({
    benign,
    attack,
    groupSize: group,
    threshold,
    halfLifeMs: half_life,
    waitSeveralMs: wait.several,
    waitEvidentMs: wait.evident,
    waitSharedMs: wait.shared,
    waitAloneMs: wait.alone,
    triesMax: tries,
  });
}

function sourceWatch(plan: Plan, state: SubjectState): Watch {
  return state.watches[plan.index] ??= {
    tracker: plan.makeTracker(),
    quietUntilMs: -Infinity,
  };
}

/** `undefined` if the observation does not have all the fields of the key. */
function keyedWatch(
  plan: Plan,
  { fields, watches }: NonNullable<Plan["keyed"]>,
  observation: Observation,
): Watch | undefined {
  let key = "";
  for (const field of fields) {
    const value = valueOf(observation, field);
    if (value === undefined) return undefined;
    // Names are hostile text: the length keeps two of them from being mixed up.
    const text = String(value);
    key += `${text.length}:${text}`;
  }
  let watch = watches.use(key);
  if (watch === undefined) {
    watch = { tracker: plan.makeTracker(), quietUntilMs: -Infinity };
    watches.set(key, watch);
  }
  return watch;
}

function alertOf(
  scenario: Scenario,
  observation: Observation,
  findings: Findings,
  subject: Address,
): Alert {
  const evidence: EvidenceClass = findings.handshake ? scenario.evidence : "E0";
  return {
    atMs: observation.atMs,
    technique: scenario.technique,
    scenario: scenario.name,
    subject: { address: subject },
    ...(findings.service !== undefined && { serviceName: findings.service }),
    evidence,
    score: findings.score,
    observations: findings.count,
    measure: findings.handshake
      ? scenario.measure
      : scenario.unproven ?? scenario.measure,
    summary: summaryOf(scenario.summary, {
      subject,
      count: findings.count,
      spanMs: findings.spanMs,
      service: "service" in observation ? observation.service : "",
      user: "user" in observation ? observation.user ?? "" : "",
    }),
  };
}

function campaignAlerts(
  scenario: Scenario,
  participants: readonly Participant[],
  atMs: number,
): Alert[] {
  return participants.map((
    { source, service, tries, spanMs, score, evident, told },
  ) => ({
    atMs,
    technique: scenario.technique,
    scenario: scenario.name,
    subject: { address: source },
    serviceName: service,
    // A vote is first-hand: what rests on others' words is none.
    evidence: told ? "E0" : scenario.evidence,
    score,
    observations: tries,
    // Who may be a person who gave up is only slowed down, and words never block.
    measure: (told || !evident) && scenario.measure === "block"
      ? "throttle"
      : scenario.measure,
    summary: summaryOf(scenario.summary, {
      subject: source,
      count: tries,
      spanMs,
      service,
      user: "",
    }),
  }));
}

function summaryOf(
  template: string,
  facts: {
    readonly subject: string;
    readonly count: number;
    readonly spanMs: number;
    readonly service: string;
    readonly user: string;
  },
): string {
  const words: Readonly<Record<string, string>> = {
    subject: facts.subject,
    count: String(facts.count),
    span: spanText(facts.spanMs),
    service: facts.service,
    user: facts.user,
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
