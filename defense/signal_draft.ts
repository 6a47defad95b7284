/**
 * Writes down what an operator wants to say, before it is signed: within its
 * bounds, later than everything it may contradict, and believed at least as
 * long as what it replaces.
 *
 * @module
 */
import { meansTheSameEverywhere } from "./alert_codec.ts";
import { aheadMsMax } from "./corroboration/evidence.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import {
  namedMembersMax,
  orderedChangesMax,
  readSettings,
  type SettingsOrder,
  writeSettings,
} from "./setting_order.ts";
import {
  believedMsMin,
  type Signal,
  signalMsMax,
  signalMsMin,
  type SignalOrder,
  type SignalScope,
} from "./signal.ts";
import { isSignalAuthor } from "./signal_codec.ts";
import {
  type HeldSignal,
  signalsMax,
  type SignalTable,
} from "./signal_table.ts";
import { readSparedNetwork } from "./spared_network.ts";

/** What an operator wants to say. */
export interface SignalWish {
  /** What is ordered. */
  readonly order: SignalOrder;
  /** How long it lasts, in milliseconds; 0 for what acts at once. */
  readonly forMs: number;
  /** Account of who asks; empty: somebody at the command line. */
  readonly by: string;
  /** Whom it is for; this host alone only for `never` and its `cancel`. */
  readonly scope: SignalScope;
}

/** What is to be signed. */
export type SignalDraft = Omit<Signal, "id">;

/** Why it cannot be said. */
export interface SignalRefusal {
  /** In one sentence, without a full stop. */
  readonly refused: string;
}

/** Writes a draft, or says why it cannot be said. */
export function draftSignal(
  { order, forMs, by, scope }: SignalWish,
  table: SignalTable,
  judgement: Judgement,
  wallMs: number,
): SignalDraft | SignalRefusal {
  const why = faultOf(order, forMs, by, table, judgement, wallMs);
  if (why !== undefined) return { refused: why };
  const before = table.inSlot(order, scope);
  if (!before && table.full) {
    return { refused: `${signalsMax} signals are held already` };
  }
  // Later than all that is held: clocks of issuers may differ.
  const newestMs = Math.max(
    0,
    ...table.all().map(({ signal }) => signal.issuedMs),
  );
  const issuedMs = Math.max(Math.round(wallMs), newestMs + 1);
  if (issuedMs - wallMs > aheadMsMax) {
    return { refused: "the last signal is from the future: check the clock" };
  }
  const untilMs = issuedMs + forMs;
  const expiresMs = Math.max(
    untilMs,
    issuedMs + believedMsMin,
    ...replacedBy(order, before, table).map(({ signal }) => signal.expiresMs),
  );
  return { issuedMs, untilMs, expiresMs, by, order };
}

function faultOf(
  order: SignalOrder,
  forMs: number,
  by: string,
  table: SignalTable,
  judgement: Judgement,
  wallMs: number,
): string | undefined {
  const longestMs = signalMsMax[order.what];
  const atOnce = longestMs === 0 || (order.what === "release" && forMs === 0);
  if (atOnce ? forMs !== 0 : !(forMs >= signalMsMin && forMs <= longestMs)) {
    return longestMs === 0
      ? `${order.what} acts at once and has no length`
      : `it lasts ${signalMsMin} to ${longestMs} ms`;
  }
  if (!Number.isInteger(forMs)) {
    return "its length is not in whole milliseconds";
  }
  if (!isSignalAuthor(by)) return "no such name of who asks";
  switch (order.what) {
    case "contain": {
      const refusal = judgement.refusalFor(judgement.subjectOf(order.subject));
      if (refusal?.code === "never_block") {
        return `${order.subject} is never contained (${refusal.matched})`;
      }
      return isLocal(order.subject);
    }
    case "release":
      return order.subject === "all" ? undefined : isLocal(order.subject);
    case "quarantine":
      return judgement.members.has(order.member)
        ? undefined
        : "there is no such member in good standing";
    case "never":
      return readSparedNetwork(order.network) === order.network
        ? undefined
        : `"${order.network}" is no address or network of at most a /16 (IPv6: /32)`;
    case "cancel": {
      const target = table.get(order.id);
      return target && table.isActive(target, wallMs)
        ? undefined
        : "no signal of this id is in force";
    }
    case "trial":
    case "keep":
      return faultOfSettings(order, judgement);
    case "readmit":
    case "caution":
    case "stand_down":
      return undefined;
  }
}

function faultOfSettings(
  order: SettingsOrder,
  { self, members }: Judgement,
): string | undefined {
  const [changes, whose] = writeSettings(order);
  if (!readSettings(changes, whose)) {
    return `it takes 1 to ${orderedChangesMax} changes, of all machines or of 1 to ${namedMembersMax}`;
  }
  const unknown = order.members !== "all" &&
    order.members.some((each) => each !== self && !members.has(each));
  return unknown ? "there is no such member in good standing" : undefined;
}

function isLocal(subject: Parameters<typeof meansTheSameEverywhere>[0]) {
  return meansTheSameEverywhere(subject)
    ? undefined
    : `${subject} is another host on every machine`;
}

/** What must not be believed any more once the new one has expired. */
function replacedBy(
  order: SignalOrder,
  before: HeldSignal | undefined,
  table: SignalTable,
): HeldSignal[] {
  const replaced = before ? [before] : [];
  if (order.what === "cancel") {
    const target = table.get(order.id);
    if (target) replaced.push(target);
  }
  if (order.what === "release" && order.subject === "all") {
    replaced.push(
      ...table.all().filter(({ signal }) => signal.order.what === "contain"),
    );
  }
  return replaced;
}
