import { deepEqual, equal } from "node:assert/strict";
import { LogReader } from "../../../defense/sensors/log_format.ts";
import { complete, read } from "./read_logins.ts";

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
