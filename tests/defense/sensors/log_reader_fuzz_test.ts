/**
 * Whatever a log holds, reading it ends in observations with a real address or
 * in a counter, never in an exception.
 */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { readAddress } from "../../../defense/address.ts";
import { LineSplitter } from "../../../defense/sensors/line_splitter.ts";
import { LogReader } from "../../../defense/sensors/log_format.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const pieces = fc.constantFrom(
  "Nov 23 03:26:55 ",
  "2026-11-23T03:26:55Z ",
  "<34>1 ",
  "web ",
  "sshd[7]: ",
  "sshd(pam_unix)[7]: ",
  "kernel: ",
  "Failed password for ",
  "invalid user ",
  "Invalid user ",
  "Accepted publickey for ",
  "root",
  " from ",
  "192.0.2.1",
  "2001:db8::1",
  "::ffff:1.2.3.4",
  "999.1.1.1",
  " port ",
  "22",
  " ssh2",
  ": ",
  " [preauth]",
  "Connection closed by ",
  "authenticating user ",
  "Received disconnect from ",
  "Disconnected from ",
  "User ",
  " not allowed because ",
  "error: ",
  "PAM: Authentication failure for ",
  "pam_unix(sshd:auth): authentication failure; logname= uid=0 ruser= rhost=",
  " user=",
  "message repeated 9 times: [ ",
  "]",
  "IN=eth0 OUT= ",
  "SRC=",
  " DST=",
  " PROTO=TCP SPT=1 DPT=2 RES=0x00 SYN ",
  "\n",
  "\r",
  "\0",
  "\u{1f41f}",
  '{"MESSAGE":',
  '"x"',
  ',"__REALTIME_TIMESTAMP":"1","SYSLOG_IDENTIFIER":"sshd"}',
);
const text = fc.array(fc.oneof({ weight: 9, arbitrary: pieces }, fc.string()), {
  maxLength: 40,
}).map((parts) => parts.join(""));

for (const format of ["syslog", "journald"] as const) {
  Deno.test(`LogReader.read() of ${format} survives anything (seed ${seed})`, () => {
    fc.assert(
      fc.property(text, (text) => {
        const reader = new LogReader(format, { referenceYear: 2026 });
        const splitter = new LineSplitter();
        const onLine = (line: string) => {
          for (const seen of reader.read(line, 1)) {
            equal(readAddress(seen.source), seen.source);
            ok(Number.isSafeInteger(seen.atMs));
          }
        };
        splitter.push(new TextEncoder().encode(text), onLine);
        splitter.end(onLine);
        const { records, understood, unparsed, untrusted } = reader.counters;
        ok(records >= understood + untrusted && unparsed <= records);
      }),
      { seed, numRuns: 2_000 },
    );
  });
}

Deno.test(`sshd's address wins over any name (seed ${seed})`, () => {
  const name = fc.array(
    fc.oneof(
      fc.constantFrom(
        " from ",
        "198.51.100.9",
        " port 22",
        " ssh2",
        ":",
        " ",
        " [preauth]",
        "invalid user ",
        "authenticating user ",
        " via ",
        "RSA SHA256:x",
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  ).map((parts) => parts.join("").replace(/[\r\n]/g, ""));
  const lines = [
    (user: string) =>
      `Failed password for invalid user ${user} from 192.0.2.1 port 4 ssh2`,
    (user: string) =>
      `Failed none for invalid user ${user} from 192.0.2.1 port 4 ssh2`,
    (user: string) => `Invalid user ${user} from 192.0.2.1 port 4`,
    (user: string) =>
      `Connection closed by invalid user ${user} 192.0.2.1 port 4 [preauth]`,
    (user: string) =>
      `Disconnected from invalid user ${user} 192.0.2.1 port 4 [preauth]`,
    (user: string) =>
      `maximum authentication attempts exceeded for invalid user ${user} from 192.0.2.1 port 4 ssh2 [preauth]`,
    (user: string) =>
      `error: PAM: Authentication failure for illegal user ${user} from 192.0.2.1`,
  ];
  fc.assert(
    fc.property(name, fc.constantFrom(...lines), (user, line) => {
      const reader = new LogReader("syslog", { referenceYear: 2026 });
      const seen = reader.read(`Nov 23 03:26:55 web sshd[7]: ${line(user)}`);
      equal(seen.map(({ source }) => source).join(), "192.0.2.1", line(user));
    }),
    { seed, numRuns: 3_000 },
  );
});

Deno.test(`LogReader.read() takes no longer for a hostile line`, () => {
  const reader = new LogReader("syslog", { referenceYear: 2026 });
  const hostile = [
    "Failed password for invalid user " +
    " from 1.2.3.4 port 22 ssh2".repeat(2_400),
    "Failed password for " + " ".repeat(60_000),
    "Invalid user " + " from x".repeat(8_000),
    "Connection closed by invalid user " + "a ".repeat(30_000),
    "pam_unix(sshd:auth): authentication failure; " +
    "logname= uid= ruser= rhost= ".repeat(2_000),
    "pam_unix(sshd:auth): authentication failure; ruser=" +
    " rhost=x user=".repeat(4_000),
    "message repeated 9 times: [ " + "[ ".repeat(30_000),
    "Accepted " + "x for ".repeat(10_000),
    "Disconnecting invalid user " + "1 port 1: ".repeat(6_000),
    "refused connect from " + "(".repeat(60_000),
  ];
  const before = performance.now();
  for (const line of hostile) {
    for (const length of [2_000, 2_048, 60_000]) {
      reader.read(`Nov 23 03:26:55 web sshd[7]: ${line.slice(0, length)}`);
      reader.read(`Nov 23 03:26:55 web sshd[7]: ${line.slice(0, length - 1)}|`);
    }
  }
  const perLineMs = (performance.now() - before) / (hostile.length * 6);
  ok(perLineMs < 20, `${perLineMs} ms for a line`);
});
