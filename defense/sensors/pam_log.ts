/**
 * What PAM modules say in the log of any service (Linux-PAM, `pam_unix` and
 * those that imitate it):
 *
 *     pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0
 *       tty=ssh ruser= rhost=192.0.2.1  user=root
 *
 * and older spellings without the service or the module. A program that
 * merely quotes such text is not believed: the words must stand at the
 * message's beginning. `ruser` and `user` are the client's text and may hold
 * a second `rhost=`; such a line names nobody, unless sshd wrote it, which
 * leaves `ruser` empty, so that the first `rhost=` is PAM's own.
 *
 * `pam_unix` leaves `user=` out where the account does not exist
 * (`_unix_verify_password`), so its absence says so.
 *
 * @module
 */

/** A login that PAM refused. */
export interface RefusedByPam {
  readonly what: "refused";
  /** Service in whose name PAM spoke; empty if the message does not say. */
  readonly service: string;
  readonly module: "pam_unix" | "pam_other";
  /** Address or host name; empty when the login was not from elsewhere. */
  readonly host: string;
  readonly user: string;
  readonly unknownUser: boolean;
  /** Refusals that the message sums up. */
  readonly times: number;
}

/** What one message of PAM says. */
export type PamReading =
  | RefusedByPam
  /** Sessions, checks, passwords: no verdict with a source. */
  | { readonly what: "other" };

/** No login may be tried more often on one connection; larger claims are cut. */
export const summedAttemptsMax = 64;

const other: PamReading = { what: "other" };

/** Module and service in front: `pam_unix(sshd:auth): ` or `(pam_unix) `. */
const heading =
  /^(?:\(?(pam_[a-z0-9_]+)\)?(?:\(([^():\s]{1,64})(?::[a-z]+)?\))?:? )/;
const failure =
  /^(?:PAM )?(?:(\d{1,6}) more )?authentication failures?; (?=(?:logname|uid|ruser)=)/;
/** Between the host and the account; two blanks, since the first may be empty. */
const userAfterHost = /\s+user=/;

/**
 * Reads one message in which PAM may speak.
 *
 * @param tag Text in parentheses behind the program's name; `pam_unix` in old
 *   logs.
 * @param program Program that wrote the record.
 * @returns `undefined` when PAM does not speak here.
 */
export function readPamMessage(
  message: string,
  tag: string,
  program: string,
): PamReading | undefined {
  const code = message.charCodeAt(0);
  let start = 0;
  let module = tag.startsWith("pam_") ? tag : "";
  let service = "";
  if (code === 112 || code === 40) { // p, (
    const head = heading.exec(message);
    if (head) {
      start = head[0].length;
      module = head[1] ?? "";
      service = head[2] ?? "";
    }
  }
  const verdict = message.indexOf("authentication failure", start);
  if (verdict >= 0 && verdict <= start + 20) {
    const text = start === 0 ? message : message.slice(start);
    const match = failure.exec(text);
    const fields = match && readFields(text, match[0].length);
    if (match && fields) {
      const [, more] = match;
      const { ruser, rhost, user } = fields;
      const repeated = rhost.includes(" rhost=") ||
        user?.includes(" rhost=") === true;
      const isUnix = module === "pam_unix" || module === "";
      const fromSshd = program.startsWith("sshd") && ruser === "";
      const host = repeated && !fromSshd ? "" : firstWord(rhost);
      return {
        what: "refused",
        service,
        module: isUnix ? "pam_unix" : "pam_other",
        host,
        user: user ?? "",
        unknownUser: isUnix && !repeated && user === undefined,
        times: more === undefined
          ? 1
          : Math.min(Number(more), summedAttemptsMax),
      };
    }
  }
  return module !== "" ? other : undefined;
}

/**
 * Who asked, from where, and for which account. Each name is taken where it
 * stands first: the names before it are PAM's own. Searched word by word,
 * since an expression with several gaps takes forms that a client's text can
 * make it try for seconds.
 */
function readFields(
  text: string,
  from: number,
): { ruser: string; rhost: string; user: string | undefined } | undefined {
  const ruserAt = text.indexOf(" ruser=", from - 1);
  const rhostAt = ruserAt < 0 ? -1 : text.indexOf(" rhost=", ruserAt + 7);
  if (rhostAt < 0) return undefined;
  const rest = text.slice(rhostAt + 7);
  const before = userAfterHost.exec(rest);
  return {
    ruser: text.slice(ruserAt + 7, rhostAt),
    rhost: (before ? rest.slice(0, before.index) : rest).trimEnd(),
    user: before
      ? rest.slice(before.index + before[0].length).trimEnd()
      : undefined,
  };
}

function firstWord(text: string): string {
  const space = text.indexOf(" ");
  return space < 0 ? text : text.slice(0, space);
}
