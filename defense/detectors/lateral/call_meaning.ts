/**
 * What a remote call is good for: the ATT&CK technique, in the words of a
 * summary, and how much likelier it is from someone who moves through a
 * network than from someone who works in it.
 *
 * The weights are our choice, in three steps: `looks` for looking around,
 * which programs also do by themselves (4 times); `reaches` for opening a way
 * of remote control (20 times); `runs` for running or changing something
 * there, or taking secrets (100 times). None of them is proof: administrators
 * do all of it. So a single call makes a notice that asks for no measure.
 *
 * @module
 */
import type { RemoteCall } from "../../observation.ts";

/** What a call means. */
export interface CallMeaning {
  /** Name of the scenario in the alert. */
  readonly scenario: string;
  readonly technique: string;
  /** How far it goes; see `gradeNats`. */
  readonly grade: CallGrade;
  /** Says what was done, after the name of who did it. */
  readonly words: string;
}

/** How far a call goes. */
export type CallGrade = "looks" | "reaches" | "runs";
/** Natural logs of the likelihood ratios, attack : honest. */
export const gradeNats: Readonly<Record<CallGrade, number>> = {
  looks: Math.log(4),
  reaches: Math.log(20),
  runs: Math.log(100),
};

const service = meaning(
  "remote-service",
  "T1021.002",
  "reaches",
  "opened the service control manager of",
);
const serviceExecution = meaning(
  "remote-service-execution",
  "T1569.002",
  "runs",
  "installed or started a service on",
);
const share = meaning(
  "admin-share",
  "T1021.002",
  "reaches",
  "opened an administrative share of",
);
const transfer = meaning(
  "lateral-tool-transfer",
  "T1570",
  "runs",
  "wrote a file into an administrative share of",
);
const task = meaning(
  "remote-task",
  "T1053.005",
  "runs",
  "scheduled a task on",
);
const taskOpen = {
  ...task,
  grade: "reaches" as const,
  words: "asked for tasks of",
};
const wmi = meaning("remote-wmi", "T1047", "reaches", "used WMI of");
const wmiRun = {
  ...wmi,
  grade: "runs" as const,
  words: "ran something through WMI on",
};
const dcom = meaning(
  "remote-dcom",
  "T1021.003",
  "reaches",
  "made an object through DCOM on",
);
const winrm = meaning(
  "remote-winrm",
  "T1021.006",
  "reaches",
  "used Windows Remote Management of",
);
const registry = meaning(
  "remote-registry",
  "T1012",
  "reaches",
  "opened the registry of",
);
const registryChange = meaning(
  "remote-registry-change",
  "T1112",
  "runs",
  "changed the registry of",
);
const registrySave = meaning(
  "remote-credential-dump",
  "T1003.002",
  "runs",
  "saved a part of the registry of",
);
const accounts = meaning(
  "account-discovery",
  "T1087.002",
  "looks",
  "asked for accounts from",
);
const groups = meaning(
  "group-discovery",
  "T1069.002",
  "looks",
  "asked for groups from",
);
const localGroups = { ...groups, technique: "T1069.001" };
const shares = meaning(
  "share-discovery",
  "T1135",
  "looks",
  "asked for the shares of",
);
const sessions = meaning(
  "session-discovery",
  "T1049",
  "looks",
  "asked who is connected to",
);
const users = meaning(
  "user-discovery",
  "T1033",
  "looks",
  "asked who is logged in on",
);
const trusts = meaning(
  "trust-discovery",
  "T1482",
  "looks",
  "asked for trusted domains from",
);
const replication = meaning(
  "directory-replication",
  "T1003.006",
  "runs",
  "took over accounts and secrets as a domain controller would, from",
);
const coercion = meaning(
  "forced-authentication",
  "T1187",
  "runs",
  "made a login elsewhere be tried by",
);
const clearing = meaning(
  "remote-log-clearing",
  "T1070.001",
  "runs",
  "cleared an event log of",
);
const shutdown = meaning(
  "remote-shutdown",
  "T1529",
  "reaches",
  "shut down",
);

/** By service and operation; `*` for all others of a service. */
const meanings: Readonly<
  Record<string, Readonly<Record<string, CallMeaning>>>
> = {
  svcctl: {
    CreateServiceW: serviceExecution,
    CreateServiceA: serviceExecution,
    CreateServiceWOW64W: serviceExecution,
    CreateServiceWOW64A: serviceExecution,
    CreateWowService: serviceExecution,
    StartServiceW: serviceExecution,
    StartServiceA: serviceExecution,
    ChangeServiceConfigW: serviceExecution,
    ChangeServiceConfigA: serviceExecution,
    service_installed: serviceExecution,
    "*": service,
  },
  psexec: { "*": serviceExecution },
  smb: {
    open_admin_share: share,
    write_file: transfer,
    write_program: transfer,
  },
  atsvc: { NetrJobAdd: task, "*": taskOpen },
  ITaskSchedulerService: {
    SchRpcRegisterTask: task,
    SchRpcRun: task,
    "*": taskOpen,
  },
  wmi: {
    ExecMethod: wmiRun,
    ExecMethodAsync: wmiRun,
    PutInstance: wmiRun,
    process_created: wmiRun,
    "*": wmi,
  },
  dcom: {
    RemoteActivation: dcom,
    RemoteCreateInstance: dcom,
    RemoteGetClassObject: dcom,
    Invoke: dcom,
    process_created: dcom,
  },
  winrm: { "*": winrm },
  winreg: {
    BaseRegCreateKey: registryChange,
    BaseRegDeleteKey: registryChange,
    BaseRegDeleteValue: registryChange,
    BaseRegSetValue: registryChange,
    BaseRegSaveKey: registrySave,
    BaseRegSaveKeyEx: registrySave,
    "*": registry,
  },
  samr: {
    SamrEnumerateUsersInDomain: accounts,
    SamrQueryDisplayInformation: accounts,
    SamrQueryDisplayInformation2: accounts,
    SamrQueryDisplayInformation3: accounts,
    SamrQueryInformationUser: accounts,
    SamrQueryInformationUser2: accounts,
    SamrEnumerateGroupsInDomain: groups,
    SamrGetMembersInGroup: groups,
    SamrEnumerateAliasesInDomain: localGroups,
    SamrGetMembersInAlias: localGroups,
  },
  lsarpc: {
    LsarEnumerateTrustedDomains: trusts,
    LsarEnumerateTrustedDomainsEx: trusts,
  },
  srvsvc: {
    NetrShareEnum: shares,
    NetrShareEnumSticky: shares,
    NetrSessionEnum: sessions,
    NetrConnectionEnum: sessions,
    NetrFileEnum: sessions,
  },
  wkssvc: { NetrWkstaUserEnum: users, open_by_user: users },
  drsuapi: { DRSGetNCChanges: replication },
  spoolss: { RemoteFindFirstPrinterChangeNotificationEx: coercion },
  efsrpc: {
    EfsRpcOpenFileRaw: coercion,
    EfsRpcEncryptFileSrv: coercion,
    EfsRpcDecryptFileSrv: coercion,
    EfsRpcFileKeyInfo: coercion,
  },
  eventlog: { ElfrClearELFW: clearing, ElfrClearELFA: clearing },
  initshutdown: { "*": shutdown },
};

/** What `call` means; `undefined` if it is everyday business or not known. */
export function meaningOf(call: RemoteCall): CallMeaning | undefined {
  const { service, operation } = call;
  if (!Object.hasOwn(meanings, service)) return undefined;
  const of = meanings[service] ?? {};
  // Other tools print the names of the documents whole.
  const name = operation.replace(/^(?:R(?=[A-Z])|IDL_)/, "");
  if (Object.hasOwn(of, name)) return of[name];
  // Closing what was opened, and versions, say nothing more.
  if (/^(?:Close|BaseRegClose|SchRpcHighestVersion)/.test(name)) {
    return undefined;
  }
  return of["*"];
}

function meaning(
  scenario: string,
  technique: string,
  grade: CallGrade,
  words: string,
): CallMeaning {
  return { scenario, technique, grade, words };
}
