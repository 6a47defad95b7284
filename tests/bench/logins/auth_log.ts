/**
 * Writes logins as sshd does, in one of the forms in which logs come: with or
 * without PAM's lines, with ISO or classic stamps, one line per attempt or all.
 *
 * @module
 */
import type { Dice } from "./dice.ts";
import type { Login } from "./town.ts";

/** How much a log says about each attempt. */
export const logForms = ["terse", "usual", "full"] as const;
/** One of them. */
export type LogForm = typeof logForms[number];

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Lines of a log, in the order of their times. */
export function writeAuthLog(
  logins: readonly Login[],
  form: LogForm,
  dice: Dice,
): string[] {
  const iso = dice.happens(0.3);
  const program = dice.one(["sshd", "sshd", "sshd-session"]);
  let pid = dice.whole(500, 5_000);
  const lines: string[] = [];
  for (const { atMs, source, user, outcome, exists } of logins) {
    const port = dice.whole(1_024, 65_000);
    const when = new Date(Math.floor(atMs / 1_000) * 1_000);
    const stamp = iso
      ? when.toISOString().replace(".000Z", "+00:00")
      : classic(when);
    pid = pid > 32_000 ? 500 : pid + dice.whole(1, 3);
    const say = (text: string) =>
      lines.push(`${stamp} shop ${program}[${pid}]: ${text}`);
    const end = `${source} port ${port}`;
    const invalid = exists ? "" : "invalid user ";
    switch (outcome) {
      case "accepted":
        say(`Accepted password for ${user} from ${end} ssh2`);
        if (form === "full") {
          say(
            `pam_unix(sshd:session): session opened for user ${user}(uid=1001) by (uid=0)`,
          );
        }
        break;
      case "password":
        if (!exists && form !== "terse") {
          say(`Invalid user ${user} from ${end}`);
        }
        if (form === "full") {
          say(
            exists
              ? `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${source}  user=${user}`
              : `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${source} `,
          );
        }
        say(`Failed password for ${invalid}${user} from ${end} ssh2`);
        if (form !== "terse") {
          say(
            `Connection closed by ${
              exists ? "authenticating" : "invalid"
            } user ${user} ${end} [preauth]`,
          );
        }
        break;
      case "publickey":
        say(
          `Failed publickey for ${invalid}${user} from ${end} ssh2: RSA SHA256:0123456789abcdef`,
        );
        break;
      case "closed":
        say(
          `Connection closed by authenticating user ${user} ${end} [preauth]`,
        );
        break;
      case "connect":
        say(`Connection closed by ${end} [preauth]`);
    }
  }
  return lines;
}

function classic(when: Date): string {
  const day = String(when.getUTCDate()).padStart(2, " ");
  return `${months[when.getUTCMonth()]} ${day} ${
    when.toISOString().slice(11, 19)
  }`;
}
