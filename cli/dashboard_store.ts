/**
 * What the dashboard keeps, opened in a directory that is private.
 *
 * @module
 */
import {
  AccountFile,
  dashboardFileName,
  openDashboardFile,
  OutboxFile,
  SimulationFile,
} from "../dashboard/host/mod.ts";
import { StateStore } from "../mesh/host/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly, type PermissionName } from "./permissions.ts";
import type { LoadedConfig } from "./config.ts";
import type { Config } from "./schema.ts";

/** People, receivers and simulations. */
export interface DashboardStore {
  readonly config: Config;
  readonly loaded: LoadedConfig;
  /** Of the state, without a slash at the end. */
  readonly directory: string;
  readonly accounts: AccountFile;
  readonly outbox: OutboxFile;
  readonly simulations: SimulationFile;
  close(): void;
}

/**
 * Opens it, and begins it where there is none; gives up every permission but
 * reading and writing.
 *
 * @param needed What a command needs besides.
 */
export async function openDashboardStore(
  invocation: Invocation,
  ...needed: readonly PermissionName[]
): Promise<DashboardStore> {
  const loaded = await invocation.loadConfig();
  const { config } = loaded;
  const { directory } = await StateStore.open(config.stateDir);
  const db = openedFile(`${directory}/${dashboardFileName}`);
  await keepOnly("read", "write", ...needed);
  return {
    config,
    loaded,
    directory,
    accounts: new AccountFile(db),
    outbox: new OutboxFile(db),
    simulations: new SimulationFile(db),
    close: () => db.close(),
  };
}

function openedFile(path: string): ReturnType<typeof openDashboardFile> {
  try {
    const db = openDashboardFile(path);
    const { quick_check: found } = db.prepare("PRAGMA quick_check(1)")
      .get() as {
        quick_check: string;
      };
    if (found !== "ok") throw new Error(`malformed: ${found}`);
    return db;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (!/not a database|malformed/.test(why)) throw cause;
    throw new OperatorError(
      "failed",
      `Cannot read who may log in and who is told: ${path}: ${why}`,
      [
        "Restore it from a backup, or begin anew, with nobody in it:",
        `  mv ${path} ${path}.bad`,
      ],
      { cause },
    );
  }
}
