/**
 * The node that a dashboard brings along on a host without an agent: it belongs
 * to the mesh, hears what members hear and says nothing. It takes the place of
 * the agent at the socket of the state directory, so there are never two nodes
 * with one identity.
 *
 * @module
 */
import { StateStore } from "../mesh/host/mod.ts";
import type { DashboardStore } from "./dashboard_store.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { openOwnState } from "./own_state.ts";
import { programVersion } from "./version.ts";
import type { WholeAgent } from "./wiring.ts";

/** An agent that is silent for so long hangs. Our choice. */
const answerMsMax = 5_000;

/** Asks the agent of this host; rejects where none answers. */
export interface AgentProbe {
  request(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Starts it where no agent answers.
 *
 * By itself only where this host was let in to listen: elsewhere an agent
 * belongs, and a dashboard that came first would keep it from starting.
 *
 * @param wanted Also where this host is a full member: `--observe`.
 * @returns Undefined where an agent runs, or none is to be replaced.
 * @throws {OperatorError} `failed` where an observer is wanted and the host
 * belongs to no mesh.
 */
export async function observerWhereNeeded(
  { directory, loaded }: Pick<DashboardStore, "directory" | "loaded">,
  agent: AgentProbe,
  wanted: boolean,
  { output }: Pick<Invocation, "output">,
): Promise<WholeAgent | undefined> {
  if (await answers(agent)) {
    if (wanted) output.note("An agent runs here: the dashboard shows that one");
    return undefined;
  }
  if (!await StateStore.exists(directory)) {
    if (wanted) {
      throw new OperatorError(
        "failed",
        "Cannot observe: this host belongs to no mesh",
        [
          "On a custodian, ask for an invite:",
          "  stealthmesh keys invite --observer",
          "Then here, with that line:",
          "  stealthmesh dashboard --join -",
        ],
      );
    }
    output.note(
      "No agent runs here, and this host belongs to no mesh",
      "warning",
    );
    output.note(
      "Start one, or join to look on: stealthmesh dashboard --join -",
    );
    return undefined;
  }
  const store = await StateStore.open(directory);
  const { roster, keys } = await openOwnState(store, undefined, Date.now());
  const listens = roster.member(keys.node)?.observer === true;
  if (!listens && !wanted) {
    output.note("No agent runs here; start it: stealthmesh agent", "warning");
    output.note("Or look on without one: stealthmesh dashboard --observe");
    return undefined;
  }
  if (!listens) {
    output.note(
      "This host is a full member that now only listens: the others count it and miss its word",
      "warning",
    );
  }
  const { startWholeAgent } = await import("./wiring.ts");
  const observer = await startWholeAgent({
    loaded,
    version: programVersion,
    findings: [],
    adminAddresses: [],
    role: "observer",
    onTrouble: (message) => output.notes(`trouble: ${message}`, "warning"),
  });
  output.note("Observing: this host listens to the mesh and takes no part");
  return observer;
}

async function answers(agent: AgentProbe): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerMsMax);
    const response = await agent.request("/v1/health", { signal });
    await response.body?.cancel();
    return true;
  } catch (error) {
    // Who takes a call and says nothing is there all the same.
    return error instanceof DOMException && error.name === "TimeoutError";
  }
}
