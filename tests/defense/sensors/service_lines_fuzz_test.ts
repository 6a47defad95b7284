/**
 * Whatever becomes of a service's lines on their way, reading them ends in
 * observations with a real address or in a counter, never in an exception,
 * and soon.
 */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { readAddress } from "../../../defense/address.ts";
import {
  detectTextFormat,
  LogReader,
  type TextFormatName,
} from "../../../defense/sensors/log_format.ts";
import { serviceLines } from "./service_lines.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const formats = Object.keys(serviceLines) as TextFormatName[];
const lines = Object.values(serviceLines).flatMap((rows) =>
  rows.flatMap(([text]) => text.split("\n"))
);
const strange = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    '"',
    "'",
    "]",
    ") ",
    ": ",
    "\\",
    "\0",
    "192.0.2.7",
    "::",
    "{",
    "}",
    "99999999999",
    "null",
  ),
);

/** A line with pieces cut out, repeated, exchanged with another, or added. */
const mutated = fc.tuple(
  fc.constantFrom(...lines),
  fc.constantFrom(...lines),
  fc.array(
    fc.tuple(fc.nat(3), fc.nat(), fc.nat(), strange),
    { minLength: 1, maxLength: 4 },
  ),
).map(([line, other, changes]) => {
  for (const [kind, first, second, text] of changes) {
    const at = first % (line.length + 1);
    const end = at + second % (line.length - at + 1);
    const middle = kind === 0
      ? ""
      : kind === 1
      ? line.slice(at, end).repeat(2)
      : kind === 2
      ? other.slice(at, end)
      : text + line.slice(at, end);
    line = line.slice(0, at) + middle + line.slice(end);
  }
  return line;
});

Deno.test(`LogReader.read() of every format survives any line (seed ${seed})`, () => {
  const readers = formats.map((format) =>
    new LogReader(format, { referenceYear: 2026 })
  );
  fc.assert(
    fc.property(mutated, (line) => {
      detectTextFormat([line]);
      for (const reader of readers) {
        for (const seen of reader.read(line)) {
          equal(readAddress(seen.source), seen.source);
          ok(Number.isSafeInteger(seen.atMs), line);
        }
      }
    }),
    { seed, numRuns: 3_000 },
  );
});

Deno.test("LogReader.read() of every format takes no longer for a hostile line", () => {
  // Of each line its whole, a piece again and again, or its end left out.
  const hostile = lines.flatMap((line) => {
    const from = line.search(/[:\]"] /) + 2;
    const tail = line.slice(from);
    const whole = line.slice(0, from) + tail.repeat(1 + 8_000 / tail.length);
    return [
      whole.slice(0, 8_190),
      (line + " ".repeat(8_000)).slice(0, 8_190) + "x",
      (line.slice(0, from) + "a ".repeat(4_000)).slice(0, 8_190),
      (line.slice(0, -1) + "(".repeat(8_000)).slice(0, 8_190),
    ];
  });
  // Words of PAM again and again, and an end that is none.
  const words = " uid= ruser= rhost=  user= ".repeat(75);
  hostile.push(
    JSON.stringify({
      MESSAGE: `authentication failure; logname= uid=0 ruser=${words}\nx`,
      __REALTIME_TIMESTAMP: "1795404415000000",
      SYSLOG_IDENTIFIER: "login",
    }),
    `Nov 23 03:26:55 h login: authentication failure; ruser=${words}\u2028x`,
  );
  let slowest = { ms: 0, text: "" };
  for (const format of formats) {
    const reader = new LogReader(format, { referenceYear: 2026 });
    for (const line of hostile) {
      // Of several times the best, since a busy machine makes any line slow.
      let ms = Infinity;
      for (let tries = 0; ms > 20 && tries < 5; tries++) {
        const before = performance.now();
        reader.read(line);
        ms = Math.min(ms, performance.now() - before);
      }
      if (ms > slowest.ms) slowest = { ms, text: `${format}: ${line}` };
    }
  }
  ok(slowest.ms < 100, `${slowest.ms} ms for ${slowest.text.slice(0, 300)}`);
});

/** Lines with a place for the client's words; the client is 192.0.2.1. */
const templates: readonly [TextFormatName, (words: string) => string][] = [
  [
    "access",
    (words) =>
      `192.0.2.1 - ${
        words.replaceAll('"', "\\x22")
      } [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 401 1 "-" "x"`,
  ],
  [
    "access",
    (words) =>
      `192.0.2.1 - - [23/Nov/2026:03:26:55 +0100] "${
        words.replaceAll('"', '\\"')
      }" 400 1 "-" "x"`,
  ],
  [
    "nginx",
    // nginx ends a name at its first colon (RFC 7617, section 2).
    (words) =>
      `2026/11/23 03:26:55 [error] 7#7: *9 user "${
        words.replaceAll(":", "")
      }": password mismatch, client: 192.0.2.1, server: s, request: "GET / HTTP/1.1", host: "h", referrer: "${words}"`,
  ],
  [
    "apache",
    (words) =>
      `[Mon Nov 23 03:26:55 2026] [error] [client 192.0.2.1] user ${words} not found: /p`,
  ],
  [
    "vsftpd",
    (words) =>
      `Mon Nov 23 03:26:55 2026 [pid 7] [${words}] FAIL LOGIN: Client "192.0.2.1"`,
  ],
  [
    "vsftpd",
    (words) =>
      `Mon Nov 23 03:26:55 2026 [pid 7] [${words}] FTP response: Client "192.0.2.1", "530 Login incorrect."`,
  ],
  [
    "vsftpd",
    (words) =>
      `Mon Nov 23 03:26:55 2026 [pid 7] FTP command: Client "192.0.2.1", "USER ${words}"`,
  ],
  [
    "nginx",
    (words) =>
      `2026/11/23 03:26:55 [error] 7#7: *9 [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). [data "${words}"], client: 192.0.2.1, server: s, request: "GET / HTTP/1.1", host: "h"`,
  ],
  [
    "proftpd",
    (words) =>
      `Nov 23 03:26:55 h proftpd[7]: h (c[192.0.2.1]) - USER ${words} (Login failed): Incorrect password`,
  ],
  [
    "pure-ftpd",
    (words) =>
      `Nov 23 03:26:55 h pure-ftpd[7]: (?@192.0.2.1) [WARNING] Authentication failed for user [${words}]`,
  ],
  [
    "mysql",
    (words) =>
      `2026-11-23T03:26:55.1Z 8 [Note] Access denied for user '${words}'@'192.0.2.1' (using password: YES)`,
  ],
  [
    "mysql",
    (words) =>
      `2026-11-23T03:26:55.1Z 8 [Note] Access denied for user 'a'@'192.0.2.1' to database '${words}'`,
  ],
  [
    "postgresql",
    (words) =>
      `2026-11-23 03:26:55.1 UTC [7] 192.0.2.1(5678) ${words}@shop FATAL:  password authentication failed for user "${words}"`,
  ],
  [
    "postgresql",
    (words) =>
      `2026-11-23 03:26:55.1 UTC [7] a@b FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "${words}", database "${words}", no encryption`,
  ],
  [
    "postgresql",
    // Debian's own prefix, which shows no address.
    (words) =>
      `2026-11-23 03:26:55.1 UTC [7] ${words}@shop FATAL:  password authentication failed for user "${words}"`,
  ],
  [
    "postgresql",
    (words) => {
      const quoted = words.replaceAll('"', '""');
      return `2026-11-23 03:26:55.1 UTC,"${quoted}","${quoted}",7,"192.0.2.1:5678",6.7,2,"authentication",2026-11-23 03:26:55 UTC,3/4,0,FATAL,28P01,"password authentication failed for user ""${quoted}""",,,,,,,,,"","client backend",,0`;
    },
  ],
  [
    "postfix",
    (words) =>
      `Nov 23 03:26:55 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=${words}`,
  ],
  [
    "dovecot",
    (words) =>
      `Nov 23 03:26:55 h dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<${words}>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2`,
  ],
  [
    "dovecot",
    (words) =>
      `Nov 23 03:26:55 h dovecot: auth: passwd-file(${words},192.0.2.1): Password mismatch`,
  ],
  [
    "exim",
    (words) =>
      `2026-11-23 03:26:55 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=${words})`,
  ],
  ["samba", (words) => {
    const [heading = "", line = ""] =
      serviceLines.samba?.[0]?.[0].split("\n") ?? [];
    return heading === "" ? "" : line.replaceAll("ada", () => words);
  }],
  [
    "xrdp",
    (words) =>
      `[20261123-03:26:55] [INFO ] AUTHFAIL: user=${words} ip=192.0.2.1 time=1`,
  ],
  [
    "dropbear",
    (words) =>
      `Nov 23 03:26:55 h dropbear[7]: Bad password attempt for '${words}' from 192.0.2.1:5678`,
  ],
];

Deno.test(`no words of a client put the blame on another (seed ${seed})`, () => {
  // Pieces of what the services themselves write, about another address.
  const tails = lines.map((line) =>
    line.slice(line.search(/[:\]"] /) + 2).replaceAll(
      "192.0.2.1",
      "203.0.113.9",
    )
  );
  const words = fc.array(
    fc.oneof(
      fc.constantFrom(...tails).chain((tail) =>
        fc.tuple(fc.nat(tail.length), fc.nat(tail.length)).map(([from, to]) =>
          tail.slice(Math.min(from, to), Math.max(from, to))
        )
      ),
      fc.constantFrom(...tails),
      fc.constantFrom(
        " ",
        '"',
        "'",
        "]",
        ">",
        ")",
        ": ",
        "203.0.113.9",
        "[203.0.113.9]",
        ", client: 203.0.113.9",
        "'@'203.0.113.9'",
        ",203.0.113.9): Password mismatch",
        "client=203.0.113.9",
        "> rip=203.0.113.9",
      ),
    ),
    { minLength: 1, maxLength: 4 },
  ).map((parts) => parts.join("").replace(/[\r\n]/g, ""));
  fc.assert(
    fc.property(
      words,
      fc.constantFrom(...templates),
      (words, [format, line]) => {
        const reader = new LogReader(format, { referenceYear: 2026 });
        if (format === "samba") {
          reader.read("[2026/11/23 03:26:55.123456,  2] x");
        }
        const text = line(words);
        for (const { source } of reader.read(text)) {
          equal(source, "192.0.2.1", text);
        }
      },
    ),
    { seed, numRuns: 6_000 },
  );
});
