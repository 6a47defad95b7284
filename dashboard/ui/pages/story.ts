/**
 * What happened, as one would tell it: who did what on which machine, how many
 * saw it, and what is done about it until when.
 *
 * @module
 */
import type { Explanation } from "../../../defense/mod.ts";
import { measureWords } from "../measure_words.ts";
import { techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";

/** What the story needs to know of the mesh. */
export interface Scene {
  /** What this machine calls itself. */
  readonly here: string;
  /** Members in good standing. */
  readonly members: number;
}

/** Machines that are named; the rest are a number elsewhere in the story. */
const namedMax = 3;

/**
 * Sentences, in order.
 *
 * @param clock A moment in the viewer's words.
 */
export function storyOf(
  view: Explanation,
  { here, members }: Scene,
  clock: (atMs: number) => string,
): string[] {
  const words = texts.subject;
  const { subject, votes, have, needed } = view;
  const sentences: string[] = [];
  if (view.exercise) sentences.push(words.exercise(subject));
  if (votes.length === 0) {
    sentences.push(`${words.unseen(subject)}`);
    if (view.history.length > 0) sentences.push(words.once(subject));
  }
  const deeds = Map.groupBy(votes, ({ technique }) => technique);
  const last = [...deeds.keys()].at(-1);
  for (const [technique, said] of deeds) {
    const times = Math.max(...said.map(({ observations }) => observations));
    const where = said.slice(0, namedMax)
      .map(({ own, name, node }) => own ? here : name || node.slice(0, 8));
    const deed = techniqueOf(technique).deed(times);
    const clauses = [words.didOn(subject, deed, listed(where))];
    if (technique === last) {
      const machines = new Set(votes.map(({ node }) => node)).size;
      clauses.push(words.sawIt(machines, members), doneAbout(view, clock));
    }
    sentences.push(clauses.join("; ") + ".");
  }
  if (votes.length > 0 && members > 1 && view.protectedBy === undefined) {
    sentences.push(
      have >= needed ? words.everywhere(members) : words.lacking(needed - have),
    );
  }
  if (view.releasedAtMs !== undefined) {
    sentences.push(words.letGo(clock(view.releasedAtMs)));
  }
  return sentences;
}

function doneAbout(
  { leases }: Explanation,
  clock: (atMs: number) => string,
): string {
  const words = texts.subject;
  const [strongest] = leases;
  if (!strongest) return words.nothingDone;
  const measure = measureWords(strongest);
  const until = clock(strongest.untilMs);
  switch (strongest.state) {
    case "in_force":
      return words.doneHere(measure, until);
    case "would":
      return words.wouldBeDone(measure, until);
    case "asked":
      return words.notYet(measure);
    case "failed":
      return words.notDone(measure);
  }
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat(undefined, { type: "conjunction" }).format(names);
}
