/**
 * Simulations: the product itself under a virtual sky. Stands on
 * `mesh/mod.ts` and `defense/mod.ts`; only `cli/` starts one.
 *
 * @module
 */
export type { PortScanGain } from "./attacks/port_scan.ts";
export type { BackgroundToll } from "./background.ts";
export type { HostLine, Report, TimelineLine } from "./report.ts";
export { reportText } from "./report_text.ts";
export { nodesMax, type RunOptions, runPortScan } from "./run.ts";
export type { PortScanScenario } from "./scenario.ts";
export { portscan } from "./scenarios/portscan.ts";
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
