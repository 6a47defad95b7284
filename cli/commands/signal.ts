/**
 * `stealthmesh signal …`: what the operator says to the whole mesh. Contain,
 * release and quarantine for all members are `contain --mesh` and `release
 * --mesh`.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { argument, command, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { SignalsView, StatusView } from "../../dashboard/mod.ts";
import { type CommandParser, defineCommand, examplesText } from "../command.ts";
import { passphraseOption } from "../give_signal.ts";
import type { Cell } from "../output.ts";

const manner = {
  passphraseFile: passphraseOption,
  dryRun: withDefault(
    flag("--dry-run", {
      description: message`Say what would be said and say nothing`,
    }),
    false,
  ),
};

const time = (usual: string, longest: string) =>
  withDefault(
    option("--for", string({ metavar: "TIME" }), {
      description: message`How long, at most ${text(longest)}`,
    }),
    usual,
  );

const caution = defineCommand(
  "caution",
  object({ time: time("1h", "1d"), ...manner }),
  {
    brief: message`Raise caution on every member for some time`,
    examples: [
      "stealthmesh signal caution",
      "stealthmesh signal caution --for 8h",
    ],
  },
  async ({ time, ...rest }, invocation) => {
    const forMs = await span("caution", time);
    const { giveSignal } = await import("../give_signal.ts");
    await giveSignal({ what: "caution", forMs }, rest, invocation);
  },
);

const standDown = defineCommand(
  "stand-down",
  object({ time: time("30m", "4h"), ...manner }),
  {
    brief:
      message`End what the mesh decided, and let every member only watch for some time`,
    examples: [
      "stealthmesh signal stand-down",
      "stealthmesh signal stand-down --for 2h --dry-run",
    ],
  },
  async ({ time, ...rest }, invocation) => {
    const forMs = await span("stand_down", time);
    const { giveSignal } = await import("../give_signal.ts");
    await giveSignal({ what: "stand_down", forMs }, rest, invocation);
  },
);

const never = defineCommand(
  "never",
  object({
    network: argument(string({ metavar: "NETWORK" }), {
      description: message`An address, or a network of at most a /16`,
    }),
    time: option("--for", string({ metavar: "TIME" }), {
      description: message`How long, at most 366d`,
    }),
    scope: withDefault(
      option("--scope", choice(["host", "mesh"]), {
        description: message`This host alone, or every member`,
      }),
      "host" as const,
    ),
    ...manner,
  }),
  {
    brief: message`"This was us": never contain an address or network`,
    examples: [
      "stealthmesh signal never 192.0.2.7 --for 30d",
      "stealthmesh signal never 192.0.2.0/28 --scope mesh --for 366d",
    ],
  },
  async ({ network, time, scope, ...rest }, invocation) => {
    const forMs = await span("never", time);
    const { giveSignal } = await import("../give_signal.ts");
    const request = { what: "never", network, scope, forMs } as const;
    await giveSignal(request, rest, invocation);
  },
);

const cancel = defineCommand(
  "cancel",
  object({
    id: argument(string({ metavar: "ID" }), {
      description: message`As list prints it, or how it begins`,
    }),
    ...manner,
  }),
  {
    brief: message`End a signal before its time`,
    examples: ["stealthmesh signal cancel 3f9a01b2"],
  },
  async ({ id, ...rest }, invocation) => {
    const { cancelSignal } = await import("../give_signal.ts");
    await cancelSignal(id, rest, invocation);
  },
);

const list = defineCommand(
  "list",
  object({}),
  {
    brief: message`List the signals in force, and those remembered`,
    examples: [
      "stealthmesh signal list",
      "stealthmesh signal list --json | jq '.signals[] | select(.active)'",
    ],
  },
  async (_options, invocation) => {
    const { askAgent } = await import("../ask_agent.ts");
    const { formatDuration } = await import("../duration.ts");
    const { shortTime } = await import("../desk_words.ts");
    const { signalText } = await import("../signal_words.ts");
    const { output } = invocation;
    const [view, { members }] = await askAgent(
      invocation,
      async (agent) => [
        await agent.get<SignalsView>("/v1/signals"),
        await agent.get<StatusView>("/v1/status"),
      ],
    );
    if (output.json) return output.record(view);
    const nameOf = (node: string) =>
      members.find((member) => member.node === node)?.name ||
      node.slice(0, 12);
    output.text(`alertness: ${view.alertness.replace("_", " ")}`);
    output.text(`operator key on this host: ${view.operatorKey}`);
    if (view.signals.length === 0) return;
    output.text("");
    output.table(
      ["id", "said", "by", "whom", "what", "ends in"],
      view.signals.map((signal): Cell[] => [
        signal.id.slice(0, 12),
        shortTime(signal.issuedMs),
        signal.by || "command line",
        signal.scope === "mesh" ? "all" : "this host",
        signalText(signal.order, nameOf),
        signal.active
          ? formatDuration(signal.untilMs - Date.now())
          : signal.untilMs > signal.issuedMs
          ? "over"
          : "done",
      ]),
    );
  },
);

/** Reads a time, and holds it to what this kind of signal may last. */
async function span(
  what: "caution" | "stand_down" | "never",
  text: string,
): Promise<number> {
  const { formatDuration, parseDuration } = await import("../duration.ts");
  const { signalMsMax } = await import("../../defense/mod.ts");
  const forMs = parseDuration(text);
  if (forMs <= signalMsMax[what]) return forMs;
  throw new SyntaxError(
    `Cannot say that for ${text}: expected at most ${
      formatDuration(signalMsMax[what])
    }`,
  );
}

export const signal = command(
  "signal",
  or(list, caution, standDown, never, cancel),
  {
    brief: message`Say something to the whole mesh, and list what was said`,
    footer: examplesText([
      "stealthmesh signal list",
      "stealthmesh signal caution --for 1h",
      "stealthmesh signal stand-down --for 30m    # a false alarm",
      "stealthmesh signal never 192.0.2.7 --for 30d",
      "stealthmesh contain 192.0.2.7 --mesh       # also release --mesh",
    ]),
  },
) as CommandParser;
