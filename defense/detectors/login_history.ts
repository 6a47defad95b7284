/**
 * What is known of who logs in from where, so that a refusal can be judged by
 * whose it is: a person mistyping at the usual place, a job whose key was taken
 * away, an office in which somebody always mistypes, or a stranger.
 *
 * Familiarity comes from logins that succeeded, of the pair (user, source) and
 * of (user, network of the source), as Javed and Paxson ("Detecting Stealthy,
 * Distributed SSH Brute-Forcing", CCS 2013) exclude sources with a history of
 * success. What a source that is accused of an attack gets in makes nothing
 * familiar.
 *
 * Bounds: `networksMax` networks, `usersMax` users, the one not seen for longest
 * is forgotten and begins as a stranger; whoever keeps the sources says which
 * of them to forget; per source
 * its `refused_accounts.ts` and `guestsMax` users who got in, the oldest
 * is forgotten; per user `placesMax` networks, further ones are not told apart.
 * An observation costs the same however many there are.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { AuthFailure, AuthSuccess } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { accountNumber } from "./account_number.ts";
import { type NetworkKey, networkKeyOf } from "./address_network.ts";
import { isDefaultAccount } from "./default_accounts.ts";
import type { Records } from "./records.ts";
import { RefusedAccounts } from "./refused_accounts.ts";

/** Networks from which somebody logged in. */
export const networksMax = 16_384;
/** Users who ever logged in. */
export const usersMax = 16_384;
/** Users who got in from one source or network; an office is smaller. */
export const guestsMax = 512;
/** Networks that a user has logged in from. */
export const placesMax = 16;
/** So many users of one address share it: an office, a proxy. Our choice. */
const sharedUsersMin = 3;
/** Nobody types two passwords in this time; our choice. */
const machineMsMax = 1_000;
/** Attempts closer than that belong to one sitting; our choice. */
const sittingMsMax = 120_000;
/** A user is settled when known for so long; our choice. */
const settledMsMin = 24 * 3_600_000;
/** And if there are at most so many networks; our choice. */
const settledPlacesMax = 4;
/** A job with a stale key: at most so many accounts of one source. Our choice. */
const clockworkAccountsMax = 2;
/** How long an accusation keeps a source from becoming familiar; our choice. */
const accusedMsMax = 24 * 3_600_000;

/** How well a source is known for a user. */
export const familiarities = ["pair", "network", "source", "none"] as const;
/**
 * `pair`: this user got in from this source before; `network`: from its /24 or
 * /64; `source`: another user did from this source; `none`: nobody did.
 */
export type Familiarity = typeof familiarities[number];

/** Time since the source's last refusal as the same user. */
export const paces = ["machine", "sitting", "later"] as const;
/** `machine`: under 1 s; `sitting`: under 2 min; `later`: more, or the first. */
export type Pace = typeof paces[number];

/** What is known about a login when it is seen. Valid until the next one. */
export interface LoginContext {
  /** How well the source is known for this user. */
  readonly familiar: Familiarity;
  /** A name that guessers try everywhere. */
  readonly defaultAccount: boolean;
  /** The source was refused as this user before and has not got in since. */
  readonly repeated: boolean;
  /** Time since that. */
  readonly pace: Pace;
  /** The source tries this account like clockwork. */
  readonly clockwork: boolean;
  /** Three users or more get in from this source. */
  readonly sharedSource: boolean;
  /** The source was accused of an attack within a day. */
  readonly accused: boolean;
  /** The user was known a day ago, and logs in from few networks. */
  readonly settledUser: boolean;
  /** Number of the account, see `account_number.ts`. */
  readonly account: number;
  /**
   * All of the conditions, and the login's kind, method and whether its account exists,
   * as one number below `contextCodes`: logins of the same code meet the same
   * conditions.
   */
  readonly code: number;
}

/** In place of a network's key: not looked at yet, or no number. */
const [unknown, named] = [-1, -2];
/** In place of a user's number. */
const several = -1;

interface UserMemory {
  /** Tells it from all others there ever were. */
  readonly number: number;
  readonly firstMs: number;
  readonly places: Set<NetworkKey>;
}

type Writable<T> = { -readonly [field in keyof T]: T[field] };

/**
 * Remembers logins and says how familiar the next one is. Sources go by the
 * slots in which their keeper holds them, numbers of at most its size; what is
 * a number of a source lies in its record, which is open when it is asked about.
 */
export class LoginHistory {
  readonly #records: Records;
  readonly #accusedMs: number;
  /** What the open record's source was refused as. */
  readonly #refused: RefusedAccounts;
  /** The network's key if that is a number, `unknown`, or `named`. */
  readonly #network: number;
  /** The number of the user who got in, 0 if nobody did, `several`. */
  readonly #guest: number;
  /** Networks whose key is no number, by slot. */
  readonly #networkNames = new Map<number, NetworkKey>();
  /** Numbers of users who got in where several did, by slot. */
  readonly #guests = new Map<number, Set<number>>();
  readonly #networks = new RecentMap<NetworkKey, Set<number>>(networksMax);
  readonly #users = new RecentMap<string, UserMemory>(usersMax);
  #usersMet = 0;
  /** The same record again is one line that tells of several attempts. */
  #lastSeen: AuthFailure | AuthSuccess | undefined;
  /** One for all: contexts are read before the next observation comes. */
  readonly #context: Writable<LoginContext> = {
    familiar: "none",
    defaultAccount: false,
    repeated: false,
    pace: "later",
    clockwork: false,
    sharedSource: false,
    accused: false,
    settledUser: false,
    account: 0,
    code: 0,
  };

  constructor(records: Records) {
    this.#records = records;
    this.#network = records.reserve(unknown);
    this.#guest = records.reserve();
    this.#accusedMs = records.reserve(-Infinity);
    this.#refused = new RefusedAccounts(records);
  }

  /** Whether the source ever tried to log in. */
  get isKnown(): boolean {
    return this.#word(this.#network) !== unknown;
  }

  /** Who got in from the source, for {@linkcode LoginHistory.pardon}. */
  get guest(): number {
    return this.#word(this.#guest);
  }

  /**
   * What speaks against the source is forgotten, and its record is new.
   *
   * @param guest As it was before.
   */
  pardon(source: Address, slot: number, guest: number): void {
    this.#meet(source, slot);
    this.#set(this.#guest, guest);
  }

  /** The source in a slot is forgotten. */
  leave(slot: number): void {
    this.#networkNames.delete(slot);
    this.#guests.delete(slot);
  }

  /**
   * Takes a login, and says what was known about it before. A success is only
   * learned by {@linkcode LoginHistory.welcome}, when everybody has judged it.
   */
  look(seen: AuthFailure | AuthSuccess, slot: number): LoginContext {
    const { user = "", atMs } = seen;
    const context = this.#context;
    const refused = this.#refused;
    if (!this.isKnown) this.#meet(seen.source, slot);
    context.familiar = this.#familiarity(slot, user);
    context.defaultAccount = isDefaultAccount(user);
    context.sharedSource = this.#isShared(slot);
    context.accused = this.#isAccused(atMs);
    context.settledUser = seen.kind === "auth_success" &&
      this.#isSettled(user, atMs);
    context.account = accountNumber(user);
    const known = refused.indexOf(context.account);
    context.repeated = known >= 0;
    context.pace = known < 0
      ? "later"
      : paceOf(atMs - refused.lastMs(known), seen === this.#lastSeen);
    this.#lastSeen = seen;
    context.clockwork = false;
    if (seen.kind === "auth_failure") {
      if (known < 0) refused.add(context.account, atMs);
      else if (refused.again(known, atMs)) {
        context.clockwork = refused.size <= clockworkAccountsMax &&
          !(context.defaultAccount && isPasswordTry(seen));
      }
    }
    context.code = codeOf(seen, context);
    return context;
  }

  /** Learns from a success, unless its source is under accusation. */
  welcome({ user = "", atMs }: AuthSuccess, slot: number): void {
    if (this.#isAccused(atMs)) return;
    const refused = this.#refused;
    const index = refused.indexOf(accountNumber(user));
    if (index >= 0) refused.remove(index);
    const { number, places } = this.#learn(user, atMs);
    this.#addGuest(slot, number);
    const network = this.#networkOf(slot);
    let neighbours = this.#networks.use(network);
    if (!neighbours) this.#networks.set(network, neighbours = new Set());
    remember(neighbours, number, guestsMax);
    if (places.size < placesMax) places.add(network);
  }

  /**
   * The source is accused of an attack: what it gets in is not familiar. An
   * address that several users share stays theirs.
   */
  accuse(slot: number, atMs: number): void {
    if (!this.#isShared(slot)) this.#set(this.#accusedMs, atMs);
  }

  #meet(source: Address, slot: number): void {
    const key = networkKeyOf(source);
    this.#set(this.#network, typeof key === "number" ? key : named);
    if (typeof key !== "number") this.#networkNames.set(slot, key);
  }

  #networkOf(slot: number): NetworkKey {
    const network = this.#word(this.#network);
    return network === named ? this.#networkNames.get(slot) ?? "" : network;
  }

  #learn(user: string, atMs: number): UserMemory {
    const known = this.#users.use(user);
    if (known !== undefined) return known;
    const number = ++this.#usersMet;
    const memory = { number, firstMs: atMs, places: new Set<NetworkKey>() };
    this.#users.set(user, memory);
    return memory;
  }

  #addGuest(slot: number, number: number): void {
    const { guest } = this;
    if (guest === number) return;
    if (guest === 0) return this.#set(this.#guest, number);
    let guests = this.#guests.get(slot);
    if (guests === undefined) this.#guests.set(slot, guests = new Set([guest]));
    remember(guests, number, guestsMax);
    this.#set(this.#guest, several);
  }

  #word(place: number): number {
    const { words, at } = this.#records;
    return words[at + place] ?? 0;
  }

  #set(place: number, value: number): void {
    const { words, at } = this.#records;
    words[at + place] = value;
  }

  #isAccused(atMs: number): boolean {
    return atMs - this.#word(this.#accusedMs) < accusedMsMax;
  }

  #isShared(slot: number): boolean {
    return this.guest === several &&
      (this.#guests.get(slot)?.size ?? 0) >= sharedUsersMin;
  }

  #familiarity(slot: number, user: string): Familiarity {
    const { guest } = this;
    const number = this.#users.get(user)?.number;
    if (number !== undefined) {
      const isGuest = guest === several
        ? this.#guests.get(slot)?.has(number)
        : guest === number;
      if (isGuest) return "pair";
      const neighbours = this.#networks.get(this.#networkOf(slot));
      if (neighbours?.has(number)) return "network";
    }
    return guest === 0 ? "none" : "source";
  }

  #isSettled(user: string, atMs: number): boolean {
    const known = this.#users.get(user);
    return known !== undefined && atMs - known.firstMs >= settledMsMin &&
      known.places.size <= settledPlacesMax;
  }
}

/** Keys that were refused, or a connection given up, are no guessed password. */
export function isPasswordTry({ method }: AuthFailure): boolean {
  return method === undefined;
}

/** Codes are below this. */
export const contextCodes = 1 << 14;

const methodCodes = { publickey: 1, none: 2 } as const;

function codeOf(
  seen: AuthFailure | AuthSuccess,
  context: LoginContext,
): number {
  let code = familiarities.indexOf(context.familiar) |
    paces.indexOf(context.pace) << 2 |
    Number(context.defaultAccount) << 4 |
    Number(context.repeated) << 5 |
    Number(context.clockwork) << 6 |
    Number(context.sharedSource) << 7 |
    Number(context.accused) << 8 |
    Number(context.settledUser) << 9;
  if (seen.kind === "auth_success") return code | 1 << 10;
  if (seen.unknownUser === true) code |= 1 << 11;
  return seen.method === undefined
    ? code
    : code | methodCodes[seen.method] << 12;
}

function paceOf(sinceMs: number, isSameRecord: boolean): Pace {
  // A record that tells of several attempts has one time for all of them.
  if (sinceMs < machineMsMax && !isSameRecord) return "machine";
  return sinceMs < sittingMsMax ? "sitting" : "later";
}

function remember(set: Set<number>, entry: number, sizeMax: number): void {
  if (set.has(entry)) return;
  if (set.size >= sizeMax) {
    for (const oldest of set) {
      set.delete(oldest);
      break;
    }
  }
  set.add(entry);
}
