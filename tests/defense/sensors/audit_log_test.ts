import { deepEqual, equal } from "node:assert/strict";
import { AuditLog } from "../../../defense/sensors/audit_log.ts";
import { detectFormat } from "../../../defense/sensors/log_format.ts";

interface Fields {
  readonly type?: string;
  readonly op?: string;
  readonly acct?: string;
  readonly addr?: string;
  readonly res?: string;
  readonly pid?: number;
  readonly exe?: string;
}

function record(
  {
    type = "USER_AUTH",
    op = "PAM:authentication",
    acct = '"ada"',
    addr = "192.0.2.7",
    res = "failed",
    pid = 7,
    exe = "/usr/sbin/sshd",
  }: Fields,
): string {
  return `type=${type} msg=audit(1604994496.155:92733): pid=${pid} uid=0 auid=4294967295 ses=4294967295 msg='op=${op} acct=${acct} exe="${exe}" hostname=${addr} addr=${addr} terminal=${
    exe.endsWith("sshd") ? "ssh" : "ftp"
  } res=${res}'`;
}

const refused = {
  kind: "auth_failure",
  atMs: 1_604_994_496_155,
  service: "sshd",
  source: "192.0.2.7",
};

const rows: { name: string; lines: Fields[]; seen: object[] }[] = [
  {
    name: "counts a refusal once, whoever tells of it",
    lines: [{}, { type: "USER_LOGIN", op: "login" }],
    seen: [{ ...refused, user: "ada" }],
  },
  {
    name: "counts each refusal of a process",
    lines: [{}, {}, { type: "USER_LOGIN", op: "login" }],
    seen: [{ ...refused, user: "ada" }, { ...refused, user: "ada" }],
  },
  {
    name: "counts a refusal that only USER_LOGIN tells of",
    lines: [{ type: "USER_LOGIN", op: "login", acct: '"(unknown)"' }],
    seen: [{ ...refused, unknownUser: true }],
  },
  {
    name: "reads a name in hexadecimal",
    lines: [{ acct: "28696E76616C6964207573657229" }, {
      acct: "6120622763",
      pid: 8,
    }],
    seen: [{ ...refused, unknownUser: true }, { ...refused, user: "a b'c" }],
  },
  {
    name: "takes a key that does not fit for no guess",
    lines: [{ op: "pubkey" }],
    seen: [],
  },
  {
    name: "tells a login once",
    lines: [
      { res: "success" },
      { type: "USER_LOGIN", op: "login", res: "success" },
    ],
    seen: [{ ...refused, kind: "auth_success", user: "ada" }],
  },
  {
    name: "blames nobody for a login at the console",
    lines: [{ addr: "?" }, { addr: "127.0.0.1" }],
    seen: [],
  },
  {
    name: "is not fooled by a field inside a name",
    lines: [{ acct: '"x addr=198.51.100.9 res=success"' }],
    seen: [{ ...refused, user: "x addr=198.51.100.9 res=success" }],
  },
  {
    name: "names other services",
    lines: [{ exe: "/usr/sbin/vsftpd", addr: "::ffff:192.0.2.7" }],
    seen: [{ ...refused, user: "ada", service: "vsftpd" }],
  },
];

for (const { name, lines, seen } of rows) {
  Deno.test(`AuditLog.read() ${name}`, () => {
    const log = new AuditLog();
    deepEqual(lines.flatMap((fields) => [...log.read(record(fields))]), seen);
    equal(log.counters.unparsed, 0);
  });
}

Deno.test("AuditLog.read() understands what names no login", () => {
  const log = new AuditLog();
  const lines = [
    'type=EXECVE msg=audit(1604994496.155:92733): argc=2 a0="arp" a1="-a"',
    "node=web1 type=UNKNOWN[1334] msg=audit(1604994496.155:92733): prog-id=7",
    "no record",
  ];
  deepEqual(lines.flatMap((line) => [...log.read(line)]), []);
  equal(log.counters.unparsed, 1);
  equal(detectFormat(new TextEncoder().encode(lines[0])), "audit");
  equal(detectFormat(new TextEncoder().encode(lines[1])), "audit");
});

Deno.test("AuditLog reads what ausearch has found", () => {
  const found = `----\ntime->Tue Nov 10 08:48:16 2020\n${record({})}\n`;
  equal(detectFormat(new TextEncoder().encode(found)), "audit");
  const log = new AuditLog();
  const seen = found.split("\n").flatMap((line) => [...log.read(line)]);
  deepEqual(seen, [{ ...refused, user: "ada" }]);
  deepEqual([log.counters.records, log.counters.unparsed], [1, 0]);
});
