/**
 * The real world of the mesh: time, randomness, sockets, files and the isolate
 * it runs in. Imported from `cli/` only.
 *
 * @module
 */
export {
  type Certificate,
  type CertificateSubject,
  makeCertificate,
  type Validity,
  validityOf,
} from "./certificate.ts";
export { systemClock } from "./clock.ts";
export {
  type CoverPage,
  type CoverPageSettings,
  createCoverPage,
} from "./cover_page.ts";
export {
  enrolOverNetwork,
  type NetworkEnrolmentOptions,
} from "./enrol_over_network.ts";
export type { IsolateStart } from "./isolate_message.ts";
export type { ListenerOptions } from "./listener.ts";
export { systemRandom } from "./random.ts";
export { passphraseCost, type ScryptCost } from "./sealed_seed.ts";
export {
  MeshIsolateError,
  meshIsolatePermissions,
  type SpawnedMesh,
  spawnMesh,
  type SpawnOptions,
} from "./spawn_mesh.ts";
export { StateError, type StateErrorCode } from "./state_error.ts";
export type { KeptKeys, KeptMesh, KeptPace } from "./state_format.ts";
export { StateStore } from "./state_store.ts";
export { TransportError, type TransportErrorCode } from "./transport_error.ts";
export {
  type HostTransport,
  openTransport,
  type TransportCounters,
  type TransportOptions,
} from "./websocket_transport.ts";
