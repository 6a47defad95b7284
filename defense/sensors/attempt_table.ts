/**
 * Counts each login attempt once, however many lines tell of it.
 *
 * One refused password on an invalid account makes up to five lines: sshd's
 * "Invalid user", PAM's "authentication failure", sshd's "Failed password",
 * "Connection closed by invalid user" and PAM's "1 more authentication
 * failure". Lines of one *form* are different attempts; lines of different
 * forms may be the same one. So a connection, known by the sshd process that
 * serves it, has had as many attempts as its most frequent form has lines:
 * a line is news only if it raises that maximum. A log that holds PAM's lines
 * alone, or sshd's alone, is counted in full by the same rule.
 *
 * For keyboard-interactive logins sshd lets a child speak to PAM, whose pid
 * is a little higher than its own: such a verdict also takes over what a
 * process up to `childPidsMax` above told of the same address.
 *
 * A process is forgotten when it has been silent for `silentMsMax`, when it
 * speaks of another address (the pid was given anew), when it accepts a
 * login, and, the longest silent first, when there are `sessionsMax`. What is
 * then counted twice errs by one attempt.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";
import { ownCopy } from "./own_copy.ts";

/** Kinds of line that tell of a refused attempt. */
export const attemptForms = [
  "invalid_user",
  "not_allowed",
  "failed",
  "failed_none",
  "failed_publickey",
  "pam_unix",
  "pam_other",
  "sshd_pam",
  "closed",
  "disconnected",
  "attempts_exceeded",
  "refused",
  "userauth_request",
] as const;
/** One of them. */
export type AttemptForm = typeof attemptForms[number];

/** Processes remembered at a time. */
export const sessionsMax = 4_096;
/** sshd's LoginGraceTime is 2 min by default; five times that. Our choice. */
const silentMsMax = 600_000;
/** Distance from sshd to its PAM child; measured as 1 to 2, on busy hosts more. */
const childPidsMax = 8;
/** Hosts told apart in one log; further ones share a number. */
const hostsMax = 256;

interface Session {
  address: Address | undefined;
  lastMs: number;
  /** Attempts that were news. */
  attempts: number;
  /** Lines of each form, in the order of `attemptForms`. */
  readonly lines: number[];
  /** Some line refused this login without naming an address. */
  nameless: boolean;
  /** The parent took these attempts over. */
  claimed: boolean;
}

const noLines: readonly number[] = attemptForms.map(() => 0);
const formIndex = new Map(attemptForms.map((form, index) => [form, index]));
const pamUnix = attemptForms.indexOf("pam_unix");
const pamOther = attemptForms.indexOf("pam_other");

/** The processes that refused logins lately. */
export class AttemptTable {
  readonly #sessions = new RecentMap<number, Session>(sessionsMax);
  readonly #hosts = new Map<string, number>();
  /** Most logs are of one host. */
  #lastHost: string | undefined;
  #lastNumber = 0;

  /**
   * Takes note of a line.
   *
   * @param pid Process that wrote it, -1 if the line does not say.
   * @param times How many attempts the line itself speaks of.
   * @returns How many of these are news.
   */
  count(
    host: string,
    pid: number,
    atMs: number,
    address: Address,
    form: AttemptForm,
    times: number,
  ): number {
    if (pid < 0) return times;
    const key = this.#key(host, pid);
    const session = this.#session(key, atMs, address);
    const index = formIndex.get(form) ?? 0;
    if (form === "failed" || form === "sshd_pam") {
      this.#claimChildren(key, atMs, session);
    }
    const lines = (session.lines[index] ?? 0) + times;
    session.lines[index] = lines;
    const news = Math.max(0, lines - session.attempts);
    session.attempts += news;
    return news;
  }

  /** A connection from `address` began. */
  begin(host: string, pid: number, atMs: number, address: Address): void {
    if (pid < 0) return;
    const key = this.#key(host, pid);
    this.#sessions.delete(key);
    this.#session(key, atMs, address);
  }

  /** A login was refused, but the line names no address. */
  refuseNameless(host: string, pid: number, atMs: number): void {
    if (pid >= 0) {
      this.#session(this.#key(host, pid), atMs, undefined).nameless = true;
    }
  }

  /**
   * The connection ended before a login, and the line names the address.
   *
   * @returns Whether that completes a refusal that lacked one.
   */
  end(host: string, pid: number, atMs: number, address: Address): boolean {
    if (pid < 0) return false;
    const session = this.#sessions.get(this.#key(host, pid));
    if (!session?.nameless || session.attempts > 0) return false;
    if (Math.abs(atMs - session.lastMs) > silentMsMax) return false;
    session.address = address;
    session.attempts = 1;
    return true;
  }

  /** The process accepted a login. */
  accept(host: string, pid: number): void {
    if (pid >= 0) this.#sessions.delete(this.#key(host, pid));
  }

  /** The address that this process has lately spoken of, if any. */
  addressOf(host: string, pid: number, atMs: number): Address | undefined {
    if (pid < 0) return undefined;
    const session = this.#sessions.get(this.#key(host, pid));
    if (session === undefined) return undefined;
    const isOld = Math.abs(atMs - session.lastMs) > silentMsMax;
    return isOld ? undefined : session.address;
  }

  #session(key: number, atMs: number, address: Address | undefined): Session {
    const known = this.#sessions.use(key);
    if (
      known && Math.abs(atMs - known.lastMs) <= silentMsMax &&
      (known.address === address || known.address === undefined ||
        address === undefined)
    ) {
      known.lastMs = atMs;
      known.address ??= address;
      return known;
    }
    const session: Session = {
      address,
      lastMs: atMs,
      attempts: 0,
      lines: noLines.slice(),
      nameless: false,
      claimed: false,
    };
    this.#sessions.set(key, session);
    return session;
  }

  /** Adds what PAM children of this process told already; only once each. */
  #claimChildren(key: number, atMs: number, parent: Session): void {
    for (let ahead = 1; ahead <= childPidsMax; ahead++) {
      const child = this.#sessions.get(key + ahead);
      if (
        !child || child.claimed || child.address !== parent.address ||
        Math.abs(atMs - child.lastMs) > silentMsMax
      ) continue;
      const told = (child.lines[pamUnix] ?? 0) + (child.lines[pamOther] ?? 0);
      if (told === 0 || told < child.attempts) continue;
      child.claimed = true;
      parent.attempts += child.attempts;
      return;
    }
  }

  /** Pids of one host are neighbours; pids are below 2^31. */
  #key(host: string, pid: number): number {
    if (host !== this.#lastHost) {
      this.#lastHost = ownCopy(host);
      this.#lastNumber = this.#numberOf(this.#lastHost);
    }
    return this.#lastNumber * 2 ** 32 + pid;
  }

  #numberOf(host: string): number {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const number = Math.min(this.#hosts.size, hostsMax);
    if (number < hostsMax) this.#hosts.set(host, number);
    return number;
  }
}
