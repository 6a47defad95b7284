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
  parseInvite,
} from "./invite.ts";
export { generateKeyMaterial, type NodeKeys } from "./keys.ts";
export { cellBytes, payloadBytesMax } from "./limits.ts";
export type {
  LinkView,
  MemberView,
  Mesh,
  MeshCommand,
  MeshEvent,
  MeshReport,
  MeshStart,
  OpenInvite,
  PingOutcome,
  Urgency,
} from "./mesh.ts";
export {
  MessageWriter,
  readMessage,
  type SignedMessage,
  type Topic,
  verifyMessage,
} from "./message.ts";
export {
  type NodeId,
  nodeIdOf,
  nodePrefix,
  nodePrefixBytes,
  parseNodeId,
} from "./node_id.ts";
export type { LifeState, MemberHealth } from "./overlay/suspicion.ts";
export { type PairKeys, pairKeys } from "./pair_key.ts";
export {
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verify,
  type Signer,
} from "./primitives/ed25519.ts";
export { type Profile, type ProfileName, profiles } from "./profile.ts";
export { type Member, type MergeOutcome, Roster } from "./roster.ts";
export {
  type Authority,
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
  writeRenewal,
  writeRevocation,
  writeRotation,
} from "./roster_entry.ts";
export type {
  Clock,
  DialRequest,
  LinkId,
  Random,
  Transport,
  TransportEvent,
} from "./world.ts";
