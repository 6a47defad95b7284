/**
 * Simulations: the product itself under a virtual sky. Stands on
 * `mesh/mod.ts` and `defense/mod.ts`; only `cli/` starts one.
 *
 * @module
 */
export type { PortScanGain } from "./attacks/port_scan.ts";
export type { BackgroundToll } from "./background.ts";
export type { GuessingGain } from "./attacks/guessing.ts";
export type { IntrusionGain } from "./attacks/intrusion.ts";
export type {
  LateralAct,
  LateralHostLine,
  LateralReport,
} from "./lateral_report.ts";
export { lateralReportText } from "./lateral_report_text.ts";
export { runLateral } from "./lateral_run.ts";
export type { Foothold, LateralScenario } from "./lateral_scenario.ts";
export type { LearnedWeek } from "./learned_week.ts";
export type { LoginHostLine, LoginReport } from "./login_report.ts";
export { loginReportText } from "./login_report_text.ts";
export { runLogins } from "./login_run.ts";
export type {
  GuessingPlan,
  LoginScenario,
  OfficePlan,
} from "./login_scenario.ts";
export type { OfficeToll } from "./office.ts";
export { nodesMax, type RunOptions } from "./play.ts";
export type { HostLine, Report } from "./report.ts";
export { reportText } from "./report_text.ts";
export { runPortScan } from "./run.ts";
export type { PortScanScenario } from "./scenario.ts";
export {
  bruteforce,
  bruteforceVariant,
  type GuessingOrder,
  guessingOrders,
  type GuessingVariant,
} from "./scenarios/bruteforce.ts";
export { lateral } from "./scenarios/lateral.ts";
export { portscan } from "./scenarios/portscan.ts";
export { spray } from "./scenarios/spray.ts";
export type { Reaction, TimelineLine } from "./story.ts";
export type { MeshPlay, MeshVerdict } from "./mesh_run.ts";
export { soak, type SoakOptions, type SoakReport, soakText } from "./soak.ts";
export type { Distribution } from "./stress/distribution.ts";
export type { Propagation } from "./stress/propagation.ts";
export {
  runStress,
  stressNodesMax,
  type StressPlan,
  type StressReport,
  type StressRow,
} from "./stress/stress.ts";
export { stressPage, stressPlot } from "./stress/stress_plot.ts";
export { stressText } from "./stress/stress_text.ts";
export type { Death, Survival } from "./stress/survival.ts";
export {
  protocolNodesMax,
  ProtocolRun,
  type ProtocolSpeed,
} from "./stress/protocol_run.ts";
