/**
 * Says something to the whole mesh through the agent of this host, which holds
 * the operator's key. Where the key is sealed, its passphrase is asked for and
 * goes over the agent's socket, once.
 *
 * @module
 */
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type {
  SignalAnswer,
  SignalRequest,
  SignalsView,
} from "../dashboard/mod.ts";
import type { SignalView } from "../defense/mod.ts";
import type { AgentClient } from "./agent_client.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";

/** How the operator's key is opened where it is sealed. */
export const passphraseOption = optional(
  option("--passphrase-file", string({ metavar: "FILE" }), {
    description: message`Passphrase of the operator key, first line`,
  }),
);

/** How it is said. */
export interface SignalManner {
  readonly passphraseFile: string | undefined;
  readonly dryRun: boolean;
}

/** Says it and prints what came of it. */
export async function giveSignal(
  request: SignalRequest | Asked<SignalRequest>,
  manner: SignalManner,
  invocation: Invocation,
): Promise<void> {
  const { signalCommand } = await import("../dashboard/mod.ts");
  await give(
    async (_view, agent) => {
      const asked = await answered(request, agent);
      return {
        path: "/v1/signals",
        body: asked,
        command: signalCommand(asked),
        needsKey: asked.what !== "never" || asked.scope === "mesh",
      };
    },
    manner,
    invocation,
  );
}

/** Ends one by the beginning of its id, and prints what came of it. */
export async function cancelSignal(
  which: string | Asked<string>,
  manner: SignalManner,
  invocation: Invocation,
): Promise<void> {
  await give(
    async ({ signals }, agent) => {
      const wanted = await answered(which, agent);
      const { id, scope } = signalNamed(wanted, signals);
      return {
        path: `/v1/signals/${id}/cancel`,
        body: {},
        command: `stealthmesh signal cancel ${wanted}`,
        needsKey: scope === "mesh",
      };
    },
    manner,
    invocation,
  );
}

/** What only the agent can tell; a command speaks to it once. */
export type Asked<T> = (agent: AgentClient) => Promise<T>;

async function answered<T extends string | object>(
  what: T | Asked<T>,
  agent: AgentClient,
): Promise<T> {
  return typeof what === "function" ? await what(agent) : what;
}

/** What is to be said. */
interface Word {
  readonly path: string;
  readonly body: object;
  /** What was typed, for the host that holds the key. */
  readonly command: string;
  readonly needsKey: boolean;
}

function signalNamed(
  wanted: string,
  signals: readonly SignalView[],
): SignalView {
  const found = signals.filter(({ id, active }) =>
    active && wanted.length >= 4 && id.startsWith(wanted.toLowerCase())
  );
  const [target] = found;
  if (target && found.length === 1) return target;
  throw new OperatorError(
    "failed",
    `Cannot cancel "${wanted}": ${
      found.length > 1
        ? "more than one signal begins like that"
        : "no signal in force has this id"
    }`,
    ["See which there are:", "  stealthmesh signal list"],
  );
}

async function give(
  wordOf: (view: SignalsView, agent: AgentClient) => Promise<Word>,
  { passphraseFile, dryRun }: SignalManner,
  invocation: Invocation,
): Promise<void> {
  const { askAgent } = await import("./ask_agent.ts");
  const { readSecretFile } = await import("./secret_input.ts");
  const { output } = invocation;
  const read = passphraseFile === undefined
    ? undefined
    : readSecretFile(passphraseFile);
  const answer = await askAgent(invocation, async (agent) => {
    const view = await agent.get<SignalsView>("/v1/signals");
    const { path, body, command, needsKey } = await wordOf(view, agent);
    const passphrase = needsKey
      ? await passphraseFor(view, read, dryRun, command, output)
      : undefined;
    return await agent.post<SignalAnswer>(path, {
      ...body,
      dryRun,
      ...(passphrase !== undefined && { passphrase }),
    });
  });
  if (output.json) return output.record(answer);
  await print(answer, output);
}

async function print(
  { signal, outcome, dryRun }: SignalAnswer,
  output: Output,
): Promise<void> {
  const { signalText } = await import("./signal_words.ts");
  const { shortTime } = await import("./desk_words.ts");
  const words = output.plain(signalText(signal.order, (node) => node));
  const lasts = signal.untilMs > signal.issuedMs
    ? `, until ${shortTime(signal.untilMs)}`
    : "";
  const whom = signal.scope === "mesh" ? "all members" : "this host alone";
  if (dryRun) {
    output.text(`would be said to ${whom}: ${words}${lasts}`);
    return output.note("Nothing was said");
  }
  output.text(`said to ${whom}: ${words}${lasts}`);
  output.note(`  id ${signal.id}`);
  if (outcome && !outcome.applied) {
    const { refusal } = outcome;
    const why = refusal.code === "observe"
      ? "this host only observes"
      : refusal.code === "never_block"
      ? `it is never contained here (${refusal.matched})`
      : "detail" in refusal
      ? refusal.detail
      : "the table of measures is full";
    output.note(`  not done on this host: ${why}`, "warning");
  }
}

/** The passphrase, where one is needed. */
async function passphraseFor(
  { operatorKey }: SignalsView,
  read: string | undefined,
  dryRun: boolean,
  command: string,
  output: Output,
): Promise<string | undefined> {
  if (operatorKey === "absent") {
    throw new OperatorError(
      "not_permitted",
      "Cannot speak to the whole mesh: the operator's key is not on this host",
      [
        "On the host that holds it, usually the one that founded the mesh:",
        `  ${command}`,
      ],
    );
  }
  if (operatorKey === "open" || dryRun) return undefined;
  if (read !== undefined) return read;
  const { askSecret, canAsk } = await import("./secret_input.ts");
  if (canAsk()) return askSecret("Passphrase of the operator key: ", output);
  throw new OperatorError(
    "not_permitted",
    "Cannot speak to the whole mesh: the operator's key is sealed under a passphrase",
    [
      "Run it at a terminal, or name a file that holds the passphrase:",
      `  ${command} --passphrase-file FILE`,
    ],
  );
}
