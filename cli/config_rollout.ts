/**
 * `stealthmesh config … --on MACHINES` and what follows: settings of several
 * machines, by a signal of the operator.
 *
 * @module
 */
import {
  machinesOf,
  type RolloutView,
  type SettingOrder,
  type SignalRequest,
} from "../dashboard/mod.ts";
import { changesText } from "../defense/mod.ts";
import type { AgentClient } from "./agent_client.ts";
import { askAgent } from "./ask_agent.ts";
import type { Invocation } from "./command.ts";
import { shortTime } from "./desk_words.ts";
import { parseDuration } from "./duration.ts";
import { cancelSignal, giveSignal, type SignalManner } from "./give_signal.ts";
import { OperatorError } from "./operator_error.ts";
import { typedValue } from "./typed_value.ts";

/** Orders one change of other machines, on trial or for good. */
export async function orderSettings(
  { name, action, value }: SettingOrder,
  { on, forTime, ...manner }: SignalManner & {
    /** `all`, or names with commas. */
    readonly on: string;
    readonly forTime?: string | undefined;
  },
  invocation: Invocation,
): Promise<void> {
  const typed = value === undefined ? undefined : typedValue(name, value);
  const shared = {
    changes: [{ name, action, ...(typed !== undefined && { value: typed }) }],
    machines: on === "all"
      ? "all" as const
      : on.split(",").map((each) => each.trim())
        .filter((each) => each !== ""),
  };
  const request: SignalRequest = forTime === undefined
    ? { what: "keep", ...shared }
    : { what: "trial", ...shared, forMs: parseDuration(forTime) };
  await giveSignal(request, manner, invocation);
  if (!manner.dryRun) {
    invocation.output.note("How it stands there: stealthmesh config rollout");
  }
}

/** Prints how the last settings of several machines stand on each. */
export async function showRollout(invocation: Invocation): Promise<void> {
  const rollout = await askAgent(invocation, lastRollout);
  const { output } = invocation;
  if (output.json) return output.record({ ...(rollout && { rollout }) });
  if (!rollout) {
    output.note("Nobody has changed settings of several machines lately");
    return;
  }
  const { changes, kept, active, untilMs, by, machines } = rollout;
  const who = by === "" ? "the command line" : by;
  output.text(
    output.plain(
      `${changesText(changes)}, by ${who}, ${
        kept
          ? "to stay"
          : active
          ? `on trial until ${shortTime(untilMs)}`
          : "on trial, which is over"
      }`,
    ),
  );
  output.table(
    ["machine", "state", "why"],
    machines.map(({ node, name, state, why }) => [
      name || node.slice(0, 12),
      stateWords[state],
      why,
    ]),
  );
  if (!active) return;
  output.note("To go on: the same command with --on and more machines;");
  output.note("then: stealthmesh config keep --mesh, or: revert --mesh");
}

/** Keeps what is on trial on several machines. */
export async function keepSettings(
  manner: SignalManner,
  invocation: Invocation,
): Promise<void> {
  await giveSignal(
    async (agent) => {
      const rollout = await trialNow(agent);
      const { changes } = rollout;
      return { what: "keep", changes, machines: machinesOf(rollout) };
    },
    manner,
    invocation,
  );
}

/** Takes it back on all of them. */
export async function revertSettings(
  manner: SignalManner,
  invocation: Invocation,
): Promise<void> {
  const idOf = async (agent: AgentClient) => (await trialNow(agent)).id;
  await cancelSignal(idOf, manner, invocation);
}

const stateWords = {
  not_asked: "not asked",
  silent: "does not answer",
  unaware: "has not heard of it",
  trial: "on trial",
  kept: "in force for good",
  same: "was so already",
  refused: "not done",
  back: "went back",
} as const;

async function lastRollout(
  agent: AgentClient,
): Promise<RolloutView | undefined> {
  const path = "/v1/config/rollout";
  return (await agent.get<{ rollout?: RolloutView }>(path)).rollout;
}

async function trialNow(agent: AgentClient): Promise<RolloutView> {
  const rollout = await lastRollout(agent);
  if (rollout?.active) return rollout;
  throw new OperatorError(
    "failed",
    "Cannot end it: nothing is on trial on several machines",
    [
      "See what was ordered last, or what is on trial on this machine alone:",
      "  stealthmesh config rollout",
      "  stealthmesh config show",
    ],
  );
}
