/**
 * What sshd says in its log (OpenSSH, `auth.c`, `auth2.c`, `packet.c`,
 * `monitor.c`; also through PAM of FreeBSD and macOS): who was refused, who
 * was let in, and the rest that tells nothing about a login.
 *
 * User names are the attacker's text and may imitate the rest of the line
 * (`x from 192.0.2.1 port 22 ssh2`), so the address is taken from where sshd
 * itself writes it. `auth_log()` ends a line with `from A port N ssh2` and
 * adds `: key` only for public keys and host keys; hence the address of a
 * refused password stands at the line's end. Where both readings are
 * possible, the reading carries the `alternative`, and the caller chooses by
 * what the same process said before.
 *
 * Counting attempts is left to `attempt_table.ts`, PAM's own lines to
 * `pam_log.ts`.
 *
 * @module
 */
import type { AttemptForm } from "./attempt_table.ts";
import { isUneventful } from "./sshd_words.ts";

/** A party as the line spells it: an address or a host name. */
export interface NamedParty {
  readonly host: string;
  /** Empty if the line does not say. */
  readonly user: string;
}

/** What one message of sshd says. */
export type SshdReading =
  | RefusedLogin
  | (NamedParty & { readonly what: "accepted" })
  /** Refused, but the line names no address. */
  | { readonly what: "refused_nameless"; readonly form: AttemptForm }
  /** A connection began; it names the address of what follows. */
  | { readonly what: "connected"; readonly host: string }
  /** The connection ended before anybody logged in. */
  | { readonly what: "ended"; readonly host: string }
  /** Nothing about a login. */
  | { readonly what: "other" };

/** A login that sshd refused. */
export interface RefusedLogin extends NamedParty {
  readonly what: "refused";
  readonly form: AttemptForm;
  readonly unknownUser: boolean;
  /** The other party that the line may be about, if the user name imitates a line. */
  readonly alternative?: NamedParty;
  /** With an `alternative`: neither reading is sure without further knowledge. */
  readonly unsure?: true;
}

const other: SshdReading = { what: "other" };
const locked: SshdReading = { what: "refused_nameless", form: "not_allowed" };
const unknown: SshdReading = {
  what: "refused_nameless",
  form: "userauth_request",
};
const tooMany: SshdReading = {
  what: "refused_nameless",
  form: "attempts_exceeded",
};

const failedAtEnd =
  /^Failed (\S+) for (invalid user |illegal user )?(.*) from (\S+) port \d+(?: ssh\d?)?$/s;
const failedWithKey =
  /^Failed (\S+) for (invalid user |illegal user )?(.*?) from (\S+) port \d+ ssh\d?:(?: |$)/s;
const failedWithoutPort =
  /^Failed (\S+) for (invalid user |illegal user )?(.*) from (\S+)$/s;
/** A user name that itself looks like a line with a key behind it. */
const imitation = /^(.*?) from (\S+) port \d+ ssh\d?:/s;
const invalidUser = /^I(?:nvalid|llegal) user (.*) from (\S+?)(?: port \d+)?$/s;
const closedBy =
  /^Connection (?:closed|reset) by (?:(authenticating|invalid) user (.*) (\S+) port \d+|(\S+)(?: port \d+)?)$/s;
const connectionFrom = /^Connection from (\S+)(?: port \d+(?: on .*)?)?$/s;
const disconnectedFrom =
  /^Disconnected from (?:(authenticating|invalid) user (.*) )?(\S+) port \d+$/s;
const tooManyFailures =
  /^Disconnecting(?: (authenticating|invalid) user (.*) (\S+) port \d+)?: Too many authentication failures(?: for .*)?$/s;
const changeOfName =
  / (\S+) port \d+: Change of username or service not allowed: \(/g;
const exceeded =
  /^maximum authentication attempts exceeded for (invalid user )?(.*) from (\S+) port \d+(?: ssh\d?)?$/s;
const accepted =
  /^Accepted (\S+) for (.*?) from (\S+) port \d+(?: ssh\d?)?(?::|$)/s;
const notAllowed = /^User (.*) from (\S+) not allowed because /s;
const pamError =
  /^PAM: (?:[Aa]uthentication (?:failure|error)|User not known to the underlying authentication module|[A-Z][a-z ]+) for (illegal user |invalid user )?(.*?)( via \S+)?$/s;
/** The name is what a stranger's reverse zone says, the brackets hold the address. */
const refusedConnection = /^refused connect from (?:.*\((\S+)\)|(\S+))$/s;
const accountClosed =
  /^Access denied for user .* by PAM account configuration$/s;
/** A key that is right, used from where it may not be. */
const wrongPlace =
  /^Authentication tried for (.*) with correct key but not from a permitted host \(host=\S+, ip=(\S+?)(?:, required=.*)?\)\.?$/s;
const rootRefused = /^ROOT LOGIN REFUSED FROM (\S+?)(?: port \d+)?$/;

/**
 * Reads one message of `sshd`, `sshd-session` or `sshd-auth`.
 *
 * @param message What stands behind `sshd[pid]: `.
 * @returns `undefined` when sshd is not known to say that.
 */
export function readSshdMessage(message: string): SshdReading | undefined {
  const text = withoutFrame(message);
  switch (text.charCodeAt(0)) {
    case 70: // F
      if (text.startsWith("Failed ")) return readFailed(text);
      break;
    case 73: { // I
      const match = invalidUser.exec(text);
      if (match) return refused("invalid_user", match[2], match[1], true);
      break;
    }
    case 65: { // A
      const match = accepted.exec(text);
      if (match) {
        return { what: "accepted", host: match[3] ?? "", user: match[2] ?? "" };
      }
      const misplaced = wrongPlace.exec(text);
      if (misplaced) {
        return refused("refused", misplaced[2], misplaced[1], false);
      }
      if (accountClosed.test(text)) return locked;
      break;
    }
    case 67: { // C
      const connected = connectionFrom.exec(text);
      if (connected) return { what: "connected", host: connected[1] ?? "" };
      const match = closedBy.exec(text);
      if (!match) break;
      if (match[1] !== undefined) {
        return refused("closed", match[3], match[2], match[1] === "invalid");
      }
      return { what: "ended", host: match[4] ?? "" };
    }
    case 68: // D
      return readDisconnect(text) ?? knownOther(text);
    case 82: // R
      if (text.startsWith("Received disconnect from ")) {
        return readGoodbye(text);
      }
      break;
    case 85: // U
      if (text.startsWith("User ")) {
        const match = notAllowed.exec(text);
        if (match) return refused("not_allowed", match[2], match[1], false);
        if (text.includes(" not allowed because ")) return locked;
      }
      break;
    case 109: { // m
      const match = exceeded.exec(text);
      if (match) {
        return refused(
          "attempts_exceeded",
          match[3],
          match[2],
          match[1] !== undefined,
        );
      }
      break;
    }
    case 105: // i
      if (text.startsWith("input_userauth_request: invalid user ")) {
        return unknown;
      }
      break;
    case 80: // P
      if (text.startsWith("PAM: ")) return readPamError(text) ?? other;
      break;
    case 114: { // r
      const match = refusedConnection.exec(text);
      if (match) return refused("refused", match[1] ?? match[2], "", false);
      break;
    }
  }
  const root = text.startsWith("ROOT LOGIN") ? rootRefused.exec(text) : null;
  if (root) return refused("refused", root[1], "root", false);
  return knownOther(text);
}

/** Drops what frames a message: Solaris' id, the severity, `[preauth]`. */
function withoutFrame(message: string): string {
  let from = 0;
  if (message.startsWith("[ID ")) {
    const end = message.indexOf("] ");
    if (end > 0) from = end + 2;
  }
  if (message.startsWith("error: ", from)) from += 7;
  else if (message.startsWith("fatal: ", from)) from += 7;
  else if (message.startsWith("debug", from)) from += 8;
  let end = message.length;
  while (end > from && message.charCodeAt(end - 1) === 32) end--;
  if (message.endsWith(" [preauth]", end)) end -= 10;
  return from === 0 && end === message.length
    ? message
    : message.slice(from, end);
}

function refused(
  form: AttemptForm,
  host: string | undefined,
  user: string | undefined,
  unknownUser: boolean,
): RefusedLogin {
  return {
    what: "refused",
    form,
    host: host ?? "",
    user: user ?? "",
    unknownUser,
  };
}

function readFailed(text: string): SshdReading | undefined {
  const match = failedAtEnd.exec(text) ?? failedWithKey.exec(text) ??
    failedWithoutPort.exec(text);
  if (!match) return undefined;
  const [, method = "", invalid, user = "", host = ""] = match;
  const form: AttemptForm = method === "none"
    ? "failed_none"
    : method === "publickey"
    ? "failed_publickey"
    : "failed";
  const reading = refused(
    form,
    host,
    user,
    invalid !== undefined || user === "<invalid username>",
  );
  const alternative = findAlternative(text, match[0].length, user);
  if (alternative === undefined) return reading;
  // `auth_log()` writes nothing behind the end for these two, and nothing but
  // the name of an existing account where it does not say "invalid user".
  return match[0].length === text.length || !reading.unknownUser
    ? { ...reading, alternative }
    : { ...reading, alternative, unsure: true };
}

/** The other way to read a line in which two places look like the end. */
function findAlternative(
  text: string,
  matched: number,
  user: string,
): NamedParty | undefined {
  if (matched === text.length) {
    // Read as a name at the end: does the name hold a line with a key?
    if (!user.includes(" from ")) return undefined;
    const inside = imitation.exec(user);
    return inside
      ? { user: inside[1] ?? "", host: inside[2] ?? "" }
      : undefined;
  }
  // Read as a line with a key: does the key hold another such line?
  const start = text.lastIndexOf(" from ");
  if (start < matched) return undefined;
  const inside = /^ from (\S+) port \d+ ssh\d?(?::|$)/.exec(text.slice(start));
  return inside ? { user: "", host: inside[1] ?? "" } : undefined;
}

function readDisconnect(text: string): SshdReading | undefined {
  if (text.startsWith("Disconnected from ")) {
    const match = disconnectedFrom.exec(text);
    if (!match) return undefined;
    if (match[1] !== undefined) {
      return refused(
        "disconnected",
        match[3],
        match[2],
        match[1] === "invalid",
      );
    }
    return { what: "ended", host: match[3] ?? "" };
  }
  const match = tooManyFailures.exec(text);
  if (!match) return readChangeOfName(text);
  if (match[3] === undefined) return tooMany;
  return refused(
    "attempts_exceeded",
    match[3],
    match[2],
    match[1] === "invalid",
  );
}

/**
 * A guesser that tries several names on one connection. Both names stand
 * behind the address again, so a line in which two places look alike names
 * nobody.
 */
function readChangeOfName(text: string): SshdReading | undefined {
  const places = [...text.matchAll(changeOfName)];
  const [place] = places;
  if (place === undefined) return undefined;
  if (places.length > 1) return other;
  const match = /^Disconnecting (authenticating|invalid) user (.*)$/s.exec(
    text.slice(0, place.index),
  );
  if (!match) return undefined;
  return refused("disconnected", place[1], match[2], match[1] === "invalid");
}

/** "Received disconnect from A port N:11: Bye": the address stands in front. */
function readGoodbye(text: string): SshdReading {
  const start = "Received disconnect from ".length;
  const space = text.indexOf(" ", start);
  const word = space < 0 ? text.slice(start) : text.slice(start, space);
  const host = word.endsWith(":") ? word.slice(0, -1) : word;
  // What the client of Java's jsch says when its password was refused.
  return /:\s*3: .*: Auth fail$/.test(text)
    ? refused("disconnected", host, "", false)
    : { what: "ended", host };
}

function readPamError(text: string): SshdReading | undefined {
  const match = pamError.exec(text);
  if (!match) return undefined;
  const rest = match[2] ?? "";
  const from = rest.lastIndexOf(" from ");
  if (from < 0) return undefined;
  const host = rest.slice(from + 6);
  if (host.includes(" ")) return undefined;
  return refused("sshd_pam", host, rest.slice(0, from), match[1] !== undefined);
}

function knownOther(text: string): SshdReading | undefined {
  return isUneventful(text) ? other : undefined;
}
