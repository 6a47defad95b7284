/**
 * The word that a drill sends to all members; its bytes are `alert_codec.ts`'s.
 *
 * @module
 */
import type { Address } from "../address.ts";

/** Bytes of a drill's number, drawn by who begins it. */
export const drillIdBytes = 8;

/** An exercise: nobody did anything; see `drilled.ts`. */
export interface DrillMessage {
  /** Tag of the union. */
  readonly kind: "drill";
  /** An address that is nobody's; whoever hears it checks that. */
  readonly subject: Address;
  /** Wall clock milliseconds of the telling. */
  readonly atMs: number;
  /** Names it: 16 hex characters. */
  readonly id: string;
}
