/**
 * Interfaces of DCE/RPC that serve to look around in a network or to run
 * something elsewhere, with their operations by number. All are facts of the
 * public documents named beside them; numbers that are left out are still
 * told, as `opnum 12`.
 *
 * @module
 */

/** An interface and what can be asked of it. */
export interface RpcInterface {
  /** Name of the pipe or of the protocol, as it is printed. */
  readonly service: string;
  /** Operations by number. */
  readonly operations: Readonly<Record<number, string>>;
}

/** MS-SCMR 3.1.4. */
const svcctl: RpcInterface = {
  service: "svcctl",
  operations: {
    0: "CloseServiceHandle",
    1: "ControlService",
    2: "DeleteService",
    6: "QueryServiceStatus",
    11: "ChangeServiceConfigW",
    12: "CreateServiceW",
    13: "EnumDependentServicesW",
    14: "EnumServicesStatusW",
    15: "OpenSCManagerW",
    16: "OpenServiceW",
    17: "QueryServiceConfigW",
    19: "StartServiceW",
    23: "ChangeServiceConfigA",
    24: "CreateServiceA",
    27: "OpenSCManagerA",
    28: "OpenServiceA",
    31: "StartServiceA",
    37: "ChangeServiceConfig2W",
    42: "EnumServicesStatusExW",
    44: "CreateServiceWOW64A",
    45: "CreateServiceWOW64W",
    60: "CreateWowService",
    64: "OpenSCManager2",
  },
};

/** MS-TSCH 3.2.5.2 (the old `at`). */
const atsvc: RpcInterface = {
  service: "atsvc",
  operations: {
    0: "NetrJobAdd",
    1: "NetrJobDel",
    2: "NetrJobEnum",
    3: "NetrJobGetInfo",
  },
};

/** MS-TSCH 3.2.5.4. */
const schedule: RpcInterface = {
  service: "ITaskSchedulerService",
  operations: {
    0: "SchRpcHighestVersion",
    1: "SchRpcRegisterTask",
    2: "SchRpcRetrieveTask",
    3: "SchRpcCreateFolder",
    6: "SchRpcEnumFolders",
    7: "SchRpcEnumTasks",
    12: "SchRpcRun",
    13: "SchRpcDelete",
    16: "SchRpcGetLastRunInfo",
    17: "SchRpcGetTaskInfo",
  },
};

/** MS-RRP 3.1.5. */
const winreg: RpcInterface = {
  service: "winreg",
  operations: {
    0: "OpenClassesRoot",
    1: "OpenCurrentUser",
    2: "OpenLocalMachine",
    4: "OpenUsers",
    5: "BaseRegCloseKey",
    6: "BaseRegCreateKey",
    7: "BaseRegDeleteKey",
    8: "BaseRegDeleteValue",
    9: "BaseRegEnumKey",
    10: "BaseRegEnumValue",
    15: "BaseRegOpenKey",
    16: "BaseRegQueryInfoKey",
    17: "BaseRegQueryValue",
    20: "BaseRegSaveKey",
    22: "BaseRegSetValue",
    26: "BaseRegGetVersion",
    31: "BaseRegSaveKeyEx",
  },
};

/** MS-SAMR 3.1.5. */
const samr: RpcInterface = {
  service: "samr",
  operations: {
    0: "SamrConnect",
    1: "SamrCloseHandle",
    3: "SamrQuerySecurityObject",
    5: "SamrLookupDomainInSamServer",
    6: "SamrEnumerateDomainsInSamServer",
    7: "SamrOpenDomain",
    8: "SamrQueryInformationDomain",
    11: "SamrEnumerateGroupsInDomain",
    13: "SamrEnumerateUsersInDomain",
    15: "SamrEnumerateAliasesInDomain",
    16: "SamrGetAliasMembership",
    17: "SamrLookupNamesInDomain",
    18: "SamrLookupIdsInDomain",
    19: "SamrOpenGroup",
    20: "SamrQueryInformationGroup",
    25: "SamrGetMembersInGroup",
    27: "SamrOpenAlias",
    28: "SamrQueryInformationAlias",
    33: "SamrGetMembersInAlias",
    34: "SamrOpenUser",
    36: "SamrQueryInformationUser",
    37: "SamrSetInformationUser",
    39: "SamrGetGroupsForUser",
    40: "SamrQueryDisplayInformation",
    46: "SamrQueryInformationDomain2",
    47: "SamrQueryInformationUser2",
    48: "SamrQueryDisplayInformation2",
    50: "SamrCreateUser2InDomain",
    51: "SamrQueryDisplayInformation3",
    55: "SamrUnicodeChangePasswordUser2",
    57: "SamrConnect2",
    58: "SamrSetInformationUser2",
    62: "SamrConnect4",
    64: "SamrConnect5",
  },
};

/** MS-LSAD 3.1.4, MS-LSAT 3.1.4. */
const lsarpc: RpcInterface = {
  service: "lsarpc",
  operations: {
    0: "LsarClose",
    6: "LsarOpenPolicy",
    7: "LsarQueryInformationPolicy",
    11: "LsarEnumerateAccounts",
    13: "LsarEnumerateTrustedDomains",
    14: "LsarLookupNames",
    15: "LsarLookupSids",
    35: "LsarEnumerateAccountsWithUserRight",
    44: "LsarOpenPolicy2",
    46: "LsarQueryInformationPolicy2",
    50: "LsarEnumerateTrustedDomainsEx",
    57: "LsarLookupSids2",
    58: "LsarLookupNames2",
    68: "LsarLookupNames3",
    76: "LsarLookupSids3",
    77: "LsarLookupNames4",
  },
};

/** MS-SRVS 3.1.4. */
const srvsvc: RpcInterface = {
  service: "srvsvc",
  operations: {
    8: "NetrConnectionEnum",
    9: "NetrFileEnum",
    12: "NetrSessionEnum",
    14: "NetrShareAdd",
    15: "NetrShareEnum",
    16: "NetrShareGetInfo",
    18: "NetrShareDel",
    21: "NetrServerGetInfo",
    28: "NetrRemoteTOD",
    36: "NetrShareEnumSticky",
  },
};

/** MS-WKST 3.2.4. */
const wkssvc: RpcInterface = {
  service: "wkssvc",
  operations: { 0: "NetrWkstaGetInfo", 2: "NetrWkstaUserEnum" },
};

/** MS-DRSR 4.1. */
const drsuapi: RpcInterface = {
  service: "drsuapi",
  operations: {
    0: "DRSBind",
    1: "DRSUnbind",
    3: "DRSGetNCChanges",
    8: "DRSGetMemberships",
    12: "DRSCrackNames",
    16: "DRSDomainControllerInfo",
  },
};

/** MS-RPRN 3.1.4. */
const spoolss: RpcInterface = {
  service: "spoolss",
  operations: {
    1: "OpenPrinter",
    9: "AddPrinterDriver",
    65: "RemoteFindFirstPrinterChangeNotificationEx",
    69: "OpenPrinterEx",
    89: "AddPrinterDriverEx",
  },
};

/** MS-EFSR 3.1.4.2. */
const efsrpc: RpcInterface = {
  service: "efsrpc",
  operations: {
    0: "EfsRpcOpenFileRaw",
    4: "EfsRpcEncryptFileSrv",
    5: "EfsRpcDecryptFileSrv",
    12: "EfsRpcFileKeyInfo",
  },
};

/** MS-EVEN 3.1.4. */
const eventlog: RpcInterface = {
  service: "eventlog",
  operations: { 0: "ElfrClearELFW", 7: "ElfrOpenELW", 12: "ElfrClearELFA" },
};

/** MS-RSP 3.2. */
const shutdown: RpcInterface = {
  service: "initshutdown",
  operations: { 0: "BaseInitiateShutdown", 2: "BaseInitiateShutdownEx" },
};

/** MS-WMI 3.1.4: login, then the calls proper. */
const wbemLogin: RpcInterface = {
  service: "wmi",
  operations: { 3: "EstablishPosition", 6: "NTLMLogin" },
};
const wbemServices: RpcInterface = {
  service: "wmi",
  operations: {
    6: "GetObject",
    8: "PutClass",
    14: "PutInstance",
    16: "DeleteInstance",
    18: "CreateInstanceEnum",
    20: "ExecQuery",
    22: "ExecNotificationQuery",
    24: "ExecMethod",
    25: "ExecMethodAsync",
  },
};

/** MS-DCOM 3.1.2.5: activation of an object elsewhere. */
const activation: RpcInterface = {
  service: "dcom",
  operations: { 0: "RemoteActivation" },
};
const activator: RpcInterface = {
  service: "dcom",
  operations: { 3: "RemoteGetClassObject", 4: "RemoteCreateInstance" },
};
/** MS-DCOM 3.1.1.5.6; asked of every object that is held. */
const remUnknown: RpcInterface = {
  service: "dcom",
  operations: { 3: "RemQueryInterface", 4: "RemAddRef", 5: "RemRelease" },
};
/** MS-OAUT 3.1.4: what scripts call objects by. */
const dispatch: RpcInterface = {
  service: "dcom",
  operations: { 5: "GetIDsOfNames", 6: "Invoke" },
};

const interfaces: Readonly<Record<string, RpcInterface>> = {
  "367abb81-9844-35f1-ad32-98f038001003": svcctl,
  "1ff70682-0a51-30e8-076d-740be8cee98b": atsvc,
  "86d35949-83c9-4044-b424-db363231fd0c": schedule,
  "338cd001-2244-31f1-aaaa-900038001003": winreg,
  "12345778-1234-abcd-ef00-0123456789ac": samr,
  "12345778-1234-abcd-ef00-0123456789ab": lsarpc,
  "4b324fc8-1670-01d3-1278-5a47bf6ee188": srvsvc,
  "6bffd098-a112-3610-9833-46c3f87e345a": wkssvc,
  "e3514235-4b06-11d1-ab04-00c04fc2dcd2": drsuapi,
  "12345678-1234-abcd-ef00-0123456789ab": spoolss,
  "c681d488-d850-11d0-8c52-00c04fd90f7e": efsrpc,
  "df1941c5-fe89-4e79-bf10-463657acf44d": efsrpc,
  "82273fdc-e32a-18c3-3f78-827929dc23ea": eventlog,
  "894de0c0-0d55-11d3-a322-00c04fa321a1": shutdown,
  "f309ad18-d86a-11d0-a075-00c04fb68820": wbemLogin,
  "9556dc99-828c-11cf-a37e-00aa003240c7": wbemServices,
  "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": activation,
  "000001a0-0000-0000-c000-000000000046": activator,
  "00000131-0000-0000-c000-000000000046": remUnknown,
  "00000143-0000-0000-c000-000000000046": remUnknown,
  "00020400-0000-0000-c000-000000000046": dispatch,
};

/** The interface of this UUID (lowercase, with hyphens), if it matters here. */
export function rpcInterface(uuid: string): RpcInterface | undefined {
  return Object.hasOwn(interfaces, uuid) ? interfaces[uuid] : undefined;
}

/** Name of an operation. */
export function operationName(of: RpcInterface, opnum: number): string {
  return of.operations[opnum] ?? `opnum ${opnum}`;
}
