/**
 * Why the kernel's firewall did not do what it was asked.
 *
 * @module
 */

/** The firewall refused a ruleset; the previous one is still in force. */
export class ContainmentError extends Error {
  /** The class's name, as printed. */
  override readonly name = "ContainmentError";
  /**
   * `nft_missing`: there is no nft to run. `nft_denied`: we may not change
   * the firewall. `nft_rejected`: nft or the kernel said no to this script.
   */
  readonly code: "nft_missing" | "nft_denied" | "nft_rejected";

  /**
   * Names what went wrong.
   *
   * @param options `cause`: the first error, or what nft wrote.
   */
  constructor(code: ContainmentError["code"], options: { cause: unknown }) {
    super(`Cannot apply ruleset: ${code}`, options);
    this.code = code;
  }

  /** What nft or the system said, in its own words. */
  get detail(): string {
    return this.cause instanceof Error
      ? this.cause.message
      : String(this.cause);
  }
}

/** Whether the firewall took the question and said no. */
export function isRejection(error: unknown): boolean {
  return error instanceof ContainmentError && error.code === "nft_rejected";
}

/** What a failure was, for `status` and refusals; at most 500 characters. */
export function detailOf(error: unknown): string {
  if (error instanceof ContainmentError) {
    return `${error.code}: ${error.detail}`.slice(0, 500);
  }
  return String(error).slice(0, 500);
}
