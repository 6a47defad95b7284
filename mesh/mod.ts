/**
 * The mesh: who belongs to it, and signed payloads carried between them over
 * links that show an observer nothing. What a payload means is `defense/`'s.
 *
 * This file is the only door into `mesh/`, except `host/mod.ts` for `cli/`.
 *
 * @module
 */
export { type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
export { type RunningNode, startNode } from "./driver.ts";
export {
  enrol,
  type Enrolment,
  type EnrolmentFailure,
  type EnrolmentOptions,
  type EnrolmentOutcome,
} from "./enrolment.ts";
export { Gate, mintToken } from "./gate.ts";
export {
  encodeInvite,
  type Invite,
  type InviteKeys,
  inviteKeys,
  inviteMsMax,
  parseInvite,
} from "./invite.ts";
export { generateKeyMaterial, type NodeKeys } from "./keys.ts";
export {
  cellBytes,
  generationMax,
  linksMax,
  nameBytesMax,
  openInvitesMax,
  payloadBytesMax,
} from "./limits.ts";
export type {
  LinkView,
  MemberView,
  Mesh,
  MeshCommand,
  MeshEvent,
  MeshReport,
  MeshStart,
  MuteReason,
  MuteView,
  OpenInvite,
  PingOutcome,
  Urgency,
} from "./mesh.ts";
export {
  MessageWriter,
  readMessage,
  type SignedMessage,
  signerOf,
  type Topic,
} from "./message.ts";
export {
  type NodeId,
  nodeIdOf,
  nodePrefix,
  nodePrefixBytes,
  parseNodeId,
} from "./node_id.ts";
export { faultBound } from "./fault_bound.ts";
export { Dialler, patienceMs } from "./overlay/dialler.ts";
export { openWithinMs, silenceMaxMs } from "./overlay/liveness.ts";
export {
  degreeOf,
  type DialPlan,
  epochOf,
  Neighbourhood,
} from "./overlay/neighbours.ts";
export type { LifeState, MemberHealth } from "./overlay/suspicion.ts";
export { type PairKeys, pairKeys } from "./pair_key.ts";
export type { PeerScript } from "./peer_script.ts";
export {
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verify,
  type Signer,
} from "./primitives/ed25519.ts";
export {
  type FarProfileName,
  farProfileNames,
  isFar,
  type Profile,
  type ProfileName,
  profiles,
} from "./profile.ts";
export {
  choicesOf,
  nextChange,
  profileAt,
  type ProfileCalendar,
  type ProfileChange,
  type Weekday,
  weekdays,
} from "./profile_calendar.ts";
export {
  earliestSwitchMs,
  judgeSwitch,
  switchGapMs,
  type SwitchState,
  type SwitchVerdict,
} from "./profile_switch.ts";
export {
  emptyLeakage,
  type Leakage,
  type LeakageReport,
  type LinkEndCause,
  reportOf,
} from "./traffic/leak_account.ts";
export { type Pace, Pacer } from "./traffic/pacer.ts";
export { SendQueue, type Waiting } from "./traffic/send_queue.ts";
export {
  decodeLinkMessage,
  encodeLinkMessage,
  type EnrolCode,
  type HaveStream,
  type LinkMessage,
} from "./wire/link_message.ts";
export { type MergeOutcome, Roster } from "./roster.ts";
export type { Member } from "./member.ts";
export { memberView } from "./member_view.ts";
export type { PendingVote } from "./roster_state.ts";
export { votesNeeded } from "./vote_tally.ts";
export { validMsMax } from "./entry_body.ts";
export { dueAtMs, lifeOf } from "./renewal.ts";
export {
  type Authority,
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
  writeRenewal,
  writeRotation,
} from "./roster_entry.ts";
export {
  type Statement,
  writeAcknowledgement,
  writeName,
  writePromotion,
  writeRetirement,
  writeRevocation,
  writeSuccession,
} from "./office_entry.ts";
export type {
  Clock,
  DialRequest,
  LinkId,
  Random,
  Transport,
  TransportEvent,
} from "./world.ts";
