/**
 * What became of settings that a signal ordered, machine by machine: this one
 * knows its own part, the others are asked over the mesh.
 *
 * Bounds: `askedAtOnce` questions are open at a time, and after `askMsMax` those
 * without an answer count as silent; a machine whose word on this signal is
 * final is not asked again.
 *
 * @module
 */
import type { RolloutMachine, RolloutView } from "../dashboard/mod.ts";
import type { SignalView } from "../defense/mod.ts";
import type { MemberView, NodeId } from "../mesh/mod.ts";
import type { HeardWord, MemberWords } from "./member_words.ts";
import type { RolloutWord } from "./settings_rollout.ts";

/** Fewer than `member_words.ts` has room for, so that others can ask, too. */
const askedAtOnce = 16;
/** Our choice: a page waits so long for the slowest machine. */
const askMsMax = 5_000;

/** What the view leans on. */
export interface RolloutParts {
  readonly self: NodeId;
  readonly signals: () => readonly SignalView[];
  readonly members: () => readonly MemberView[];
  /** What became of it on this machine. */
  readonly own: () => RolloutWord | undefined;
  readonly words: Pick<MemberWords, "ask" | "last">;
  readonly wallMs: () => number;
  /** A signal that aborts after so long. */
  readonly timeout: (ms: number) => AbortSignal;
}

/** Puts it together; `undefined` if no signal ordered settings. */
export async function rolloutView(
  parts: RolloutParts,
): Promise<RolloutView | undefined> {
  const { self, own, words } = parts;
  const found = parts.signals().find(({ order }) => "changes" in order);
  if (!found || !("changes" in found.order)) return undefined;
  const { id, by, issuedMs, untilMs, active, order } = found;
  const present = parts.members().filter(({ revoked, notAfterMs, observer }) =>
    !revoked && !observer && notAfterMs > parts.wallMs()
  );
  const isMeant = ({ node }: MemberView) =>
    order.members === "all" || order.members.includes(node);
  const stillOpen = present.filter((member) =>
    isMeant(member) && member.node !== self &&
    !isFinal(words.last(member.node), id)
  );
  const answered = await askAll(stillOpen.map(({ node }) => node), parts);
  const machines = present.map((member): RolloutMachine => {
    const { node, name } = member;
    if (!isMeant(member)) return { node, name, state: "not_asked", why: "" };
    if (node === self) return { node, name, ...stateIn(own(), id) };
    const heard = answered.get(node) ?? words.last(node);
    if (!heard) return { node, name, state: "silent", why: "" };
    const { atMs, word: { settings } } = heard;
    // An old word from before the signal says nothing about it.
    const isSilent = settings?.id !== id && !answered.has(node);
    return isSilent
      ? { node, name, state: "silent", why: "", heardMs: atMs }
      : { node, name, ...stateIn(settings, id), heardMs: atMs };
  });
  return {
    id,
    by,
    changes: order.changes,
    kept: order.what === "keep",
    active,
    issuedMs,
    untilMs,
    all: order.members === "all",
    machines,
  };
}

function stateIn(
  word: RolloutWord | undefined,
  id: string,
): Pick<RolloutMachine, "state" | "why"> {
  return word?.id === id
    ? { state: word.state, why: word.why }
    : { state: "unaware", why: "" };
}

/** What is kept or gone back stays so, as far as this signal goes. */
function isFinal(heard: HeardWord | undefined, id: string): boolean {
  const { settings } = heard?.word ?? {};
  return settings?.id === id &&
    (settings.state === "kept" || settings.state === "back");
}

/** Asks them, some at a time; who does not answer is missing. */
async function askAll(
  nodes: readonly NodeId[],
  { words, timeout }: RolloutParts,
): Promise<Map<NodeId, HeardWord>> {
  const until = timeout(askMsMax);
  const answered = new Map<NodeId, HeardWord>();
  const queue = [...nodes];
  const ask = async () => {
    for (let node = queue.shift(); node; node = queue.shift()) {
      if (until.aborted) return;
      const heard = await words.ask(node, until);
      if (heard) answered.set(node, heard);
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, ask));
  return answered;
}
