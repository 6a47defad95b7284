/**
 * Failed logins of one newcomer summed over the mesh: a guesser who takes many
 * machines in turn, or at once, stays below every machine's own threshold.
 *
 * Each member tells how much its own refusals speak against a source, in nats
 * (the score of its sequential test, without what others lent). Of the others'
 * words the f largest are set aside, one word for each failure domain, and
 * what is left is lent to our own test. Whichever f members lie, they add
 * nothing: for each lie that is counted, a word at least as large was set aside
 * that is either honest or a lie as well. So the sum never exceeds what honest
 * machines saw.
 *
 * No more than `lentNatsMax` is lent, because an honest newcomer, too, may let
 * a tool try one wrong password at all machines at once. What is missing must be
 * seen here: two refused passwords of a default account, or four of one
 * ordinary account.
 *
 * Bounds: `sourcesMax` sources, the one not told of for longest is forgotten; a
 * word counts for ten minutes, as claims do.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";

/** More than f liars can name while their words count. */
const sourcesMax = 1_024;
/** As claims: design §7. */
const wordMsMax = 600_000;
/**
 * Our choice: one honest newcomer in 1,000 is a tool with a wrong password that
 * goes to many machines.
 */
export const lentNatsMax = Math.log(1_000);

/** What a member says of a source. */
export interface RefusalWord<Node extends string = string> {
  /** Who signed it. */
  readonly node: Node;
  /** Its failure domain. */
  readonly domain: string;
  readonly subject: Address;
  /** Wall clock milliseconds at the signer. */
  readonly atMs: number;
  /** 0 or more. */
  readonly nats: number;
}

/** Suspicion for our own test. */
export interface LentSuspicion {
  /** 0 to `lentNatsMax`. */
  readonly nats: number;
  /** Wall clock milliseconds. */
  readonly untilMs: number;
}

type Word = Omit<RefusalWord, "node" | "subject">;

/** The latest words of the other members, by source. */
export class ToldRefusals<Node extends string = string> {
  #bySource = new RecentMap<Address, Map<Node, Word>>(sourcesMax);

  /**
   * Takes a member's word.
   *
   * @param faultBound f, by the size of the mesh.
   * @returns What is lent from now on; `undefined` if the word is no news.
   */
  take(
    { node, subject, domain, atMs, nats }: RefusalWord<Node>,
    faultBound: number,
    wallMs: number,
  ): LentSuspicion | undefined {
    const words = this.#bySource.use(subject) ?? new Map<Node, Word>();
    if ((words.get(node)?.atMs ?? 0) >= atMs) return undefined;
    words.set(node, { domain, atMs, nats });
    for (const [each, word] of words) {
      if (wallMs - word.atMs > wordMsMax) words.delete(each);
    }
    this.#bySource.set(subject, words);
    const told = loudestByDomain(words.values()).sort((a, b) => b - a);
    const sum = told.slice(faultBound).reduce((all, each) => all + each, 0);
    return { nats: Math.min(sum, lentNatsMax), untilMs: atMs + wordMsMax };
  }

  /**
   * Nothing that was said of a source counts any more, or of any.
   *
   * @returns The sources.
   */
  forget(subject: Address | "all"): readonly Address[] {
    if (subject !== "all") {
      return this.#bySource.delete(subject) ? [subject] : [];
    }
    const forgotten = [...this.#bySource.entries()].map(([each]) => each);
    this.#bySource = new RecentMap(sourcesMax);
    return forgotten;
  }
}

/** Members that fail together are one voice. */
function loudestByDomain(words: Iterable<Word>): number[] {
  const loudest = new Map<string, number>();
  for (const { domain, nats } of words) {
    loudest.set(domain, Math.max(nats, loudest.get(domain) ?? 0));
  }
  return [...loudest.values()];
}
