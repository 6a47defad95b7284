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
 * `profileShareMin` of those that never got in and are not evident tried as often;
 * for those alone, as many had an account to themselves; and there are more of all
 * these than people who give up. Left alone are whoever gets in, addresses that
 * several users share, what comes like clockwork, and refused keys of one
 * account: a job with a stale key. Those who came before the campaign's
 * estimated start took part only if they tried accounts that it tries.
 *
 * Bounds: `newcomersMax` newcomers, the one that came first is forgotten;
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
import { isPasswordTry, type LoginContext } from "./login_history.ts";
import { isMisspelling } from "./misspelling.ts";
import { NewcomerTally } from "./newcomer_tally.ts";
import { WaitingLine } from "./waiting_line.ts";

/** Newcomers whose fate is open or was decided lately. */
export const newcomersMax = 16_384;
/** Newcomers that never got in, kept for a campaign to be noticed. */
export const suspectsMax = 4_096;
/** Accounts that one newcomer tried. */
const accountsMax = 8;
/** Accounts for which newcomers are counted. */
const sharedAccountsMax = 8_192;
/** So many newcomers of one account are a pattern, not a coincidence. Our choice. */
const sharersMin = 3;
/** So many of a campaign's inconspicuous sources must be alike. Our choice. */
const profileShareMin = 0.12;
/** And so many of all must be inconspicuous. Our choice. */
const inconspicuousShareMin = 0.1;
/** Newcomers over which that share is taken; older ones fade. Our choice. */
const profileCountMax = 256;
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

/** A source that took part in a campaign. */
export interface Participant {
  readonly source: Address;
  readonly service: string;
  /** Refused logins. */
  readonly tries: number;
  /** From the first to the last. */
  readonly spanMs: number;
  /** Evidence for the campaign, in nats. */
  readonly score: number;
  /** It could not as well be a person who gave up. */
  readonly evident: boolean;
  /**
   * What we saw ourselves shows no campaign without what others told. The same
   * source may be named once more when it does.
   */
  readonly told: boolean;
}

type Fate =
  /** May still get in. */
  | "open"
  /** Never got in; not yet held to be part of a campaign. */
  | "counted"
  /** Never got in; takes part as soon as a campaign is on. */
  | "suspect"
  /** Not our concern: got in, is a machine, is accused already. */
  | "closed";

interface Newcomer {
  readonly source: Address;
  readonly service: string;
  readonly firstMs: number;
  lastMs: number;
  tries: number;
  /** Accounts it was refused as and has not got in as. */
  readonly accounts: string[];
  evident: boolean;
  /** Was named on the word of others. */
  told: boolean;
  /** Several accounts that are not one misspelt. */
  several: boolean;
  passwords: boolean;
  clockwork: boolean;
  fate: Fate;
  /** When it was held to have failed. */
  failedMs: number;
  /** What it looked like then, if inconspicuous. */
  looked: { readonly tries: number; readonly sharing: number } | undefined;
}

/** Watches all newcomers of a site. */
export class NewcomerWatch {
  readonly #parameters: NewcomerParameters;
  /** Over our own newcomers: what others tell never hides what we see. */
  readonly #own: CampaignCusum;
  /** Over ours and theirs. */
  readonly #site: CampaignCusum;
  readonly #newcomers = new RecentMap<Address, Newcomer>(newcomersMax);
  readonly #accounts = new RecentMap<string, number>(sharedAccountsMax);
  readonly #severalLine: WaitingLine<Newcomer>;
  readonly #evidentLine: WaitingLine<Newcomer>;
  readonly #sharedLine: WaitingLine<Newcomer>;
  readonly #aloneLine: WaitingLine<Newcomer>;
  #suspects: Newcomer[] = [];
  /** Whether there is anything new to judge suspects by. */
  #isAsked = false;
  readonly #byKind = new Shares(2);
  readonly #byTries = new Shares(3);
  readonly #bySharing = new Shares(2);
  readonly #news = new NewcomerTally();
  /** What others told today, and the day before. */
  #elsewhere = new NewcomerTally();
  #elsewhereBefore = new NewcomerTally();
  #elsewhereDay = 0;

  /** @throws {RangeError} Unless the test's parameters are above 0. */
  constructor(parameters: NewcomerParameters) {
    this.#parameters = parameters;
    this.#own = new CampaignCusum(parameters);
    this.#site = new CampaignCusum(parameters);
    const { waitSeveralMs, waitEvidentMs, waitSharedMs, waitAloneMs } =
      parameters;
    this.#severalLine = new WaitingLine(waitSeveralMs, newcomersMax);
    this.#evidentLine = new WaitingLine(waitEvidentMs, newcomersMax);
    this.#sharedLine = new WaitingLine(waitSharedMs, newcomersMax);
    this.#aloneLine = new WaitingLine(waitAloneMs, newcomersMax);
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
    if (seen.kind === "auth_success") this.#succeed(seen, login);
    else this.#fail(seen, login);
    return this.#participants(seen.atMs);
  }

  /** Another test accused this source: it is no riddle any more. */
  dismiss(source: Address): void {
    const newcomer = this.#newcomers.get(source);
    if (newcomer !== undefined) newcomer.fate = "closed";
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

  #fail(seen: AuthFailure, login: LoginContext): void {
    const { source, atMs, user = "" } = seen;
    let newcomer = this.#newcomers.get(source);
    if (newcomer === undefined) {
      if (login.familiar !== "none" || login.accused) return;
      newcomer = {
        source,
        service: seen.service,
        firstMs: atMs,
        lastMs: atMs,
        tries: 0,
        accounts: [],
        evident: false,
        told: false,
        several: false,
        passwords: false,
        clockwork: false,
        fate: "open",
        failedMs: Infinity,
        looked: undefined,
      };
      this.#newcomers.set(source, newcomer);
      this.#severalLine.add(newcomer, atMs);
      this.#evidentLine.add(newcomer, atMs);
      this.#sharedLine.add(newcomer, atMs);
      this.#aloneLine.add(newcomer, atMs);
    }
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
    accounts.push(user);
    this.#accounts.set(user, (this.#accounts.get(user) ?? 0) + 1);
  }

  #succeed(
    { source, atMs, user = "" }: AuthSuccess,
    login: LoginContext,
  ): void {
    const newcomer = this.#newcomers.get(source);
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
    while ((newcomer = this.#severalLine.takeDue(atMs))) {
      if (newcomer.several) this.#judgeEvident(newcomer, atMs);
    }
    while ((newcomer = this.#evidentLine.takeDue(atMs))) {
      this.#judgeEvident(newcomer, atMs);
    }
    while ((newcomer = this.#sharedLine.takeDue(atMs))) {
      if (newcomer.fate !== "open") continue;
      if (isMachine(newcomer)) newcomer.fate = "closed";
      else {
        this.#count(newcomer, atMs);
        if (this.#isShared(newcomer)) this.#suspect(newcomer);
      }
    }
    while ((newcomer = this.#aloneLine.takeDue(atMs))) {
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
    else this.#uncount(newcomer);
    this.#suspect(newcomer);
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
    this.#byKind.add(newcomer.evident ? evident : inconspicuous);
    if (!newcomer.evident) {
      newcomer.looked = {
        tries: triesClass(newcomer),
        sharing: this.#isShared(newcomer) ? shared : alone,
      };
      this.#byTries.add(newcomer.looked.tries);
      this.#bySharing.add(newcomer.looked.sharing);
    }
    this.#isAsked = true;
    this.#news.giveUp(newcomer.accounts);
    this.#takeOwn(true, atMs);
  }

  /** It looked inconspicuous when it was counted, and is not. */
  #uncount({ looked }: Newcomer): void {
    if (looked === undefined) return;
    this.#byKind.add(inconspicuous, -1);
    this.#byKind.add(evident);
    this.#byTries.add(looked.tries, -1);
    this.#bySharing.add(looked.sharing, -1);
  }

  #suspect(newcomer: Newcomer): void {
    newcomer.fate = "suspect";
    this.#isAsked = true;
    if (this.#suspects.length >= suspectsMax) this.#suspects.shift();
    this.#suspects.push(newcomer);
  }

  /** Whether the campaign does what this newcomer did. */
  #fitsProfile(newcomer: Newcomer): boolean {
    return newcomer.evident ||
      (this.#byKind.of(inconspicuous) >= inconspicuousShareMin &&
        this.#byTries.of(triesClass(newcomer)) >= profileShareMin &&
        (this.#isShared(newcomer) ||
          this.#bySharing.of(alone) >= profileShareMin));
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
      if (!this.#fitsProfile(newcomer)) {
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

/** Kinds of newcomers that never got in. */
const inconspicuous = 0;
const evident = 1;
/** Whether others tried the one account of a newcomer. */
const shared = 0;
const alone = 1;

/** 0, 1 or 2 for one, a few and more tries. */
function triesClass({ tries }: Newcomer): number {
  return tries === 1 ? 0 : tries <= 3 ? 1 : 2;
}

/** How often each of a few things happened among the latest. */
class Shares {
  readonly #counts: number[];
  #sum = 0;

  constructor(things: number) {
    this.#counts = new Array<number>(things).fill(0);
  }

  add(thing: number, count = 1): void {
    const sum = Math.max(0, (this.#counts[thing] ?? 0) + count);
    this.#sum += sum - (this.#counts[thing] ?? 0);
    this.#counts[thing] = sum;
    if (this.#sum < profileCountMax) return;
    this.#counts.forEach((count, at) => this.#counts[at] = count / 2);
    this.#sum /= 2;
  }

  of(thing: number): number {
    return this.#sum === 0 ? 0 : (this.#counts[thing] ?? 0) / this.#sum;
  }
}

/** A check or a job, as far as one account's refusals can tell. */
function isMachine({ passwords, clockwork }: Newcomer): boolean {
  return clockwork || !passwords;
}
