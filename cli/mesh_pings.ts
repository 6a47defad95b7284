/**
 * Pings under way, from the question to the mesh's word on it.
 *
 * Bound: the mesh itself refuses when too many are open, and answers each.
 *
 * @module
 */
import type { Mesh, MeshEvent, NodeId, PingOutcome } from "../mesh/mod.ts";

/** Pings of one mesh. */
export class MeshPings {
  readonly #mesh: Pick<Mesh, "send">;
  readonly #open = new Map<string, (outcome: PingOutcome) => void>();
  #asked = 0;

  constructor(mesh: Pick<Mesh, "send">) {
    this.#mesh = mesh;
  }

  /** What comes of one ping; never settles if the mesh is gone. */
  ask(to: NodeId): Promise<PingOutcome> {
    const id = `${this.#asked++}`;
    const { promise, resolve } = Promise.withResolvers<PingOutcome>();
    this.#open.set(id, resolve);
    this.#mesh.send({ type: "ping", to, id });
    return promise;
  }

  /** The mesh said what came of one. */
  arrived({ id, outcome }: MeshEvent & { type: "pinged" }): void {
    this.#open.get(id)?.(outcome);
    this.#open.delete(id);
  }
}
