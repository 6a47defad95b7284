/**
 * Joins a mesh with an invite. Nothing is written before the mesh has let this
 * node in; a mesh it leaves is kept aside, not deleted.
 *
 * @module
 */
import {
  type Invite,
  inviteKeys,
  parseInvite,
  writeAdmission,
} from "../mesh/mod.ts";
import { enrolOverNetwork, type StateStore } from "../mesh/host/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { makeFirstKeys, makeOwnCertificate, writeOwnCard } from "./own_card.ts";
import { isAgentThere, openStore } from "./own_store.ts";
import { openOwnState, validMs } from "./own_state.ts";
import type { PermissionName } from "./permissions.ts";
import { readSecretStdin } from "./secret_input.ts";

/** What became of an enrolment that did not succeed, in words. */
const failures = {
  refused: [
    "the inviter refuses: the invite was used or withdrawn, or the clocks differ",
    "Compare the clocks of both hosts, and ask for a new invite:",
  ],
  expired: ["the invite has expired", "Ask for a new one:"],
  timeout: [
    "somebody answered, but not to the end",
    "Try again; if it stays so, ask for a new invite:",
  ],
  unreachable: [
    "no agent answers there, or it does not know this invite (any more)",
    "Start the agent on the inviting host, let its port through, or ask for a new invite:",
  ],
} as const;

/**
 * Joins, or says why not.
 *
 * @param needed Permissions that are needed afterwards, besides.
 * @throws {OperatorError} When the mesh does not let this node in.
 */
export async function joinMesh(
  options: {
    readonly invite: string;
    readonly replace: boolean;
    /** Only with an invite for who listens: for a dashboard. */
    readonly observer?: boolean;
  },
  invocation: Invocation,
  ...needed: readonly PermissionName[]
): Promise<void> {
  const { output } = invocation;
  const text = options.invite === "-" ? readSecretStdin() : options.invite;
  const invite = parseInvite(text);
  if (options.observer && !invite.observer) {
    throw new OperatorError(
      "failed",
      "Cannot join to look on: this invite makes a full member, whose word is counted on",
      [
        "Ask for one that does not:",
        "  stealthmesh keys invite --observer",
        "Or join with it and run an agent: stealthmesh keys join -",
      ],
    );
  }
  const { store, card, founded } = await openStore(
    invocation,
    "net",
    ...needed,
  );
  if (founded && !options.replace) {
    throw new OperatorError(
      "failed",
      `Cannot join: ${store.directory} already belongs to a mesh`,
      [
        "See which one it is:",
        "  stealthmesh keys show",
        "Leave it, keeping its files aside, with: stealthmesh keys join --replace",
      ],
    );
  }
  if (founded && isAgentThere(store.directory)) {
    throw new OperatorError(
      "failed",
      "Cannot leave the mesh: an agent is running on it",
      ["Stop the agent, join, then start it again"],
    );
  }
  const nowMs = Date.now();
  const keys = makeFirstKeys();
  const certificate = await makeOwnCertificate(card, nowMs);
  const { meshId } = invite;
  output.note(`Knocking at ${invite.addresses.join(", ")}`, "faint");
  const outcome = await enrolOverNetwork({
    invite,
    keys,
    card: await writeOwnCard(store, {
      meshId,
      keys,
      words: card,
      certificate,
      nowMs,
    }),
    admission: writeAdmission({
      meshId,
      invite: inviteKeys(invite.seed).signer,
      keys,
      name: card.name,
      nowMs,
      validMs: invite.validMs ?? validMs,
    }),
  });
  if (outcome.type === "failed") throw notAdmitted(invite, outcome.code);

  if (founded) await keepAside(store, nowMs);
  await store.writeCertificate(certificate);
  await store.writeMesh({ meshId, meshSecret: outcome.meshSecret });
  await store.writeRoster(outcome.roster);
  await store.writeInvites([]);
  // Last, because whoever finds keys takes the rest to be there.
  await store.writeKeys({ current: keys });
  const { roster } = await openOwnState(store, card, nowMs);
  const members = roster.members(nowMs).filter(({ revoked }) => !revoked);
  const facts = {
    meshId: meshId.toHex(),
    node: keys.node,
    name: card.name,
    members: members.length,
    stateDir: store.directory,
  };
  if (output.json) output.record(facts);
  else {
    output.table(["mesh", facts.meshId], [
      ["node", facts.node],
      ["name", facts.name],
      ["members", String(facts.members)],
      ["state", facts.stateDir],
    ]);
  }
  if (options.observer) return output.note("Joined, to look on", "good");
  output.note(
    invite.observer
      ? "Joined, to look on; now: stealthmesh dashboard"
      : "Joined; start the agent with: stealthmesh agent",
    "good",
  );
}

function notAdmitted(
  { addresses }: Invite,
  code: keyof typeof failures,
): OperatorError {
  const [why, advice] = failures[code];
  return new OperatorError(
    code === "unreachable" || code === "timeout"
      ? "agent_unreachable"
      : "failed",
    `Cannot join the mesh at ${addresses.join(", ")}: ${why}`,
    [advice, "  stealthmesh keys invite"],
  );
}

/** Moves the files of the mesh that is left into a directory of their own. */
async function keepAside(
  { directory }: StateStore,
  nowMs: number,
): Promise<void> {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, "-");
  const aside = `${directory}/left-${stamp}`;
  await Deno.mkdir(aside, { mode: 0o700 });
  // The keys first: without them nobody takes the rest for a membership.
  for (
    const name of [
      "keys",
      "mesh",
      "roster",
      "invites",
      "certificate",
      "operator",
      "next_operator",
    ]
  ) {
    try {
      await Deno.rename(`${directory}/${name}.cbor`, `${aside}/${name}.cbor`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
