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
  FindingsView,
  FindingView,
  HostMeasureAnswer,
  HostMeasureOrder,
  HostRequest,
  MemberDetail,
  PingAnswer,
  PingRefusal,
  ProfileAnswer,
  ProfileOrder,
  ProfileView,
  Shortcoming,
  StatusView,
} from "./api/agent_desk.ts";
export { alertOf } from "./api/alert_event.ts";
export type {
  ChangedLease,
  ChangeMark,
  ConfigAnswer,
  ConfigDesk,
  ConfigNote,
  ConfigOrder,
  RolloutMachine,
  RolloutView,
  SettingChange,
  SettingFault,
  SettingOrder,
  SettingTrial,
  SettingView,
  TrialEnd,
  TrialEnded,
} from "./api/config_desk.ts";
export { rolloutStates } from "./api/config_desk.ts";
export { machinesOf } from "./api/rollout_machines.ts";
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
  RenameOrder,
  RotationAnswer,
  ScenarioView,
  TrialOrder,
  TrialView,
} from "./api/operator_desk.ts";
export {
  type DrillDesk,
  type DrillDetail,
  type DrillMember,
  type DrillMembers,
  drillOf,
  drillsMax,
  type DrillView,
} from "./api/drill_view.ts";
export type {
  SignalAnswer,
  SignalCall,
  SignalDesk,
  SignalRefused,
  SignalRequest,
  SignalsView,
} from "./api/signal_desk.ts";
export { type CutOff, cutOffsOf } from "./api/cut_off.ts";
export { signalCommand } from "./api/signal_command.ts";
export {
  measuresInForce,
  nodesOf,
  type NodeState,
  nodeStates,
  type NodeView,
  sensorsOf,
  type SensorView,
} from "./api/node_view.ts";
export { apiOver, type LocalApi } from "./api/app.ts";
export {
  type Choice,
  type FigureSide,
  figureSides,
  type FigureUnit,
  figureUnits,
  type FigureWish,
  figureWishes,
  type KeptSimulation,
  type SimulationDesk,
  type SimulationDetail,
  type SimulationFigure,
  type SimulationKind,
  type SimulationLine,
  type SimulationNews,
  type SimulationOrder,
  type SimulationRefusal,
  type SimulationReport,
  type SimulationRun,
  type SimulationState,
  simulationStates,
  type SimulationStore,
  type SimulationTable,
  storyMax,
  waitingMax,
} from "./api/simulation_desk.ts";
export {
  type ActKeeper,
  type Actor,
  actorHeader,
  type OperatorAct,
} from "./api/operator_act.ts";
export { type Notice, testNotice } from "./notify/notice.ts";
export { NoticeFeed, type NoticeFeedParts } from "./notify/notice_feed.ts";
export type {
  Outbox,
  Send,
  SendOutcome,
  TargetView,
  Waiting,
} from "./notify/outbox.ts";
export { Postman, type PostmanParts } from "./notify/postman.ts";
export { readTargetUrl, type Target, targetName } from "./notify/target.ts";
export { webhookSecretBytes } from "./notify/webhook.ts";
export {
  type Account,
  accountName,
  type AccountStore,
  type DerivePassword,
  type PasswordCost,
  type PasswordHash,
  passwordLengthMax,
  passwordLengthMin,
} from "./web/account.ts";
export type {
  AccountDesk,
  PasswordOrder,
  Person,
  PhoneSecret,
} from "./web/account_desk.ts";
export type { AgentGateway } from "./web/agent_gateway.ts";
export { type Asset, assetOf } from "./web/asset.ts";
export {
  type LoginAttempt,
  LoginDesk,
  type LoginOutcome,
  type LoginParts,
} from "./web/login_desk.ts";
export type {
  AddedTarget,
  NotificationDesk,
  TestOutcome,
} from "./web/notification_desk.ts";
export type { Later } from "./web/request_body.ts";
export { type Role, roles } from "./web/role.ts";
export {
  type SessionHolder,
  SessionTable,
  type SessionView,
  type SessionWorld,
} from "./web/session_table.ts";
export { base32, totpCode, totpLink, totpSecretBytes } from "./web/totp.ts";
export type { Peer } from "./web/visitor.ts";
export {
  type LiveCursors,
  type WebApp,
  webApp,
  type WebAppParts,
} from "./web/web_app.ts";
