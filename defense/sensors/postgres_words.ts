/**
 * What PostgreSQL's messages about connections say, whoever the line is
 * about. The server writes them in the language it was set up in
 * (`lc_messages`); names stand in that language's quotes.
 *
 * @module
 */

/** What a message says. */
export interface PostgresTold {
  readonly what: "received" | "refused" | "authorized";
  /** Where the message itself names it; else empty. */
  readonly host: string;
  /** Empty where the message does not say. */
  readonly user: string;
}

const refusal =
  /^(?:password|Ident|Peer|PAM|LDAP|RADIUS|SSPI|GSSAPI|BSD|certificate|SCRAM|MD5|cleartext|OAuth bearer) ?authentication failed for user "(.*)"(?: \(.*\))?$/s;
/**
 * The same in German, French, Spanish, Italian and Portuguese, whose words for
 * it begin alike and stand before the name.
 */
const foreignRefusal =
  /^[^"»«„]{0,80}?(?:authentifi|autentifi|autentic)[^"»«„]{0,80}["»«„]\s?(.*?)\s?["«»“][^"»«„]{0,40}$/is;
const russianRefusal = /^пользователь "(.*)" не прошёл проверку подлинности/s;
/** No entry, or one that rejects; in each language the address comes first. */
const noEntry =
  /^[^"»«„]{0,80}pg_hba\.conf[^"»«„]{0,80}["»«„]\s?([0-9A-Fa-f:.]{2,45})\s?["«»“], [^"»«„]{0,40}["»«„]\s?(.*?)\s?["«»“]/s;
const received =
  /^(?:replication )?connection received: host=(\S{1,255})(?: port=\d+)?$/;
const authorized =
  /^(?:replication )?connection authorized: user=(.*?)(?: (?:database|application_name|SSL|GSS)[= ].*)?$/s;

/**
 * Reads a message.
 *
 * @param fatal Whether the server gave the connection up for it; a refusal
 *   always does.
 * @returns `undefined` if it says nothing about a login.
 */
export function readPostgresText(
  text: string,
  fatal: boolean,
): PostgresTold | undefined {
  const beginning = received.exec(text);
  if (beginning) {
    return { what: "received", host: beginning[1] ?? "", user: "" };
  }
  const entry = noEntry.exec(text);
  if (entry) {
    return { what: "refused", host: entry[1] ?? "", user: entry[2] ?? "" };
  }
  const refused = refusal.exec(text) ??
    (fatal ? foreignRefusal.exec(text) ?? russianRefusal.exec(text) : null);
  if (refused) return { what: "refused", host: "", user: refused[1] ?? "" };
  const accepted = authorized.exec(text);
  return accepted
    ? { what: "authorized", host: "", user: accepted[1] ?? "" }
    : undefined;
}
