/**
 * Names of the values of events that list them by position: what PowerShell
 * exports (`Get-WinEvent`, `Get-EventLog`, `ConvertTo-Json`). The order is that
 * of the event's template (Microsoft, "Audit logon events" and the pages of
 * each event), and later versions of an event only add to its end.
 *
 * @module
 */

const subject = [
  "SubjectUserSid",
  "SubjectUserName",
  "SubjectDomainName",
  "SubjectLogonId",
];
const target = [...subject, "TargetUserSid", "TargetUserName"];
const logonProcess = [
  "LogonProcessName",
  "AuthenticationPackageName",
  "WorkstationName",
];
const program = [
  "TransmittedServices",
  "LmPackageName",
  "KeyLength",
  "ProcessId",
  "ProcessName",
];

const names: Readonly<Record<number, readonly string[]>> = {
  4624: [
    ...[...target, "TargetDomainName", "TargetLogonId", "LogonType"],
    ...[...logonProcess, "LogonGuid", ...program, "IpAddress", "IpPort"],
  ],
  4625: [
    ...[...target, "TargetDomainName", "Status", "FailureReason"],
    ...["SubStatus", "LogonType", ...logonProcess, ...program],
    ...["IpAddress", "IpPort"],
  ],
  4648: [
    ...[...subject, "LogonGuid", "TargetUserName", "TargetDomainName"],
    ...["TargetLogonGuid", "TargetServerName", "TargetInfo", "ProcessId"],
    ...["ProcessName", "IpAddress", "IpPort"],
  ],
  4768: [
    ...["TargetUserName", "TargetDomainName", "TargetSid", "ServiceName"],
    ...["ServiceSid", "TicketOptions", "Status", "TicketEncryptionType"],
    ...["PreAuthType", "IpAddress", "IpPort"],
  ],
  4771: [
    ...["TargetUserName", "TargetSid", "ServiceName", "TicketOptions"],
    ...["Status", "PreAuthType", "IpAddress", "IpPort"],
  ],
  4776: ["PackageName", "TargetUserName", "Workstation", "Status"],
};

/**
 * Values by name.
 *
 * @param values In the order of the event's template.
 */
export function namedProperties(
  id: number,
  values: readonly unknown[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (names[id] ?? []).map((name, index) => [name, values[index]]),
  );
}
