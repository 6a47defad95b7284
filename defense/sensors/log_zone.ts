/**
 * The zone that a log's stamps are in where they name none: that of the host
 * that wrote them, which is ahead of UTC by another hour in summer.
 *
 * @module
 */

/** What a stamp leaves unsaid. */
export interface LogZone {
  /** Minutes that stamps without a zone are ahead of UTC all year; 0 if absent. */
  readonly zoneOffsetMinutes?: number;
  /**
   * The same at a local time, given as if it were UTC; asked instead, where
   * it is there.
   */
  readonly zoneOffsetMinutesAt?: (localMs: number) => number;
}

/** Wall clock milliseconds of a local time, given as if it were UTC. */
export type FromLocal = (localMs: number) => number;

/** How local times of a zone become wall clock times. */
export function fromLocalIn(zone: LogZone): FromLocal {
  const { zoneOffsetMinutes = 0, zoneOffsetMinutesAt: at } = zone;
  const zoneMs = zoneOffsetMinutes * 60_000;
  return at === undefined
    ? (localMs) => localMs - zoneMs
    : (localMs) => localMs - at(localMs) * 60_000;
}
