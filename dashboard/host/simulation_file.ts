/**
 * Simulations that have ended, as a host keeps them.
 *
 * Bound: {@linkcode keptMax} runs, the oldest goes.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type {
  KeptSimulation,
  SimulationRun,
  SimulationStore,
} from "../api/simulation_desk.ts";
import { atOnce } from "./dashboard_file.ts";

/** Runs that are kept. Our choice: at most some megabytes. */
export const keptMax = 50;

/** Runs in an open file. */
export class SimulationFile implements SimulationStore {
  readonly #db: DatabaseSync;

  /** Works on what `openDashboardFile` opens. */
  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  list(): SimulationRun[] {
    const rows = this.#db.prepare(
      "SELECT run FROM simulation ORDER BY number DESC",
    ).all() as { run: string }[];
    return rows.map(({ run }) => JSON.parse(run) as SimulationRun);
  }

  find(id: string): KeptSimulation | undefined {
    const row = this.#db.prepare(
      "SELECT run, rest FROM simulation WHERE id = ?",
    ).get(id) as { run: string; rest: string } | undefined;
    return row && { run: JSON.parse(row.run), ...JSON.parse(row.rest) };
  }

  keep({ run, ...rest }: KeptSimulation): void {
    atOnce(this.#db, () => {
      this.#db.prepare(
        "INSERT OR REPLACE INTO simulation (id, run, rest) VALUES (?, ?, ?)",
      ).run(run.id, JSON.stringify(run), JSON.stringify(rest));
      this.#db.prepare(
        "DELETE FROM simulation WHERE number NOT IN (SELECT number FROM simulation ORDER BY number DESC LIMIT ?)",
      ).run(keptMax);
    });
  }
}
