/**
 * What a dashboard asks of its host: a file, slow hashes, ways out. Imported
 * from `cli/` only.
 *
 * @module
 */
export {
  AccountFile,
  type AccountView,
  type Credentials,
} from "./account_file.ts";
export { dashboardFileName, openDashboardFile } from "./dashboard_file.ts";
export { OutboxFile } from "./outbox_file.ts";
export { derivePassword, hashPassword } from "./password.ts";
export { SimulationFile } from "./simulation_file.ts";
export { sendNotice } from "./send_notice.ts";
