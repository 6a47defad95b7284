/**
 * What is to be told to other machines of refused logins here: how much they
 * speak against a source that never got in (`told_refusals.ts` adds it up).
 * Only passwords count, since a job with a stale key goes to many machines too.
 *
 * Bounds: `sourcesMax` sources between two takings, further ones are not told;
 * what was told of `toldMax`, the one told longest ago is forgotten.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Observation } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { isPasswordTry, type LoginContext } from "./login_history.ts";

/** Taken after each login, so one would do; a host may ask more rarely. */
const sourcesMax = 64;
/** More than others remember: `told_refusals.ts`. */
const toldMax = 4_096;
/**
 * Told again when the score has changed by so much: the first refusal of any
 * account is worth 1.9 nats. Our choice.
 */
const stepNats = 1.5;
/** And when others are about to forget it. */
const againMs = 8 * 60_000;

/** How much refused logins speak against a newcomer. */
export interface Refusals {
  /** As the engine's `keyOf` names it. */
  readonly source: Address;
  /** Event time of the last login that counted. */
  readonly atMs: number;
  /** 0 or more, without what others lent. */
  readonly nats: number;
}

/** Notes to be told. */
export class RefusalNotes {
  readonly #bySource = new Map<Address, Refusals>();
  /** What others know. */
  readonly #told = new RecentMap<Address, Refusals>(toldMax);

  /**
   * Takes note of a source's score after a login.
   *
   * @param guessed Whether the login was a guess.
   */
  note(seen: Refusals, guessed: boolean): void {
    const told = this.#told.get(seen.source);
    const grown = seen.nats - (told?.nats ?? 0);
    const isOld = told !== undefined && seen.atMs - told.atMs >= againMs;
    // A login that made good for refusals is news, too.
    const isNews = guessed
      ? grown >= stepNats || (isOld && seen.nats >= stepNats)
      : grown <= -stepNats;
    if (!isNews) return;
    if (this.#bySource.size >= sourcesMax && !this.#bySource.has(seen.source)) {
      return;
    }
    this.#bySource.set(seen.source, seen);
    this.#told.set(seen.source, seen);
  }

  /** What was noted since the last call. */
  take(): readonly Refusals[] {
    if (this.#bySource.size === 0) return nothing;
    const taken = [...this.#bySource.values()];
    this.#bySource.clear();
    return taken;
  }

  /** Nothing is told of a source any more. */
  forget(source: Address): void {
    this.#bySource.delete(source);
    this.#told.delete(source);
  }
}

const nothing: readonly Refusals[] = [];

/** A password that a stranger tried. */
export function isGuess(
  seen: Observation,
  login: LoginContext | undefined,
): boolean {
  return seen.kind === "auth_failure" && login?.familiar === "none" &&
    isPasswordTry(seen);
}
