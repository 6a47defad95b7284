/**
 * Keeps the running mesh in step with the state directory: what `stealthmesh
 * keys` writes there becomes commands to the mesh, without a restart.
 *
 * @module
 */
import {
  type MemberView,
  memberView,
  type Mesh,
  type OpenInvite,
} from "../mesh/mod.ts";
import type { OwnState } from "./own_state.ts";
import type { StateSnapshot } from "./state_keeper.ts";

/** What the mesh has been told so far. */
export class RosterKeeper {
  /** As the mesh last told it. */
  members: readonly MemberView[];
  readonly #mesh: Pick<Mesh, "send">;
  readonly #invites: Set<string>;
  #generation: number;

  /** @param invites Open invites that the mesh was started with. */
  constructor(
    { keys, roster }: Pick<OwnState, "keys" | "roster">,
    invites: readonly OpenInvite[],
    mesh: Pick<Mesh, "send">,
    nowMs: number,
  ) {
    this.#mesh = mesh;
    this.#generation = keys.generation;
    this.#invites = new Set(invites.map(({ id }) => id.toHex()));
    this.members = roster.members(nowMs).map(memberView);
  }

  /** Tells the mesh what is new in the files. */
  takeUp({ keys, invites, roster }: StateSnapshot): void {
    // The roster first: it makes invites valid and links new keys to old ones.
    this.#mesh.send({ type: "merge_roster", entries: roster });
    for (const invite of invites) {
      const id = invite.id.toHex();
      if (this.#invites.has(id)) continue;
      this.#invites.add(id);
      this.#mesh.send({ type: "open_invite", invite });
    }
    // Used, expired or cancelled: the mesh forgets it too.
    const kept = new Set(invites.map(({ id }) => id.toHex()));
    for (const id of this.#invites.difference(kept)) {
      this.#invites.delete(id);
      this.#mesh.send({ type: "close_invite", id: Uint8Array.fromHex(id) });
    }
    if (keys.generation > this.#generation) {
      this.#generation = keys.generation;
      this.#mesh.send({ type: "use_keys", keys });
    }
  }
}
