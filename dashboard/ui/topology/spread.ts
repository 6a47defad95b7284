/**
 * How word of one address travelled, as this machine's journal knows it: when
 * each member saw it, by that member's clock, and when the word arrived here.
 * Whom the word passed on its way nobody writes down.
 *
 * @module
 */
import type { EventRecord } from "../../api/agent_desk.ts";

/** One member's first word about an address. */
export interface Word {
  /** Node id. */
  readonly node: string;
  /** Wall clock milliseconds when it saw it, by its own clock. */
  readonly seenMs: number;
  /** Wall clock milliseconds when the word was here. */
  readonly heardMs: number;
}

/** First words, in the order in which they came. */
export function wordsAbout(
  events: readonly EventRecord[],
  self: string,
): Word[] {
  const words = new Map<string, Word>();
  const inOrder = events.toSorted((a, b) => a.seq - b.seq);
  for (const { what, node, atMs, detail } of inOrder) {
    const own = what === "alert" && node === "";
    if (!own && (what !== "claim" || node === "")) continue;
    const who = own ? self : node;
    if (words.has(who)) continue;
    const observedMs = detail["observedMs"];
    const seenMs = typeof observedMs === "number" ? observedMs : atMs;
    // A clock that is ahead must not let a word arrive before it is spoken.
    words.set(who, {
      node: who,
      seenMs: Math.min(seenMs, atMs),
      heardMs: atMs,
    });
  }
  return [...words.values()];
}

/** What is to be seen of one word at one moment of a replay. */
export interface WordMoment {
  readonly node: string;
  /** Whether the member has seen it yet. */
  readonly seen: boolean;
  /** 0 when it sets out, 1 when it is here. */
  readonly way: number;
}

/**
 * A replay at `progress` from 0 to 1. Waits are drawn shorter than they were,
 * but in their order: every change takes the same share of the time.
 */
export function momentOf(
  words: readonly Word[],
  progress: number,
): WordMoment[] {
  const changes = [
    ...new Set(words.flatMap(({ seenMs, heardMs }) => [seenMs, heardMs])),
  ].sort((a, b) => a - b);
  const share = (atMs: number) =>
    (changes.indexOf(atMs) + 1) / (changes.length + 1);
  return words.map(({ node, seenMs, heardMs }) => {
    const from = share(seenMs);
    const to = share(heardMs);
    const way = to > from ? (progress - from) / (to - from) : 1;
    return {
      node,
      seen: progress >= from,
      way: Math.min(1, Math.max(0, way)),
    };
  });
}
