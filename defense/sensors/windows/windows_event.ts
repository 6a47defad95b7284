/**
 * One record of the Windows event log, whatever it was exported as: its number,
 * where and when it was written, and its named values
 * (the `Event` schema of MS-EVEN6 and Windows Event Log, "Event Schema").
 *
 * @module
 */

/** One record. */
export interface WindowsEvent {
  /** `EventID`, 0 to 65,535. */
  readonly id: number;
  /** `Security`, `System`, `Microsoft-Windows-Sysmon/Operational`; may be empty. */
  readonly channel: string;
  /** Machine that wrote it, as it calls itself; may be empty. */
  readonly computer: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Value of `EventData` by name; empty if absent. */
  value(name: string): string;
}

/** Longest value that is kept, in UTF-16 units; command lines are longer and not needed. */
export const valueLengthMax = 512;
