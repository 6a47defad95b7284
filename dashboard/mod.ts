/**
 * How people see an agent: the local API, and the pages that will stand on it.
 *
 * This file is the only door into `dashboard/`, except `server.ts` for `cli/`.
 *
 * @module
 */
export type {
  AgentDesk,
  AlertPage,
  AlertRecord,
  ContainAnswer,
  ContainOrder,
  PingAnswer,
  PingRefusal,
  ProfileAnswer,
  ProfileOrder,
  ProfileView,
  SettingView,
  Shortcoming,
  StatusView,
} from "./api/agent_desk.ts";
export { apiOver, type LocalApi } from "./api/app.ts";
