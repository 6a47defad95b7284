/**
 * Who is named when a campaign is seen; see `newcomer_watch.ts`.
 *
 * @module
 */
import type { Address } from "../address.ts";

/** A source that took part in a campaign. */
export interface Participant {
  readonly source: Address;
  readonly service: string;
  /** Refused logins. */
  readonly tries: number;
  /** From the first to the last. */
  readonly spanMs: number;
  /** Evidence for the campaign, in nats. */
  readonly score: number;
  /** It could not as well be a person who gave up. */
  readonly evident: boolean;
  /**
   * What we saw ourselves shows no campaign without what others told. The same
   * source may be named once more when it does.
   */
  readonly told: boolean;
}
