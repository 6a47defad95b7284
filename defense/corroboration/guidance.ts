/**
 * What the operator's signals say, as decisions ask it. `signals.ts`, one folder
 * up, keeps it.
 *
 * @module
 */
import type { Address } from "../address.ts";

/** What the operator's signals say. */
export interface Guidance {
  /** Only operators' orders reach the kernel. */
  readonly standDown: boolean;
  /** Why a subject is never contained, if a signal says so. */
  sparedBy(subject: Address): string | undefined;
  /** Whether what is seen of a subject at this moment is dismissed. */
  acquits(subject: Address, wallMs: number): boolean;
}

/** What holds without signals. */
export const unguided: Guidance = {
  standDown: false,
  sparedBy: () => undefined,
  acquits: () => false,
};
