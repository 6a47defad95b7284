/**
 * What FTP servers say: vsftpd, ProFTPD and Pure-FTPd.
 *
 *     [ada] FAIL LOGIN: Client "192.0.2.1"
 *     ftp.example.org (192.0.2.1[192.0.2.1]) - USER ada (Login failed): Incorrect password
 *     (?@192.0.2.1) [WARNING] Authentication failed for user [ada]
 *
 * The last two write the address before anything that the client sent.
 * vsftpd writes it behind the account's name and before other text of the
 * client's, so a line that could be read in two ways names nobody, unless all
 * readings are refused logins, in which only the name is the client's: then
 * the last one is vsftpd's own.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat } from "./service_format.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

/** With `log_ftp_protocol`, what was said on the connection stands there too. */
const vsftpdVerdict =
  /(?:^|\] )(?:(OK|FAIL) ([A-Z]{2,12})|FTP (?:command|response)|DEBUG|CONNECT): Client "([0-9A-Za-z:.%-]{1,64})"/g;
/** Where a line may hold so many verdicts, the first ones are looked at. */
const verdictsMax = 8;

/** Reads a message of vsftpd, without `[pid N]`. */
function readVsftpd(message: string): ServiceReading | undefined {
  const text = message.replace(/^\[pid \d{1,9}\] /, "");
  if (!/^(?:\[|CONNECT: |FTP |DEBUG: )/.test(text)) return undefined;
  const verdicts = [...text.matchAll(vsftpdVerdict).take(verdictsMax)];
  const last = verdicts.at(-1);
  if (last === undefined) {
    return /^(?:FTP (?:command|response)|DEBUG): Client "/.test(text)
      ? otherReading
      : undefined;
  }
  const [, outcome, verb, host = ""] = last;
  const behind = text.slice(last.index + last[0].length);
  const isRefusal = outcome === "FAIL" && verb === "LOGIN";
  if (verdicts.length > 1) {
    const allRefusals = verdicts.every(([, result, what]) =>
      result === "FAIL" && what === "LOGIN"
    );
    if (!allRefusals) return ambiguousReading;
  }
  const user = text.slice(1, last.index);
  if (isRefusal) {
    return /^(?:, ".*")?$/s.test(behind)
      ? { what: "refused", form: "login", host, user }
      : undefined;
  }
  // Who logs in as nobody in particular proves nothing.
  return outcome === "OK" && verb === "LOGIN" && behind === ""
    ? { what: "accepted", host, user }
    : otherReading;
}

/** `host (client[address]) - message`, or with a colon in its own file. */
const proftpdHeading =
  /^(?:\S{1,255} )?\(\S{0,255}\[([0-9A-Fa-f:.]{2,45})\]\)(?: - |: )/;

/** Reads a message of ProFTPD. */
function readProftpd(message: string): ServiceReading | undefined {
  const head = proftpdHeading.exec(message);
  if (!head) {
    return /^(?:\S{1,255} )?- /.test(message) ? otherReading : undefined;
  }
  const host = head[1] ?? "";
  const text = message.slice(head[0].length);
  // Each says so in words of its own, behind the name that was tried.
  const failed = /^USER (.*?) \(Login failed\): /s.exec(text) ??
    /^USER (.*?): (?:no such user found from |Login incorrect)/s.exec(text);
  if (failed) {
    const unknownUser = /: no such user found|\): No such user/.test(text);
    const user = failed[1] ?? "";
    return { what: "refused", form: "login", host, user, unknownUser };
  }
  if (text.startsWith("SECURITY VIOLATION: ")) {
    const user = /root login attempted/i.test(text) ? "root" : "";
    return { what: "refused", form: "login", host, user };
  }
  const exceeded = /^Maximum login attempts \((\d{1,3})\) exceeded/.exec(text);
  if (exceeded) {
    return {
      what: "refused",
      form: "summary",
      host,
      user: "",
      times: Number(exceeded[1]),
    };
  }
  const accepted = /^USER (.*?): Login successful\.?$/s.exec(text);
  return accepted
    ? { what: "accepted", host, user: accepted[1] ?? "" }
    : otherReading;
}

const pureHeading =
  /^\(([^\s@()]{1,128}|\?)@([^\s()]{1,255})\) \[([A-Z]{2,9})\] /;
/**
 * Pure-FTPd speaks one of twenty languages, chosen when it is built. What it
 * warns of before a login and puts a name in brackets in is a refused login.
 */
const pureRefusal = /^[^[\]]{8,100}\[(.*)\][^[\]]{0,100}$/s;

/** Reads a message of Pure-FTPd. */
function readPureFtpd(message: string): ServiceReading | undefined {
  const head = pureHeading.exec(message);
  if (!head) return undefined;
  const host = head[2] ?? "";
  const text = message.slice(head[0].length);
  // A name in front that itself looks like a whole heading.
  if (head[1] !== "?" && /@[^\s()]{1,255}\) \[[A-Z]{2,9}\] /.test(text)) {
    return ambiguousReading;
  }
  const isEarlyWarning = head[1] === "?" && head[3] === "WARNING";
  const failed = /^Authentication failed for user \[(.*)\]$/s.exec(text) ??
    (isEarlyWarning ? pureRefusal.exec(text) : null);
  if (failed) {
    return { what: "refused", form: "login", host, user: failed[1] ?? "" };
  }
  const accepted = /^(.*) is now logged in$/s.exec(text);
  return accepted
    ? { what: "accepted", host, user: accepted[1] ?? "" }
    : otherReading;
}

/** vsftpd, in syslog and in its own file. */
export const vsftpd: Service = {
  name: "vsftpd",
  family: "ftp",
  read: readVsftpd,
};
/** ProFTPD. */
export const proftpd: Service = {
  name: "proftpd",
  family: "ftp",
  read: readProftpd,
};
/** Pure-FTPd. */
export const pureFtpd: Service = {
  name: "pure-ftpd",
  family: "ftp",
  read: readPureFtpd,
};

/** `Fri Jan 19 12:20:33 2007 [pid 27202] …`. */
export const vsftpdFormat: TextFormat = serviceFormat(
  vsftpd,
  (line: string, clock: LogClock) => {
    const stamp = clock.ctime(line, 0);
    return stamp && line.charCodeAt(stamp.end) === 32
      ? { atMs: stamp.atMs, message: line.slice(stamp.end + 1) }
      : undefined;
  },
);
