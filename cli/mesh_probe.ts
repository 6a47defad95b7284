/**
 * Finds out for `mesh_check.ts` how this host stands in its mesh: reads the
 * state directory, and asks the agent, if one runs, to ping a few members.
 *
 * @module
 */
import type { DecoysView, PingAnswer, StatusView } from "../dashboard/mod.ts";
import { Roster } from "../mesh/mod.ts";
import { StateError, StateStore, validityOf } from "../mesh/host/mod.ts";
import { AgentClient } from "./agent_client.ts";
import { cardWords } from "./card_words.ts";
import type { ClockReading, MeshFacts } from "./mesh_check.ts";
import { OperatorError } from "./operator_error.ts";
import type { Config } from "./schema.ts";

/** Our choice: of three one may lie or be wrong. */
const askedMax = 3;

/** What is known of this host's place in a mesh. */
export async function probeMesh(config: Config): Promise<MeshFacts> {
  return {
    wallMs: Date.now(),
    membership: await membershipIn(config.stateDir),
    listen: config.listen,
    advertised: advertisedBy(config),
    interfaces: Deno.networkInterfaces(),
    clocks: await askClocks(config.stateDir),
    decoyNodes: await askDecoyNodes(config.stateDir),
  };
}

async function membershipIn(
  directory: string,
): Promise<MeshFacts["membership"]> {
  try {
    if (!await StateStore.exists(directory)) return "none";
    const store = await StateStore.open(directory);
    const { current } = await store.readKeys();
    const { meshId } = await store.readMesh();
    const roster = new Roster(meshId);
    roster.merge(await store.readRoster(), Date.now());
    const certificate = await certificateIn(store);
    return { self: current.node, roster, certificate };
  } catch (error) {
    if (error instanceof StateError) return "unreadable";
    throw error;
  }
}

async function certificateIn(store: StateStore) {
  try {
    return validityOf(await store.readCertificate());
  } catch (error) {
    if (error instanceof StateError && error.code === "missing") {
      return undefined;
    }
    throw error;
  }
}

/** With port 0 the agent refuses to start; here that is nobody's question. */
function advertisedBy(config: Config): readonly string[] {
  try {
    return cardWords(config).addresses;
  } catch (error) {
    if (error instanceof OperatorError) return [];
    throw error;
  }
}

/** Readings of linked members; `undefined` if no agent answers. */
async function askClocks(
  stateDir: string,
): Promise<readonly ClockReading[] | undefined> {
  const agent = new AgentClient(stateDir);
  try {
    const { mesh } = await agent.get<StatusView>("/v1/status");
    const peers = [...new Set(mesh.links.map(({ peer }) => peer))];
    const answers = await Promise.all(
      peers.slice(0, askedMax).map((node) =>
        agent.post<PingAnswer>("/v1/ping", { node }).catch(nobody)
      ),
    );
    return answers.flatMap((answer) => {
      if (!answer?.outcome.answered) return [];
      const { clockAheadMs, roundTripMs } = answer.outcome;
      return [{ aheadMs: clockAheadMs, withinMs: roundTripMs / 2 }];
    });
  } catch (error) {
    return nobody(error);
  } finally {
    agent.close();
  }
}

/** Members whose decoys clients are to meet; none if no agent answers. */
async function askDecoyNodes(
  stateDir: string,
): Promise<DecoysView["nodes"]> {
  const agent = new AgentClient(stateDir);
  try {
    return (await agent.get<DecoysView>("/v1/decoys")).nodes;
  } catch (error) {
    return nobody(error) ?? [];
  } finally {
    agent.close();
  }
}

function nobody(error: unknown): undefined {
  if (error instanceof OperatorError) return undefined;
  throw error;
}
