/**
 * Which roster entries replace each other: entries of one slot compete, and
 * only the best are kept. Slot and rank depend on the entry alone, so the
 * survivors of a set are the same whatever the order (see `roster.ts`).
 *
 * @module
 */
import type { Entry } from "./entry_body.ts";

/** Where an entry competes. */
export interface Slot {
  readonly name: string;
  /** Entries kept. */
  readonly keep: number;
  /** Best first. */
  readonly compare: (a: Entry, b: Entry) => number;
}

/**
 * Renewals by one author for one node compete within a twelfth of the life they
 * grant (30 days for a year), at least a day; across that they do not, so that
 * a later one cannot undo an earlier one.
 */
const renewalPeriods = 12;
const renewalPeriodMsMin = 86_400_000;
/**
 * So do promotions and retirements within an hour: an office can change hands
 * again, and nobody can fill the roster with it in a hurry.
 */
const rolePeriodMs = 3_600_000;

/** The slot of `entry`. */
export function slotOf(entry: Entry): Slot {
  const keep = entry.kind === "rotate" ? 2 : 1;
  return { name: `${entry.kind} ${rivalry(entry)}`, keep, compare };
}

function compare(a: Entry, b: Entry): number {
  return rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What entries that replace each other have in common. */
function rivalry(entry: Entry): string {
  switch (entry.kind) {
    case "found":
      return "";
    case "invite":
      return `${entry.inviteId} ${entry.key}`;
    case "admit":
      return `${entry.inviteId} ${entry.countersigner}`;
    case "card":
      return entry.signing;
    case "rotate":
      return entry.old;
    case "renew": {
      const lifeMs = entry.notAfterMs - entry.issuedAtMs;
      const periodMs = Math.max(renewalPeriodMsMin, lifeMs / renewalPeriods);
      const period = Math.floor(entry.issuedAtMs / periodMs);
      return `${entry.key} ${entry.node} ${lifeMs} ${period}`;
    }
    case "promote":
    case "retire": {
      const period = Math.floor(entry.issuedAtMs / rolePeriodMs);
      return `${entry.key} ${entry.node} ${period}`;
    }
    case "revoke":
    case "name":
      return `${entry.key} ${entry.node}`;
    case "succeed":
      return `${entry.key} ${entry.next} ${entry.sinceMs}`;
    case "acknowledge": {
      // A second operator may have to be replaced, too.
      const period = entry.about === "operator"
        ? Math.floor(entry.issuedAtMs / rolePeriodMs)
        : 0;
      return `${entry.key} ${entry.about} ${period}`;
    }
  }
}

/** Smaller is better. */
function rank(entry: Entry): number {
  switch (entry.kind) {
    case "admit":
    case "revoke":
    case "promote":
    case "retire":
    case "succeed":
    case "acknowledge":
      return entry.issuedAtMs;
    case "card":
      return -entry.seq;
    case "name":
      return -entry.issuedAtMs;
    case "renew":
      return -entry.notAfterMs;
    default:
      return 0;
  }
}
