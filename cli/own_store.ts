/**
 * The state directory as the `keys` commands open it.
 *
 * @module
 */
import { StateStore } from "../mesh/host/mod.ts";
import { socketName } from "./agent_client.ts";
import type { Invocation } from "./command.ts";
import { cardWords } from "./card_words.ts";
import { OperatorError } from "./operator_error.ts";
import type { CardWords } from "./own_card.ts";
import { openOwnState, type OwnState } from "./own_state.ts";
import { keepOnly, type PermissionName } from "./permissions.ts";

/** What a `keys` command works on. */
export interface OpenedStore {
  readonly store: StateStore;
  readonly card: CardWords;
  /** Whether this node belongs to a mesh already. */
  readonly founded: boolean;
}

/**
 * Opens the state directory and drops every permission but reading and
 * writing: whoever handles keys neither runs programs nor talks to anyone.
 *
 * @param needed What a command needs besides; only `join` needs the network.
 */
export async function openStore(
  invocation: Invocation,
  ...needed: readonly PermissionName[]
): Promise<OpenedStore> {
  const { config } = await invocation.loadConfig();
  const card = cardWords(config);
  const store = await StateStore.open(config.stateDir);
  const founded = await StateStore.exists(config.stateDir);
  await keepOnly("read", "write", ...needed);
  return { store, card, founded };
}

/** Opens the state of a node that belongs to a mesh, its card as it is. */
export async function openMembership(
  invocation: Invocation,
): Promise<OwnState> {
  const { store } = await openStore(invocation);
  return await openOwnState(store, undefined, Date.now());
}

/** Whether an agent runs on a state directory, or ran and was killed. */
export function isAgentThere(directory: string): boolean {
  try {
    return Deno.lstatSync(`${directory}/${socketName}`).isSocket ?? false;
  } catch {
    return false;
  }
}

/**
 * Says what becomes of a change: a running agent watches its state directory
 * and takes the change up by itself.
 */
export function noteAgent(invocation: Invocation, directory: string): void {
  invocation.output.note(
    isAgentThere(directory)
      ? "The running agent takes this up and tells the others"
      : "No agent runs here; this spreads as soon as one does: stealthmesh agent",
    "faint",
  );
}

/** The member an operator means: by name, or by the first letters of its id. */
export function findMember<
  M extends { readonly node: string; readonly name: string },
>(members: readonly M[], wanted: string): M {
  const byName = members.filter(({ name }) => name === wanted);
  const found = byName.length > 0
    ? byName
    : /^[0-9a-f]{4,64}$/.test(wanted)
    ? members.filter(({ node }) => node.startsWith(wanted))
    : [];
  const [member] = found;
  if (member && found.length === 1) return member;
  throw new OperatorError(
    "wrong_usage",
    found.length === 0
      ? `Cannot find node "${wanted}"`
      : `Cannot tell which node "${wanted}" is: ${found.length} match`,
    ["See the names and ids of all members:", "  stealthmesh keys show"],
  );
}
