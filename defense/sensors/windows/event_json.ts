/**
 * Windows events as JSON, in the shapes that shippers and converters write:
 *
 * | shape | where the number stands | where the values stand |
 * | --- | --- | --- |
 * | Winlogbeat 7 and later, Elastic Agent | `winlog.event_id` | `winlog.event_data` |
 * | Winlogbeat 6 | `event_id` | `event_data` |
 * | nxlog, Azure and others, flat | `EventID` | beside it |
 * | converters of EVTX files | `Event.System.EventID` | `Event.EventData` |
 * | PowerShell | `Id`, `EventID` | `Properties`, `ReplacementStrings`, by position |
 *
 * A converter may write `EventID` as a number, as `{"#text": …}`, and
 * `EventData` as an object or as `Data: [{"@Name", "#text"}]`. Flat exports
 * name a local time without zone; the time of forwarding (`@timestamp`) is then
 * the better one, being late by seconds rather than wrong by hours. What
 * stands in a search engine's `_source` is the event.
 *
 * @module
 */
import { namesZone, readEventTime } from "../event_time.ts";
import type { FromLocal } from "../log_zone.ts";
import { namedProperties } from "./event_properties.ts";
import { valueLengthMax, type WindowsEvent } from "./windows_event.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Values of a list form that are looked at. */
const listedMax = 128;

/**
 * Reads one event.
 *
 * @param fromLocal For a time that names no zone.
 * @returns `undefined` for JSON that is no Windows event.
 */
export function readEventJson(
  record: unknown,
  fromLocal: FromLocal,
): WindowsEvent | undefined {
  const whole = fieldsOf(record);
  if (whole === undefined) return undefined;
  const fields = fieldsOf(whole["_source"]) ?? whole;
  const event = fieldsOf(fields["Event"]);
  const shape = event === undefined ? flatShape(fields) : treeShape(event);
  const id = Number(shape.id);
  if (!Number.isInteger(id) || id < 1 || id > 65_535) return undefined;
  const atMs = timeOf(shape.times, fromLocal);
  if (atMs === undefined) return undefined;
  const { channel, computer, values } = shape;
  return { id, channel, computer, atMs, value: (name) => textOf(values, name) };
}

interface Shape {
  readonly id: string;
  readonly channel: string;
  readonly computer: string;
  /** The best first. */
  readonly times: readonly string[];
  readonly values: Fields;
}

function treeShape(event: Fields): Shape {
  const system = fieldsOf(event["System"]) ?? {};
  const created = fieldsOf(system["TimeCreated"]) ?? {};
  return {
    id: textOf(system, "EventID"),
    channel: textOf(system, "Channel"),
    computer: textOf(system, "Computer"),
    times: [
      textOf(attributesOf(created), "SystemTime"),
      textOf(created, "@SystemTime"),
      textOf(created, "SystemTime"),
      textOf(system, "TimeCreated"),
    ],
    values: valuesOf(event["EventData"]) ?? valuesOf(event["UserData"]) ?? {},
  };
}

function flatShape(fields: Fields): Shape {
  const beat = fieldsOf(fields["winlog"]) ?? fields;
  const host = fieldsOf(fields["host"]) ?? {};
  const id = firstOf(beat, ["event_id", "EventID", "EventId", "Id"]);
  return {
    id,
    channel: firstOf(beat, ["channel", "Channel", "log_name", "LogName"]),
    computer: firstOf(beat, [
      "computer_name",
      "Computer",
      "Hostname",
      "MachineName",
    ]) || textOf(host, "name"),
    times: [
      "UtcTime",
      "TimeCreated",
      "EventTime",
      "TimeGenerated",
      "@timestamp",
      "time_created",
      "timestamp",
    ].map((name) => textOf(fields, name)),
    values: valuesOf(beat["event_data"]) ?? valuesOf(fields["EventData"]) ??
      listedValues(Number(id), fields) ?? fields,
  };
}

/** The first that names its zone, else the first that can be read. */
function timeOf(
  times: readonly string[],
  fromLocal: FromLocal,
): number | undefined {
  const known = times.filter((text) => text !== "");
  for (const text of known) {
    if (!namesZone(text)) continue;
    const atMs = readEventTime(text);
    if (atMs !== undefined) return atMs;
  }
  for (const text of known) {
    const atMs = readEventTime(text, fromLocal);
    if (atMs !== undefined) return atMs;
  }
  return undefined;
}

/** What PowerShell lists without names. */
function listedValues(id: number, fields: Fields): Fields | undefined {
  const properties = fields["Properties"];
  if (Array.isArray(properties)) {
    const values = properties.map((each) => fieldsOf(each)?.["Value"]);
    return namedProperties(id, values);
  }
  const texts = fields["ReplacementStrings"];
  return Array.isArray(texts) ? namedProperties(id, texts) : undefined;
}

/** `EventData` by name, also where it is a list of named values. */
function valuesOf(data: unknown): Fields | undefined {
  const fields = fieldsOf(data);
  const list = fields?.["Data"] ?? data;
  if (!Array.isArray(list)) return fields;
  const values: Record<string, unknown> = {};
  for (const item of list.slice(0, listedMax)) {
    const entry = fieldsOf(item);
    if (entry === undefined) continue;
    const name = firstOf(entry, ["@Name", "Name"]) ||
      textOf(attributesOf(entry), "Name");
    const value = firstOf(entry, ["#text", "text", "content", "Value"]);
    if (name !== "") values[name] = value;
  }
  return values;
}

function attributesOf(fields: Fields): Fields {
  return fieldsOf(fields["#attributes"]) ?? {};
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : undefined;
}

function firstOf(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(fields, name);
    if (text !== "") return text;
  }
  return "";
}

function textOf(fields: Fields, name: string): string {
  if (!Object.hasOwn(fields, name)) return "";
  const value = fields[name];
  if (typeof value === "string") return value.slice(0, valueLengthMax).trim();
  if (typeof value === "number") return String(value);
  const inner = fieldsOf(value)?.["#text"];
  return typeof inner === "string" || typeof inner === "number"
    ? String(inner).slice(0, valueLengthMax).trim()
    : "";
}
