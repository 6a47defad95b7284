/**
 * Connections in Windows events: 5156 and 5157 of the filtering platform, and
 * Sysmon's 3.
 *
 * @module
 */
import type { AddressCache } from "../address_cache.ts";
import type { Observation } from "../../observation.ts";
import { baseOf, type EventContext, nothing, remote } from "./event_party.ts";
import type { WindowsEvent } from "./windows_event.ts";

/** Written by the machine that was asked; the one that asks tells too much. */
export function connection(
  event: WindowsEvent,
  { addresses }: EventContext,
  line: number | undefined,
): readonly Observation[] {
  const inbound = event.value("Direction");
  if (event.value("Protocol") !== "6") return nothing;
  if (inbound !== "%%14592" && inbound !== "Inbound") return nothing;
  return connected(
    addresses,
    event,
    [
      event.value("SourceAddress"),
      event.value("DestAddress"),
      event.value("DestPort"),
    ],
    event.id === 5156,
    "",
    line,
  );
}

/** Sysmon's 3, written by either side; the one that asks names its program. */
export function sysmonConnection(
  event: WindowsEvent,
  { addresses }: EventContext,
  line: number | undefined,
): readonly Observation[] {
  if (event.value("Protocol") !== "tcp") return nothing;
  return connected(
    addresses,
    event,
    [
      event.value("SourceIp"),
      event.value("DestinationIp"),
      event.value("DestinationPort"),
    ],
    true,
    event.value("Initiated") === "true" ? baseOf(event.value("Image")) : "",
    line,
  );
}

function connected(
  addresses: AddressCache,
  event: WindowsEvent,
  [from, to, at]: readonly [string, string, string],
  passed: boolean,
  process: string,
  line: number | undefined,
): readonly Observation[] {
  const source = remote(addresses, from);
  const destination = remote(addresses, to);
  const port = Number(at);
  if (source === undefined || destination === undefined) return nothing;
  if (!(port >= 1 && port <= 65_535) || source === destination) return nothing;
  return [{
    kind: "connection",
    atMs: event.atMs,
    protocol: "tcp",
    source,
    destination,
    port,
    outcome: passed ? "accepted" : "unanswered",
    handshake: passed,
    ...(process !== "" && { process }),
    ...(line !== undefined && { line }),
  }];
}
