import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  detectFormat,
  LogReader,
  parseFormatName,
  type TextFormatName,
} from "../../../defense/sensors/log_format.ts";
import { unknown } from "./line_row.ts";
import { serviceLines } from "./service_lines.ts";

const utf8 = new TextEncoder();
const rows: { name: string; bytes: Uint8Array; format: string | undefined }[] =
  [
    {
      name: "a syslog line",
      bytes: utf8.encode("Nov 23 03:26:55 web sshd[7]: x\n"),
      format: "syslog",
    },
    { name: "nothing", bytes: new Uint8Array(0), format: "syslog" },
    {
      name: "a journal record",
      bytes: utf8.encode('{"MESSAGE":"x"}\n'),
      format: "journald",
    },
    {
      name: "pcap, µs, little endian",
      bytes: Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0),
      format: "pcap",
    },
    {
      name: "pcap, µs, big endian",
      bytes: Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4, 0, 2),
      format: "pcap",
    },
    {
      name: "pcap, ns, little endian",
      bytes: Uint8Array.of(0x4d, 0x3c, 0xb2, 0xa1),
      format: "pcap",
    },
    {
      name: "pcap, ns, big endian",
      bytes: Uint8Array.of(0xa1, 0xb2, 0x3c, 0x4d),
      format: "pcap",
    },
    {
      name: "pcapng",
      bytes: Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a),
      format: "pcapng",
    },
    {
      name: "gzip",
      bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0),
      format: undefined,
    },
  ];

for (const { name, bytes, format } of rows) {
  Deno.test(`detectFormat() ${name}`, () => equal(detectFormat(bytes), format));
}

Deno.test("parseFormatName() names the formats it knows when it fails", () => {
  equal(parseFormatName("pcap"), "pcap");
  throws(() => parseFormatName("pdf"), /syslog, journald, .*nginx, .*pcapng/);
});

/** The lines of a format that are in a form of its own. */
function ownLines(format: TextFormatName): string[] {
  return (serviceLines[format] ?? []).flatMap(([text, seen]) =>
    seen === unknown || /^[A-Z][a-z]{2} \d\d \d\d:/.test(text)
      ? []
      : text.split("\n")
  );
}

const ownFiles = [
  "access",
  "nginx",
  "apache",
  "vsftpd",
  "mysql",
  "exim",
  "named",
  "samba",
  "xrdp",
  "pf",
  "postgresql",
] as const;

for (const format of ownFiles) {
  Deno.test(`detectFormat() the own log of ${format}`, () => {
    const lines = ownLines(format);
    ok(lines.length > 0);
    equal(detectFormat(utf8.encode(lines.join("\n") + "\n")), format);
    // What stands above the first line that is known decides nothing, and a
    // last line that is cut off neither.
    const text = `\n-- begin --\n${lines.join("\n")}\n${lines[0]?.slice(0, 9)}`;
    equal(detectFormat(utf8.encode(text)), format);
  });
}

const texts: { name: string; text: string; format: string }[] = [
  {
    name: "a syslog of many daemons",
    text: Object.values(serviceLines).flatMap((rows) =>
      rows.flatMap(([line]) =>
        /^Nov 23 \S{8} /.test(line) ? line.split("\n") : []
      )
    ).join("\n"),
    format: "syslog",
  },
  {
    name: "a syslog that quotes an access log and an error log",
    text:
      `Nov 23 03:26:55 web logger: 192.0.2.1 - - [23/Nov/2026:03:26:55 +0000] "GET / HTTP/1.1" 200 1
2026-11-23T03:26:55Z web sshd[7]: Invalid user 2026/11/23 03:26:55 [error] 7#7: *9 x, client: 203.0.113.9, server: s from 192.0.2.1 port 4
2026-11-23T03:26:55Z web cron[7]: FATAL:  no pg_hba.conf entry for host "203.0.113.9", user "a"`,
    format: "syslog",
  },
  {
    name: "an access log joined with the error log of nginx",
    text: ownLines("access").slice(0, 3).join("\n") + "\n" +
      ownLines("nginx").slice(0, 3).join("\n"),
    format: "nginx",
  },
  {
    name: "the first lines of MySQL 8",
    text:
      `2026-11-23T03:26:55.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting as process 1
2026-11-23T03:26:56.123456Z 1 [System] [MY-013576] [InnoDB] InnoDB initialization has started.`,
    format: "mysql",
  },
  {
    name: "the first lines of PostgreSQL",
    text:
      `2026-11-23 03:26:55.123 CET [7] LOG:  starting PostgreSQL 17.2 on x86_64
2026-11-23 03:26:55.124 CET [7] LOG:  listening on IPv4 address "127.0.0.1", port 5432`,
    format: "postgresql",
  },
  {
    name: "prose",
    text: "It was a dark night.\nIt rained.\n",
    format: "syslog",
  },
];
for (const { name, text, format } of texts) {
  Deno.test(`detectFormat() ${name}`, () => {
    equal(detectFormat(utf8.encode(text)), format);
  });
}

Deno.test("LogReader.read() never takes a record of syslog for a line of another log", () => {
  const reader = new LogReader("postgresql", { referenceYear: 2026 });
  deepEqual(
    reader.read(
      '2026-11-23T03:26:55Z web cron[7]: FATAL:  no pg_hba.conf entry for host "203.0.113.9", user "a", database "b"',
    ),
    [],
  );
  equal(reader.counters.unparsed, 1);
});

const journal = (fields: Record<string, unknown>) =>
  JSON.stringify({
    __REALTIME_TIMESTAMP: "1795404415250000",
    _HOSTNAME: "web",
    _PID: "7",
    _UID: "0",
    SYSLOG_IDENTIFIER: "sshd",
    MESSAGE: "Failed password for root from 192.0.2.1 port 4 ssh2",
    ...fields,
  });

const journalRows: { name: string; line: string; seen: string[] }[] = [
  {
    name: "text",
    line: journal({}),
    seen: ["2026-11-23T03:26:55.250Z 192.0.2.1 root"],
  },
  {
    name: "bytes that are no UTF-8",
    line: journal({
      MESSAGE: [
        ...utf8.encode("Invalid user "),
        0xff,
        ...utf8.encode(" from 192.0.2.1 port 4"),
      ],
    }),
    seen: ["2026-11-23T03:26:55.250Z 192.0.2.1 \uFFFD"],
  },
  {
    name: "an ordinary user's forgery",
    line: journal({ _UID: "1000" }),
    seen: [],
  },
  {
    name: "a database under its own user, from its own unit",
    line: journal({
      _UID: "112",
      _SYSTEMD_UNIT: "mariadb.service",
      SYSLOG_IDENTIFIER: "mariadbd",
      MESSAGE:
        "2026-11-23  3:26:55 8 [Warning] Access denied for user 'ada'@'192.0.2.1' (using password: YES)",
    }),
    seen: ["2026-11-23T03:26:55.250Z 192.0.2.1 ada"],
  },
  {
    name: "a database of one version among others",
    line: journal({
      _UID: "26",
      _SYSTEMD_UNIT: "postgresql-16.service",
      SYSLOG_IDENTIFIER: "postgres",
      MESSAGE:
        '2026-11-23 03:26:55 CET [7] FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "ada", database "b", no encryption',
    }),
    seen: ["2026-11-23T03:26:55.250Z 192.0.2.1 ada"],
  },
  {
    name: "a mail server's instance",
    line: journal({
      _UID: "105",
      _SYSTEMD_UNIT: "postfix@-.service",
      SYSLOG_IDENTIFIER: "postfix/submission/smtpd",
      MESSAGE:
        "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=ada",
    }),
    seen: ["2026-11-23T03:26:55.250Z 192.0.2.1 ada"],
  },
  {
    name: "a unit that is called almost like another's",
    line: journal({
      _UID: "26",
      _SYSTEMD_UNIT: "postgresql-exporter.service",
      SYSLOG_IDENTIFIER: "postgres",
    }),
    seen: [],
  },
  {
    name: "another unit's forgery of sshd",
    line: journal({ _UID: "33", _SYSTEMD_UNIT: "php-fpm.service" }),
    seen: [],
  },
  {
    name: "one service's forgery of another",
    line: journal({
      _UID: "33",
      _SYSTEMD_UNIT: "nginx.service",
      SYSLOG_IDENTIFIER: "vsftpd",
      MESSAGE: '[ada] FAIL LOGIN: Client "192.0.2.1"',
    }),
    seen: [],
  },
  { name: "no message", line: journal({ MESSAGE: null }), seen: [] },
  { name: "a number for a message", line: journal({ MESSAGE: 5 }), seen: [] },
  { name: "impossible bytes", line: journal({ MESSAGE: [300] }), seen: [] },
  {
    name: "no time",
    line: journal({ __REALTIME_TIMESTAMP: "soon" }),
    seen: [],
  },
  { name: "cut JSON", line: journal({}).slice(0, 40), seen: [] },
  { name: "an array", line: "[1]", seen: [] },
  { name: "null", line: "null", seen: [] },
];

for (const { name, line, seen } of journalRows) {
  Deno.test(`LogReader.read() of the journal: ${name}`, () => {
    const reader = new LogReader("journald", { referenceYear: 2026 });
    deepEqual(
      reader.read(line).map((one) =>
        "user" in one
          ? `${new Date(one.atMs).toISOString()} ${one.source} ${one.user}`
          : one.kind
      ),
      seen,
    );
    const { records, unparsed, untrusted } = reader.counters;
    equal(records, 1);
    equal(unparsed + untrusted, seen.length === 0 ? 1 : 0);
  });
}

const drop = (fields: string) =>
  `Nov 23 03:26:55 web kernel: [7.1] DROP ${fields}`;
const syn =
  "IN=eth0 OUT= MAC=00:01 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0";
const udp =
  "IN=eth0 OUT= MAC=00:01 SRC=192.0.2.1 DST=198.51.100.2 LEN=76 PROTO=UDP SPT=40000 DPT=53 LEN=56";
const firewallRows: { name: string; line: string; seen: string[] }[] = [
  { name: "SYN", line: drop(syn), seen: ["tcp 192.0.2.1 198.51.100.2 22"] },
  {
    name: "no prefix, no time since start",
    line: `Nov 23 03:26:55 web kernel: ${syn}`,
    seen: ["tcp 192.0.2.1 198.51.100.2 22"],
  },
  {
    name: "a NULL probe",
    line: drop(syn.replace(" SYN", "")),
    seen: ["tcp 192.0.2.1 198.51.100.2 22"],
  },
  {
    name: "a Xmas probe",
    line: drop(syn.replace("SYN", "URG PSH FIN")),
    seen: ["tcp 192.0.2.1 198.51.100.2 22"],
  },
  {
    name: "IPv6",
    line: drop(
      syn.replace("192.0.2.1", "2001:0db8:0000:0000:0000:0000:0000:0001")
        .replace("198.51.100.2", "2001:db8::2"),
    ),
    seen: ["tcp 2001:db8::1 2001:db8::2 22"],
  },
  { name: "UDP", line: drop(udp), seen: ["udp 192.0.2.1 198.51.100.2 53"] },
  {
    name: "a late answer of a name server",
    line: drop(udp.replace("SPT=40000 DPT=53", "SPT=53 DPT=40000")),
    seen: [],
  },
  { name: "an answer", line: drop(syn.replace("SYN", "ACK SYN")), seen: [] },
  {
    name: "a farewell to a port from which programs ask",
    line: drop(syn.replace("SYN", "ACK FIN").replace("DPT=22", "DPT=40000")),
    seen: [],
  },
  {
    name: "Maimon's probe",
    line: drop(syn.replace("SYN", "ACK FIN")),
    seen: ["tcp 192.0.2.1 198.51.100.2 22"],
  },
  { name: "a stray RST", line: drop(syn.replace("SYN", "RST")), seen: [] },
  {
    name: "what the firewall let in",
    line: `Nov 23 03:26:55 web kernel: [UFW ALLOW] ${syn}`,
    seen: [],
  },
  {
    name: "our own packet",
    line: drop(syn.replace("IN=eth0 OUT=", "IN= OUT=eth0")),
    seen: [],
  },
  {
    name: "multicast",
    line: drop(udp.replace("198.51.100.2", "224.0.0.251")),
    seen: [],
  },
  {
    name: "broadcast",
    line: drop(udp.replace("00:01", "ff:ff:ff:ff:ff:ff:00:01")),
    seen: [],
  },
  {
    name: "a ping",
    line: drop(syn.replace("PROTO=TCP", "PROTO=ICMP")),
    seen: [],
  },
  {
    name: "another program that quotes the kernel",
    line: `Nov 23 03:26:55 web app[7]: ${syn}`,
    seen: [],
  },
  {
    name: "an impossible port",
    line: drop(syn.replace("DPT=22", "DPT=99999")),
    seen: [],
  },
  {
    name: "no address",
    line: drop(syn.replace("192.0.2.1", "somebody")),
    seen: [],
  },
];

for (const { name, line, seen } of firewallRows) {
  Deno.test(`LogReader.read() of the firewall: ${name}`, () => {
    const reader = new LogReader("syslog", { referenceYear: 2026 });
    deepEqual(
      reader.read(line).map((one) =>
        one.kind === "connection" && one.outcome === "unanswered" &&
          !one.handshake
          ? `${one.protocol} ${one.source} ${one.destination} ${one.port}`
          : one.kind
      ),
      seen,
    );
  });
}
