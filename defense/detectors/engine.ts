/**
 * Runs scenarios over observations and says who did what.
 *
 * The engine is a function of what it is shown: it has no clock but the times
 * of the observations. Text of a log is taken at its word here; whether a
 * peer really completed a handshake is checked by the live sensor, which
 * lowers the evidence class if not. A replay has nobody to ask.
 *
 * Bounds: `subjectsMax` sources (`tracked_sources.ts`); when full, the one that
 * was seen least recently is forgotten. A scenario with another key has
 * `keyedSubjectsMax` subjects of its own, by the same rule (`plan.ts`). What an
 * observation costs does not depend on how many there are, but for memory that
 * is further away: one look-up, and the records of one source.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Alert } from "../alert.ts";
import type { Observation } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { noSlot } from "../address_slots.ts";
import { ServiceNames } from "./evidence.ts";
import { alertOf, campaignAlerts } from "./finding_alert.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import { OddityWatch } from "./learning/oddity_watch.ts";
import { type LoginContext, LoginHistory } from "./login_history.ts";
import type { NewcomerTally } from "./newcomer_tally.ts";
import {
  needsHistory,
  type PlanGroup,
  planGroups,
  type SitePlan,
  sitePlanOf,
  turnPlan,
  turnSitePlan,
} from "./plan.ts";
import type { Records } from "./records.ts";
import { isGuess, RefusalNotes, type Refusals } from "./refusal_notes.ts";
import type { Scenario } from "./scenario.ts";
import { lentNatsMax, type LentSuspicion } from "./told_refusals.ts";
import { TrackedSources } from "./tracked_sources.ts";

/** Suspicion that can be lent in total, two voters' `ln 4`: design §7. */
export const priorNatsMax = 2 * Math.log(4);
/** Subjects remembered unless the options say otherwise. */
const defaultSubjectsMax = 50_000;
/** Sources whose refusals elsewhere lend suspicion; as `told_refusals.ts` has. */
const lentMax = 1_024;

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
  readonly #groups: ReadonlyMap<Observation["kind"], PlanGroup>;
  readonly #sitePlans: readonly SitePlan[];
  readonly #sources: TrackedSources;
  readonly #keyOf: (source: Address) => Address;
  /** Kept only if some scenario asks for it. */
  readonly #history: LoginHistory | undefined;
  /** Absent unless it was asked for. */
  #oddities: OddityWatch | undefined;
  /** To be told to the other hosts. */
  readonly #refusals = new RefusalNotes();
  /** What their refusals lend to tests of logins. */
  readonly #lent = new RecentMap<Address, LentSuspicion>(lentMax);

  /**
   * Watches for `scenarios`.
   *
   * @throws {RangeError} If `subjectsMax` is below 1.
   */
  constructor(scenarios: readonly Scenario[], options: EngineOptions = {}) {
    const { subjectsMax = defaultSubjectsMax, baseline } = options;
    this.#keyOf = options.keyOf ?? ((source) => source);
    this.#oddities = options.learning ? new OddityWatch() : undefined;
    const services = new ServiceNames();
    this.#groups = planGroups(scenarios, { services, baseline });
    this.#sitePlans = scenarios.flatMap((scenario) => {
      const { mechanism } = scenario;
      return mechanism.type === "cusum"
        ? [sitePlanOf(scenario, mechanism, this.#logins.records)]
        : [];
    });
    const records: Records[] = [];
    for (const group of this.#groups.values()) {
      records[group.index] = group.records;
    }
    if (scenarios.some(needsHistory)) {
      this.#history = new LoginHistory(this.#logins.records);
    }
    this.#sources = new TrackedSources(subjectsMax, records);
  }

  /**
   * Looks for all scenarios but `off` from now on. One that was off begins anew,
   * as if nobody had been seen before; the others go on as they were.
   *
   * @param learning Whether odd connections lend suspicion.
   */
  watch(off: ReadonlySet<string>, learning: boolean): void {
    this.#oddities = learning ? this.#oddities ?? new OddityWatch() : undefined;
    for (const { plans } of new Set(this.#groups.values())) {
      for (const plan of new Set([...plans.values()].flat())) {
        turnPlan(plan, off.has(plan.scenario.name));
      }
    }
    for (const plan of this.#sitePlans) {
      turnSitePlan(plan, off.has(plan.scenario.name));
    }
  }

  /** Sources remembered at present. */
  get subjects(): number {
    return this.#sources.size;
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
    const { kind, source } = observation;
    const isLogin = kind === "auth_failure" || kind === "auth_success";
    const group = this.#groups.get(kind) as PlanGroup;
    let slot = noSlot;
    let login: LoginContext | undefined;
    if (isLogin && this.#history !== undefined) {
      slot = this.#open(source, group);
      login = this.#history.look(observation, slot);
    }
    const odd = this.#oddities && this.#oddNats(this.#oddities, observation);
    const isGuessed = isGuess(observation, login);
    const lentNats = isGuessed ? this.#lentTo(source, observation.atMs) : 0;
    let refusedNats: number | undefined;
    let alerts: Alert[] | undefined;
    for (const plan of group.plans.get(kind) ?? []) {
      if (plan.off || !plan.fits(observation, login)) continue;
      if (plan.keyed === undefined) {
        if (slot === noSlot) slot = this.#open(source, group);
      } else if (!plan.keyed.open(observation)) continue;
      const { records, quietUntilMs } = plan;
      if (observation.atMs < (records.words[records.at + quietUntilMs] ?? 0)) {
        continue;
      }
      const voters = slot === noSlot ? 0 : this.#sources.priorNats(slot);
      const known = Math.min(
        voters + this.#basePriorNats + (odd ?? 0),
        priorNatsMax,
      );
      // The rest must be seen here, whatever others say.
      const prior = plan.keyed === undefined && lentNats > 0
        ? Math.min(known + lentNats, lentNatsMax)
        : known;
      const findings = plan.tracker.take(observation, prior, login);
      if (isLogin && plan.keyed === undefined) {
        refusedNats = Math.max(refusedNats ?? 0, plan.tracker.nats ?? 0);
      }
      plan.keyed?.close();
      if (findings === undefined) continue;
      records.words[records.at + quietUntilMs] = observation.atMs +
        plan.scenario.quiet;
      const subjects = plan.keyed ? findings.sources ?? [] : [source];
      alerts ??= [];
      for (const subject of subjects) {
        alerts.push(alertOf(plan.scenario, observation, findings, subject));
      }
    }
    if (slot !== noSlot) this.#sources.keep(slot, group.index);
    // An alert says it all.
    if (refusedNats !== undefined && alerts === undefined) {
      const of = this.#keyOf(source);
      const { atMs } = observation;
      this.#refusals.note({ source: of, atMs, nats: refusedNats }, isGuessed);
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
    if (kind === "auth_success" && slot !== noSlot) {
      if (alerts !== undefined) this.#sources.open(slot, group.index);
      this.#history?.welcome(observation, slot);
    }
    return alerts ?? noAlerts;
  }

  /**
   * How much refusals speak against sources that never got in here, as far as
   * that has changed since the last call; for the other hosts. Ask after each
   * login.
   */
  takeRefusals(): readonly Refusals[] {
    return this.#refusals.take();
  }

  /**
   * Lends the tests of one source's logins what other hosts' refusals show,
   * which alone never makes an alert. A later call replaces an earlier one.
   */
  lend(subject: Address, lent: LentSuspicion): void {
    if (lent.nats > 0) this.#lent.set(subject, lent);
    else this.#lent.delete(subject);
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
    const isKnown = this.#sources.find(subject) !== noSlot;
    if (!(priorNats > 0) && !isKnown) return;
    this.#sources.lend(this.#touch(subject), priorNats || 0);
  }

  /**
   * Lends the tests of everybody suspicion, besides what {@linkcode addPrior}
   * says; together at most `priorNatsMax`. 0 ends it.
   */
  setBasePrior(nats: number): void {
    this.#basePriorNats = Math.min(Math.max(nats, 0), priorNatsMax) || 0;
  }

  /** Forgets everything that could speak against `subject`. */
  forget(subject: Address): void {
    this.#refusals.forget(subject);
    this.#lent.delete(subject);
    const slot = this.#sources.find(subject);
    const { index } = this.#logins;
    const isOpen = slot !== noSlot && this.#sources.openKnown(slot, index);
    for (const { watch } of this.#sitePlans) watch.forget(subject, isOpen);
    if (slot === noSlot) return;
    const guest = isOpen ? this.#history?.guest ?? 0 : 0;
    if (guest === 0) {
      this.#leave(slot);
      return this.#sources.drop(slot);
    }
    // Who usually logs in from there speaks for it.
    this.#partFromNewcomers(slot);
    this.#sources.blank(slot);
    this.#touch(subject);
    this.#sources.open(slot, index);
    this.#history?.pardon(subject, slot, guest);
  }

  /** Scenarios that look at logins. */
  get #logins(): PlanGroup {
    return this.#groups.get("auth_failure") as PlanGroup;
  }

  #lentTo(source: Address, atMs: number): number {
    const lent = this.#lent.get(this.#keyOf(source));
    return lent !== undefined && atMs <= lent.untilMs ? lent.nats : 0;
  }

  #oddNats(oddities: OddityWatch, seen: Observation): number {
    const subject = this.#keyOf(seen.source);
    if (seen.kind === "connection") oddities.take(seen, subject);
    return oddities.nats(subject, seen.atMs);
  }

  #basePriorNats = 0;

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
      const slot = this.#sources.find(this.#keyOf(subject.address));
      const isOpen = slot !== noSlot &&
        this.#sources.openKnown(slot, this.#logins.index);
      if (isOpen && this.#history?.isKnown) this.#history.accuse(slot, atMs);
      for (const { watch } of this.#sitePlans) {
        watch.dismiss(subject.address, isOpen);
      }
    }
  }

  /** Opens the record of a source, now the most recently seen one. */
  #open(source: Address, { index }: PlanGroup): number {
    const slot = this.#touch(this.#keyOf(source));
    this.#sources.open(slot, index);
    return slot;
  }

  /** The slot of a source, now the most recently seen one. */
  #touch(subject: Address): number {
    return this.#sources.touch(subject, this.#leave);
  }

  readonly #leave = (slot: number): void => {
    this.#partFromNewcomers(slot);
    this.#history?.leave(slot);
  };

  /** Newcomers stay known when their source's record goes. */
  #partFromNewcomers(slot: number): void {
    if (this.#sitePlans.length === 0) return;
    if (!this.#sources.openKnown(slot, this.#logins.index)) return;
    for (const { watch } of this.#sitePlans) watch.leave();
  }
}
