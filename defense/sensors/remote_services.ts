/**
 * What other ways into a host say: Dropbear (ssh on small systems), xrdp's
 * session manager (remote desktops), and `login` behind telnet.
 *
 *     Bad password attempt for 'root' from 192.0.2.1:60588
 *     AUTHFAIL: user=ada ip=192.0.2.1 time=1234
 *
 * The first two write the address behind the account's name, at the end of the
 * line or before one number, so what counts is the last place; `login` writes
 * it before the name.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat } from "./service_format.ts";
import {
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

/** `192.0.2.1:60588`, `::ffff:192.0.2.1:60588`, `[2001:db8::1]:60588`. */
const place = "\\[?([0-9A-Fa-f:.]{2,45}?)\\]?:\\d{1,5}";
const badPassword = new RegExp(
  `^(?:Bad (?:PAM )?password attempt|bad (?:PAM )?password attempt) for '(.*)' from ${place}$`,
  "s",
);
const noSuchUser = new RegExp(
  `^[Ll]ogin attempt for nonexistent user(?: '(.*)')? from ${place}$`,
  "s",
);
const wrongUser = new RegExp(
  `^Login attempt with wrong user (.*) from ${place}$`,
  "s",
);
const succeeded = new RegExp(
  `^(?:Password|PAM password|Pubkey) auth succeeded for '(.*?)'(?: with .*)? from ${place}$`,
  "s",
);
/** Since 2018.76 the address stands in front, before that at the end. */
const gaveUp = new RegExp(
  `^Exit before auth from <${place}>: (?:\\(user '(.*)', (\\d{1,4}) fails\\): )?Max auth tries reached`,
  "s",
);
const gaveUpBefore = new RegExp(
  `^[Ee]xit before auth(?: \\(user '(.*)', (\\d{1,4}) fails\\))?: Max auth tries reached - user '.*' from ${place}$`,
  "s",
);
const began = new RegExp(`^Child connection from ${place}$`);
const dropbearWords =
  /^(?:Exit |exit |Early exit|Running in background|Not backgrounding|Failed (?:loading|listening)|Pubkey auth |premature exit|Aiee)/;

/** Reads a message of Dropbear. */
function readDropbear(message: string): ServiceReading | undefined {
  // Started without syslog, it adds pid and stamp of its own.
  const text = message.replace(
    /^\[\d{1,9}\] [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /,
    "",
  );
  const bad = badPassword.exec(text) ?? wrongUser.exec(text);
  if (bad) return refused(bad[2], bad[1], false);
  const unknown = noSuchUser.exec(text);
  if (unknown) return refused(unknown[2], unknown[1], true);
  if (text === "Login attempt for nonexistent user") {
    return { what: "refused_peer", user: "", unknownUser: true };
  }
  const connected = began.exec(text);
  if (connected) return { what: "connected", host: connected[1] ?? "" };
  const accepted = succeeded.exec(text);
  if (accepted) {
    return {
      what: "accepted",
      host: accepted[2] ?? "",
      user: accepted[1] ?? "",
    };
  }
  const left = gaveUp.exec(text);
  if (left) return summed(left[1], left[2], left[3]);
  const leftBefore = gaveUpBefore.exec(text);
  if (leftBefore) return summed(leftBefore[3], leftBefore[1], leftBefore[2]);
  return dropbearWords.test(text) ? otherReading : undefined;
}

function refused(
  host: string | undefined,
  user: string | undefined,
  unknownUser: boolean,
): ServiceReading {
  return {
    what: "refused",
    form: "login",
    host: host ?? "",
    user: user ?? "",
    unknownUser,
  };
}

function summed(
  host: string | undefined,
  user: string | undefined,
  fails: string | undefined,
): ServiceReading {
  return {
    what: "refused",
    form: "summary",
    host: host ?? "",
    user: user ?? "",
    ...(fails === undefined ? {} : { times: Number(fails) }),
  };
}

/** The level, which in its own file stands behind the stamp. */
const xrdpLevel = /^\[(?:TRACE|DEBUG|INFO|WARN|ERROR|CORE) *\] /;
const xrdpFailed =
  /^AUTHFAIL: user=(.*) ip=\[?([0-9A-Fa-f:.]{2,45}?)\]?(?::\d{1,5})?(?: - socket: \d+)? time=\d+$/s;
const xrdpGranted =
  /^\+\+ (?:created|reconnected) session(?: \(access granted\))?: username (.*), ip \[?([0-9A-Fa-f:.]{2,45}?)\]?(?::\d{1,5})?(?: - socket: \d+)?$/s;

/** Reads a message of xrdp or its session manager. */
function readXrdp(message: string): ServiceReading | undefined {
  const level = xrdpLevel.exec(message);
  const text = message.slice(level?.[0].length ?? 0);
  const failed = xrdpFailed.exec(text);
  if (failed) return refused(failed[2], failed[1], false);
  const granted = xrdpGranted.exec(text);
  if (granted) {
    return { what: "accepted", host: granted[2] ?? "", user: granted[1] ?? "" };
  }
  // "login failed for user" names no address; PAM or AUTHFAIL do.
  return level ||
      /^(?:login failed for user|Username or password error|A connection received|Access permitted|Socket \d+: |pam_authenticate failed)/
        .test(text)
    ? otherReading
    : undefined;
}

const loginFailed =
  /^FAILED LOGIN (?:SESSION )?(?:\(?\d{1,4}\)? )?(?:on '[^']{0,64}' )?(?:FROM|from) '?([0-9A-Za-z:.%_-]{1,255})'? (?:FOR|for) '?(.*?)'?, /s;

/** Reads a message of `login`. */
function readLogin(message: string): ServiceReading | undefined {
  const failed = loginFailed.exec(message);
  if (failed) {
    const [all, host, user] = failed;
    const unknownUser = /^User not known/.test(message.slice(all.length));
    return refused(host, user, unknownUser);
  }
  return /^(?:LOGIN ON|ROOT LOGIN|FAILED LOGIN|DIALUP AT|TOO MANY LOGIN)/.test(
      message,
    )
    ? otherReading
    : undefined;
}

/** `login`, behind telnet. */
export const telnet: Service = {
  name: "telnet",
  family: "telnet",
  read: readLogin,
};
/** Dropbear. */
export const dropbear: Service = {
  name: "dropbear",
  family: "dropbear",
  read: readDropbear,
};
/** xrdp. */
export const xrdp: Service = { name: "xrdp", family: "rdp", read: readXrdp };

/** `xrdp-sesman.log`, with either stamp in brackets. */
export const xrdpFormat: TextFormat = serviceFormat(
  xrdp,
  (line: string, clock: LogClock) => {
    if (line.charCodeAt(0) !== 91) return undefined;
    const stamp = clock.compact(line, 1) ?? clock.numeric(line, 1);
    if (stamp === undefined || !line.startsWith("] ", stamp.end)) {
      return undefined;
    }
    const message = line.slice(stamp.end + 2);
    return xrdpLevel.test(message) ? { atMs: stamp.atMs, message } : undefined;
  },
);
