/**
 * What PostgreSQL says: `stamp prefix SEVERITY:  message`. The prefix is the
 * operator's choice (`log_line_prefix`) and may hold the client's address
 * (`%h`, `%r`), but also the names of account and database, which are the
 * client's text. So an address in the prefix counts only directly behind
 * stamp and process, or once behind a key (`client=`, `host=`); else it is
 * the one that `connection received: host=…` of the same process named
 * (`log_connections = on`). `no pg_hba.conf entry` names it by itself.
 *
 * `csvlog` and `jsonlog` are read too; they name the client and a code.
 *
 * @module
 */
import { csvFields } from "./csv_fields.ts";
import type { LogClock } from "./log_clock.ts";
import { readPostgresText } from "./postgres_words.ts";
import { serviceFormat, type StampedMessage } from "./service_format.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

/** Italian and Russian servers translate the gravest of them. */
const severity =
  /(?:^|[ :])(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATALE?|ВАЖНО|PANIC|DETAIL|HINT|STATEMENT|CONTEXT): {2}/;
/** invalid_authorization_specification, invalid_password ("Error Codes"). */
const refusedStates: ReadonlySet<string> = new Set(["28000", "28P01"]);
/** Of `csvlog`, up to the message; the stamp is the first. */
const csvColumns = 14;
/** Behind a zone's letters and numbers like `[12]`, `[12-1]:`, `12 `. */
const positioned =
  /^ ?(?:[A-Z]{2,5}\b)?[ :]?(?:\[\d{1,10}(?:-\d{1,10})?\]:? ?|\d{1,10}(?:-\d{1,10})?[ :] ?)*\[?([0-9A-Fa-f:.]{3,45})(?:\(\d{1,5}\))?(?=[\s:,\]]|$)/;
const keyed =
  /\b(?:client|host|remote|rhost|addr)=\[?([0-9A-Fa-f:.]{3,45})(?=[\s(,\]]|$)/g;

/** Reads a message with its prefix. */
function readPostgres(message: string): ServiceReading | undefined {
  if (message.charCodeAt(0) === 123) return readJsonMessage(message);
  if (message.startsWith(",")) return readCsvMessage(message);
  const found = severity.exec(message);
  if (!found) return undefined;
  // Syslog splits long messages and numbers the parts: "[5-1] ".
  const prefix = message.slice(0, found.index).replace(/^\[\d+-\d+\] /, "");
  const text = message.slice(found.index + found[0].length);
  // Names of account and database stand before and behind it.
  if (severity.test(text)) return ambiguousReading;
  const fatal = /^(?:FATALE?|ВАЖНО)$/.test(found[1] ?? "");
  return readText(text, fatal, (user) => addressIn(prefix, user));
}

/**
 * @param fatal Whether the server gave the connection up for it.
 * @param addressFor Who came, where the line says.
 */
function readText(
  text: string,
  fatal: boolean,
  addressFor: (user: string) => string | "ambiguous" | undefined,
): ServiceReading {
  const told = readPostgresText(text, fatal);
  if (told === undefined) return otherReading;
  const { what, user } = told;
  if (what === "received") return { what: "connected", host: told.host };
  if (told.host !== "") {
    return { what: "refused", form: "login", host: told.host, user };
  }
  const host = addressFor(user);
  if (what === "refused") {
    if (host === "ambiguous") return ambiguousReading;
    return host === undefined
      ? { what: "refused_peer", user }
      : { what: "refused", form: "login", host, user };
  }
  return host === undefined || host === "ambiguous"
    ? { what: "accepted_peer", user }
    : { what: "accepted", host, user };
}

function addressIn(
  prefix: string,
  user: string,
): string | "ambiguous" | undefined {
  const first = positioned.exec(prefix)?.[1];
  // The account's name, where the prefix shows names and no address.
  const isName = (address: string) => user.includes(address);
  if (first !== undefined && /^\d+\.|:.*:/.test(first)) {
    return isName(first) ? "ambiguous" : first;
  }
  const named = [...prefix.matchAll(keyed).take(3)].map(([, host]) => host);
  const [only] = named;
  return named.length > 1 || (only !== undefined && isName(only))
    ? "ambiguous"
    : only;
}

function readJsonMessage(line: string): ServiceReading | undefined {
  const fields = parseFields(line);
  if (fields === undefined) return undefined;
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  if (typeof fields["message"] !== "string") return undefined;
  return readFields(
    text("state_code"),
    text("message"),
    text("remote_host"),
    text("user"),
  );
}

/** `csvlog`, from the comma behind the stamp; columns are always the same. */
function readCsvMessage(message: string): ServiceReading | undefined {
  const fields = csvFields(message, csvColumns);
  const [, user = "", , , from = "", , , , , , , , state = "", text] = fields;
  if (text === undefined || !/^[0-9A-Z]{5}$/.test(state)) return undefined;
  return readFields(state, text, from.replace(/:\d{1,5}$/, ""), user);
}

/** The code says in every language what the text says in one. */
function readFields(
  state: string,
  text: string,
  host: string,
  user: string,
): ServiceReading {
  const from = host === "" || host === "[local]" ? undefined : host;
  if (!refusedStates.has(state)) return readText(text, false, () => from);
  return from === undefined
    ? { what: "refused_peer", user }
    : { what: "refused", form: "login", host: from, user };
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
    // `csvlog` names the zone between the time and the first comma.
    const named = /^ [A-Z]{3,5}(?=,)/.exec(
      line.slice(stamp.end, stamp.end + 8),
    );
    const message = line.slice(stamp.end + (named?.[0].length ?? 0));
    const pid = /^[^[]{0,64}\[(\d{1,9})\]/.exec(message)?.[1];
    return {
      atMs: stamp.atMs,
      message,
      ...(pid === undefined ? {} : { pid: Number(pid) }),
    };
  },
);
