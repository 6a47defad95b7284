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
import { connection, sysmonConnection } from "./connection_event.ts";
import {
  inSession,
  installed,
  opened,
  share,
  started,
} from "./control_event.ts";
import {
  type EventContext,
  type EventReading,
  nothing,
} from "./event_party.ts";
import { accepted, explicit, ntlm, refused, ticket } from "./login_event.ts";
import type { WindowsEvent } from "./windows_event.ts";

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
): EventReading | undefined {
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
      return refused(event, context, line);
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

function readSysmon(
  event: WindowsEvent,
  context: EventContext,
  line: number | undefined,
): EventReading | undefined {
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
  if (event.id === 3) return sysmonConnection(event, context, line);
  return event.id < 30 ? nothing : undefined;
}
