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
  AlertQuery,
  AlertRecord,
  ContainAnswer,
  ContainOrder,
  DecoysView,
  EventPage,
  EventQuery,
  EventRecord,
  HostMeasureAnswer,
  HostMeasureOrder,
  HostRequest,
  PingAnswer,
  PingRefusal,
  ProfileAnswer,
  ProfileOrder,
  ProfileView,
  SettingView,
  Shortcoming,
  StatusView,
} from "./api/agent_desk.ts";
export type {
  ConfigVerdict,
  HostOnly,
  InviteAnswer,
  InviteOrder,
  InviteView,
  KeysView,
  MemberAnswer,
  MemberOrder,
  OperatorDesk,
  ScenarioView,
  TrialOrder,
  TrialView,
} from "./api/operator_desk.ts";
export { apiOver, type LocalApi } from "./api/app.ts";
export type { AgentGateway } from "./web/agent_gateway.ts";
export { type Asset, assetOf } from "./web/asset.ts";
export {
  SessionTable,
  type SessionView,
  type SessionWorld,
} from "./web/session_table.ts";
export { webApp, type WebAppParts } from "./web/web_app.ts";
