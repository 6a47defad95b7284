/**
 * What a signal says, in words.
 *
 * @module
 */
import { changesText, type SignalOrder } from "../defense/mod.ts";

/**
 * What a signal says, as a person would.
 *
 * @param nameOf A member by its id.
 */
export function signalText(
  order: SignalOrder,
  nameOf: (node: string) => string,
): string {
  switch (order.what) {
    case "contain":
      return `${order.measure} ${order.subject}`;
    case "release":
      return `release ${order.subject === "all" ? "everybody" : order.subject}`;
    case "quarantine":
      return `quarantine ${nameOf(order.member)}`;
    case "readmit":
      return `let ${nameOf(order.member)} back in`;
    case "caution":
      return "raise caution";
    case "stand_down":
      return "stand down";
    case "never":
      return `never contain ${order.network}`;
    case "trial":
    case "keep": {
      const { changes, members } = order;
      const whose = members === "all"
        ? "all machines"
        : members.map(nameOf).join(", ");
      const words = order.what === "trial" ? "try" : "keep";
      return `${words} on ${whose}: ${changesText(changes)}`;
    }
    case "cancel":
      return `cancel ${order.id.slice(0, 12)}`;
  }
}
