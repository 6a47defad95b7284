/**
 * What Windows events say about logins, shares and remote control.
 *
 * | event | what is seen |
 * | --- | --- |
 * | 4624, 4625 | a login from elsewhere, accepted or refused |
 * | 4768, 4771 | a Kerberos ticket for an account, granted or refused |
 * | 4776 | an NTLM login; told only if it names an address |
 * | 4648 | a login elsewhere with another account's name |
 * | 4688, Sysmon 1 | a program that WMI, WinRM or DCOM started for a session from elsewhere |
 * | 4656, 4661, 4674 | a service, an account or a group opened from elsewhere |
 * | 4697, 7045 | a service installed from elsewhere |
 * | 4698, 4702 | a task scheduled from elsewhere |
 * | 4798, 4799 | a user's or group's members asked for from elsewhere |
 * | 5140, 5145 | an administrative share, or a pipe of remote control, opened |
 * | 5156, 5157, Sysmon 3 | a TCP connection, let through or stopped |
 *
 * Not told: logins of the machine itself, which happen all the time and would
 * speak for whoever sits on it; logins at its own keyboard; service tickets
 * (4769), which every honest use of every server asks for.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { Observation, RemoteCall } from "../../observation.ts";
import type { AddressCache } from "../address_cache.ts";
import { ownCopy } from "../own_copy.ts";
import { pipeService, shareOperation } from "../rpc/pipe_name.ts";
import {
  readKerberosError,
  readNtStatus,
  type RefusalReason,
} from "./logon_failure.ts";
import type { LogonSessions } from "./logon_sessions.ts";
import type { WindowsEvent } from "./windows_event.ts";

/** Parties of an event that carry no address are counted under this. */
export type NoAddress = "no_address";

/** What reading needs beside the event. */
export interface EventContext {
  readonly addresses: AddressCache;
  readonly sessions: LogonSessions;
}

const nothing: readonly Observation[] = [];
const userLengthMax = 128;

/**
 * Reads one event.
 *
 * @returns What was seen, empty for an event that is known and says nothing;
 *   `undefined` for one that is not known.
 */
export function readSecurityEvent(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress | undefined {
  if (event.channel.includes("Sysmon")) {
    return readSysmon(event, context, line);
  }
  // Other logs use the same numbers for other things.
  const log = event.id === 7045 ? "System" : "Security";
  if (event.channel !== "" && event.channel !== log) return undefined;
  switch (event.id) {
    case 4624:
      return accepted(event, context, line);
    case 4625:
      return refused(
        event,
        context,
        readNtStatus(event.value("Status"), event.value("SubStatus")),
        serviceOf(event.value("LogonType")),
        event.value("IpAddress"),
        line,
      );
    case 4768:
    case 4771:
      return ticket(event, context, line);
    case 4776:
      return ntlm(event, context, line);
    case 4648:
      return explicit(event, context, line);
    case 4688:
      return started(
        event,
        context,
        event.value("ParentProcessName"),
        event.value("NewProcessName"),
        [event.value("TargetLogonId"), event.value("SubjectLogonId")],
        line,
      );
    case 4656:
    case 4661:
    case 4674:
      return opened(event, context, line);
    case 4698:
    case 4702:
      return inSession(
        event,
        context,
        ["ITaskSchedulerService", "task_registered"],
        line,
      );
    case 4798:
    case 4799:
      return inSession(
        event,
        context,
        ["samr", event.id === 4798 ? "user_groups" : "group_members"],
        line,
      );
    case 4697:
      return installed(event, context, event.value("SubjectLogonId"), line);
    case 7045:
      return installed(event, context, "", line);
    case 5140:
    case 5145:
      return share(event, context, line);
    case 5156:
    case 5157:
      return connection(event, context, line);
    case 4634:
    case 4647:
    case 4672:
    case 4769:
      return nothing;
    default:
      return undefined;
  }
}

function accepted(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const source = remote(addresses, event.value("IpAddress"));
  if (source === undefined) return "no_address";
  const user = userOf(event.value("TargetUserName"));
  const session = { source, user };
  sessions.open(event.computer, event.value("TargetLogonId"), session);
  if (isMachine(user) || isAnonymous(user)) return nothing;
  return [{
    kind: "auth_success",
    atMs: event.atMs,
    service: serviceOf(event.value("LogonType")),
    source,
    ...targetOf(event.computer),
    ...(user !== "" && { user }),
    ...(line !== undefined && { line }),
  }];
}

function refused(
  event: WindowsEvent,
  { addresses }: EventContext,
  reason: RefusalReason,
  service: string,
  from: string,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  if (reason === "other") return nothing;
  const source = remote(addresses, from);
  if (source === undefined) return "no_address";
  const user = userOf(event.value("TargetUserName"));
  if (isMachine(user)) return nothing;
  return [{
    kind: "auth_failure",
    atMs: event.atMs,
    service,
    source,
    ...targetOf(event.computer),
    ...(user !== "" && { user }),
    ...(reason === "unknown_user" && { unknownUser: true }),
    ...(line !== undefined && { line }),
  }];
}

/** 4768 says both; 4771 only refuses. */
function ticket(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const status = event.value("Status");
  const from = event.value("IpAddress");
  if (event.id === 4771 || !/^(?:0x)?0+$/.test(status)) {
    const reason = readKerberosError(status);
    return refused(event, context, reason, "kerberos", from, line);
  }
  const source = remote(context.addresses, from);
  if (source === undefined) return "no_address";
  const user = userOf(event.value("TargetUserName"));
  if (isMachine(user)) return nothing;
  return [{
    kind: "auth_success",
    atMs: event.atMs,
    service: "kerberos",
    source,
    ...targetOf(event.computer),
    ...(user !== "" && { user }),
    ...(line !== undefined && { line }),
  }];
}

/** The workstation is what the client calls itself: seldom an address. */
function ntlm(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const status = event.value("Status");
  // An accepted one is told again, with its address, by 4624.
  if (/^(?:0x)?0+$/.test(status)) return nothing;
  const from = event.value("Workstation").replace(/^\\\\/, "");
  const reason = readNtStatus(status, "");
  return refused(event, context, reason, "ntlm", from, line);
}

/** Written where the login starts, so it names an address only if from afar. */
function explicit(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const server = event.value("TargetServerName");
  if (/^(?:localhost|-)?$/i.test(server)) return nothing;
  const source = remote(addresses, event.value("IpAddress")) ??
    sessions.of(event.computer, event.value("SubjectLogonId"))?.source;
  if (source === undefined) return "no_address";
  const user = event.value("TargetUserName");
  return [{
    ...callOf(event, "logon", "explicit_credentials", source, user, line),
    target: ownCopy(server),
  }];
}

/** Programs that start others for a caller from elsewhere, and for whom. */
const hosts: Readonly<Record<string, readonly [string, string]>> = {
  "wmiprvse.exe": ["wmi", "process_created"],
  "wsmprovhost.exe": ["winrm", "process_created"],
  "winrshost.exe": ["winrm", "process_created"],
  "mmc.exe": ["dcom", "process_created"],
};
/** Programs whose own start is such a call. */
const shells: Readonly<Record<string, readonly [string, string]>> = {
  "wsmprovhost.exe": ["winrm", "shell_created"],
  "winrshost.exe": ["winrm", "shell_created"],
};

function started(
  event: WindowsEvent,
  { sessions }: EventContext,
  parent: string,
  program: string,
  logonIds: readonly string[],
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const meaning = hosts[baseOf(parent)] ?? shells[baseOf(program)];
  if (meaning === undefined) return nothing;
  const session = logonIds.map((id) => sessions.of(event.computer, id))
    .find((found) => found !== undefined);
  if (session === undefined) return "no_address";
  const [service, operation] = meaning;
  const { source, user } = session;
  return [callOf(event, service, operation, source, user, line)];
}

/** What is opened, by the server that opens it (`ObjectServer`). */
function opened(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
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
function inSession(
  event: WindowsEvent,
  { sessions }: EventContext,
  [service, operation]: readonly [string, string],
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const session = sessions.of(event.computer, event.value("SubjectLogonId"));
  if (session === undefined) return "no_address";
  const { source, user } = session;
  if (isMachine(user) || operation === "") return nothing;
  return [callOf(event, service, operation, source, user, line)];
}

function installed(
  event: WindowsEvent,
  { sessions }: EventContext,
  logonId: string,
  line: number | undefined,
): readonly Observation[] | NoAddress {
  const session = sessions.of(event.computer, logonId) ??
    sessions.controllerOf(event.computer, event.atMs);
  if (session === undefined) return "no_address";
  const { source, user } = session;
  return [callOf(event, "svcctl", "service_installed", source, user, line)];
}

function share(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress {
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

/** Written by the machine that was asked; the one that asks tells too much. */
function connection(
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

function readSysmon(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): readonly Observation[] | NoAddress | undefined {
  if (event.id === 1) {
    return started(
      event,
      context,
      event.value("ParentImage"),
      event.value("Image"),
      [event.value("LogonId")],
      line,
    );
  }
  if (event.id !== 3) return event.id < 30 ? nothing : undefined;
  if (event.value("Protocol") !== "tcp") return nothing;
  return connected(
    context.addresses,
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

function callOf(
  event: WindowsEvent,
  service: string,
  operation: string,
  source: Address,
  user: string,
  line: number | undefined,
): RemoteCall {
  return {
    kind: "remote_call",
    atMs: event.atMs,
    service,
    operation,
    source,
    ...targetOf(event.computer),
    ...(user !== "" && { user: userOf(user) }),
    ...(line !== undefined && { line }),
  };
}

function targetOf(computer: string): { readonly target?: string } {
  return computer === "" ? {} : { target: ownCopy(computer) };
}

/** LogonType 10 is a remote desktop, the others have no name of their own. */
function serviceOf(logonType: string): string {
  return logonType === "10" ? "rdp" : "windows";
}

/** An address of another machine. */
function remote(addresses: AddressCache, text: string): Address | undefined {
  const address = addresses.read(text);
  if (address === undefined || address === "::1" || address === "::") {
    return undefined;
  }
  return /^(?:127\.|0\.)/.test(address) ? undefined : address;
}

/** Without domain: `user@REALM` and `DOMAIN\user` become `user`. */
function userOf(name: string): string {
  const plain = name.slice(0, userLengthMax);
  const bare = plain.slice(plain.lastIndexOf("\\") + 1);
  const at = bare.indexOf("@");
  const user = at > 0 ? bare.slice(0, at) : bare;
  return user === "-" ? "" : ownCopy(user);
}

function isMachine(user: string): boolean {
  return user.endsWith("$");
}

function isAnonymous(user: string): boolean {
  return user === "" || user.toUpperCase() === "ANONYMOUS LOGON";
}

/** `C:\Windows\System32\cmd.exe` → `cmd.exe`. */
function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("\\") + 1).toLowerCase();
}
