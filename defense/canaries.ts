/**
 * Honeytokens: a user name that nobody uses, a page that nothing links to, a
 * file that nobody needs. Whoever uses one has been looking for something.
 *
 * What a sensor saw of one becomes a {@linkcode DecoyTouch}. A password for a
 * canary user may be planted where only an intruder reads, but is not asked
 * for: that somebody tries the name at all is the news.
 *
 * @module
 */
import type { DecoyTouch, Observation } from "./observation.ts";

/** What is planted. */
export interface Canaries {
  /** User names that nobody uses; capitals count as small letters. */
  readonly users: readonly string[];
  /** Paths of web pages that nothing links to, without their query. */
  readonly urls: readonly string[];
}

/** Tells touches from everything else. */
export class CanaryWatch {
  readonly #users: ReadonlySet<string>;
  readonly #urls: ReadonlySet<string>;

  constructor({ users, urls }: Canaries) {
    this.#users = new Set(users.map((user) => user.toLowerCase()));
    this.#urls = new Set(urls.map(pathOf));
  }

  /** Whether this is a canary user's name. */
  knowsUser(user: string): boolean {
    return this.#users.has(user.toLowerCase());
  }

  /**
   * The touch in an observation, if it is one.
   *
   * @param handshake Whether the source has proved its address.
   */
  touchIn(seen: Observation, handshake: boolean): DecoyTouch | undefined {
    const { source, atMs } = seen;
    const line = seen.line === undefined ? {} : { line: seen.line };
    const touch = { kind: "decoy_touch", atMs, source, handshake } as const;
    switch (seen.kind) {
      case "auth_failure":
      case "auth_success":
        if (seen.user === undefined || !this.knowsUser(seen.user)) {
          return undefined;
        }
        return { ...touch, service: "canary_user", user: seen.user, ...line };
      case "web_request":
        if (!this.#urls.has(pathOf(seen.path))) return undefined;
        return { ...touch, service: "canary_url", ...line };
      default:
        // What needs no name and no page cannot touch one.
        return undefined;
    }
  }
}

/** Without query and fragment; encoded and plain spelling are one. */
function pathOf(text: string): string {
  const path = text.replace(/[?#].*$/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    // No valid encoding: then it is what it is.
    return path;
  }
}
