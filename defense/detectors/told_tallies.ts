/**
 * What the other members' newcomers did today, and how much of it counts: a
 * campaign of password spraying is seen by summing over the mesh, and up to f
 * liars must not be able to invent one (design §7).
 *
 * The rule: of each count, every failure domain counts for no more than the
 * f+1-th largest word of the *others'* (`NewcomerTally.levelSum`). At least one of
 * the f+1 largest is honest, so f liars multiply what an honest machine saw
 * by at most f+1, and where no honest machine tells anything they add nothing. What
 * they say of newcomers that got in is held down in the same way, and cannot hide
 * what a host sees itself (`newcomer_watch.ts`).
 *
 * A member tells its sum of the day so far, so a lost or repeated message does no
 * harm; what is released is what the sum over all has grown by. Days are
 * those of UTC: yesterday's words lend nobody credit today.
 *
 * Bounds: `membersMax` members and `scenariosMax` scenarios; further ones are
 * refused. A member's word on a scenario is taken once in `gapMs`.
 *
 * @module
 */
import { NewcomerTally } from "./newcomer_tally.ts";

/** Twice the largest network of design §1. */
const membersMax = 1_024;
/** Scenarios that look at newcomers; we ship one. Our choice. */
const scenariosMax = 4;
/** Tallies are told every 5 min; a little less, since ways differ in length. */
export const tallyGapMs = 4 * 60_000;
const dayMs = 24 * 3_600_000;

/** Who tells a tally, and of what. */
export interface ToldTally<Node extends string = string> {
  /** Who signed it. */
  readonly node: Node;
  /** Its failure domain. */
  readonly domain: string;
  /** Name of the scenario whose newcomers were counted. */
  readonly scenario: string;
  /** Wall clock milliseconds at the signer. */
  readonly atMs: number;
  /** Everything since the signer's day began. */
  readonly tally: NewcomerTally;
}

/** Why a tally is not taken. */
export type TallyRefusal = "budget" | "full" | "window";

interface Word {
  readonly domain: string;
  readonly tally: NewcomerTally;
  heardMs: number;
}

interface Chapter<Node> {
  readonly words: Map<Node, Word>;
  released: NewcomerTally;
}

/** The number of the day, by UTC. */
export function dayOf(wallMs: number): number {
  return Math.floor(wallMs / dayMs);
}

/** Today's tallies of the other members. */
export class ToldTallies<Node extends string = string> {
  #day = -1;
  #chapters = new Map<string, Chapter<Node>>();

  /**
   * Takes a member's word.
   *
   * @param faultBound f, by the size of the mesh.
   * @returns What now counts in addition, maybe nothing; or why the word is
   *   refused: too soon after the last, too many, or not of today.
   */
  take(
    { node, domain, scenario, atMs, tally }: ToldTally<Node>,
    faultBound: number,
    wallMs: number,
  ): NewcomerTally | TallyRefusal {
    const day = dayOf(wallMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#chapters = new Map();
    }
    if (dayOf(atMs) !== day) return "window";
    let chapter = this.#chapters.get(scenario);
    if (chapter === undefined) {
      if (this.#chapters.size >= scenariosMax) return "full";
      chapter = { words: new Map(), released: new NewcomerTally() };
      this.#chapters.set(scenario, chapter);
    }
    let word = chapter.words.get(node);
    if (word === undefined) {
      if (chapter.words.size >= membersMax) return "full";
      word = { domain, tally: new NewcomerTally(), heardMs: wallMs };
      chapter.words.set(node, word);
    } else {
      const sinceMs = wallMs - word.heardMs;
      // A wall clock that was set back must not stretch the pause.
      if (sinceMs >= 0 && sinceMs < tallyGapMs) return "budget";
    }
    word.heardMs = wallMs;
    word.tally.raiseTo(tally);
    const counted = NewcomerTally.levelSum(
      [...byDomain(chapter.words.values())],
      faultBound,
    );
    const news = counted.beyond(chapter.released);
    chapter.released.raiseTo(counted);
    return news;
  }
}

/** Members that fail together are one voice. */
function byDomain(words: Iterable<Word>): Iterable<NewcomerTally> {
  const sums = new Map<string, NewcomerTally>();
  for (const { domain, tally } of words) {
    const sum = sums.get(domain) ?? new NewcomerTally();
    sum.merge(tally);
    sums.set(domain, sum);
  }
  return sums.values();
}
