/**
 * Logins in Windows events: 4624 and 4625, the Kerberos tickets of 4768 and 4771,
 * the NTLM checks of 4776, and logins tried with another's account (4648).
 *
 * @module
 */
import {
  callOf,
  type EventContext,
  type EventReading,
  isAnonymous,
  isMachine,
  nothing,
  remote,
  targetOf,
  userOf,
} from "./event_party.ts";
import { ownCopy } from "../own_copy.ts";
import {
  readKerberosError,
  readNtStatus,
  type RefusalReason,
} from "./logon_failure.ts";
import type { WindowsEvent } from "./windows_event.ts";

/** 4624. */
export function accepted(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): EventReading {
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

function refuse(
  event: WindowsEvent,
  { addresses }: EventContext,
  reason: RefusalReason,
  service: string,
  from: string,
  line: number | undefined,
): EventReading {
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
export function ticket(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): EventReading {
  const status = event.value("Status");
  const from = event.value("IpAddress");
  if (event.id === 4771 || !/^(?:0x)?0+$/.test(status)) {
    const reason = readKerberosError(status);
    return refuse(event, context, reason, "kerberos", from, line);
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
export function ntlm(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): EventReading {
  const status = event.value("Status");
  // An accepted one is told again, with its address, by 4624.
  if (/^(?:0x)?0+$/.test(status)) return nothing;
  const from = event.value("Workstation").replace(/^\\\\/, "");
  const reason = readNtStatus(status, "");
  return refuse(event, context, reason, "ntlm", from, line);
}

/** Written where the login starts, so it names an address only if from afar. */
export function explicit(
  event: WindowsEvent,
  { addresses, sessions }: EventContext,
  line: number | undefined,
): EventReading {
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

/** 4625. */
export function refused(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): EventReading {
  return refuse(
    event,
    context,
    readNtStatus(event.value("Status"), event.value("SubStatus")),
    serviceOf(event.value("LogonType")),
    event.value("IpAddress"),
    line,
  );
}

/** LogonType 10 is a remote desktop, the others have no name of their own. */
function serviceOf(logonType: string): string {
  return logonType === "10" ? "rdp" : "windows";
}
