import { deepEqual, equal } from "node:assert/strict";
import { nodeNews, nodeStream } from "../../../dashboard/api/node_stream.ts";
import type { NodeView } from "../../../dashboard/mod.ts";
import { link, member } from "./staged_node.ts";

const stateNews = (of: NodeView, state: NodeView["state"]) => ({
  type: "node",
  node: of.node,
  name: of.name,
  state,
  muted: false,
  cutOff: false,
});

Deno.test("nodeNews() tells what changed, and not what only grew older", () => {
  const [till, office] = [member("till", { link }), member("office")];
  const later = [
    { ...till, heartbeatAgoMs: 900, link: { ...link, silentMs: 900 } },
    office,
  ];
  deepEqual(nodeNews([till, office], later), []);
  deepEqual(nodeNews([till, office], [{ ...till, state: "late" }, office]), [
    stateNews(till, "late"),
  ]);
  const { link: _link, ...unlinked } = till;
  deepEqual(nodeNews([till, office], [unlinked, { ...office, link }]), [
    { type: "link", node: till.node, name: "till", up: false },
    { type: "link", node: office.node, name: "office", up: true },
  ]);
});

Deno.test("nodeNews() tells who is new, renamed, not listened to, cut off", () => {
  const till = member("till");
  const store = member("store");
  deepEqual(nodeNews([till], [till, store]), [stateNews(store, "up")]);
  const news = (more: Partial<NodeView>) =>
    nodeNews([till], [{ ...till, ...more }]);
  deepEqual(news({ name: "desk" }), [{
    ...stateNews(till, "up"),
    name: "desk",
  }]);
  deepEqual(news({ muted: { sinceMs: 1, reason: "forked" as never } }), [
    { ...stateNews(till, "up"), muted: true },
  ]);
  deepEqual(news({ cutOff: [{} as never] }), [
    { ...stateNews(till, "up"), cutOff: true },
  ]);
});

Deno.test("nodeStream() begins with nothing, tells news, and lets go of who does not read", async () => {
  const watching = new Set<(nodes: readonly NodeView[]) => void>();
  const tell = (nodes: readonly NodeView[]) => {
    for (const watch of watching) watch(nodes);
  };
  const followers = { count: 0 };
  const open = () =>
    nodeStream({
      watchNodes(watch) {
        watching.add(watch);
        return () => watching.delete(watch);
      },
    }, followers);
  const reader = open().body!.pipeThrough(new TextDecoderStream()).getReader();
  const till = member("till");
  tell([till]);
  tell([till]);
  tell([{ ...till, state: "gone" }]);
  equal((await reader.read()).value, "\n");
  equal(
    (await reader.read()).value,
    JSON.stringify(stateNews(till, "gone")) + "\n",
  );
  await reader.cancel();
  equal(watching.size, 0);
  equal(followers.count, 0);

  const slow = open().body!;
  for (let turn = 0; watching.size > 0 && turn < 10_000; turn++) {
    tell([{ ...till, state: turn % 2 === 0 ? "up" : "late" }]);
  }
  equal(watching.size, 0);
  equal(followers.count, 0);
  let text = "";
  for await (const chunk of slow.pipeThrough(new TextDecoderStream())) {
    text += chunk;
  }
  equal(text.split("\n").length < 2_100, true);
});
