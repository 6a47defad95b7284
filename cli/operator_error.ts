/**
 * An error whose reader is the operator: it says what was attempted, what
 * stood in the way, and what to do next. `exit_code.ts` decides what the
 * program exits with.
 *
 * @module
 */

/** Why a command could not be done; each kind has one exit code. */
export type OperatorErrorCode =
  | "failed"
  | "wrong_usage"
  | "agent_unreachable"
  | "not_permitted"
  | "invariant_broken";

/** A condition that the operator can do something about. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly code: OperatorErrorCode;
  /** Lines shown below the message; the first opens with a verb. */
  readonly nextStep: readonly string[];

  /**
   * @param message Opens with what was attempted, ends without a full stop.
   * @param nextStep What the operator can do now, one line each.
   */
  constructor(
    code: OperatorErrorCode,
    message: string,
    nextStep: readonly string[],
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.nextStep = nextStep;
  }
}
