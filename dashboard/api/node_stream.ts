/**
 * How members and links change, as it is noticed: a line for each member whose
 * state is another than before, and one for each link that opened or closed.
 * The first look is compared with nothing, so it tells nothing.
 *
 * Bounds: `waitingMax` lines wait for one client; one more ends its stream.
 *
 * @module
 */
import type { AgentDesk } from "./agent_desk.ts";
import { lineStream } from "./line_stream.ts";
import type { NodeState, NodeView } from "./node_view.ts";

/** Lines waiting for one slow client: a mesh of 500 that falls apart, twice. */
const waitingMax = 2_048;

/** A member that is in another state than before. */
export interface NodeNews {
  readonly type: "node";
  readonly node: string;
  readonly name: string;
  readonly state: NodeState;
  /** Whether it is not listened to, because it contradicted itself. */
  readonly muted: boolean;
  /** Whether it is cut off from all but the mesh. */
  readonly cutOff: boolean;
}

/** A link between this host and a member that opened or closed. */
export interface LinkNews {
  readonly type: "link";
  /** The other end. */
  readonly node: string;
  readonly name: string;
  readonly up: boolean;
}

/** What changed between two looks at the members. */
export function nodeNews(
  before: readonly NodeView[],
  now: readonly NodeView[],
): (NodeNews | LinkNews)[] {
  const known = new Map(before.map((each) => [each.node, each]));
  return now.flatMap((each) => {
    const { node, name } = each;
    const old = known.get(node);
    const news: (NodeNews | LinkNews)[] = [];
    const [told, was] = [stateOf(each), old && stateOf(old)];
    if (JSON.stringify(told) !== JSON.stringify(was)) news.push(told);
    const up = each.link !== undefined;
    if (up !== (old?.link !== undefined)) {
      news.push({ type: "link", node, name, up });
    }
    return news;
  });
}

function stateOf({ node, name, state, muted, cutOff }: NodeView): NodeNews {
  return {
    type: "node",
    node,
    name,
    state,
    muted: muted !== undefined,
    cutOff: cutOff.length > 0,
  };
}

/**
 * Answers with a stream that ends when the client goes, or is too slow.
 *
 * @param followers Shared count of open streams.
 */
export function nodeStream(
  desk: Pick<AgentDesk, "watchNodes">,
  followers: { count: number },
): Response {
  return lineStream(
    (listener) => {
      let before: readonly NodeView[] | undefined;
      return desk.watchNodes((now) => {
        const news = before ? nodeNews(before, now) : [];
        before = now;
        for (const each of news) {
          if (listener.isFull) return listener.end();
          listener.send(each);
        }
      });
    },
    waitingMax,
    followers,
  );
}
