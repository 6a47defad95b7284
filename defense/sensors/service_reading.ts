/**
 * What one message of a service says, as its parser read it: an address or
 * host name as text, before anybody asks whether it is one, and before
 * attempts that several lines tell of are counted once (`service_log.ts`).
 *
 * @module
 */

/**
 * Kinds of line that tell of a refused login. One attempt often makes a line
 * of several kinds, so only lines of one kind are surely different attempts.
 */
export const serviceForms = [
  /** The service itself refused. */
  "login",
  /** PAM did, in the service's name. */
  "pam",
  /** The service's own authentication server did. */
  "backend",
  /** The end of a connection sums up what happened on it. */
  "summary",
  /** The connection was lost right behind a refusal. */
  "lost",
] as const;
/** One of them. */
export type ServiceForm = typeof serviceForms[number];

/** A login that a service refused. */
export interface RefusedAtService {
  readonly what: "refused";
  readonly form: ServiceForm;
  /** As the line spells it; empty where it names nobody. */
  readonly host: string;
  /** Empty where the line does not say. */
  readonly user: string;
  /** The line itself says that there is no such account. */
  readonly unknownUser?: boolean;
  /** Attempts that the line sums up; 1 if absent. */
  readonly times?: number;
  /** The service answers over UDP, so the address may be forged. */
  readonly forgeable?: true;
}

/** A request that a web server answered. */
export interface AnsweredRequest {
  readonly what: "request";
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly agent: string;
  /** Account that the request named with HTTP authentication; else empty. */
  readonly user: string;
}

/** What one message of a service says. */
export type ServiceReading =
  | RefusedAtService
  | AnsweredRequest
  | {
    readonly what: "accepted";
    readonly host: string;
    readonly user: string;
  }
  /** A connection began; later lines of the same process are about it. */
  | { readonly what: "connected"; readonly host: string }
  /** Refused whoever this process has as its peer. */
  | {
    readonly what: "refused_peer";
    readonly user: string;
    readonly unknownUser?: boolean;
  }
  /** Let in whoever this process has as its peer. */
  | { readonly what: "accepted_peer"; readonly user: string }
  /** Two parties could have written the line; nobody is blamed. */
  | { readonly what: "ambiguous" }
  /** Nothing about a login or a request. */
  | { readonly what: "other" };

/** Nothing about a login or a request. */
export const otherReading: ServiceReading = { what: "other" };
/** Two parties could have written the line. */
export const ambiguousReading: ServiceReading = { what: "ambiguous" };

/**
 * Reads one message of a service; `undefined` when the service is not known
 * to say that.
 */
export type MessageParser = (
  message: string,
  program: string,
) => ServiceReading | undefined;

/** A service whose messages we can read. */
export interface Service {
  /** As observations name it. */
  readonly name: string;
  /**
   * Services that tell of the same logins: a mail server and the server that
   * checks its passwords.
   */
  readonly family: string;
  readonly read: MessageParser;
}
