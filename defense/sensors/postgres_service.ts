/**
 * What PostgreSQL says: `stamp prefix SEVERITY:  message`. The prefix is the
 * operator's choice (`log_line_prefix`) and may hold the client's address
 * (`%h`, `%r`), but also the names of account and database, which are the
 * client's text. So an address in the prefix counts only directly behind
 * stamp and process, or once behind a key (`client=`, `host=`); else it is
 * the one that `connection received: host=…` of the same process named
 * (`log_connections = on`). `no pg_hba.conf entry` names it by itself.
 *
 * `jsonlog` is read too.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat, type StampedMessage } from "./service_format.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

const severity =
  /(?:^|[ :])(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT): {2}/;
const refusal =
  /^(?:password|Ident|Peer|PAM|LDAP|RADIUS|SSPI|GSSAPI|BSD|certificate|SCRAM|MD5|cleartext|OAuth bearer) ?authentication failed for user "(.*)"(?: \(.*\))?$/;
const noEntry =
  /^(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection|pg_hba\.conf rejects replication connection|no pg_hba\.conf entry for replication connection) (?:for|from) host "([0-9A-Fa-f:.]{2,45})", user "(.*?)"/;
const received = /^connection received: host=(\S{1,255})(?: port=\d+)?$/;
const authorized =
  /^(?:replication )?connection authorized: user=(.*?)(?: database=.*)?$/;
/** Behind a zone's letters and numbers like `[12]`, `[12-1]:`, `12 `. */
const positioned =
  /^ ?(?:[A-Z]{2,5}\b)?[ :]?(?:\[\d{1,10}(?:-\d{1,10})?\]:? ?|\d{1,10}(?:-\d{1,10})?[ :] ?)*\[?([0-9A-Fa-f:.]{3,45})(?:\(\d{1,5}\))?(?=[\s:,\]]|$)/;
const keyed =
  /\b(?:client|host|remote|rhost|addr)=\[?([0-9A-Fa-f:.]{3,45})(?=[\s(,\]]|$)/g;

/** Reads a message with its prefix. */
function readPostgres(message: string): ServiceReading | undefined {
  if (message.charCodeAt(0) === 123) return readJsonMessage(message);
  const found = severity.exec(message);
  if (!found) return undefined;
  // Syslog splits long messages and numbers the parts: "[5-1] ".
  const prefix = message.slice(0, found.index).replace(/^\[\d+-\d+\] /, "");
  const text = message.slice(found.index + found[0].length);
  // Names of account and database stand before and behind it.
  if (severity.test(text)) return ambiguousReading;
  return readText(text, (user) => addressIn(prefix, user));
}

function readText(
  text: string,
  addressFor: (user: string) => string | "ambiguous" | undefined,
): ServiceReading {
  const beginning = received.exec(text);
  if (beginning) return { what: "connected", host: beginning[1] ?? "" };
  const entry = noEntry.exec(text);
  if (entry) {
    const [, host = "", user = ""] = entry;
    return { what: "refused", form: "login", host, user };
  }
  const refused = refusal.exec(text);
  if (refused) {
    const user = refused[1] ?? "";
    const host = addressFor(user);
    if (host === "ambiguous") return ambiguousReading;
    return host === undefined
      ? { what: "refused_peer", user }
      : { what: "refused", form: "login", host, user };
  }
  const accepted = authorized.exec(text);
  if (accepted) {
    const user = accepted[1] ?? "";
    const host = addressFor(user);
    return host === undefined || host === "ambiguous"
      ? { what: "accepted_peer", user }
      : { what: "accepted", host, user };
  }
  return otherReading;
}

function addressIn(
  prefix: string,
  user: string,
): string | "ambiguous" | undefined {
  const first = positioned.exec(prefix)?.[1];
  if (first !== undefined && /^\d+\.|:.*:/.test(first) && first !== user) {
    return first;
  }
  const named = [...prefix.matchAll(keyed).take(3)].map(([, host]) => host);
  return named.length > 1 || (user !== "" && named[0] === user)
    ? "ambiguous"
    : named[0];
}

function readJsonMessage(line: string): ServiceReading | undefined {
  const fields = parseFields(line);
  if (fields === undefined) return undefined;
  const { message, remote_host: host } = fields;
  if (typeof message !== "string") return undefined;
  return readText(message, () => typeof host === "string" ? host : undefined);
}

/** A line of `jsonlog`: both of these fields are always there. */
function parseFields(
  line: string,
): Readonly<Record<string, unknown>> | undefined {
  if (!line.includes('"error_severity"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null
      ? parsed as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL. */
export const postgresql: Service = {
  name: "postgresql",
  family: "postgresql",
  read: readPostgres,
};

/** The server's own file. */
export const postgresqlFormat: TextFormat = serviceFormat(
  postgresql,
  (line: string, clock: LogClock): StampedMessage | undefined => {
    if (line.charCodeAt(0) === 123) {
      const { timestamp, pid } = parseFields(line) ?? {};
      const stamp = typeof timestamp === "string"
        ? clock.numeric(timestamp, 0)
        : undefined;
      return stamp && {
        atMs: stamp.atMs,
        message: line,
        pid: typeof pid === "number" ? pid : -1,
      };
    }
    const stamp = clock.numeric(line, 0);
    if (stamp === undefined) return undefined;
    const message = line.slice(stamp.end);
    const pid = /^[^[]{0,64}\[(\d{1,9})\]/.exec(message)?.[1];
    return {
      atMs: stamp.atMs,
      message,
      ...(pid === undefined ? {} : { pid: Number(pid) }),
    };
  },
);
