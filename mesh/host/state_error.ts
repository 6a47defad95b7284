/**
 * Why something kept on disk could not be read or written, and what the
 * operator does next.
 *
 * @module
 */

/** Stable names of what can be wrong with the state directory. */
export type StateErrorCode =
  | "missing"
  | "unreadable"
  | "unwritable"
  | "too_open"
  | "not_ours"
  | "corrupt"
  | "wrong_version"
  | "disk_full"
  | "passphrase_needed"
  | "wrong_passphrase";

/** A file of the state directory is not as it must be; nothing was changed. */
export class StateError extends Error {
  /** Of the class. */
  override readonly name = "StateError";
  /** Stable name of what is wrong. */
  readonly code: StateErrorCode;
  /** Path of the file or directory. */
  readonly file: string;
  /** What to do about it, as a command where there is one. */
  readonly nextStep: string;

  /** Says what was attempted on which file, what was found, and what to do. */
  constructor(
    code: StateErrorCode,
    at: {
      readonly attempt: "read" | "write" | "open";
      readonly file: string;
      readonly what: string;
      readonly nextStep: string;
    },
    options?: { cause: unknown },
  ) {
    super(
      `Cannot ${at.attempt} ${at.file}: ${at.what}\n  ${at.nextStep}`,
      options,
    );
    this.code = code;
    this.file = at.file;
    this.nextStep = at.nextStep;
  }
}
