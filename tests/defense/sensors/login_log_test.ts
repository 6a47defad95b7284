import { deepEqual, equal } from "node:assert/strict";
import { LogReader } from "../../../defense/sensors/log_format.ts";

/** What a log of bodies behind "sshd[100]: " or full lines leads to. */
function read(lines: readonly string[]): string[] {
  const reader = new LogReader("syslog", { referenceYear: 2026 });
  return lines.flatMap((line, index) =>
    reader.read(complete(line), index + 1).map((seen) => {
      if (seen.kind !== "auth_failure" && seen.kind !== "auth_success") {
        return `${seen.kind} ${seen.source}`;
      }
      const mark = seen.kind === "auth_success"
        ? "+"
        : seen.unknownUser
        ? "?"
        : "-";
      return `${seen.line}${mark}${seen.source} ${seen.user ?? ""}`.trimEnd();
    })
  );
}

function complete(line: string): string {
  return /^[A-Z][a-z]{2} {1,2}\d/.test(line)
    ? line
    : `Nov 23 03:26:55 web sshd[100]: ${line}`;
}

const A = "192.0.2.1";
const victim = "198.51.100.9";

const single: { message: string; seen: string[] }[] = [
  {
    message: `Failed password for root from ${A} port 4 ssh2`,
    seen: [`1-${A} root`],
  },
  {
    message: `Failed password for invalid user bob from ${A} port 4 ssh2`,
    seen: [`1?${A} bob`],
  },
  {
    message: `Failed none for invalid user bob from ${A} port 4 ssh2`,
    seen: [`1?${A} bob`],
  },
  {
    message:
      `Failed publickey for root from ${A} port 4 ssh2: RSA SHA256:abc/def+x`,
    seen: [`1-${A} root`],
  },
  {
    message: `Failed keyboard-interactive/pam for root from ${A} port 4 ssh2`,
    seen: [`1-${A} root`],
  },
  {
    message: `Failed password for root from 2001:DB8::1 port 4 ssh2`,
    seen: [`1-2001:db8::1 root`],
  },
  {
    message: `Failed password for root from ::ffff:${A} port 4 ssh2`,
    seen: [`1-${A} root`],
  },
  { message: `Invalid user bob from ${A} port 4`, seen: [`1?${A} bob`] },
  { message: `Invalid user bob from ${A}`, seen: [`1?${A} bob`] },
  // What JavaScript takes for the end of a line is a letter of a name here.
  {
    message: `Invalid user b\u2028b from ${A} port 4`,
    seen: [`1?${A} b\u2028b`],
  },
  {
    message: `Failed password for invalid user b\rb from ${A} port 4 ssh2`,
    seen: [`1?${A} b\rb`],
  },
  { message: `refused connect from ${A}`, seen: [`1-${A}`] },
  { message: `Invalid user  from ${A} port 4`, seen: [`1?${A}`] },
  {
    message:
      `Connection closed by authenticating user root ${A} port 4 [preauth]`,
    seen: [`1-${A} root`],
  },
  {
    message: `Connection reset by invalid user a b ${A} port 4 [preauth]`,
    seen: [`1?${A} a b`],
  },
  {
    message: `Disconnected from authenticating user root ${A} port 4 [preauth]`,
    seen: [`1-${A} root`],
  },
  {
    message:
      `Disconnecting invalid user bob ${A} port 4: Too many authentication failures [preauth]`,
    seen: [`1?${A} bob`],
  },
  {
    message:
      `error: maximum authentication attempts exceeded for invalid user bob from ${A} port 4 ssh2 [preauth]`,
    seen: [`1?${A} bob`],
  },
  {
    message: `error: PAM: Authentication failure for root from ${A}`,
    seen: [`1-${A} root`],
  },
  {
    message: `User root from ${A} not allowed because not listed in AllowUsers`,
    seen: [`1-${A} root`],
  },
  {
    message:
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${A}  user=root`,
    seen: [`1-${A} root`],
  },
  {
    message:
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${A} `,
    seen: [`1?${A}`],
  },
  {
    message:
      `message repeated 3 times: [ Failed password for root from ${A} port 4 ssh2]`,
    seen: [`1-${A} root`, `1-${A} root`, `1-${A} root`],
  },
  {
    message:
      `PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=${A}  user=root`,
    seen: [`1-${A} root`, `1-${A} root`],
  },
  {
    message: `Accepted password for ada from ${A} port 4 ssh2`,
    seen: [`1+${A} ada`],
  },
  {
    message:
      `Accepted publickey for ada from ${A} port 4 ssh2: ED25519 SHA256:abc`,
    seen: [`1+${A} ada`],
  },
  {
    message:
      `Disconnecting invalid user bob ${A} port 4: Change of username or service not allowed: (bob,ssh-connection) -> (eve,ssh-connection) [preauth]`,
    seen: [`1?${A} bob`],
  },
  {
    message:
      `error: Received disconnect from ${A} port 4:3: com.jcraft.jsch.JSchException: Auth fail [preauth]`,
    seen: [`1-${A}`],
  },
  // Understood, but nobody's failure.
  { message: `Connection from ${A} port 4 on 192.0.2.2 port 22`, seen: [] },
  { message: `Connection closed by ${A} port 4 [preauth]`, seen: [] },
  { message: `Connection closed by ${A} port 4`, seen: [] },
  {
    message: `Received disconnect from ${A} port 4:11: Bye Bye [preauth]`,
    seen: [],
  },
  { message: `Disconnected from user ada ${A} port 4`, seen: [] },
  {
    message: `Did not receive identification string from ${A} port 4`,
    seen: [],
  },
  {
    message: `Failed password for root from evil.example port 4 ssh2`,
    seen: [],
  },
  // Hostile names: the address is the one that sshd wrote.
  {
    message:
      `Failed password for invalid user x from ${victim} port 22 ssh2 from ${A} port 4 ssh2`,
    seen: [`1?${A} x from ${victim} port 22 ssh2`],
  },
  {
    message:
      `Failed password for invalid user x from ${victim} port 22 ssh2: from ${A} port 4 ssh2`,
    seen: [`1?${A} x from ${victim} port 22 ssh2:`],
  },
  {
    message:
      `Failed none for invalid user x from ${victim} port 22 ssh2: RSA SHA256:a from ${A} port 4 ssh2`,
    seen: [`1?${A} x from ${victim} port 22 ssh2: RSA SHA256:a`],
  },
  {
    message: `Invalid user x from ${victim} port 22 from ${A} port 4`,
    seen: [`1?${A} x from ${victim} port 22`],
  },
  {
    message:
      `Connection closed by invalid user x ${victim} port 22 [preauth] ${A} port 4 [preauth]`,
    seen: [`1?${A} x ${victim} port 22 [preauth]`],
  },
  {
    message:
      `error: PAM: Authentication failure for illegal user x from ${victim} from ${A}`,
    seen: [`1?${A} x from ${victim}`],
  },
  {
    message:
      `Disconnecting invalid user x ${victim} port 22: Change of username or service not allowed: (y ${A} port 4: Change of username or service not allowed: (z) [preauth]`,
    seen: [],
  },
  {
    message:
      `Received disconnect from ${A} port 4:11: from ${victim} port 22:3: x: Auth fail`,
    seen: [`1-${A}`],
  },
  // A key's comment and a name that both look like the end: nobody is blamed.
  {
    message:
      `Failed publickey for invalid user x from ${victim} port 22 ssh2: RSA-CERT ID y from ${A} port 4 ssh2: z`,
    seen: [],
  },
  {
    message:
      `Failed hostbased for root from ${A} port 4 ssh2: RSA a, client user "x from ${victim} port 22 ssh2: "`,
    seen: [`1-${A} root`],
  },
  {
    message:
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${A}  user=x rhost=${victim}`,
    seen: [`1-${A} x rhost=${victim}`],
  },
  {
    message:
      `Nov 23 03:26:55 web auth[100]: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=x rhost=${victim} rhost=${A}`,
    seen: [],
  },
  {
    message:
      `Nov 23 03:26:55 web auth[100]: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser= rhost=${victim} rhost=${A}`,
    seen: [],
  },
  // Other programs that quote sshd or PAM.
  {
    message:
      `Nov 23 03:26:55 web app[100]: Failed password for root from ${victim} port 4 ssh2`,
    seen: [],
  },
  {
    message:
      `Nov 23 03:26:55 web app[100]: login: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${victim}  user=root`,
    seen: [],
  },
];

for (const { message, seen } of single) {
  Deno.test(`LogReader.read() ${message}`, () =>
    deepEqual(read([message]), seen));
}

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

Deno.test("LogReader.counters tell what became of each line", () => {
  const reader = new LogReader("syslog", { referenceYear: 2026 });
  const lines = [
    `Failed password for root from ${A} port 4 ssh2`,
    `Connection closed by authenticating user root ${A} port 4 [preauth]`,
    "Failed password for root from evil.example port 4 ssh2",
    "Nov 23 03:27:05 web su[9]: pam_unix(su:auth): authentication failure; logname=ada uid=1000 euid=0 tty=pts/0 ruser=ada rhost=  user=root",
    "Nov 23 03:27:05 web cron[9]: (root) CMD (true)",
    "no log line",
    "",
  ];
  for (const line of lines) {
    reader.read(
      line.includes(" ") && !line.startsWith("no ") ? complete(line) : line,
    );
  }
  const { firstMs, lastMs, ...counters } = reader.counters;
  deepEqual(counters, {
    records: 6,
    understood: 4,
    unparsed: 2,
    duplicates: 1,
    noAddress: 2,
    ambiguous: 0,
    untrusted: 0,
  });
  equal(lastMs - firstMs, 10_000);
});

Deno.test("LogReader.counters count a line that blames nobody", () => {
  const reader = new LogReader("syslog", { referenceYear: 2026 });
  reader.read(
    complete(
      `Failed publickey for invalid user x from ${victim} port 22 ssh2: CERT y from ${A} port 4 ssh2: z`,
    ),
  );
  equal(reader.counters.ambiguous, 1);
});
