/**
 * What mail servers say of logins and of strangers who want them to pass mail
 * on: Postfix, Dovecot, Exim and Sendmail.
 *
 * Postfix, Exim and Sendmail write the address before anything the client
 * chose, or among words without spaces. Dovecot writes `rip=` behind the
 * account's name, so the last one counts.
 *
 * Letters to people who do not exist are no guessing: any list with old
 * members causes them.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat } from "./service_format.ts";
import {
  ambiguousReading,
  otherReading,
  type Service,
  type ServiceForm,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

const peer = "\\S{0,255}\\[([0-9A-Fa-f:.]{2,45})\\](?::\\d{1,5})?";
const saslFailed = new RegExp(
  `^(?:warning: )?${peer}: SASL [A-Za-z0-9_-]{1,32} authentication failed(?:: (.*))?$`,
  "s",
);
const saslUser = /, sasl_username=(.*)$/s;
const saslAccepted = new RegExp(
  `^[0-9A-Za-z]{4,32}: client=${peer}, sasl_method=\\S+, sasl_username=(.*)$`,
  "s",
);
const lost = new RegExp(
  `^(?:lost connection|timeout|too many errors) after AUTH from ${peer}`,
);
const relay = new RegExp(
  `^(?:NOQUEUE|[0-9A-Za-z]{4,32}): reject: RCPT from ${peer}: [45]\\d\\d \\S+ (?:<[^>]*>: )?Relay access denied;`,
);
const early = new RegExp(`^PREGREET \\d+ after \\S+ from ${peer}: `);
const summary = new RegExp(
  `^disconnect from ${peer} .*\\bauth=(\\d{1,5})/(\\d{1,5})\\b`,
  "s",
);
const postfixWords =
  /^(?:(?:warning|fatal|error|panic|info): |(?:connect|disconnect|lost connection|timeout|too many errors|improper command|SSL_accept|Anonymous TLS|Trusted TLS|Untrusted TLS|Verified TLS|NOQUEUE|CONNECT|DISCONNECT|HANGUP|PASS|DNSBL|WHITELISTED|ALLOWLISTED|BLACKLISTED|DENYLISTED|COMMAND|BARE|NON-SMTP|setting up TLS|table |statistics|[0-9A-Za-z]{4,32}: ))/;

/** Reads a message of Postfix. */
function readPostfix(message: string): ServiceReading | undefined {
  const sasl = saslFailed.exec(message);
  if (sasl) {
    const [, host = "", reason = ""] = sasl;
    // The server that checks passwords is away: nobody's fault out there.
    if (/^(?:Connection lost|Temporary|temporary)/.test(reason)) {
      return otherReading;
    }
    const user = saslUser.exec(reason)?.[1] ?? "";
    return { what: "refused", form: "login", host, user };
  }
  const accepted = saslAccepted.exec(message);
  if (accepted) {
    const [, host = "", user = ""] = accepted;
    return { what: "accepted", host, user };
  }
  const turnedAway = relay.exec(message) ?? early.exec(message);
  if (turnedAway) return refused(turnedAway[1], "", "login");
  const left = lost.exec(message);
  if (left) return refused(left[1], "", "lost");
  const counted = summary.exec(message);
  if (counted) {
    const [, host, good, all] = counted;
    const times = Number(all) - Number(good);
    return times > 0 ? refused(host, "", "summary", times) : otherReading;
  }
  return postfixWords.test(message) ? otherReading : undefined;
}

function refused(
  host: string | undefined,
  user: string | undefined,
  form: ServiceForm,
  times = 1,
  unknownUser = false,
): ServiceReading {
  return {
    what: "refused",
    form,
    host: host ?? "",
    user: user ?? "",
    ...(times === 1 ? {} : { times }),
    ...(unknownUser ? { unknownUser } : {}),
  };
}

/** `imap-login: Info: ` in Dovecot's own file; in syslog without the level. */
const dovecotPart =
  /^(?:(imap|pop3|managesieve|submission|auth|auth-worker|lmtp|master|config|imap-login|pop3-login|managesieve-login|submission-login|auth-worker\(\w{1,32}\)|auth\(\S{1,255}\))(?:\(\d+\))?: )?(?:(?:Info|Debug|Warning|Error|Fatal): )?/;
const loginEnded =
  /^(?:Disconnected|Aborted login|Login aborted)[^<]{0,200}?\(auth failed, (\d{1,5}) attempts?\b/;
/** Dovecot 1 says no more than this. */
const loginAborted = /^Aborted login: user=<[^>]/;
const remote = /, rip=([0-9A-Fa-f:.]{2,45})(?=,|$)/g;
/** Account, address and, since Dovecot 2.4, the mechanism; then the session. */
const passdb =
  /^(?:conn \S{1,255} \([^)]{1,100}\): )?(?:auth-worker<\d+>: )?[a-z][a-z0-9-]{1,31}\((.*),([0-9A-Fa-f:.]{2,45})(?:,sasl:[A-Za-z0-9_-]{1,32})?(?:,<[^>]{1,64}>)?\): (pam_authenticate\(\) failed: |[Pp]assword mismatch|[Uu]nknown user|[Ii]nvalid credentials|Account is disabled|Authentication failure|Failed to authenticate)/s;
const placesMax = 8;

/** Reads a message of Dovecot. */
function readDovecot(message: string): ServiceReading | undefined {
  const head = dovecotPart.exec(message);
  const text = message.slice(head?.[0].length ?? 0);
  const ended = loginEnded.exec(text) ?? loginAborted.exec(text);
  const isLogin = !ended && /^(?:Login|Logged in): user=</.test(text);
  if (ended || isLogin) {
    const places = [...text.matchAll(remote).take(placesMax)];
    const last = places.at(-1);
    // More than we look at: somebody's name is full of them.
    if (places.length === placesMax) return ambiguousReading;
    const from = text.indexOf("user=<");
    const end = last === undefined ? -1 : text.lastIndexOf(">", last.index);
    const user = from >= 0 && end > from ? text.slice(from + 6, end) : "";
    if (isLogin) return { what: "accepted", host: last?.[1] ?? "", user };
    return refused(last?.[1], user, "summary", Number(ended?.[1] ?? 1));
  }
  const checked = passdb.exec(text);
  if (checked) {
    const [, user = "", host, reason = ""] = checked;
    // A name that itself looks like the end of such a line.
    if (user.includes("): ")) return ambiguousReading;
    const unknownUser = reason.toLowerCase() === "unknown user";
    return refused(host, user, "backend", 1, unknownUser);
  }
  return head?.[1] === undefined && !/^(?:Disconnected|Aborted)/.test(text)
    ? undefined
    : otherReading;
}

/** What stands behind the address: interface, ident, protocol, certificate. */
const eximPeer =
  "(?:[^\\s([]{1,255} )?(?:\\(\\S{1,255}\\) )?\\[([0-9A-Fa-f:.]{2,45})\\](?::\\d{1,5})?(?: [A-Za-z]{1,4}=\\S{1,255})*";
const eximFailed = new RegExp(
  `^[A-Za-z0-9_-]{1,64} authenticator failed for (?:H=)?${eximPeer}: 535 Incorrect authentication data(?: \\(set_id=(.*)\\))?$`,
  "s",
);
const eximRelay = new RegExp(
  `^H=${eximPeer}(?: F=<[^>]*>)? rejected RCPT <?[^>]*>?: (?:relay not permitted|Relay access denied)`,
);
const eximWords =
  /^(?:[0-9A-Za-z]{6,}-[0-9A-Za-z]{6,}-[0-9A-Za-z]{2,} |H=|no host name found|SMTP |TLS error|unexpected disconnection|Start queue run|End queue run|exim \d|no IP address found|rejected |\S+ authenticator failed )/;

/** In syslog too, unless `syslog_timestamp` is off. */
const eximStamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?(?: [+-]\d{4})? /;

/** Reads a line of Exim's main or reject log, behind the stamp. */
function readExim(message: string): ServiceReading | undefined {
  const text = message.replace(eximStamp, "").replace(/^\[\d{1,9}\] /, "");
  const failed = eximFailed.exec(text);
  if (failed) return refused(failed[1], failed[2], "login");
  const relayed = eximRelay.exec(text);
  if (relayed) return refused(relayed[1], "", "login");
  return eximWords.test(text) ? otherReading : undefined;
}

const sendmailFailed =
  /^(?:[0-9A-Za-z]{8,20}: )?AUTH failure \([A-Za-z0-9-]{1,32}\): (.*), relay=(?:\S{1,255} )?\[([0-9A-Fa-f:.]{2,45}|IPv6:[0-9A-Fa-f:.]{2,45})\](?: \(may be forged\))?$/s;
const sendmailRelay =
  /^(?:[0-9A-Za-z]{8,20}: )?ruleset=check_rcpt, arg1=<[^>]*>, relay=(?:\S{1,255} )?\[([0-9A-Fa-f:.]{2,45})\](?: \(may be forged\))?, reject=550 5\.7\.1 .*Relaying denied/;

/** Reads a message of Sendmail. */
function readSendmail(message: string): ServiceReading | undefined {
  const failed = sendmailFailed.exec(message);
  if (failed) {
    const unknownUser = /^user not found\b/.test(failed[1] ?? "");
    const host = (failed[2] ?? "").replace(/^IPv6:/, "");
    return refused(host, "", "login", 1, unknownUser);
  }
  const relayed = sendmailRelay.exec(message);
  if (relayed) return refused(relayed[1], "", "login");
  return /^(?:[0-9A-Za-z]{8,20}: |NOQUEUE: )/.test(message)
    ? otherReading
    : undefined;
}

/** Postfix: smtpd and postscreen. */
export const postfix: Service = {
  name: "postfix",
  family: "mail",
  read: readPostfix,
};
/** Dovecot: IMAP, POP3 and whom it checks passwords for. */
export const dovecot: Service = {
  name: "dovecot",
  family: "mail",
  read: readDovecot,
};
/** Exim. */
export const exim: Service = { name: "exim", family: "mail", read: readExim };
/** Sendmail. */
export const sendmail: Service = {
  name: "sendmail",
  family: "mail",
  read: readSendmail,
};

/** Exim's own files, `mainlog` and `rejectlog`. */
export const eximFormat: TextFormat = serviceFormat(
  exim,
  (line: string, clock: LogClock) => {
    const stamp = clock.numeric(line, 0);
    return stamp && line.charCodeAt(stamp.end) === 32
      ? { atMs: stamp.atMs, message: line.slice(stamp.end + 1) }
      : undefined;
  },
);
