/**
 * How a member stands, in words.
 *
 * @module
 */
import type { StatusView } from "../../api/agent_desk.ts";
import type { NodeView } from "../../api/node_view.ts";
import { texts } from "../texts.ts";

/** Words and tone. */
export interface MemberState {
  readonly text: string;
  readonly tone: string;
  /** Whether it is there as it should be. */
  readonly up: boolean;
  /** Whether somebody should look after it. */
  readonly lost: boolean;
}

/** The state of one member, as the agent of this machine sees it. */
export function stateOf(
  member: StatusView["members"][number],
  view: StatusView,
): MemberState {
  const words = texts.machines;
  if (member.revoked) {
    return { text: words.revoked, tone: "bad-text", up: false, lost: false };
  }
  if (member.node === view.agent.self) {
    return { text: words.here, tone: "soft", up: true, lost: false };
  }
  const health = view.mesh.health.find(({ node }) => node === member.node);
  switch (health?.state) {
    case "up":
      return { text: words.up, tone: "good", up: true, lost: false };
    case "late":
      return { text: words.late, tone: "warn-text", up: false, lost: false };
    case "gone":
      return { text: words.gone, tone: "bad-text", up: false, lost: true };
    default:
      return { text: words.unknown, tone: "soft", up: false, lost: false };
  }
}

const tones: Readonly<Record<NodeView["state"], string>> = {
  here: "soft",
  up: "good",
  late: "warn-text",
  gone: "bad-text",
  unknown: "soft",
  expired: "bad-text",
  revoked: "bad-text",
};

/** The state of one member as the API tells it. */
export function nodeStateOf(
  { state }: NodeView,
): Pick<MemberState, "text" | "tone"> {
  return { text: texts.machines[state], tone: tones[state] };
}
