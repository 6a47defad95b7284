import { deepEqual, equal } from "node:assert/strict";
import { detectFormat } from "../../../../defense/sensors/log_format.ts";
import { ZeekLog } from "../../../../defense/sensors/zeek/zeek_log.ts";

const utf8 = new TextEncoder();
const ends = {
  ts: 1_772_359_200.25,
  uid: "C1",
  "id.orig_h": "10.0.0.9",
  "id.orig_p": 50_001,
  "id.resp_h": "10.0.0.2",
  "id.resp_p": 445,
};

function asJson(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...ends, ...fields });
}

/** A file of one record, as Zeek writes it by default. */
function asTsv(path: string, fields: Record<string, unknown>): string {
  const all = { ...ends, ...fields };
  const text = (value: unknown) =>
    value === undefined
      ? "-"
      : value === true
      ? "T"
      : value === false
      ? "F"
      : String(value);
  return [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    `#path\t${path}`,
    "#open\t2026-03-01-10-00-00",
    `#fields\t${Object.keys(all).join("\t")}`,
    "#types\ttime",
    Object.values(all).map(text).join("\t"),
    "#close\t2026-03-01-11-00-00",
  ].join("\n");
}

const connection = {
  kind: "connection",
  atMs: 1_772_359_200_250,
  protocol: "tcp",
  source: "10.0.0.9",
  destination: "10.0.0.2",
  port: 445,
};
const call = {
  kind: "remote_call",
  atMs: 1_772_359_200_250,
  source: "10.0.0.9",
  destination: "10.0.0.2",
};
const login = {
  atMs: 1_772_359_200_250,
  source: "10.0.0.9",
  target: "10.0.0.2",
};

const rows: {
  name: string;
  path: string;
  fields: Record<string, unknown>;
  seen: Record<string, unknown>[];
}[] = [
  ...[
    ["SF", "ShADadFf", "accepted", true],
    ["S1", "ShA", "accepted", true],
    ["RSTO", "ShR", "accepted", false],
    ["RSTO", "ShAR", "accepted", true],
    ["SF", undefined, "accepted", true],
    ["RSTO", undefined, "accepted", false],
    ["REJ", "Sr", "refused", false],
    ["S0", "S", "unanswered", false],
    ["SH", "SF", "unanswered", false],
    ["RSTOS0", "SR", "unanswered", false],
  ].map(([state, history, outcome, handshake]) => ({
    name: `state ${state}, history ${history}`,
    path: "conn",
    fields: { proto: "tcp", conn_state: state, history },
    seen: [{ ...connection, outcome, handshake }],
  })),
  ...["OTH", "SHR", "RSTRH", "", "toString"].map((state) => ({
    name: `state "${state}", whose beginning was not seen`,
    path: "conn",
    fields: { proto: "tcp", conn_state: state, history: "^" },
    seen: [],
  })),
  {
    name: "a datagram",
    path: "conn",
    fields: { proto: "udp", conn_state: "SF", history: "Dd" },
    seen: [{
      ...connection,
      protocol: "udp",
      outcome: "accepted",
      handshake: false,
    }],
  },
  {
    name: "a ping",
    path: "conn",
    fields: { proto: "icmp", conn_state: "OTH" },
    seen: [],
  },
  {
    name: "an ssh login that was refused",
    path: "ssh",
    fields: { version: 2, auth_success: false, auth_attempts: 3 },
    seen: [{ kind: "auth_failure", service: "sshd", ...login }],
  },
  {
    name: "an ssh login of which Zeek is not sure",
    path: "ssh",
    fields: { version: 2, auth_success: undefined, auth_attempts: 3 },
    seen: [],
  },
  {
    name: "a Kerberos guess",
    path: "kerberos",
    fields: {
      request_type: "AS",
      client: "ada/CORP",
      success: false,
      error_msg: "KDC_ERR_PREAUTH_FAILED",
    },
    seen: [{
      kind: "auth_failure",
      service: "kerberos",
      user: "ada",
      ...login,
    }],
  },
  {
    name: "a Kerberos account that does not exist",
    path: "kerberos",
    fields: {
      request_type: "AS",
      client: "nobody/CORP",
      success: false,
      error_msg: "KDC_ERR_C_PRINCIPAL_UNKNOWN",
    },
    seen: [{
      kind: "auth_failure",
      service: "kerberos",
      user: "nobody",
      unknownUser: true,
      ...login,
    }],
  },
  {
    name: "Kerberos asking for what every client is asked",
    path: "kerberos",
    fields: {
      request_type: "AS",
      client: "ada/CORP",
      success: false,
      error_msg: "KDC_ERR_PREAUTH_REQUIRED",
    },
    seen: [],
  },
  {
    name: "an NTLM login",
    path: "ntlm",
    fields: { username: "ada", domainname: "CORP", success: true },
    seen: [{ kind: "auth_success", service: "smb", user: "ada", ...login }],
  },
  {
    name: "a remote procedure",
    path: "dce_rpc",
    fields: {
      named_pipe: "\\pipe\\svcctl",
      endpoint: "svcctl",
      operation: "CreateServiceW",
    },
    seen: [{ ...call, service: "svcctl", operation: "CreateServiceW" }],
  },
  {
    name: "WMI",
    path: "dce_rpc",
    fields: {
      named_pipe: "49667",
      endpoint: "IWbemServices",
      operation: "ExecMethod",
    },
    seen: [{ ...call, service: "wmi", operation: "ExecMethod" }],
  },
  {
    name: "an administrative share",
    path: "smb_mapping",
    fields: { path: "\\\\FILES\\ADMIN$", share_type: "DISK" },
    seen: [{ ...call, service: "smb", operation: "open_admin_share" }],
  },
  {
    name: "a share that everybody uses",
    path: "smb_mapping",
    fields: { path: "\\\\FILES\\Public", share_type: "DISK" },
    seen: [],
  },
  {
    name: "a program written to an administrative share",
    path: "smb_files",
    fields: {
      action: "SMB::FILE_WRITE",
      path: "\\\\FILES\\C$",
      name: "Windows\\Temp\\a.exe",
    },
    seen: [{ ...call, service: "smb", operation: "write_program" }],
  },
  {
    name: "a pipe of PsExec",
    path: "smb_files",
    fields: {
      action: "SMB::FILE_OPEN",
      path: "\\\\FILES\\IPC$",
      name: "PSEXESVC-HOST-1-stdin",
    },
    seen: [{ ...call, service: "psexec", operation: "open" }],
  },
  {
    name: "a remote desktop",
    path: "rdp",
    fields: { cookie: "ada", result: "encrypted", security_protocol: "HYBRID" },
    seen: [{ ...call, service: "rdp", operation: "connect", user: "ada" }],
  },
  {
    name: "WinRM",
    path: "http",
    fields: { method: "POST", uri: "/wsman", status_code: 200 },
    seen: [{ ...call, service: "winrm", operation: "wsman" }],
  },
];

for (const { name, path, fields, seen } of rows) {
  Deno.test(`ZeekLog.read() ${name}`, () => {
    const plain = { ...fields };
    const json = asJson(plain);
    equal(detectFormat(utf8.encode(json)), "zeek");
    deepEqual(
      new ZeekLog().read(json, 1),
      seen.map((one) => ({
        ...one,
        line: 1,
      })),
    );
    const tsv = asTsv(path, plain);
    equal(detectFormat(utf8.encode(tsv)), "zeek");
    const log = new ZeekLog();
    deepEqual(
      tsv.split("\n").flatMap((line) => [...log.read(line)]),
      seen,
    );
    equal(log.counters.records, 1);
  });
}

Deno.test("ZeekLog.read() takes the columns' order from the file, each time", () => {
  const log = new ZeekLog();
  const lines = [
    "#separator |",
    "#path|conn",
    "#fields|proto|conn_state|id.resp_p|id.resp_h|id.orig_h|ts",
    "tcp|REJ|22|10.0.0.2|10.0.0.9|1772359200.250000",
    "#fields|ts|id.orig_h|id.resp_h|id.resp_p|conn_state|proto",
    "1772359200.250000|10.0.0.9|10.0.0.2|23|REJ|tcp",
    "1772359200.250000|10.0.0.9",
  ];
  deepEqual(
    lines.flatMap((line) => [...log.read(line)]).map((seen) =>
      seen.kind === "connection" && seen.port
    ),
    [22, 23],
  );
  equal(log.counters.unparsed, 1);
});

Deno.test("ZeekLog.read() knows a piece of a conn.log without its names", () => {
  const log = new ZeekLog();
  const line = (port: number) =>
    `1772359200.250000\tCabc\t10.0.0.9\t40000\t10.0.0.2\t${port}\ttcp\t-\t-\t-\t-\tS0\t-\t-\t0\tS\t1\t60\t0\t0\t-`;
  equal(detectFormat(new TextEncoder().encode(line(22) + "\n")), "zeek");
  deepEqual(
    [line(22), "a\tb", line(23)].flatMap((text) => [...log.read(text)])
      .map((seen) => seen.kind === "connection" && [seen.port, seen.outcome]),
    [[22, "unanswered"], [23, "unanswered"]],
  );
  equal(log.counters.unparsed, 1);
  equal(detectFormat(new TextEncoder().encode("1.5\tx\ty\n")), "syslog");
});

Deno.test("ZeekLog.read() knows the names that shippers give", () => {
  const shared = { ts: 1_772_359_200.25, proto: "tcp", conn_state: "REJ" };
  const shapes = [
    {
      "@stream": "conn",
      id_orig_h: "10.0.0.9",
      id_resp_h: "10.0.0.2",
      id_resp_p: 445,
    },
    {
      _path: "conn",
      id: { orig_h: "10.0.0.9", resp_h: "10.0.0.2", resp_p: 445 },
    },
  ];
  for (const shape of shapes) {
    const text = JSON.stringify({ ...shape, ...shared });
    equal(detectFormat(utf8.encode(text)), "zeek");
    deepEqual(new ZeekLog().read(text), [
      { ...connection, outcome: "refused", handshake: false },
    ]);
  }
});

Deno.test("ZeekLog.read() takes a name that every object has for a name", () => {
  const text = asJson({ endpoint: "constructor", operation: "toString" });
  deepEqual(new ZeekLog().read(text), [
    { ...call, service: "constructor", operation: "toString" },
  ]);
});
