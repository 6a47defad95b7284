/**
 * The defense: what attacks look like, what is decided about them, and what is
 * done. Stands on `mesh/mod.ts`.
 *
 * This file is the only door into `defense/`, except `host/mod.ts` for `cli/`.
 *
 * @module
 */
/** The words of the mesh that appear in the defense's own signatures. */
export type {
  Clock,
  MemberView,
  Mesh,
  MeshEvent,
  NodeId,
  Urgency,
} from "../mesh/mod.ts";
export {
  type Address,
  familyOf,
  parseAddress,
  readAddress,
} from "./address.ts";
export { Agent } from "./agent.ts";
export type {
  AgentEffect,
  AgentEvent,
  AgentOptions,
  KeptClaim,
  KeptRelease,
  KeptSettings,
  KeptSignal,
  OperatorAuthority,
  SettingsTrial,
} from "./agent_event.ts";
export type {
  AgentView,
  Explanation,
  LeaseState,
  LeaseView,
  VoteView,
} from "./agent_view.ts";
export type { Alert, EvidenceClass, Subject } from "./alert.ts";
export {
  type AgentMessage,
  type ClaimMessage,
  decodeMessage,
  encodeMessage,
  type ReleaseMessage,
  type SignalMessage,
  type TallyMessage,
  type UnknownMessage,
  type WithdrawMessage,
} from "./alert_codec.ts";
export type { Canaries } from "./canaries.ts";
export { bringersMax, type SteerPlan } from "./containment/steer_rules.ts";
export { renderDryRun } from "./containment/dry_run.ts";
export { startAgent } from "./driver.ts";
export type {
  AgentWorld,
  DriverView,
  LatencyView,
  MeasureOrder,
  RunningAgent,
} from "./running_agent.ts";
export type { DrillRefusal } from "./drilled.ts";
export { drillIdBytes, type DrillMessage } from "./drills/drill_message.ts";
export { drillMs, drillsPerHourMax } from "./drills/drill_log.ts";
export {
  documentationNetworks,
  isDocumentationAddress,
} from "./drills/documentation_address.ts";
export { freshMs, natsPerVoter } from "./corroboration/evidence.ts";
export {
  type DomainGroups,
  groupsMax as failureGroupsMax,
} from "./corroboration/failure_domains.ts";
export type {
  QuarantineState,
  QuarantineView,
} from "./corroboration/quarantines.ts";
export {
  blockQuorum,
  faultBound,
  quarantineQuorum,
} from "./corroboration/quorum.ts";
export {
  type ChainedEntry,
  type ChainHead,
  type ChainVerdict,
  type JournalHealth,
  type JournalPage,
  type JournalQuery,
  type JournalReader,
  type Retention,
} from "./journal.ts";
export {
  freezeMsMax,
  type HostLease,
  type HostOrder,
  type HostOutcome,
  type HostTarget,
  type ProcessSocket,
  type ProcessView,
  type ProcessWorld,
  targetKey,
} from "./host_lease.ts";
export { cardAddress } from "./corroboration/membership.ts";
export { quarantineTarget } from "./quarantine_target.ts";
export {
  firstLeaseMs,
  type Lease,
  type LeaseCause,
  leaseMsMax,
  type Measure,
  measures,
  type Refusal,
} from "./lease.ts";
export {
  addresses,
  changesText,
  namedMembersMax,
  type OrderedChange,
  orderedChangesMax,
  sameChanges,
  settingActions,
  settingName,
  type SettingsOrder,
  settingText,
} from "./setting_order.ts";
export {
  type Alertness,
  type SealedSignal,
  type Signal,
  type SignalKind,
  signalMsMax,
  signalMsMin,
  type SignalOrder,
  type SignalScope,
  type SignalView,
} from "./signal.ts";
export {
  decodeSignal,
  encodeSignal,
  signalBytes,
  signalIdOf,
} from "./signal_codec.ts";
export type { SignalDraft, SignalRefusal, SignalWish } from "./signal_draft.ts";
export { signalsMax } from "./signal_table.ts";
export { readSparedNetwork } from "./spared_network.ts";
export type {
  AuthFailure,
  AuthSuccess,
  Connection,
  ConnectionOutcome,
  DecoyTouch,
  Observation,
  Probe,
  RemoteCall,
  WebRequest,
} from "./observation.ts";
export type {
  Containment,
  Firewall,
  HeldElement,
  JournalEntry,
  JournalStage,
  JournalWriter,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
  QuarantineOutcome,
} from "./world.ts";
export { journalStages } from "./world.ts";
export { createContainment } from "./containment/containment.ts";
export type {
  CheckingFirewall,
  ContainmentControl,
  ContainmentOptions,
  ContainmentReport,
} from "./containment/containment_control.ts";
export { type BootMark, bootMarkOf } from "./containment/ruleset.ts";
export { ContainmentError } from "./containment/containment_error.ts";
export {
  type ElementCommand,
  readElementCommand,
} from "./containment/lease_commands.ts";
export { type Network, parseNetwork } from "./containment/network.ts";
export { neighbourSet } from "./containment/neighbour_networks.ts";
export { NeverBlock } from "./containment/never_block.ts";
export { probesMax, scanMs } from "./containment/fast_path.ts";
export {
  type CurrentConnection,
  type Rehearsal,
} from "./containment/rehearsal.ts";
export { type DecoyName, decoyNames, type DecoyNote } from "./decoys/decoy.ts";
export {
  type NumberedTranscript,
  type Transcript,
  type TranscriptEnd,
  TranscriptRing,
} from "./decoys/transcript.ts";
export { novelties, type Novelty } from "./detectors/lateral/movement.ts";
export type {
  LateralMemory,
  Taught,
} from "./detectors/lateral/lateral_memory.ts";
export {
  type AdminServiceName,
  adminServiceNames,
} from "./detectors/lateral/admin_service.ts";
export {
  type FirstWay,
  type LateralOptions,
  LateralWatch,
} from "./detectors/lateral/lateral_watch.ts";
export { DetectionEngine, type EngineOptions } from "./detectors/engine.ts";
export { FirstContactBaseline } from "./detectors/first_contact_baseline.ts";
export {
  type BucketMechanism,
  type CusumMechanism,
  type DistinctMechanism,
  type Mechanism,
  type SampleTouch,
  type Scenario,
  type ScenarioField,
  scenarioFields,
  type ScenarioFilter,
  type ScenarioKey,
  scenarioKeys,
  type ScenarioSample,
  type SequenceMechanism,
  type SequentialCase,
  type SequentialMechanism,
  type SlowWalkMechanism,
} from "./detectors/scenario.ts";
export type { BetaShape } from "./detectors/beta_binomial.ts";
export {
  familiarities,
  type Familiarity,
  type Pace,
  paces,
} from "./detectors/login_history.ts";
export {
  type LoadedScenarios,
  loadScenarios,
  parseScenario,
  ScenarioError,
} from "./detectors/scenario_file.ts";
export { isPrefix64, prefix64Of, subjectText } from "./prefix64.ts";
export {
  readService,
  sameService,
  type Service,
  serviceProtocols,
  serviceText,
} from "./service.ts";
export {
  embeddedScenarioFiles,
  embeddedScenarios,
} from "./detectors/scenario_set.ts";
export {
  runSamples,
  type SampleAlert,
  type SampleResult,
} from "./scenario_sample.ts";
export { type LogTrial, type TrialAlert, tryLog } from "./log_trial.ts";
export { type SamplePlaces, samplePlaces } from "./detectors/sample_place.ts";
export { NewcomerTally } from "./detectors/newcomer_tally.ts";
export type { Refusals } from "./detectors/refusal_notes.ts";
export type { LentSuspicion } from "./detectors/told_refusals.ts";
export type { RefusalsTrace, Trace, WayTrace } from "./trace.ts";
export { replayLog, type ReplayOptions } from "./replay.ts";
export type {
  AlertRecord,
  ConnectionRecord,
  DecoyRecord,
  LoginRecord,
  ObservationRecord,
  RemoteCallRecord,
  ReplayRecord,
  SummaryRecord,
  WebRecord,
} from "./replay_record.ts";
export {
  type FilterDefinition,
  filterDirectory,
  type FilterExpression,
} from "./sensors/fail2ban/filter_definition.ts";
export { FilterError } from "./sensors/fail2ban/filter_options.ts";
export {
  checkFilter,
  type FilterCheck,
  type FilterRefusal,
} from "./sensors/fail2ban/line_filter.ts";
export type { WebCondition } from "./detectors/web_condition.ts";
export {
  type CaptureFormatName,
  type FormatName,
  formatNames,
  parseFormatName,
  type TextFormatName,
  textFormatNames,
} from "./sensors/log_format.ts";
export type { RecordFormat } from "./sensors/record_log.ts";
export type { LogZone } from "./sensors/log_zone.ts";
export type { SyslogClockOptions } from "./sensors/syslog_time.ts";
export { RecentMap } from "./recent_map.ts";
export {
  decodeSelf,
  encodeQuestion,
  encodeWord,
  findingsMax,
  type SelfMessage,
  selfModes,
  selfVerdicts,
  type SelfWord,
  sensorsMax,
  settingsStates,
} from "./self_word.ts";
