/**
 * The real world of the defense; only `cli/` may enter here.
 *
 * @module
 */
export { placesPaths } from "./log_place.ts";
export type { FilterSensor } from "./filter_follow.ts";
export { readFilter } from "./filter_files.ts";
export { localOffsetMinutes } from "./local_zone.ts";
export type { NftReport } from "./nft_firewall.ts";
export {
  type ContainmentIsolate,
  type ContainmentIsolateReport,
  containmentPermissions,
  type ContainmentStart,
  spawnContainment,
} from "./spawn_containment.ts";
export { LearnedFile } from "./learned_file.ts";
export type { MemberDoor } from "./member_decoy.ts";
export {
  type Admission,
  type DecoyDoor,
  type DecoyEvents,
  type DecoyExchange,
  type DecoyReport,
  type Decoys,
  decoysPermissions,
  type DecoysStart,
  type DecoyTouched,
  type MemberReach,
  type RealDecoy,
  spawnDecoys,
} from "./spawn_decoys.ts";
export {
  JournalError,
  type JournalOptions,
  SqliteJournal,
} from "./sqlite_journal.ts";
export {
  type LogSource,
  type SensorReport,
  type Sensors,
  sensorsPermissions,
  type SensorsStart,
  type SourceReport,
  spawnSensors,
} from "./spawn_sensors.ts";
