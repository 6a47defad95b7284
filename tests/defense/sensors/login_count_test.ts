/** One refusal is counted once, however many lines tell of it. */
import { deepEqual, equal } from "node:assert/strict";
import { LogReader } from "../../../defense/sensors/log_format.ts";
import { SourceAttempts } from "../../../defense/sensors/source_attempts.ts";
import { read } from "./read_logins.ts";

const A = "192.0.2.1";
const victim = "198.51.100.9";

const pam = (rhost: string, user = "root", more = "") =>
  `${
    more === "" ? "pam_unix(sshd:auth): " : `PAM ${more} more `
  }authentication ${
    more === "" ? "failure" : "failures"
  }; logname= uid=0 euid=0 tty=ssh ruser= rhost=${rhost}${
    user === "" ? "" : `  user=${user}`
  }`;

const wrong = `Failed password for root from ${A} port 4 ssh2`;
const sequences: { name: string; lines: string[]; seen: string[] }[] = [
  {
    name: "one password on an unknown account, told by five lines, once",
    lines: [
      `Invalid user bob from ${A} port 4`,
      "pam_unix(sshd:auth): check pass; user unknown",
      pam(A, ""),
      `Failed password for invalid user bob from ${A} port 4 ssh2`,
      `Connection closed by invalid user bob ${A} port 4 [preauth]`,
    ],
    seen: [`1?${A} bob`],
  },
  {
    name: "three passwords on one connection, told by PAM and sshd, thrice",
    lines: [
      pam(A),
      `Failed password for root from ${A} port 4 ssh2`,
      `Failed password for root from ${A} port 4 ssh2`,
      `Failed password for root from ${A} port 4 ssh2`,
      `Connection closed by authenticating user root ${A} port 4 [preauth]`,
      pam(A, "root", "2"),
    ],
    seen: [`1-${A} root`, `3-${A} root`, `4-${A} root`],
  },
  {
    name: "PAM's lines alone in full",
    lines: [pam(A), pam(A, "root", "2")],
    seen: [`1-${A} root`, `2-${A} root`, `2-${A} root`],
  },
  {
    name: "what the syslog of BSD writes once for several",
    lines: [
      wrong,
      "Nov 23 03:27:05 web last message repeated 2 times",
      "Nov 23 03:29:05 web last message repeated 1 time",
    ],
    seen: [1, 2, 2, 3].map((line) => `${line}-${A} root`),
  },
  {
    name: "what other syslogs write once for several",
    lines: [
      wrong,
      "Nov 23 03:27:05 web syslogd: last message repeated 1 times",
      "Nov 23 03:27:06 --- last message repeated 1 time ---",
      "Nov 23 03:27:07 web syslog-ng[9]: Last message 'Failed password for ' repeated 1 times, suppressed by syslog-ng on web",
      "Nov 23 03:27:08 web sshd[100]: message repeated 1 times: [ " + wrong +
      "]",
    ],
    seen: [1, 2, 3, 4, 5].map((line) => `${line}-${A} root`),
  },
  {
    name: "no repetition of what another host wrote, or of nothing",
    lines: [
      "Nov 23 03:27:05 web last message repeated 2 times",
      wrong,
      "Nov 23 03:27:05 db last message repeated 2 times",
    ],
    seen: [`2-${A} root`],
  },
  {
    name: "two modules of PAM once",
    lines: [pam(A), pam(A).replace("pam_unix", "pam_sss")],
    seen: [`1-${A} root`],
  },
  {
    name: "an old sshd's two lines about an unknown account once",
    lines: [
      `Invalid user bob from ${A}`,
      "input_userauth_request: invalid user bob [preauth]",
      "pam_unix(sshd:auth): check pass; user unknown",
      pam(A, ""),
      `Failed password for invalid user bob from ${A} port 4 ssh2`,
      `error: Received disconnect from ${A}: 14: No more user authentication methods available. [preauth]`,
    ],
    seen: [`1?${A} bob`],
  },
  {
    name: "a process that was silent for an hour as another",
    lines: [
      `Nov 23 02:00:00 web sshd[100]: Invalid user bob from ${victim} port 4`,
      "Disconnecting: Too many authentication failures for root [preauth]",
      `Connection closed by ${A} port 4 [preauth]`,
    ],
    seen: [`1?${victim} bob`, `3-${A}`],
  },
  {
    name: "a refusal whose address came before",
    lines: [
      `Connection from ${A} port 4 on 192.0.2.2 port 22`,
      "Disconnecting: Too many authentication failures for root [preauth]",
      `Connection closed by ${A} port 4 [preauth]`,
    ],
    seen: [`2-${A}`],
  },
  {
    name: "a refusal whose address comes later",
    lines: [
      "User root not allowed because account is locked",
      "input_userauth_request: invalid user root [preauth]",
      `error: Received disconnect from ${A}: 11: Bye Bye [preauth]`,
    ],
    seen: [`3-${A}`],
  },
  {
    name:
      "a keyboard-interactive login, whose PAM child has the next pid, once",
    lines: [
      `Nov 23 03:26:55 web sshd[101]: ${pam(A)}`,
      `error: PAM: Authentication failure for root from ${A}`,
      `Failed keyboard-interactive/pam for root from ${A} port 4 ssh2`,
      `Nov 23 03:26:58 web sshd[102]: ${pam(A)}`,
      `error: PAM: Authentication failure for root from ${A}`,
    ],
    seen: [`1-${A} root`, `4-${A} root`],
  },
  {
    name: "equal pids on two hosts as two connections",
    lines: [
      `Nov 23 03:26:55 web sshd[7]: ${pam(A)}`,
      `Nov 23 03:26:55 db sshd[7]: Failed password for root from ${A} port 4 ssh2`,
    ],
    seen: [`1-${A} root`, `2-${A} root`],
  },
  {
    name: "a pid that serves another address as a new connection",
    lines: [pam(A), `Failed password for root from ${victim} port 4 ssh2`],
    seen: [`1-${A} root`, `2-${victim} root`],
  },
  {
    name: "failures on either side of a success",
    lines: [
      `Failed password for ada from ${A} port 4 ssh2`,
      `Accepted password for ada from ${A} port 4 ssh2`,
      pam(A, "ada"),
    ],
    seen: [`1-${A} ada`, `2+${A} ada`, `3-${A} ada`],
  },
  {
    name: "an ambiguous line by what the process said before",
    lines: [
      `Invalid user x from ${A} port 58946`,
      `Failed password for invalid user x from ${A} port 58946 ssh2: from ${victim} port 5 ssh2`,
      `Failed password for invalid user x from ${A} port 58946 ssh2`,
    ],
    seen: [`1?${A} x`, `3?${A} x`],
  },
];

for (const { name, lines, seen } of sequences) {
  Deno.test(`LogReader.read() counts ${name}`, () =>
    deepEqual(read(lines), seen));
}

const ftpPam = `Nov 23 03:26:55 web vsftpd: ${
  pam(A).replace("sshd", "vsftpd")
}`;
const ftpOwn =
  `Mon Nov 23 03:26:56 2026 [pid 7] [root] FAIL LOGIN: Client "${A}"`;

Deno.test("LogReader.read() counts a refusal once that two kinds of line in one file tell of", () => {
  const reader = new LogReader("vsftpd", { referenceYear: 2026 });
  equal(reader.read(ftpPam).length, 1);
  equal(reader.read(ftpOwn).length, 0);
  equal(reader.read(ftpOwn).length, 1);
});

Deno.test("LogReader.read() counts a refusal once that two logs of a host tell of", () => {
  const attempts = new SourceAttempts();
  const options = { referenceYear: 2026, attempts };
  const auth = new LogReader("syslog", options);
  const own = new LogReader("vsftpd", options);
  equal(auth.read(ftpPam).length, 1);
  equal(own.read(ftpOwn).length, 0);
  equal(own.read(ftpOwn).length, 1);
  equal(auth.read(ftpPam).length, 0);
});
