/**
 * A drill as people see it, put together from what the journal of the host
 * that held it says: so a restart, of the agent or of a dashboard, loses none.
 *
 * Times are brought to one clock where a ping after the answer shows that the
 * member's is another; without one it is taken at its word. Whatever the
 * clocks say, a word arrives after it was told and before it was answered.
 *
 * Bound: {@linkcode drillsMax} drills.
 *
 * @module
 */
import type { Address } from "../../defense/mod.ts";
import type { EventRecord } from "./agent_desk.ts";

/** Drills that are listed, the newest. Our choice. */
export const drillsMax = 20;

/** How one member took part. */
export interface DrillMember {
  /** Node id. */
  readonly node: string;
  /** What it calls itself; empty if nobody knows any more. */
  readonly name: string;
  /** Milliseconds from the telling until it heard; absent: no answer. */
  readonly heardAfterMs?: number;
  /** Until its answer was here. */
  readonly answeredAfterMs?: number;
  /** Links between it and this host, as a ping found them. */
  readonly hops?: number;
  /** What it would have done on this one word: a measure, or `none`. */
  readonly would?: string;
  /** How many must say so before it blocks. */
  readonly needed?: number;
  /** `observe` or `enforce`. */
  readonly mode?: string;
  /** It would do nothing, because it never contains that address. */
  readonly protected?: boolean;
  /** `up`, `late`, `gone` or `unknown`, now; of those without an answer. */
  readonly state?: string;
}

/** One drill. */
export interface DrillView {
  /** 16 hex characters. */
  readonly id: string;
  /** The address, which is nobody's. */
  readonly subject: string;
  /** Wall clock milliseconds of the telling. */
  readonly toldMs: number;
  /** Whether answers are still waited for. */
  readonly running: boolean;
  /** Members that were to hear it. */
  readonly of: number;
  /** Members that did. */
  readonly heard: number;
  /** Milliseconds until half of those who heard had heard; absent: nobody. */
  readonly halfMs?: number;
  /** Until 19 in 20 had. */
  readonly mostMs?: number;
  /** Until the last had. */
  readonly lastMs?: number;
}

/** One drill with everyone in it. */
export interface DrillDetail extends DrillView {
  /** In the order of hearing; those without an answer last. */
  readonly members: readonly DrillMember[];
}

/** Whoever holds drills. */
export interface DrillDesk {
  /** Drills that this host held, newest first. */
  drills(): Promise<readonly DrillView[]>;
  /** One of them, with everyone in it. */
  drill(id: string): Promise<DrillDetail | undefined>;
  /** Begins one, about an address that is nobody's, or says why not. */
  beginDrill(
    address?: Address,
  ): Promise<
    | { readonly id: string; readonly subject: string }
    | { readonly refused: string }
  >;
}

/** What is known of members besides the journal. */
export interface DrillMembers {
  /** Name by node id. */
  readonly nameOf: (node: string) => string;
  /** `up`, `late`, `gone` or `unknown`, now. */
  readonly stateOf: (node: string) => string;
  /** Members that are there now, this host left out. */
  readonly others: readonly string[];
}

/**
 * Puts one together.
 *
 * @param begun The entry with which it began.
 * @param about Entries about its address from then on, in any order.
 * @param waits How long a drill waits for answers, milliseconds.
 */
export function drillOf(
  begun: EventRecord,
  about: readonly EventRecord[],
  { nameOf, stateOf, others }: DrillMembers,
  nowMs: number,
  waits: number,
): DrillDetail {
  const id = textOf(begun.detail["drill"]);
  const mine = about.filter(({ detail }) => detail["drill"] === id);
  const answers = mine.filter(({ what }) => what === "drill_answer");
  const paths = new Map(
    mine.filter(({ what }) => what === "drill_path")
      .map(({ node, detail }) => [node, detail]),
  );
  const ended = mine.find(({ what }) => what === "drill_ended");
  const heard = answers.map(({ node, detail }): DrillMember => {
    const path = paths.get(node);
    const answeredAfterMs = Math.max(
      0,
      Math.round(numberOf(detail["answeredMs"])),
    );
    const aheadMs = aheadOf(path);
    const afterMs = numberOf(detail["heardMs"]) - aheadMs - begun.atMs;
    const hops = path?.["hops"];
    return {
      node,
      name: nameOf(node),
      heardAfterMs: Math.round(
        Math.min(Math.max(0, afterMs), answeredAfterMs),
      ),
      answeredAfterMs,
      ...(typeof hops === "number" && { hops }),
      would: textOf(detail["would"]),
      needed: numberOf(detail["needed"]),
      mode: textOf(detail["mode"]),
      protected: detail["protected"] === true,
    };
  }).sort((a, b) => (a.heardAfterMs ?? 0) - (b.heardAfterMs ?? 0));
  const answered = new Set(heard.map(({ node }) => node));
  const named = ended?.detail["silent"];
  const silent = (Array.isArray(named) ? named.map(String) : others)
    .filter((node) => !answered.has(node))
    .map((node): DrillMember => ({
      node,
      name: nameOf(node),
      state: stateOf(node),
    }));
  const times = heard.map(({ heardAfterMs = 0 }) => heardAfterMs);
  const at = (share: number) =>
    times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? 0;
  return {
    id,
    subject: begun.subject,
    toldMs: begun.atMs,
    running: !ended && nowMs >= begun.atMs && nowMs < begun.atMs + waits,
    of: numberOf(begun.detail["of"]),
    heard: heard.length,
    ...(times.length > 0 && {
      halfMs: at(0.5),
      mostMs: at(0.95),
      lastMs: at(1),
    }),
    members: [...heard, ...silent],
  };
}

/** A ping knows to within half its way; less than that is no difference. */
function aheadOf(path: EventRecord["detail"] | undefined): number {
  const aheadMs = numberOf(path?.["clockAheadMs"]);
  const withinMs = numberOf(path?.["roundTripMs"]) / 2;
  return Math.abs(aheadMs) <= withinMs ? 0 : aheadMs;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
