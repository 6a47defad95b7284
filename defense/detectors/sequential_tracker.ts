/**
 * A sequential test over what its subjects do: cases with their chances, first
 * contacts only where the scenario says so, and what is taken back when the
 * account's owner gets in.
 *
 * @module
 */
import type { AuthFailure, AuthSuccess, Observation } from "../observation.ts";
import { AccountLedger } from "./account_ledger.ts";
import { accountNumber } from "./account_number.ts";
import { Evidence, type Findings } from "./evidence.ts";
import { FirstContacts } from "./first_contact.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import type { LoginContext } from "./login_history.ts";
import { firstOf, hashOfFields } from "./predicate.ts";
import type { ScenarioField, SequentialMechanism } from "./scenario.ts";
import {
  isVisit,
  ScatteredContacts,
  scatteredShare,
} from "./scattered_contact.ts";
import { SequentialWalk } from "./sequential_test.ts";
import type { Tracker, TrackerMemory } from "./tracker.ts";

interface Case {
  readonly attack: number;
  readonly nats: number;
}

/** Runs one sequential test for each subject. */
export class SequentialTracker implements Tracker {
  readonly #walk: SequentialWalk;
  readonly #firstCase: ReturnType<typeof firstOf>;
  readonly #cases: readonly Case[];
  readonly #fields: readonly ScenarioField[] | undefined;
  readonly #ledger: AccountLedger | undefined;
  /** Only where first contacts count: it takes room in every record. */
  readonly #met: FirstContacts | undefined;
  readonly #scattered: ScatteredContacts | undefined;
  readonly #learned: FirstContactBaseline | undefined;
  readonly #evidence: Evidence;

  constructor(
    mechanism: SequentialMechanism,
    { records, services, named, baseline }: TrackerMemory,
  ) {
    const { alpha, beta, half_life: halfLifeMs, first_contact, forgive } =
      mechanism;
    this.#walk = new SequentialWalk({
      alpha,
      beta,
      ...(halfLifeMs === undefined ? {} : { halfLifeMs }),
    }, records);
    this.#evidence = new Evidence(records, services, named);
    this.#firstCase = firstOf(mechanism.cases.map(({ when }) => when));
    this.#cases = mechanism.cases.map(({ benign, attack }) => ({
      attack,
      nats: Math.log(attack / benign),
    }));
    this.#fields = first_contact;
    this.#met = first_contact && new FirstContacts(records);
    if (
      first_contact?.includes("destination") && first_contact.includes("port")
    ) this.#scattered = new ScatteredContacts(records);
    this.#ledger = forgive && new AccountLedger(halfLifeMs, records);
    this.#learned = mechanism.trained ? baseline : undefined;
  }

  get nats(): number {
    return this.#walk.score;
  }

  take(
    observation: Observation,
    priorNats: number,
    login: LoginContext | undefined,
  ): Findings | undefined {
    if (this.#ledger && observation.kind === "auth_success") {
      this.#forgive(
        this.#ledger,
        accountOf(observation, login),
        observation.atMs,
      );
    }
    const found = this.#cases[this.#firstCase(observation, login)];
    if (found === undefined) return undefined;
    if (
      this.#fields && !this.#met?.meet(hashOfFields(observation, this.#fields))
    ) return undefined;
    this.#evidence.add(
      observation,
      found.nats > 0,
      this.#scattered === undefined || !isVisit(observation),
    );
    const isScattered = this.#scattered?.meet(observation) === true;
    const learned = this.#natsAsLearned(found, observation);
    const nats = isScattered && learned > 0
      ? learned * scatteredShare
      : learned;
    const verdict = this.#walk.step(nats, observation.atMs, priorNats);
    if (this.#ledger && nats > 0 && observation.kind === "auth_failure") {
      this.#ledger.add(accountOf(observation, login), nats, observation.atMs);
    }
    if (verdict === "benign") this.#startAnew();
    if (verdict !== "attack") return undefined;
    const findings = this.#evidence.take(this.#walk.score + priorNats);
    this.#walk.restart();
    this.#startAnew();
    return findings;
  }

  /** With the chance that was learned for the port, once it was. */
  #natsAsLearned({ nats, attack }: Case, observation: Observation): number {
    const learned = this.#learned;
    if (learned === undefined || observation.kind !== "connection") return nats;
    if (learned.isLearning(observation.atMs)) return nats;
    const failure = learned.failureChance(observation.port);
    return Math.log(attack / (nats > 0 ? failure : 1 - failure));
  }

  #forgive(ledger: AccountLedger, account: number, atMs: number): void {
    const added = ledger.settle(account, atMs);
    if (added === undefined) return;
    this.#walk.takeBack(added.nats);
    this.#evidence.drop(added.count);
  }

  #startAnew(): void {
    this.#evidence.clear();
    this.#ledger?.clear();
  }
}

function accountOf(
  { user = "" }: AuthFailure | AuthSuccess,
  login: LoginContext | undefined,
): number {
  return login?.account ?? accountNumber(user);
}
