/**
 * Lateral movement (design §6): someone who is inside goes on to other
 * machines. What gives him away is that he goes where nobody of this machine
 * ever went, with accounts it never used, and has things done there.
 *
 * Two kinds of alert:
 *
 * - A *notice* tells of a remote call that is worth knowing (`call_meaning.ts`)
 *   the first time that a machine makes it to another; it asks for no measure.
 *   While the history is not known it says so.
 * - A *movement* sums, per machine, first-ever ways to administer another
 *   machine, switched accounts and first-ever remote calls in three CUSUMs
 *   (`movement.ts`), for intruders in a hurry and with patience, and asks for a
 *   throttle. Others, per account, see one that appears on many machines.
 *
 * Nothing is new while the network is being learned: for `learnMs` of event
 * time from the first observation, ways and accounts are taken in silently. How
 * often a machine finds new ones in the second half of that time becomes its
 * own rate of honest novelty. So a backup server that reaches every host each
 * night, a jump host and a monitor stay alone: their ways are known. What
 * `commonVisitors` other machines do with the same place (a domain controller,
 * a file server) is no news for a machine that has just come.
 *
 * False alarms: at least 33,000 first-ever things of one machine between two
 * (99,000 for each of three walks), if they come as Poisson processes of the
 * learned rates: at three a day, 30 years. An administrator who takes over a
 * rack of machines in an hour is no such process, and is seen.
 *
 * Bounds: `sourcesMax` machines and as many accounts, the one not seen for
 * longest forgotten, and those of `known_things.ts`.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { Alert } from "../../alert.ts";
import type {
  AuthSuccess,
  Connection,
  Observation,
  RemoteCall,
} from "../../observation.ts";
import { RecentMap } from "../../recent_map.ts";
import { adminService, type AdminServiceName } from "./admin_service.ts";
import { type CallMeaning, gradeNats, meaningOf } from "./call_meaning.ts";
import { areNeighbours, isInside, isPrivate } from "./inside.ts";
import { KnownThings } from "./known_things.ts";
import type { LateralMemory, Taught } from "./lateral_memory.ts";
import { type Mark, Movement } from "./movement.ts";

/** A week has one of each day: what is done weekly is known after it. */
export const learnMsDefault = 7 * 86_400_000;
/** Nothing at all is seen for so long on a quiet network. Our choice. */
const restMsMax = 86_400_000;
/** Silence about a machine and a scenario after an alert. Our choice. */
const quietMs = 3_600_000;
/** Machines that make a place a common one. Our choice. */
const commonVisitors = 3;
const sourcesMax = 16_384;
const noticesMax = 16_384;
/** Asked for after each observation, so one would do. */
const waysMax = 64;
/** Kerberos, LDAP and the global catalogue: who serves them is a domain controller. */
const directoryPorts: ReadonlySet<number> = new Set([88, 389, 636, 3268, 3269]);

/** How a network is watched. */
export interface LateralOptions {
  /** Milliseconds of event time that only teach; 7 days if absent. */
  readonly learnMs?: number;
  /** What was learned before. */
  readonly memory?: LateralMemory | undefined;
}

/** What a login and a remote call have in common. */
type Login = Pick<AuthSuccess, "atMs" | "source" | "target" | "user">;

/** A machine came to another for the first time, to administer it. */
export interface FirstWay {
  /** Who came. */
  readonly source: Address;
  /** Event time. */
  readonly atMs: number;
  /** By which service. */
  readonly service: AdminServiceName;
}

const noAlerts: readonly Alert[] = [];
const noWays: readonly FirstWay[] = [];

/** Watches one network. */
export class LateralWatch {
  readonly #learnMs: number;
  readonly #known = new KnownThings();
  readonly #sources = new RecentMap<string, Movement>(sourcesMax);
  readonly #accounts = new RecentMap<string, Movement>(sourcesMax);
  /** When a source and scenario may be told again. */
  readonly #quiet = new RecentMap<string, number>(noticesMax);
  #startMs: number | undefined;
  #lastMs: number | undefined;
  #ways: FirstWay[] = [];

  /**
   * Begins with what was learned before, if anything.
   *
   * @throws {RangeError} If `learnMs` is below 0.
   */
  constructor({ learnMs = learnMsDefault, memory }: LateralOptions = {}) {
    if (!(learnMs >= 0)) {
      throw new RangeError(
        `Cannot learn for ${learnMs} ms: expected 0 or more`,
      );
    }
    this.#learnMs = learnMs;
    if (memory === undefined) return;
    this.#startMs = memory.startMs;
    this.#lastMs = memory.lastMs;
    this.#known.recall(memory.things, memory.places);
    for (const [address, taught] of memory.machines) {
      this.#sources.set(address, new Movement("machine", learnMs / 2, taught));
    }
    for (const [name, taught] of memory.accounts) {
      this.#accounts.set(name, new Movement("account", learnMs / 2, taught));
    }
  }

  /** What was learned so far; `undefined` if nothing was seen. */
  get memory(): LateralMemory | undefined {
    if (this.#startMs === undefined) return undefined;
    return {
      startMs: this.#startMs,
      ...(this.#lastMs !== undefined && { lastMs: this.#lastMs }),
      things: this.#known.things,
      places: this.#known.places,
      machines: taughtOf(this.#sources),
      accounts: taughtOf(this.#accounts),
    };
  }

  /**
   * First-ever ways between machines of one network since the last call, at most
   * `waysMax`, for the other hosts (`told_ways.ts`). None while the network is
   * being learned.
   */
  takeWays(): readonly FirstWay[] {
    if (this.#ways.length === 0) return noWays;
    const taken = this.#ways;
    this.#ways = [];
    return taken;
  }

  /** Takes one observation; returns the alerts that it sets off. */
  observe(seen: Observation): readonly Alert[] {
    this.#pass(seen.atMs);
    switch (seen.kind) {
      case "connection":
        return this.#connection(seen);
      case "auth_success":
        return this.#login(seen);
      case "remote_call":
        return seen.service === "logon" ? this.#login(seen) : this.#call(seen);
      default:
        return noAlerts;
    }
  }

  #connection(seen: Connection): readonly Alert[] {
    const { source, destination, port, protocol, outcome } = seen;
    // Anybody can forge a first packet in another's name.
    if (protocol !== "tcp" || outcome !== "accepted" || !seen.handshake) {
      return noAlerts;
    }
    if (directoryPorts.has(port)) this.#known.meet(`directory ${destination}`);
    const service = adminService(port);
    if (service === undefined || !isInside(source, destination)) {
      return noAlerts;
    }
    const place = `${destination} ${service.name}`;
    if (!this.#known.meet(`${source} > ${place}`)) return noAlerts;
    const visitors = this.#known.visit(place);
    this.#noteWay(seen, service.name, visitors);
    if (visitors >= commonVisitors) return noAlerts;
    return this.#weigh(seen.atMs, source, {
      novelty: "way",
      words: `${destination} by ${service.name}`,
      technique: service.technique,
      ...(seen.process !== undefined && { process: seen.process }),
    });
  }

  /**
   * What everybody does with a file server is no news; but ssh, desktops and
   * remote management are no service for everybody, however many use them.
   */
  #noteWay(
    { source, destination, atMs }: Connection,
    service: AdminServiceName,
    visitors: number,
  ): void {
    if (this.#isLearning(atMs) || !areNeighbours(source, destination)) return;
    if (service === "smb" && visitors >= commonVisitors) return;
    if (this.#ways.length >= waysMax) return;
    this.#ways.push({ source, atMs, service });
  }

  /** A login, or a try of one with another account's name (event 4648). */
  #login(seen: Login): readonly Alert[] {
    const { source, user, target, atMs } = seen;
    if (user === undefined || !isPrivate(source)) return noAlerts;
    const hadAccount = this.#known.has(`${source} logs in`);
    this.#known.meet(`${source} logs in`);
    const name = user.toLowerCase();
    const isNewHere = this.#known.meet(`${source} as ${name}`);
    const isNewPlace = target !== undefined &&
      this.#known.meet(`${source} into ${target.toLowerCase()}`);
    if (!isNewHere) return noAlerts;
    const alerts: Alert[] = [];
    if (!this.#known.meet(`account ${name}`)) {
      const account = this.#account(name);
      const mark = {
        novelty: "way",
        words: source,
        technique: "T1078",
      } as const;
      if (this.#strikes(atMs, account, mark)) {
        alerts.push(this.#spread(seen, account));
      }
    }
    if (hadAccount && isNewPlace) {
      const words = `${target} as ${user}, which it never used`;
      const mark = { novelty: "switch", words, technique: "T1078" } as const;
      alerts.push(...this.#weigh(atMs, source, mark));
    }
    return alerts;
  }

  #call(seen: RemoteCall): readonly Alert[] {
    const { source, atMs } = seen;
    const place = (seen.destination ?? seen.target ?? "").toLowerCase();
    const meaning = meaningOf(seen);
    if (meaning === undefined) return noAlerts;
    // Domain controllers copy the directory from each other all day.
    if (
      meaning.scenario === "directory-replication" &&
      this.#known.has(`directory ${source}`)
    ) return noAlerts;
    const matter = `${meaning.scenario} ${place}`;
    if (!this.#known.meet(`${source} > ${matter}`)) return noAlerts;
    // What several others ask of the same place is how this network works.
    if (this.#known.visit(matter) >= commonVisitors) return noAlerts;
    const alerts: Alert[] = [];
    if (this.#speaks(`${source} ${meaning.scenario}`, atMs)) {
      alerts.push(this.#notice(seen, meaning, place));
    }
    const { grade, technique } = meaning;
    if (grade === "looks") return alerts;
    const words = `${meaning.words} ${place}`;
    const mark = { novelty: grade, words, technique };
    return [...alerts, ...this.#weigh(atMs, source, mark)];
  }

  #notice(seen: RemoteCall, meaning: CallMeaning, place: string): Alert {
    const { service, operation, source, user, atMs } = seen;
    const account = user === undefined ? "" : ` as ${user}`;
    const history = this.#isLearning(atMs)
      ? "whether that is usual is not known yet"
      : "for the first time";
    return {
      atMs,
      technique: meaning.technique,
      scenario: meaning.scenario,
      subject: { address: source },
      evidence: "E1",
      score: gradeNats[meaning.grade],
      observations: 1,
      measure: "none",
      summary: `${source} ${meaning.words} ${
        place || "a machine"
      }${account} (${service} ${operation}); ${history}`,
    };
  }

  /** Something that this machine did for the first time. */
  #weigh(atMs: number, source: Address, mark: Mark): readonly Alert[] {
    const movement = this.#movement(source);
    return this.#strikes(atMs, movement, mark)
      ? this.#moved(atMs, source, movement)
      : noAlerts;
  }

  /** In the first half everything is new to us; in the second, to the network. */
  #strikes(atMs: number, movement: Movement, mark: Mark): boolean {
    if (!this.#isLearning(atMs)) return movement.step(atMs, mark);
    const half = this.#learnMs / 2;
    if (atMs - (this.#startMs ?? atMs) >= half) movement.teach(mark.novelty);
    return false;
  }

  #moved(
    atMs: number,
    source: Address,
    movement: Movement,
  ): readonly Alert[] {
    const findings = movement.take();
    if (!this.#speaks(`${source} lateral-movement`, atMs)) return noAlerts;
    const { technique, score, count, span, words } = findings;
    return [{
      atMs,
      technique,
      scenario: "lateral-movement",
      subject: { address: source },
      evidence: "E1",
      score,
      observations: count,
      measure: "throttle",
      summary:
        `${source} did ${count} things in ${span} that it never did before: ${words}`,
    }];
  }

  #spread(seen: Login, account: Movement): Alert {
    const { score, count, span, words } = account.take();
    return {
      atMs: seen.atMs,
      technique: "T1078",
      scenario: "account-spread",
      subject: { address: seen.source },
      evidence: "E1",
      score,
      observations: count,
      measure: "none",
      summary:
        `${seen.user} logged in from ${count} machines in ${span} that it never came from: ${words}`,
    };
  }

  /** Whether it is time to tell of this again; then it is told. */
  #speaks(matter: string, atMs: number): boolean {
    if (atMs < (this.#quiet.get(matter) ?? -Infinity)) return false;
    this.#quiet.set(matter, atMs + quietMs);
    return true;
  }

  /**
   * Time in which nothing was seen teaches nothing: a host that is switched off
   * for a week, or that starts with a clock of 1970, goes on learning
   * afterwards. What was learned is known for good.
   */
  #pass(atMs: number): void {
    this.#startMs ??= atMs;
    const lastMs = this.#lastMs ?? atMs;
    this.#lastMs = Math.max(lastMs, atMs);
    if (!this.#isLearning(lastMs)) return;
    const gapMs = atMs - lastMs;
    if (gapMs > restMsMax) this.#startMs += gapMs - restMsMax;
    else if (gapMs < -restMsMax) this.#startMs = this.#lastMs = atMs;
  }

  #isLearning(atMs: number): boolean {
    // A connection is told when it ends, so it may be older than the first.
    return Math.max(atMs - (this.#startMs ?? atMs), 0) < this.#learnMs;
  }

  #movement(source: Address): Movement {
    let movement = this.#sources.use(source);
    if (movement === undefined) {
      movement = new Movement("machine", this.#learnMs / 2);
      this.#sources.set(source, movement);
    }
    return movement;
  }

  #account(name: string): Movement {
    let account = this.#accounts.use(name);
    if (account === undefined) {
      account = new Movement("account", this.#learnMs / 2);
      this.#accounts.set(name, account);
    }
    return account;
  }
}

/** Those that were taught something. */
function taughtOf(movements: RecentMap<string, Movement>): Taught {
  return [...movements.entries()]
    .map(([name, { taught }]) => [name, taught] as const)
    .filter(([, taught]) => Object.keys(taught).length > 0);
}
