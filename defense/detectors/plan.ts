/**
 * How an engine runs its scenarios: which of them look at a kind of observation,
 * and in whose record each keeps what it gathers.
 *
 * Scenarios that look at the same kinds of observation share records, so that an
 * observation finds all it needs in one place; a source that only ever logs in
 * has no words for its connections. A scenario with another key than `source`
 * has records of its own, `keyedSubjectsMax` of them; the subject that was seen
 * least recently is forgotten.
 *
 * @module
 */
import { type Observation, observationKinds } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import type { ServiceNames, SourceNames } from "./evidence.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import { NewcomerWatch } from "./newcomer_watch.ts";
import {
  asksForHistory,
  fastPredicateOf,
  type Predicate,
  valueOf,
} from "./predicate.ts";
import { Records } from "./records.ts";
import type {
  CusumMechanism,
  Scenario,
  ScenarioFilter,
  ScenarioKey,
} from "./scenario.ts";
import { type SubjectMechanism, type Tracker, trackerOf } from "./tracker.ts";

/** Subjects of each scenario whose key is not `source` alone. */
export const keyedSubjectsMax = 16_384;

type Kind = Observation["kind"];

/** One scenario at work. */
export interface Plan {
  readonly scenario: Scenario;
  readonly fits: Predicate;
  readonly tracker: Tracker;
  readonly records: Records;
  /** Word of the subject's record: no alert before this event time. */
  readonly quietUntilMs: number;
  /** Words of a record that are this scenario's, from and to before. */
  readonly words: readonly [from: number, to: number];
  /** Absent if the key is `source`. */
  readonly keyed: KeyedSubjects | undefined;
  /** Whether it is not looked for now. */
  off: boolean;
}

/** Scenarios that look at some kinds of observation, and share records. */
export interface PlanGroup {
  /** Place among the groups. */
  readonly index: number;
  /** Of sources. */
  readonly records: Records;
  readonly plans: ReadonlyMap<Kind, readonly Plan[]>;
}

/** A scenario that looks at the newcomers of the whole site. */
export interface SitePlan {
  readonly scenario: Scenario;
  readonly fits: Predicate;
  watch: NewcomerWatch;
  /** A watch that has seen nothing, in place of the one there is. */
  readonly startAnew: () => NewcomerWatch;
  /** Whether it is not looked for now. */
  off: boolean;
}

/** What plans have in common. */
export interface PlanMaterial {
  readonly services: ServiceNames;
  readonly baseline: FirstContactBaseline | undefined;
}

/** Whether a scenario asks what is known about who logs in. */
export function needsHistory({ filter, mechanism }: Scenario): boolean {
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

/**
 * Groups of scenarios, by each kind of observation. Kinds that one scenario
 * looks at together are in one group, and so are logins of either outcome.
 */
export function planGroups(
  scenarios: readonly Scenario[],
  material: PlanMaterial,
): ReadonlyMap<Kind, PlanGroup> {
  const ofSubjects = scenarios.flatMap((scenario) => {
    const { mechanism, filter } = scenario;
    if (mechanism.type === "cusum") return [];
    const kinds = filter.kind ?? observationKinds;
    return [{ scenario, mechanism, kinds }];
  });
  const together = kindsTogether([
    ["auth_failure", "auth_success"],
    ...ofSubjects.map(({ kinds }) => kinds),
  ]);
  const groups = new Map<Kind, PlanGroup>();
  together.forEach((kinds, index) => {
    const records = new Records();
    const plans = new Map<Kind, Plan[]>(
      [...kinds].map((kind) => [kind, []]),
    );
    for (const { scenario, mechanism, kinds: looksAt } of ofSubjects) {
      if (!looksAt.some((kind) => kinds.has(kind))) continue;
      const plan = planOf(scenario, mechanism, records, material);
      for (const kind of looksAt) plans.get(kind)?.push(plan);
    }
    const group = { index, records, plans };
    for (const kind of kinds) groups.set(kind, group);
  });
  return groups;
}

/** Joins sets of kinds that overlap, until none do. */
function kindsTogether(
  sets: readonly (readonly Kind[])[],
): ReadonlySet<Kind>[] {
  let joined: Set<Kind>[] = observationKinds.map((kind) => new Set([kind]));
  for (const set of sets) {
    const [met, apart] = [
      joined.filter((kinds) => set.some((kind) => kinds.has(kind))),
      joined.filter((kinds) => !set.some((kind) => kinds.has(kind))),
    ];
    joined = [...apart, new Set(met.flatMap((kinds) => [...kinds]))];
  }
  return joined;
}

function planOf(
  scenario: Scenario,
  mechanism: SubjectMechanism,
  ofSources: Records,
  { services, baseline }: PlanMaterial,
): Plan {
  const fields = scenario.key.filter((field) => field !== "site");
  const isSource = fields.length === 1 && fields[0] === "source";
  const records = isSource ? ofSources : new Records();
  const keyed = isSource ? undefined : new KeyedSubjects(fields, records);
  const from = records.reserved;
  const quietUntilMs = records.reserve(-Infinity);
  const tracker = trackerOf(mechanism, {
    records,
    services,
    named: keyed,
    baseline,
  });
  const fits = fastPredicateOf(withoutKind(scenario.filter));
  const words = [from, records.reserved] as const;
  return {
    scenario,
    fits,
    tracker,
    records,
    quietUntilMs,
    words,
    keyed,
    off: false,
  };
}

/** Looks for a scenario, or does not; what was gathered before is forgotten. */
export function turnPlan(plan: Plan, off: boolean): void {
  if (plan.off === off) return;
  plan.off = off;
  plan.keyed?.clear();
  // What lists hold is nothing once the words say that they are empty.
  plan.records.blank(...plan.words);
}

/** The same for one that looks at newcomers. */
export function turnSitePlan(plan: SitePlan, off: boolean): void {
  if (plan.off === off) return;
  plan.off = off;
  plan.watch = plan.startAnew();
}

/** Plans are kept by kind, so that nobody has to ask for it again. */
function withoutKind(
  { kind: _kind, ...filter }: ScenarioFilter,
): ScenarioFilter {
  return filter;
}

/** A subject that is no source. */
interface KeyedSubject extends SourceNames {
  record: number;
}

/** The subjects of a scenario whose key is not `source` alone. */
export class KeyedSubjects implements SourceNames {
  readonly #fields: readonly ScenarioKey[];
  readonly #records: Records;
  readonly #subjects = new RecentMap<string, KeyedSubject>(keyedSubjectsMax);
  #open: KeyedSubject = { record: -1, sources: [] };

  constructor(fields: readonly ScenarioKey[], records: Records) {
    this.#fields = fields;
    this.#records = records;
  }

  /** Who did what the open subject's evidence says. */
  get sources(): SourceNames["sources"] {
    return this.#open.sources;
  }

  /**
   * Opens the record of the subject that an observation is about.
   *
   * @returns Whether it has all the fields of the key.
   */
  open(observation: Observation): boolean {
    let key = "";
    for (const field of this.#fields) {
      const value = valueOf(observation, field);
      if (value === undefined) return false;
      // Names are hostile text: the length keeps two of them from being mixed up.
      const text = String(value);
      key += `${text.length}:${text}`;
    }
    const known = this.#subjects.use(key);
    if (known !== undefined) {
      this.#records.open(known.record);
      this.#open = known;
      return true;
    }
    this.#records.create();
    this.#open = { record: this.#records.handle, sources: [] };
    if (this.#subjects.size >= keyedSubjectsMax) {
      const oldest = this.#subjects.oldest();
      if (oldest) this.#records.free(oldest.value.record);
    }
    this.#subjects.set(key, this.#open);
    return true;
  }

  /** Forgets all of them. */
  clear(): void {
    for (const [, { record }] of this.#subjects.entries()) {
      this.#records.free(record);
    }
    this.#subjects.clear();
    this.#open = { record: -1, sources: [] };
  }

  /** The record may have grown, and moved. */
  close(): void {
    this.#open.record = this.#records.handle;
  }
}

/**
 * Watches the newcomers of the site.
 *
 * @param records Of sources that log in.
 */
export function sitePlanOf(
  scenario: Scenario,
  mechanism: CusumMechanism,
  records: Records,
): SitePlan {
  const { benign, attack, group, threshold, half_life, wait, tries } =
    mechanism;
  const parameters = {
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
  };
  const word = records.reserve();
  const make = () => new NewcomerWatch(parameters, records, word);
  const startAnew = () => {
    records.blank(word, word + 1);
    return make();
  };
  const fits = fastPredicateOf(scenario.filter);
  return { scenario, fits, watch: make(), startAnew, off: false };
}
