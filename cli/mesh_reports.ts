/**
 * Asks the mesh for a report and waits for it. Questions that come while one
 * is open share its answer.
 *
 * @module
 */
import type { Mesh, MeshReport } from "../mesh/mod.ts";

/** Reports of one mesh. */
export class MeshReports {
  readonly #mesh: Pick<Mesh, "send">;
  #open: PromiseWithResolvers<MeshReport> | undefined;

  constructor(mesh: Pick<Mesh, "send">) {
    this.#mesh = mesh;
  }

  /** The next report; never settles if the mesh is gone. */
  ask(): Promise<MeshReport> {
    if (!this.#open) {
      this.#open = Promise.withResolvers<MeshReport>();
      this.#mesh.send({ type: "report" });
    }
    return this.#open.promise;
  }

  /** A report came. */
  arrived(report: MeshReport): void {
    this.#open?.resolve(report);
    this.#open = undefined;
  }
}
