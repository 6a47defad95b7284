/**
 * What a decoy service is: a machine that talks like a service and never is
 * one. Bytes of a client go in; bytes, a time to be woken and what is worth
 * writing down come out. It opens nothing, runs nothing, and no answer can
 * let anybody in. `decoy_set.ts` lists them; sockets are `host/`'s business.
 *
 * @module
 */

/** Kinds of decoy service; `open` is any other port, accepting and silent. */
export const decoyNames = [
  "ssh",
  "ssh-tarpit",
  "http",
  "smb",
  "rdp",
  "telnet",
  "mysql",
  "redis",
  "open",
] as const;
/** One of them. */
export type DecoyName = typeof decoyNames[number];

/** What a client gave away. */
export type DecoyNote =
  /** How the client introduced itself. */
  | { readonly kind: "client"; readonly text: string }
  /** What it asked for. */
  | { readonly kind: "request"; readonly text: string }
  /** A credential it tried. */
  | {
    readonly kind: "login";
    readonly user: string;
    /** Absent where the protocol shows only a hash of it. */
    readonly password?: string;
  };

/** What a decoy wants done. */
export interface DecoyAnswer {
  /** To the client. */
  readonly say?: Uint8Array;
  /** Wake the talk after so many milliseconds; replaces an earlier wish. */
  readonly wakeMs?: number;
  /** End the connection once everything is said. */
  readonly hangUp?: boolean;
  /** For the transcript. */
  readonly notes?: readonly DecoyNote[];
}

/** One connection's side of the decoy. */
export interface DecoyTalk {
  /** The connection stands. */
  begin(): DecoyAnswer;
  /** The client has sent something; at most 4 KiB. */
  take(bytes: Uint8Array): DecoyAnswer;
  /** The time that was asked for has come. */
  wake(): DecoyAnswer;
}

/** What a talk may know of the world. */
export interface DecoyWorld {
  /** Fills with bytes that a client cannot guess. */
  fill(bytes: Uint8Array): void;
  /** Wall clock milliseconds, for protocols that tell the time. */
  wallMs(): number;
  /** Name that a login prompt shows. */
  readonly hostName: string;
  /** Address of the client, for protocols that repeat it. */
  readonly client: string;
}

/** Nothing to do. */
export const silence: DecoyAnswer = {};

/** Longest name, password or request in a note, in characters. */
const noteLengthMax = 256;

/** Cuts a client's text to what a note may hold. */
export function noteText(text: string): string {
  return text.length <= noteLengthMax
    ? text
    : `${text.slice(0, noteLengthMax - 1)}…`;
}
