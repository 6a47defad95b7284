/**
 * Lines of web servers' access logs:
 *
 *     192.0.2.1 - ada [23/Nov/2026:03:26:55 +0100] "GET /x HTTP/1.1" 401 153 "-" "curl/8"
 *
 * in the common and the combined format, with a virtual host in front, with
 * more fields behind, or as an object of JSON (nginx with `escape=json`,
 * Caddy, Traefik).
 *
 * Everything a client sends stands in quotes, and servers escape quotes in it,
 * except the account's name, which stands between the address and the stamp.
 * So the stamp is the last bracket before the first quote, and the address is
 * the first word, or the second where the first is the virtual host. A list
 * of addresses from `X-Forwarded-For` is the client's own claim: such a line
 * names nobody.
 *
 * @module
 */
import { readAddress } from "../address.ts";
import type { LogClock } from "./log_clock.ts";
import type { AnsweredRequest } from "./service_reading.ts";

/** A request, and when it was answered. */
export interface TimedRequest {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  readonly request: AnsweredRequest;
}

/** ` [23/Nov/2026:03:26:55 +0100] ` in front of the request, or in ISO 8601. */
const stampAtEnd =
  / \[((?:\d\d\/[A-Z][a-z]{2}\/\d{4}:|\d{4}-\d\d-\d\dT)[^\]\s]{8,20}[^\]]{0,6})\] $/;
const answer = /^ (\d{3}) (?:\d+|-)(?=\s|$)/;
const requestLine = /^([A-Za-z]{1,32}) (.*?)(?: HTTP\/\d(?:\.\d)?)?$/s;

/**
 * Reads one line of an access log.
 *
 * @returns `undefined` when it is none.
 */
export function readAccessLine(
  line: string,
  clock: LogClock,
): TimedRequest | undefined {
  if (line.charCodeAt(0) === 123) return readJsonLine(line, clock);
  // Apache writes a quote in the account's name as `\"`, nginx as `\x22`.
  const quote = closingQuote(line, 0);
  if (quote < 30) return undefined;
  const prefix = line.slice(0, quote);
  const bracket = prefix.lastIndexOf(" [");
  const stamped = stampAtEnd.exec(prefix.slice(bracket));
  if (!stamped) return undefined;
  const atMs = timeOf(stamped[1] ?? "", clock);
  if (atMs === undefined) return undefined;
  const end = closingQuote(line, quote + 1);
  if (end < 0) return undefined;
  const answered = answer.exec(line.slice(end + 1, end + 32));
  if (!answered) return undefined;
  const { host, user } = readParties(prefix.slice(0, bracket));
  if (host === undefined) return undefined;
  const sent = line.slice(quote + 1, end);
  const { method, path } = splitRequest(sent);
  return {
    atMs,
    request: {
      what: "request",
      host,
      method,
      path,
      status: Number(answered[1]),
      agent: agentBehind(line, end + 1 + answered[0].length),
      user,
    },
  };
}

/** `[vhost ]address identity account`; the address as it is spelled. */
function readParties(
  text: string,
): { host: string | undefined; user: string } {
  const words = text.split(" ", 4);
  const [first = "", second = "", third] = words;
  if (third === undefined) return { host: undefined, user: "" };
  // Another proxy's word for who came, or the second word of it.
  if (first.endsWith(",")) return { host: "", user: "" };
  const isVirtualHost = words.length === 4 && isAddress(second);
  const host = isVirtualHost ? second : first;
  const before = isVirtualHost
    ? first.length + second.length + third.length + 3
    : first.length + second.length + 2;
  const user = text.slice(before);
  return { host, user: user === "-" || user === '""' ? "" : user };
}

function isAddress(word: string): boolean {
  return word.length >= 2 && /[.:]/.test(word) &&
    readAddress(word) !== undefined;
}

/** The next quote that is not escaped; -1 if there is none. */
function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0;) {
    let slashes = 0;
    while (line.charCodeAt(at - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return at;
    at = line.indexOf('"', at + 1);
  }
  return -1;
}

/** The second quoted field behind the answer is the client's name for itself. */
function agentBehind(line: string, from: number): string {
  if (!line.startsWith(' "', from)) return "";
  const referrer = closingQuote(line, from + 2);
  if (referrer < 0 || !line.startsWith(' "', referrer + 1)) return "";
  const end = closingQuote(line, referrer + 3);
  const agent = end < 0 ? "" : line.slice(referrer + 3, end);
  return agent === "-" ? "" : agent;
}

/** Method and target of a request line; no method where it is no HTTP. */
export function splitRequest(
  text: string,
): { method: string; path: string } {
  const match = requestLine.exec(text);
  return match
    ? { method: match[1] ?? "", path: match[2] ?? "" }
    : { method: "", path: text };
}

/** Names under which servers are told to write each field. */
const jsonNames = {
  host: [
    "remote_addr",
    "remote_ip",
    "client_ip",
    "clientip",
    "client",
    "remoteAddr",
    "ClientHost",
  ],
  status: ["status", "status_code", "response", "DownstreamStatus"],
  method: ["request_method", "method", "verb", "RequestMethod"],
  path: ["request_uri", "uri", "path", "url", "RequestPath"],
  line: ["request"],
  agent: ["http_user_agent", "user_agent", "agent", "request_User-Agent"],
  user: ["remote_user", "user", "ClientUsername"],
  time: [
    "time_iso8601",
    "time_local",
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "msec",
    "StartUTC",
  ],
} as const;

function readJsonLine(line: string, clock: LogClock): TimedRequest | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) return undefined;
  // Caddy keeps what the client sent in an object of its own.
  const inner = parsed["request"];
  const fields = isObject(inner) ? { ...inner, ...parsed } : parsed;
  const host = withoutPort(textOf(fields, jsonNames.host));
  const status = Number(textOf(fields, jsonNames.status));
  const atMs = timeOf(textOf(fields, jsonNames.time), clock);
  if (
    host === "" || atMs === undefined || !(status >= 100 && status <= 999)
  ) return undefined;
  const sent = textOf(fields, jsonNames.line);
  const { method, path } = sent === ""
    ? {
      method: textOf(fields, jsonNames.method),
      path: textOf(fields, jsonNames.path),
    }
    : splitRequest(sent);
  if (method === "" && path === "") return undefined;
  return {
    atMs,
    request: {
      what: "request",
      host,
      method,
      path,
      status,
      agent: textOf(fields, jsonNames.agent),
      user: textOf(fields, jsonNames.user),
    },
  };
}

/** Caddy before 2.5 writes the port behind the address. */
function withoutPort(text: string): string {
  return readAddress(text) === undefined ? text.replace(/:\d{1,5}$/, "") : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === "string" && value !== "-") return value;
    if (typeof value === "number") return String(value);
  }
  return "";
}

/** Seconds since 1970, `23/Nov/2026:…` or ISO 8601. */
function timeOf(text: string, clock: LogClock): number | undefined {
  if (/^\d{9,10}(?:\.\d{1,9})?$/.test(text)) {
    return Math.floor(Number(text) * 1_000);
  }
  return (clock.request(text, 0) ?? clock.numeric(text, 0))?.atMs;
}
