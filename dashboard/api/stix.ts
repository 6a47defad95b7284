/**
 * Alerts as a bundle of STIX 2.1 (OASIS Standard, 10 June 2021): who was seen
 * (`observed-data` with an address), that it is hostile (`indicator`, one for
 * each address, technique and day of UTC) and who saw it (`sighting`).
 *
 * Identifiers are UUIDs of version 5, so two exports of the same alert name the
 * same things, and whoever imports both has them once.
 *
 * @module
 */
import { isPrefix64, readAddress, subjectText } from "../../defense/mod.ts";
import { exportedMax, timeText } from "./alert_export.ts";
import type { AlertRecord } from "./agent_desk.ts";
import { uuid5 } from "./uuid5.ts";

/** Of the ids of cyber-observable objects: STIX 2.1 §2.9. */
const observableNamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7";
/** Of all other ids; ours, drawn once. */
const ownNamespace = "7c1a6f0e-6f0b-4f6a-9d5e-3b0c8f1e2a47";
/** Greatest `number_observed`, STIX 2.1 §4.14. */
const observedMax = 999_999_999;
const dayMs = 86_400_000;

/** Who exports. */
export interface StixSource {
  /** 64 hex characters. */
  readonly meshId: string;
  /** Node id of the host that exports. */
  readonly self: string;
  /** Names of members by node id. */
  readonly names: ReadonlyMap<string, string>;
  /** Tells this export from others. */
  readonly mark: string;
}

type StixObject = Readonly<Record<string, unknown>> & { readonly id: string };

/** The bundle, in pieces. */
export function* asBundle(
  pages: Iterable<readonly AlertRecord[]>,
  source: StixSource,
): Generator<string> {
  const told = new Set<string>();
  const { mark, meshId } = source;
  const id = `bundle--${uuid5(ownNamespace, `${meshId} ${mark}`)}`;
  yield `{"type":"bundle","id":${JSON.stringify(id)}`;
  // A list without a member is no list (STIX 2.1 §2.9).
  const before = `,"objects":[\n`;
  let between = before;
  for (const page of pages) {
    let piece = "";
    for (const alert of page) {
      // What others take for knowledge of attackers must hold none.
      if (alert.exercise) continue;
      for (const object of objectsOf(alert, source)) {
        if (told.has(object.id)) continue;
        // Each alert makes at most five objects.
        if (told.size < 5 * exportedMax) told.add(object.id);
        piece += between + JSON.stringify(object);
        between = ",\n";
      }
    }
    yield piece;
  }
  yield between === before ? "}\n" : "\n]}\n";
}

/** What one alert becomes; nothing where it is about no address. */
export function objectsOf(
  alert: AlertRecord,
  { meshId, self, names }: StixSource,
): StixObject[] {
  const { technique, scenario, evidence, summary } = alert;
  const known = readAddress(alert.subject);
  // The first address of a /64 stands for all of it; nobody has that one.
  const whole = known !== undefined && isPrefix64(known);
  const subject = whole ? subjectText(known) : alert.subject;
  const at = timeText(alert.atMs);
  if (!/^[0-9a-f.:/]+$/i.test(subject) || at === "") return [];
  const kind = subject.includes(":") ? "ipv6-addr" : "ipv4-addr";
  const idOf = (type: string, ...parts: (string | number)[]) =>
    `${type}--${uuid5(ownNamespace, JSON.stringify([type, meshId, ...parts]))}`;
  const node = alert.node === "" ? self : alert.node;
  const seen = [node, subject, technique, scenario, alert.atMs];
  const day = timeText(Math.floor(alert.atMs / dayMs) * dayMs);
  const own = {
    spec_version: "2.1",
    created_by_ref: idOf("identity", node),
    created: at,
    modified: at,
  };
  const address: StixObject = {
    type: kind,
    spec_version: "2.1",
    // The canonical JSON (RFC 8785) of what identifies it.
    id: `${kind}--${
      uuid5(observableNamespace, JSON.stringify({ value: subject }))
    }`,
    value: subject,
  };
  const identity: StixObject = {
    type: "identity",
    spec_version: "2.1",
    id: idOf("identity", node),
    // It says nothing that changes, so it is as old as the calendar.
    created: "1970-01-01T00:00:00.000Z",
    modified: "1970-01-01T00:00:00.000Z",
    name: names.get(node) || node,
    identity_class: "system",
  };
  const indicator: StixObject = {
    ...own,
    created: day,
    modified: day,
    type: "indicator",
    id: idOf("indicator", subject, technique, day),
    // Several members may have seen it: the sightings say which.
    created_by_ref: undefined,
    name: `${subject} (${technique})`,
    indicator_types: ["malicious-activity"],
    pattern: `[${kind}:value ${whole ? "ISSUBSET" : "="} '${subject}']`,
    pattern_type: "stix",
    valid_from: day,
    ...(/^T\d{4}(?:\.\d{3})?$/.test(technique) && {
      external_references: [{
        source_name: "mitre-attack",
        external_id: technique,
      }],
    }),
  };
  const observed: StixObject = {
    ...own,
    type: "observed-data",
    id: idOf("observed-data", ...seen),
    first_observed: at,
    last_observed: at,
    number_observed: Math.min(
      Math.max(1, Math.trunc(alert.observations)),
      observedMax,
    ),
    object_refs: [address.id],
  };
  const sighting: StixObject = {
    ...own,
    type: "sighting",
    id: idOf("sighting", ...seen),
    description: [scenario, evidence, summary].filter(Boolean).join("; "),
    sighting_of_ref: indicator.id,
    observed_data_refs: [observed.id],
    where_sighted_refs: [identity.id],
    count: observed["number_observed"],
  };
  return [identity, address, indicator, observed, sighting];
}
