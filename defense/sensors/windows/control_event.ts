/**
 * Remote control in Windows events: programs, services and tasks started for a
 * session from elsewhere, accounts and services opened in one, shares and pipes.
 *
 * @module
 */
import {
  baseOf,
  callOf,
  type EventContext,
  type EventReading,
  isAnonymous,
  isMachine,
  nothing,
  remote,
  userOf,
} from "./event_party.ts";
import { pipeService, shareOperation } from "../rpc/pipe_name.ts";
import type { WindowsEvent } from "./windows_event.ts";

/** Programs that start others for a caller from elsewhere, and for whom. */
const hosts: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["wmiprvse.exe", ["wmi", "process_created"]],
  ["wsmprovhost.exe", ["winrm", "process_created"]],
  ["winrshost.exe", ["winrm", "process_created"]],
  ["mmc.exe", ["dcom", "process_created"]],
]);
/** Programs whose own start is such a call. */
const shells: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["wsmprovhost.exe", ["winrm", "shell_created"]],
  ["winrshost.exe", ["winrm", "shell_created"]],
]);

/** A process (4688, Sysmon 1). */
export function started(
  event: WindowsEvent,
  { sessions }: EventContext,
  parent: string,
  program: string,
  logonIds: readonly string[],
  line: number | undefined,
): EventReading {
  const meaning = hosts.get(baseOf(parent)) ?? shells.get(baseOf(program));
  if (meaning === undefined) return nothing;
  const session = logonIds.map((id) => sessions.of(event.computer, id))
    .find((found) => found !== undefined);
  if (session === undefined) return "no_address";
  const [service, operation] = meaning;
  const { source, user } = session;
  return [callOf(event, service, operation, source, user, line)];
}

/** What is opened, by the server that opens it (`ObjectServer`; 4656, 4661, 4674). */
export function opened(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): EventReading {
  switch (event.value("ObjectServer")) {
    case "SC Manager":
      return inSession(event, context, ["svcctl", "open"], line);
    case "Security Account Manager": {
      const type = event.value("ObjectType");
      return inSession(event, context, ["samr", type], line);
    }
    default:
      return nothing;
  }
}

/** Something done in a session from elsewhere; a machine's own is everyday. */
export function inSession(
  event: WindowsEvent,
  { sessions }: EventContext,
  [service, operation]: readonly [string, string],
  line: number | undefined,
): EventReading {
  const session = sessions.of(event.computer, event.value("SubjectLogonId"));
  if (session === undefined) return "no_address";
  const { source, user } = session;
  if (isMachine(user) || operation === "") return nothing;
  return [callOf(event, service, operation, source, user, line)];
}

/** A service (4697, 7045). */
export function installed(
  event: WindowsEvent,
  { sessions }: EventContext,
  logonId: string,
  line: number | undefined,
): EventReading {
  const session = sessions.of(event.computer, logonId) ??
    sessions.controllerOf(event.computer, event.atMs);
  if (session === undefined) return "no_address";
  const { source, user } = session;
  return [callOf(event, "svcctl", "service_installed", source, user, line)];
}

/** A share or a pipe (5140, 5145). */
export function share(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): EventReading {
  const source = remote(addresses, event.value("IpAddress"));
  if (source === undefined) return "no_address";
  const user = userOf(event.value("SubjectUserName"));
  const path = event.value("ShareName");
  const name = event.value("RelativeTargetName");
  const pipe = /\\IPC\$$/i.test(path) ? pipeService(name) : undefined;
  if (pipe !== undefined) {
    if (pipe === "svcctl") {
      sessions.control(event.computer, event.atMs, { source, user });
    }
    // Machines look each other's names up all day; people's programs seldom do.
    const operation = isMachine(user) || isAnonymous(user)
      ? "open"
      : "open_by_user";
    return [callOf(event, pipe, operation, source, user, line)];
  }
  const mask = Number(event.value("AccessMask")) || 0;
  const operation = shareOperation(path, name, (mask & writeMask) !== 0);
  if (operation === undefined) return nothing;
  return [callOf(event, "smb", operation, source, user, line)];
}

/** FILE_WRITE_DATA and FILE_APPEND_DATA (MS-SMB2 2.2.13.1.1). */
const writeMask = 0x2 | 0x4;
