/**
 * Finds spraying and distributed guessing: sources that each try once or a few
 * times, far below what any test of one source can see. Seen together they
 * give themselves away, because of strangers who come to a site few never get
 * in, and now nearly all do not.
 *
 * Detection and attribution are two steps (Javed and Paxson, "Detecting
 * Stealthy, Distributed SSH Brute-Forcing", CCS 2013, sections 4 and 5). A
 * *newcomer* is a source that neither got in before nor shares a network with
 * the same user's logins. Its fate is known when it gets in, or when it has not
 * after a wait; the fates go to `campaign_cusum.ts`. While a campaign is on,
 * those that never got in took part, as far as they do what the campaign does:
 *
 * - *evident*: they tried several accounts and did not get in for
 *   `waitSeveralMs`, or a default one or one that does not exist, and did not for
 *   `waitEvidentMs`;
 * - *shared*: one ordinary account, which at least `sharersMin` newcomers
 *   tried, for `waitSharedMs`;
 * - *alone*: one ordinary account that nobody else tried, for `waitAloneMs`.
 *
 * The last two look like a person who gives up; hence the waits, for the last at
 * most `triesMax` tries, and for both that the campaign is known to do the same:
 * many of those that never got in and are not evident tried as often; for those
 * alone, as many had an account to themselves; and there are more of all these
 * than people who give up (`campaign_profile.ts`). Left alone are whoever gets in, addresses that
 * several users share, what comes like clockwork, and refused keys of one
 * account: a job with a stale key. Those who came before the campaign's
 * estimated start took part only if they tried accounts that it tries.
 *
 * Bounds: those of `newcomers.ts`;
 * `suspectsMax` of them kept for a campaign that is not on yet, the oldest is
 * forgotten; `accountsMax` accounts of each, further ones are not told apart;
 * `sharedAccountsMax` accounts counted over all.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { AuthFailure, AuthSuccess } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { CampaignCusum, type CampaignParameters } from "./campaign_cusum.ts";
import { CampaignProfile, type Look, lookOf } from "./campaign_profile.ts";
import { isPasswordTry, type LoginContext } from "./login_history.ts";
import { isMisspelling } from "./misspelling.ts";
import { NewcomerTally } from "./newcomer_tally.ts";
import { type Newcomer, Newcomers, type Wait } from "./newcomers.ts";
import type { Participant } from "./participant.ts";
import type { Records } from "./records.ts";

/** Newcomers that never got in, kept for a campaign to be noticed. */
export const suspectsMax = 4_096;
/** Accounts that one newcomer tried. */
const accountsMax = 8;
/** Accounts for which newcomers are counted. */
const sharedAccountsMax = 8_192;
/** So many newcomers of one account are a pattern, not a coincidence. Our choice. */
const sharersMin = 3;
const dayMs = 24 * 3_600_000;

/** The test, and how long to wait for a newcomer to get in. */
export interface NewcomerParameters extends CampaignParameters {
  readonly waitSeveralMs: number;
  readonly waitEvidentMs: number;
  readonly waitSharedMs: number;
  readonly waitAloneMs: number;
  /** Tries at one account that nobody else tries; who tries more is no sprayer. */
  readonly triesMax: number;
}

/** Watches all newcomers of a site. */
export class NewcomerWatch {
  readonly #parameters: NewcomerParameters;
  /** Over our own newcomers: what others tell never hides what we see. */
  readonly #own: CampaignCusum;
  /** Over ours and theirs. */
  readonly #site: CampaignCusum;
  readonly #newcomers: Newcomers;
  readonly #accounts = new RecentMap<string, number>(sharedAccountsMax);
  readonly #severalWait: Wait;
  readonly #evidentWait: Wait;
  readonly #sharedWait: Wait;
  readonly #aloneWait: Wait;
  #suspects: Newcomer[] = [];
  /** Whether there is anything new to judge suspects by. */
  #isAsked = false;
  readonly #profile = new CampaignProfile();
  readonly #news = new NewcomerTally();
  /** What others told today, and the day before. */
  #elsewhere = new NewcomerTally();
  #elsewhereBefore = new NewcomerTally();
  #elsewhereDay = 0;

  /**
   * @param records Of sources; that of a login's source is open when it is taken.
   * @param word Reserved in them, and 0 in all.
   * @throws {RangeError} Unless the test's parameters are above 0.
   */
  constructor(
    parameters: NewcomerParameters,
    records: Records,
    word: number,
  ) {
    this.#newcomers = new Newcomers(records, word);
    this.#parameters = parameters;
    this.#own = new CampaignCusum(parameters);
    this.#site = new CampaignCusum(parameters);
    this.#severalWait = { waitMs: parameters.waitSeveralMs, next: 0 };
    this.#evidentWait = { waitMs: parameters.waitEvidentMs, next: 0 };
    this.#sharedWait = { waitMs: parameters.waitSharedMs, next: 0 };
    this.#aloneWait = { waitMs: parameters.waitAloneMs, next: 0 };
  }

  /** Whether a campaign is on. */
  get isOn(): boolean {
    return this.#own.isOn || this.#site.isOn;
  }

  /** Evidence for a campaign, in nats. */
  get nats(): number {
    return Math.max(this.#own.nats, this.#site.nats);
  }

  /**
   * Takes a login.
   *
   * @returns Sources now known to take part in a campaign, each once.
   */
  take(
    seen: AuthFailure | AuthSuccess,
    login: LoginContext,
  ): readonly Participant[] {
    this.#judgeDue(seen.atMs);
    const newcomer = this.#newcomers.find(seen.source);
    if (seen.kind === "auth_success") this.#succeed(seen, login, newcomer);
    else this.#fail(seen, login, newcomer);
    return this.#participants(seen.atMs);
  }

  /**
   * Another test accused this source: it is no riddle any more.
   *
   * @param isOpen Whether it has a record, which then is open.
   */
  dismiss(source: Address, isOpen: boolean): void {
    const newcomer = this.#known(source, isOpen);
    if (newcomer !== undefined) newcomer.fate = "closed";
  }

  /**
   * Nothing speaks against this source any more; it may come anew.
   *
   * @param isOpen Whether it has a record, which then is open.
   */
  forget(source: Address, isOpen: boolean): void {
    const newcomer = this.#known(source, isOpen);
    if (newcomer === undefined) return;
    newcomer.fate = "closed";
    this.#newcomers.forget(newcomer);
  }

  /** The open record is given up; who came from its source stays known. */
  leave(): void {
    this.#newcomers.leave();
  }

  /** What happened since the last call until `atMs`, to be told to the other hosts. */
  takeTally(atMs: number): NewcomerTally {
    // On a quiet host nothing else says that a wait is over.
    this.#judgeDue(atMs);
    const tally = new NewcomerTally();
    tally.merge(this.#news);
    this.#news.clear();
    return tally;
  }

  /**
   * Takes what another host told: its newcomers count as if they were ours,
   * but who they were only that host can say.
   */
  addTally(tally: NewcomerTally, atMs: number): readonly Participant[] {
    const day = Math.floor(atMs / dayMs);
    if (day > this.#elsewhereDay) {
      const isNext = day === this.#elsewhereDay + 1;
      this.#elsewhereBefore = isNext ? this.#elsewhere : new NewcomerTally();
      this.#elsewhere = new NewcomerTally();
      this.#elsewhereDay = day;
    }
    this.#judgeDue(atMs);
    this.#elsewhere.merge(tally);
    this.#isAsked = true;
    const { resolved, unresolved } = tally;
    // Evenly mixed, since the tally does not say who came when.
    let credit = 0;
    for (let left = resolved + unresolved; left > 0; left--) {
      credit += unresolved;
      const failed = credit >= resolved + unresolved;
      if (failed) credit -= resolved + unresolved;
      this.#site.take(failed, atMs);
    }
    return this.#participants(atMs);
  }

  #fail(
    seen: AuthFailure,
    login: LoginContext,
    known: Newcomer | undefined,
  ): void {
    const { source, atMs, user = "" } = seen;
    if (known === undefined && (login.familiar !== "none" || login.accused)) {
      return;
    }
    const newcomer = known ??
      this.#newcomers.add(source, seen.service, atMs);
    if (newcomer.fate === "closed") return;
    newcomer.tries++;
    newcomer.lastMs = Math.max(newcomer.lastMs, atMs);
    newcomer.clockwork = login.clockwork;
    if (isPasswordTry(seen)) newcomer.passwords = true;
    if (!newcomer.accounts.includes(user)) this.#tried(newcomer, seen, login);
    const { waitSeveralMs, waitEvidentMs } = this.#parameters;
    const waitMs = newcomer.several ? waitSeveralMs : waitEvidentMs;
    if (atMs - newcomer.firstMs >= waitMs) this.#judgeEvident(newcomer, atMs);
  }

  /** Takes note of an account that the newcomer did not try before. */
  #tried(newcomer: Newcomer, seen: AuthFailure, login: LoginContext): void {
    const { accounts } = newcomer;
    const { user = "" } = seen;
    if (accounts.length >= accountsMax) return;
    const [first] = accounts;
    const isTypo = first !== undefined && isMisspelling(first, user);
    if (first === undefined) {
      newcomer.evident = seen.unknownUser === true ||
        (login.defaultAccount && isPasswordTry(seen));
    } else if (!isTypo) newcomer.evident = newcomer.several = true;
    // Who mistypes the own name tries two accounts, and one does not exist.
    else if (!newcomer.several) newcomer.evident = false;
    // Most try one: a list of one takes far less room than one that has grown.
    if (first === undefined) newcomer.accounts = [user];
    else accounts.push(user);
    this.#accounts.set(user, (this.#accounts.get(user) ?? 0) + 1);
  }

  #succeed(
    { atMs, user = "" }: AuthSuccess,
    login: LoginContext,
    newcomer: Newcomer | undefined,
  ): void {
    if (newcomer === undefined) {
      if (login.familiar === "none") this.#resolve(atMs);
      return;
    }
    const index = newcomer.accounts.indexOf(user);
    if (index >= 0) newcomer.accounts.splice(index, 1);
    if (index >= 0) this.#discount(user);
    // A person may mistype the own name once; several accounts refused before
    // one lets it in is what a sprayer hopes for.
    if (newcomer.accounts.length > 1 || newcomer.fate === "closed") return;
    for (const account of newcomer.accounts) this.#discount(account);
    if (newcomer.fate === "open") this.#resolve(atMs);
    newcomer.fate = "closed";
  }

  #resolve(atMs: number): void {
    this.#news.resolve();
    this.#takeOwn(false, atMs);
  }

  #takeOwn(failed: boolean, atMs: number): void {
    this.#own.take(failed, atMs);
    this.#site.take(failed, atMs);
  }

  #discount(account: string): void {
    const count = this.#accounts.get(account);
    if (count !== undefined) {
      this.#accounts.set(account, Math.max(0, count - 1));
    }
  }

  #judgeDue(atMs: number): void {
    let newcomer: Newcomer | undefined;
    while ((newcomer = this.#newcomers.takeDue(this.#severalWait, atMs))) {
      if (newcomer.several) this.#judgeEvident(newcomer, atMs);
    }
    while ((newcomer = this.#newcomers.takeDue(this.#evidentWait, atMs))) {
      this.#judgeEvident(newcomer, atMs);
    }
    while ((newcomer = this.#newcomers.takeDue(this.#sharedWait, atMs))) {
      if (newcomer.fate !== "open") continue;
      if (isMachine(newcomer)) newcomer.fate = "closed";
      else {
        this.#count(newcomer, atMs);
        if (this.#isShared(newcomer)) this.#suspect(newcomer);
      }
    }
    while ((newcomer = this.#newcomers.takeDue(this.#aloneWait, atMs))) {
      if (newcomer.fate !== "counted") continue;
      const isPersistent = newcomer.tries > this.#parameters.triesMax;
      if (isPersistent || isMachine(newcomer)) newcomer.fate = "closed";
      else this.#suspect(newcomer);
    }
  }

  #judgeEvident(newcomer: Newcomer, atMs: number): void {
    const { fate, clockwork } = newcomer;
    if (
      !newcomer.evident || clockwork || (fate !== "open" && fate !== "counted")
    ) return;
    if (fate === "open") this.#count(newcomer, atMs);
    else if (newcomer.looked) this.#profile.correct(newcomer.looked);
    this.#suspect(newcomer);
  }

  #known(source: Address, isOpen: boolean): Newcomer | undefined {
    return isOpen
      ? this.#newcomers.find(source)
      : this.#newcomers.findApart(source);
  }

  #isShared({ accounts }: Newcomer): boolean {
    return accounts.some((account) =>
      (this.#accounts.get(account) ?? 0) +
          this.#elsewhere.triesOf(account) +
          this.#elsewhereBefore.triesOf(account) >= sharersMin
    );
  }

  #count(newcomer: Newcomer, atMs: number): void {
    newcomer.fate = "counted";
    newcomer.failedMs = atMs;
    if (newcomer.evident) this.#profile.addEvident();
    else this.#profile.add(newcomer.looked = this.#lookOf(newcomer));
    this.#isAsked = true;
    this.#news.giveUp(newcomer.accounts);
    this.#takeOwn(true, atMs);
  }

  #suspect(newcomer: Newcomer): void {
    newcomer.fate = "suspect";
    this.#isAsked = true;
    if (this.#suspects.length >= suspectsMax) this.#suspects.shift();
    this.#suspects.push(newcomer);
  }

  #lookOf(newcomer: Newcomer): Look {
    return lookOf(newcomer.tries, this.#isShared(newcomer));
  }

  #participants(atMs: number): readonly Participant[] {
    if (!this.#isAsked || !this.isOn) return nobody;
    this.#isAsked = false;
    const { nats } = this;
    const told = !this.#own.isOn;
    const changeMs = Math.min(
      ...[this.#own, this.#site].filter(({ isOn }) => isOn)
        .map((cusum) => cusum.changeMs),
    );
    const found: Participant[] = [];
    this.#suspects = this.#suspects.filter((newcomer) => {
      if (newcomer.fate !== "suspect") return false;
      if (newcomer.told && told) return true;
      // It took a while to be known as one.
      if (!newcomer.evident && isMachine(newcomer)) return false;
      if (newcomer.failedMs < changeMs && !this.#isShared(newcomer)) {
        return false;
      }
      if (!newcomer.evident && !this.#profile.fits(this.#lookOf(newcomer))) {
        return newcomer.failedMs > atMs - this.#parameters.waitAloneMs;
      }
      if (told) newcomer.told = true;
      else newcomer.fate = "closed";
      const { source, service, tries, firstMs, lastMs } = newcomer;
      const spanMs = lastMs - firstMs;
      found.push({
        source,
        service,
        tries,
        spanMs,
        score: nats,
        evident: newcomer.evident,
        told,
      });
      return told;
    });
    return found;
  }
}

const nobody: readonly Participant[] = [];

/** A check or a job, as far as one account's refusals can tell. */
function isMachine({ passwords, clockwork }: Newcomer): boolean {
  return clockwork || !passwords;
}
