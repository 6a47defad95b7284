/**
 * What an observer of the wire may have learnt so far: an account in two
 * columns.
 *
 * **Bits**, an upper bound, for what has one:
 *
 * - _Profile switches._ That one profile out of n was chosen tells at most
 *   log2 n bits. Choices fall at most once a day (`profile_switch.ts`); what
 *   the time of an operator's choice tells about the operator is not in the
 *   number, the count of switches stands beside it.
 * - _Missed slots._ A slot that a busy or sleeping host missed is seen. All
 *   that the misses can tell is which slots they were: of n slots m were missed
 *   in g runs, and there are C(m−1, g−1)·C(n−m+1, g) ways to do so (choose how
 *   m falls into g runs, and the places of the runs between the n−m others).
 *   Log2 of that is what writing the pattern down takes, so no observer gets
 *   more out of it. A night's sleep so costs the two ends of one run, not a bit
 *   per slot. The slots of all links and starts are taken for one sequence,
 *   which can only raise the number: links of one host miss slots together.
 *
 * **Counts**, for what is simply visible and has no bound in bits:
 *
 * - _Cells off the clock_: on `open` a cell leaves when there is something to
 *   say, so each tells its own time. None of this is hidden.
 * - _Link ends_ by what moved them: the `clock` (an epoch ended: its time was
 *   fixed before), the `network` (silence and broken connections; whoever sees
 *   the wire saw the cause before we did), a key `rotation`, the `roster`
 *   (somebody was revoked or has expired), `crossing` dials of both ends. Only
 *   rotation and roster tell something that was not on the wire before: that an
 *   operator acted, and when.
 * - _Enrolments_: guests are served at a pace of their own.
 * - _Starts_ of this node.
 *
 * None of these depends on what members tell each other; the tests of
 * `tests/mesh/stealth_test.ts` hold the wire against that.
 *
 * Bound: the fields below, whatever happens.
 *
 * @module
 */
import type { ProfileName } from "../profile.ts";

/** Everything that was counted, since the first start of this node. */
export interface Leakage {
  /** The profile in force when this was written. */
  readonly profile: ProfileName;
  /** Wall clock milliseconds since when it is in force. */
  readonly sinceMs: number;
  /** Switches of the profile, restarts into another one included. */
  readonly switches: number;
  /** Sum of log2 of the number of profiles each was chosen among. */
  readonly switchBits: number;
  /** Slots in which a cell left. */
  readonly slotsFired: number;
  /** Slots that came round too late. */
  readonly slotsMissed: number;
  /** Runs of missed slots. */
  readonly gaps: number;
  /** Cells that left when there was something to say. */
  readonly cellsOffClock: number;
  /** Links that ended, by what ended them. */
  readonly linkEnds: Readonly<Record<LinkEndCause, number>>;
  /** Guests that came to be admitted. */
  readonly enrolments: number;
  /** Starts of this node. */
  readonly starts: number;
}

/** What made a link end. */
export type LinkEndCause =
  | "clock"
  | "network"
  | "rotation"
  | "roster"
  | "crossing";

/** {@linkcode Leakage} with its bits added up. */
export interface LeakageReport extends Leakage {
  /** Upper bounds, in bits. */
  readonly bits: {
    readonly switches: number;
    readonly missedSlots: number;
  };
}

/** Counters of a node, by name, since its start. */
type Counters = Readonly<Record<string, number>>;

/** Nothing has leaked yet. */
export function emptyLeakage(profile: ProfileName, sinceMs: number): Leakage {
  return {
    profile,
    sinceMs,
    switches: 0,
    switchBits: 0,
    slotsFired: 0,
    slotsMissed: 0,
    gaps: 0,
    cellsOffClock: 0,
    linkEnds: { clock: 0, network: 0, rotation: 0, roster: 0, crossing: 0 },
    enrolments: 0,
    starts: 0,
  };
}

/** The account of one run of a node, on top of what it kept from before. */
export class LeakAccount {
  #before: Leakage;

  /**
   * @param kept From the last run; absent on the first.
   * @param choices Profiles among which a start may have chosen.
   */
  constructor(
    kept: Leakage | undefined,
    profile: ProfileName,
    choices: number,
    wallMs: number,
  ) {
    const before = kept ?? emptyLeakage(profile, wallMs);
    this.#before = { ...before, starts: before.starts + 1 };
    this.switched(profile, choices, wallMs);
  }

  /** The profile in force and since when. */
  get inForce(): Pick<Leakage, "profile" | "sinceMs"> {
    return this.#before;
  }

  /** Another profile was chosen, one of `choices`; the same one tells nothing. */
  switched(profile: ProfileName, choices: number, wallMs: number): void {
    const before = this.#before;
    if (profile === before.profile) return;
    this.#before = {
      ...before,
      profile,
      sinceMs: wallMs,
      switches: before.switches + 1,
      switchBits: before.switchBits + Math.log2(Math.max(1, choices)),
    };
  }

  /** The account with what was counted since the start. */
  total(counters: Counters): Leakage {
    const before = this.#before;
    const add = (sum: number, ...names: string[]) =>
      names.reduce((total, name) => total + (counters[name] ?? 0), sum);
    const ends = before.linkEnds;
    return {
      ...before,
      // Whatever left, but for what left without slots.
      slotsFired: add(before.slotsFired, "cells_sent") -
        add(0, "cells_unslotted"),
      slotsMissed: add(before.slotsMissed, "slots_skipped"),
      gaps: add(before.gaps, "slot_gaps"),
      cellsOffClock: add(before.cellsOffClock, "cells_off_slots"),
      linkEnds: {
        clock: add(ends.clock, "links_retired"),
        network: add(ends.network, "links_silent", "links_broken"),
        rotation: add(ends.rotation, "links_rotated"),
        roster: add(ends.roster, "links_revoked"),
        crossing: add(ends.crossing, "links_surplus"),
      },
      enrolments: add(before.enrolments, "guests_received"),
    };
  }
}

/** Adds up the bits of an account. */
export function reportOf(leakage: Leakage): LeakageReport {
  const { switchBits, slotsFired, slotsMissed, gaps } = leakage;
  return {
    ...leakage,
    bits: {
      switches: switchBits,
      missedSlots: patternBits(slotsFired + slotsMissed, slotsMissed, gaps),
    },
  };
}

/**
 * Log2 of the number of ways in which `missed` of `slots` slots can be missed
 * in `gaps` runs: C(missed−1, gaps−1)·C(slots−missed+1, gaps).
 */
export function patternBits(
  slots: number,
  missed: number,
  gaps: number,
): number {
  if (missed === 0 || gaps === 0) return 0;
  // Runs of several links and starts may touch where one sequence had a slot
  // between them; give each run the room it needs.
  const room = Math.max(slots - missed + 1, gaps);
  const runs = Math.min(gaps, missed);
  return log2Choose(missed - 1, runs - 1) + log2Choose(room, runs);
}

/** Log2 of n over k. */
function log2Choose(n: number, k: number): number {
  if (k <= 0 || k >= n) return 0;
  // A small k is summed up; between large numbers Stirling's terms cancel.
  const least = Math.min(k, n - k);
  if (least <= 64) {
    let sum = 0;
    for (let i = 1; i <= least; i++) sum += Math.log2((n - least + i) / i);
    return sum;
  }
  return (lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k)) / Math.LN2;
}

/** Stirling's series (NIST DLMF 5.11.1), better than 1e-6 from 20 on. */
function lnFactorial(n: number): number {
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) +
    1 / (12 * x);
}
