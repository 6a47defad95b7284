/**
 * From log records to logins: asks the parser of the program that wrote a
 * record, finds the address, counts each attempt once, and says what was seen.
 *
 * A record of which the program says that it was written `N` times over
 * (`message repeated N times: [ … ]`) counts so often, at most
 * `summedAttemptsMax` times. A login whose source is a host name is
 * understood but not seen: we contain addresses, and names are the source's
 * own claim.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { AuthFailure, Observation } from "../observation.ts";
import { AddressCache } from "./address_cache.ts";
import { type AttemptForm, AttemptTable } from "./attempt_table.ts";
import {
  readPamMessage,
  type RefusedByPam,
  summedAttemptsMax,
} from "./pam_log.ts";
import { unrepeat } from "./repeated_message.ts";
import { serviceOfPam } from "./service_table.ts";
import type { SourceAttempts } from "./source_attempts.ts";
import { type NamedParty, readSshdMessage } from "./sshd_log.ts";
import type { LogRecord } from "./syslog_line.ts";
import type { LoginLogCounters } from "./text_format.ts";

const nothing: readonly Observation[] = [];
/**
 * A longer message is no login: sshd cuts its own at 1,024 bytes (`log.c`,
 * MSGBUFSIZ). It also bounds the time that a hostile name can cost.
 */
const messageLengthMax = 2_048;
/** sshd itself cuts names at 100 characters. */
const userLengthMax = 128;

/** What was refused other than a password, by the kind of line that tells of it first. */
const methods: Readonly<
  Partial<Record<AttemptForm, AuthFailure["method"]>>
> = {
  failed_publickey: "publickey",
  failed_none: "none",
  closed: "none",
  disconnected: "none",
};

/** Reads the logins of one log, in its order. */
export class LoginLog {
  readonly counters: LoginLogCounters = {
    understood: 0,
    noAddress: 0,
    duplicates: 0,
    ambiguous: 0,
  };
  readonly #addresses = new AddressCache();
  readonly #attempts = new AttemptTable();
  readonly #serviceAttempts: SourceAttempts;

  /** @param serviceAttempts Shared with the readers of services. */
  constructor(serviceAttempts: SourceAttempts) {
    this.#serviceAttempts = serviceAttempts;
  }

  /**
   * Reads one record.
   *
   * @param line Number of the record, for people; left out of a live log.
   * @returns What was seen, or `undefined` if no parser knows the record.
   */
  read(record: LogRecord, line?: number): readonly Observation[] | undefined {
    if (record.message.length > messageLengthMax) return undefined;
    const { message, times } = unrepeat(record.message);
    const seen = isSshd(record.program) && record.tag === ""
      ? this.#readSshd(record, message, times, line)
      : this.#readPam(record, message, times, line);
    if (seen !== undefined) this.counters.understood++;
    return seen;
  }

  #readSshd(
    record: LogRecord,
    message: string,
    times: number,
    line: number | undefined,
  ): readonly Observation[] | undefined {
    const { host, pid, atMs } = record;
    const reading = readSshdMessage(message);
    switch (reading?.what) {
      case undefined:
        return this.#readPam(record, message, times, line);
      case "refused": {
        const party = reading.alternative === undefined
          ? reading
          : this.#choose(record, reading, reading.alternative, reading.unsure);
        if (party === undefined) {
          this.counters.ambiguous++;
          return nothing;
        }
        const { form, unknownUser } = reading;
        return this.#refuse(
          record,
          form,
          party,
          unknownUser,
          "sshd",
          times,
          line,
        );
      }
      case "accepted": {
        this.#attempts.accept(host, pid);
        const source = this.#addresses.read(reading.host);
        if (source === undefined) return this.#nobody();
        return [{
          kind: "auth_success",
          atMs,
          service: "sshd",
          source,
          ...(reading.user === "" ? {} : { user: clip(reading.user) }),
          ...(line === undefined ? {} : { line }),
        }];
      }
      case "connected": {
        const source = this.#addresses.read(reading.host);
        if (source !== undefined) {
          this.#attempts.begin(host, pid, atMs, source);
        }
        return nothing;
      }
      case "refused_nameless": {
        const known = this.#attempts.addressOf(host, pid, atMs);
        if (known === undefined) {
          this.#attempts.refuseNameless(host, pid, atMs);
          return nothing;
        }
        const party = { host: known, user: "" };
        return this.#refuse(
          record,
          reading.form,
          party,
          false,
          "sshd",
          times,
          line,
        );
      }
      case "ended": {
        const source = this.#addresses.read(reading.host);
        if (source === undefined) return nothing;
        if (!this.#attempts.end(host, pid, atMs, source)) return nothing;
        return failures(1, atMs, "sshd", source, "", false, line, undefined);
      }
      case "other":
        return nothing;
    }
  }

  #readPam(
    record: LogRecord,
    message: string,
    times: number,
    line: number | undefined,
  ): readonly Observation[] | undefined {
    const reading = readPamMessage(message, record.tag, record.program);
    if (reading === undefined) return undefined;
    if (reading.what === "other") return nothing;
    const family = serviceOfPam(reading.service || record.program)?.family;
    if (family !== undefined) {
      return this.#refuseForService(record, reading, family, times, line);
    }
    return this.#refuse(
      record,
      reading.module,
      reading,
      reading.unknownUser,
      clip(reading.service || record.program),
      Math.min(times * reading.times, summedAttemptsMax),
      line,
    );
  }

  /**
   * A service that says itself whom it refused: both lines tell of one
   * attempt, but come from processes that share no pid.
   */
  #refuseForService(
    { atMs, program }: LogRecord,
    reading: RefusedByPam,
    family: string,
    repeated: number,
    line: number | undefined,
  ): readonly Observation[] {
    const source = this.#addresses.read(reading.host);
    if (source === undefined) return this.#nobody();
    const times = Math.min(repeated * reading.times, summedAttemptsMax);
    const news = this.#serviceAttempts.count(
      family,
      source,
      atMs,
      "pam",
      times,
    );
    if (news === 0) {
      this.counters.duplicates++;
      return nothing;
    }
    const service = clip(reading.service || program);
    const { user, unknownUser } = reading;
    return failures(
      news,
      atMs,
      service,
      source,
      user,
      unknownUser,
      line,
      undefined,
    );
  }

  #refuse(
    record: LogRecord,
    form: AttemptForm,
    party: NamedParty,
    unknownUser: boolean,
    service: string,
    times: number,
    line: number | undefined,
  ): readonly Observation[] {
    const source = party.host === ""
      ? undefined
      : this.#addresses.read(party.host);
    if (source === undefined) return this.#nobody();
    const { host, pid, atMs } = record;
    const news = this.#attempts.count(host, pid, atMs, source, form, times);
    if (news === 0) {
      this.counters.duplicates++;
      return nothing;
    }
    return failures(
      news,
      atMs,
      service,
      source,
      party.user,
      unknownUser,
      line,
      methods[form],
    );
  }

  /** Of two readings, the one whose address the same process named before. */
  #choose(
    record: LogRecord,
    first: NamedParty,
    second: NamedParty,
    unsure?: boolean,
  ): NamedParty | undefined {
    const known = this.#attempts.addressOf(
      record.host,
      record.pid,
      record.atMs,
    );
    if (known !== undefined) {
      for (const party of [first, second]) {
        if (this.#addresses.read(party.host) === known) return party;
      }
    }
    return unsure ? undefined : first;
  }

  #nobody(): readonly Observation[] {
    this.counters.noAddress++;
    return nothing;
  }
}

/** OpenSSH 9.8 split sshd in two, OpenSSH 10 in three. */
function isSshd(program: string): boolean {
  return program === "sshd" || program === "sshd-session" ||
    program === "sshd-auth";
}

function clip(text: string): string {
  return text.length > userLengthMax ? text.slice(0, userLengthMax) : text;
}

function failures(
  times: number,
  atMs: number,
  service: string,
  source: Address,
  user: string,
  unknownUser: boolean,
  line: number | undefined,
  method: AuthFailure["method"],
): readonly Observation[] {
  // Fields are added one by one: this is done for every refused login, and
  // spreading small objects costs more than parsing the line.
  const seen: Writable<AuthFailure> = {
    kind: "auth_failure",
    atMs,
    service,
    source,
  };
  if (user !== "") seen.user = clip(user);
  if (unknownUser) seen.unknownUser = true;
  if (method !== undefined) seen.method = method;
  if (line !== undefined) seen.line = line;
  return times === 1 ? [seen] : Array.from({ length: times }, () => seen);
}

type Writable<T> = { -readonly [field in keyof T]: T[field] };
