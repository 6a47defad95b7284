import { deepEqual, equal } from "node:assert/strict";
import type { HeardWord } from "../../cli/member_words.ts";
import { rolloutView } from "../../cli/rollout_view.ts";
import type { RolloutWord } from "../../cli/settings_rollout.ts";
import type { SignalView } from "../../defense/mod.ts";
import { type MemberView, type NodeId, parseNodeId } from "../../mesh/mod.ts";

const id = "ab".repeat(16);
const nodeAt = (place: number) =>
  parseNodeId(place.toString(16).padStart(64, "0"));
const self = nodeAt(0);

function member(place: number, more: Partial<MemberView> = {}): MemberView {
  return {
    node: nodeAt(place),
    name: `till-${place}`,
    addresses: [],
    custodian: false,
    observer: false,
    revoked: false,
    notAfterMs: 1_000,
    generation: 0,
    keysSinceMs: 0,
    ...more,
  } as MemberView;
}

function signal(members: readonly NodeId[] | "all"): SignalView {
  return {
    id,
    issuedMs: 1,
    untilMs: 90,
    expiresMs: 100,
    by: "ada",
    scope: "mesh",
    active: true,
    order: {
      what: "trial",
      changes: [{ name: "mode", action: "set", value: "enforce" }],
      members,
    },
  };
}

function heard(settings?: RolloutWord): HeardWord {
  return {
    atMs: 7,
    word: {
      version: "0.1.0",
      mode: "observe",
      profile: "lan",
      startedAtMs: 1,
      measures: 0,
      sensors: [],
      findings: [],
      ...(settings && { settings }),
    },
  };
}

async function stateOf(
  members: readonly NodeId[] | "all",
  answers: ReadonlyMap<NodeId, HeardWord>,
  last: ReadonlyMap<NodeId, HeardWord> = new Map(),
  present: readonly MemberView[] = [member(0), member(1), member(2)],
) {
  const asked: NodeId[] = [];
  const view = await rolloutView({
    self,
    signals: () => [signal(members)],
    members: () => present,
    own: () => ({ id, state: "trial", why: "" }),
    words: {
      ask(to) {
        asked.push(to);
        return Promise.resolve(answers.get(to));
      },
      last: (node) => answers.get(node) ?? last.get(node),
    },
    wallMs: () => 50,
    timeout: () => new AbortController().signal,
  });
  return { asked, states: view?.machines.map(({ state }) => state) };
}

Deno.test("rolloutView() tells of each machine what it says, and asks only who is meant", async () => {
  const answers = new Map([
    [nodeAt(1), heard({ id, state: "refused", why: "mode: by a flag" })],
    [nodeAt(2), heard({ id, state: "trial", why: "" })],
  ]);
  const { asked, states } = await stateOf([self, nodeAt(1)], answers);
  deepEqual(asked, [nodeAt(1)]);
  deepEqual(states, ["trial", "refused", "not_asked"]);
});

Deno.test("rolloutView() tells silence from not having heard, and an old word from a new one", async () => {
  const other = { id: "cd".repeat(16), state: "kept", why: "" } as const;
  const answers = new Map([[nodeAt(1), heard(other)]]);
  const last = new Map([[nodeAt(2), heard(other)]]);
  const { states } = await stateOf("all", answers, last);
  deepEqual(states, ["trial", "unaware", "silent"]);
});

Deno.test("rolloutView() does not ask again whose word is final", async () => {
  const last = new Map([
    [nodeAt(1), heard({ id, state: "back", why: "a release" })],
    [nodeAt(2), heard({ id, state: "trial", why: "" })],
  ]);
  const { asked, states } = await stateOf("all", new Map(), last);
  deepEqual(asked, [nodeAt(2)]);
  deepEqual(states, ["trial", "back", "trial"]);
});

Deno.test("rolloutView() leaves out who is gone or only looks on", async () => {
  const { states } = await stateOf("all", new Map(), new Map(), [
    member(0),
    member(1, { revoked: true }),
    member(2, { observer: true }),
    member(3, { notAfterMs: 50 }),
  ]);
  deepEqual(states, ["trial"]);
});

Deno.test("rolloutView() asks all of many machines, some at a time", async () => {
  const present = Array.from({ length: 200 }, (_, place) => member(place));
  let open = 0;
  let most = 0;
  let asked = 0;
  await rolloutView({
    self,
    signals: () => [signal("all")],
    members: () => present,
    own: () => undefined,
    words: {
      async ask() {
        asked++;
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return undefined;
      },
      last: () => undefined,
    },
    wallMs: () => 50,
    timeout: () => new AbortController().signal,
  });
  deepEqual([asked, most], [199, 16]);
  equal(
    await rolloutView({
      self,
      signals: () => [],
      members: () => present,
      own: () => undefined,
      words: { ask: () => Promise.resolve(undefined), last: () => undefined },
      wallMs: () => 50,
      timeout: () => new AbortController().signal,
    }),
    undefined,
  );
});
