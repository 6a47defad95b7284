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
