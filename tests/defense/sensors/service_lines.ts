/**
 * Lines of each service with what they say: friendly ones in the forms that
 * versions of it write, and hostile ones in which a stranger's words imitate
 * the line. All written by us.
 *
 * @module
 */
import type { TextFormatName } from "../../../defense/sensors/log_format.ts";

/** Two parties could have written it. */
export const ambiguous = "two parties";
/** No parser knows it. */
export const unknown = "unknown line";

/** A line, or several, and what must be seen in them. */
export type Row = readonly [line: string, seen: string];

const combined = (user: string, request: string, status: number) =>
  `192.0.2.1 - ${user} [23/Nov/2026:03:26:55 +0100] "${request}" ${status} 153 "-" "curl/8"`;
const nginxError = (what: string, referrer = "") =>
  `2026/11/23 03:26:55 [error] 7#7: *9 ${what}, client: 192.0.2.1, server: example.org, request: "GET /a HTTP/1.1", host: "example.org"${referrer}`;
const apache24 = (what: string) =>
  `[Mon Nov 23 03:26:55.123456 2026] [auth_basic:error] [pid 7:tid 8] [client 192.0.2.1:4711] ${what}`;
const smb = (user: string, status: string, workstation = "PC") =>
  `[2026/11/23 03:26:55.123456,  2] ../../auth/auth_log.c:635(log_authentication_event_human_readable)
  Auth: [SMB2,(null)] user [WG]\\[${user}] at [Mon, 23 Nov 2026 03:26:55.12 UTC] with [NTLMv2] status [${status}] workstation [${workstation}] remote host [ipv4:192.0.2.1:5678] mapped to [WG]\\[${user}]. local host [ipv4:198.51.100.2:445]`;

/** Rows of each format. */
export const serviceLines: Partial<Record<TextFormatName, readonly Row[]>> = {
  access: [
    // As Apache 2.4 writes a name with a quote and a bracket in it.
    [
      combined('b ob\\" [client 203.0.113.9', "GET / HTTP/1.1", 401),
      '401 http 192.0.2.1 GET / as b ob\\" [client 203.0.113.9',
    ],
    [
      combined("-", "GET /x?y=1 HTTP/1.1", 404),
      "404 http 192.0.2.1 GET /x?y=1",
    ],
    [
      combined("ada", "POST / HTTP/2.0", 401),
      "401 http 192.0.2.1 POST / as ada",
    ],
    [
      combined("-", "\\x16\\x03\\x01", 400),
      "400 http 192.0.2.1  \\x16\\x03\\x01",
    ],
    [
      '::1 - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 -',
      "200 http ::1 GET /",
    ],
    [
      "shop.example:443 " + combined("-", "GET / HTTP/1.1", 200),
      "200 http 192.0.2.1 GET /",
    ],
    [
      "198.51.100.2 " + combined("-", "GET / HTTP/1.1", 200),
      "200 http 192.0.2.1 GET /",
    ],
    // A list of proxies is the client's claim, the last word of it a proxy.
    ["203.0.113.9, " + combined("-", "GET / HTTP/1.1", 200), ""],
    [
      'client.example - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 7',
      "",
    ],
    [
      combined(
        "x 203.0.113.9 - - [23/Nov/2026:03:26:55 +0100] ",
        "GET / HTTP/1.1",
        401,
      ),
      "401 http 192.0.2.1 GET / as x 203.0.113.9 - - [23/Nov/2026:03:26:55 +0100]",
    ],
    [
      combined("-", 'GET /\\" 200 1 \\"-\\" \\"x HTTP/1.1', 404),
      '404 http 192.0.2.1 GET /\\" 200 1 \\"-\\" \\"x',
    ],
    [
      '{"time_iso8601":"2026-11-23T03:26:55+01:00","remote_addr":"192.0.2.1","remote_user":"","request":"GET /x HTTP/1.1","status":404}',
      "404 http 192.0.2.1 GET /x",
    ],
    [
      '{"level":"info","ts":1795400815.5,"request":{"remote_ip":"192.0.2.1","method":"POST","uri":"/login"},"status":401}',
      "401 http 192.0.2.1 POST /login",
    ],
    [
      '{"ClientHost":"192.0.2.1","RequestMethod":"GET","RequestPath":"/","DownstreamStatus":200,"StartUTC":"2026-11-23T03:26:55Z"}',
      "200 http 192.0.2.1 GET /",
    ],
    ['{"remote_addr":["192.0.2.1"],"status":{},"time":null}', unknown],
    [
      '192.0.2.1 - - [99/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1" 200 7',
      unknown,
    ],
    ['192.0.2.1 - - [23/Nov/2026:03:26:55 +0100] "GET / HTTP/1.1', unknown],
  ],
  nginx: [
    [nginxError('user "ada": password mismatch'), "- nginx 192.0.2.1 ada"],
    [
      nginxError('user "ada" was not found in "/etc/nginx/users"'),
      "-? nginx 192.0.2.1 ada",
    ],
    [
      nginxError("PAM: user 'ada' - not authenticated: Authentication failure"),
      "- nginx 192.0.2.1 ada",
    ],
    // What every browser does before it asks.
    [nginxError("no user/password was provided for basic authentication"), ""],
    [
      nginxError('limiting requests, excess: 5.6 by zone "one"'),
      "429 nginx 192.0.2.1 GET /a",
    ],
    [nginxError("access forbidden by rule"), "403 nginx 192.0.2.1 GET /a"],
    [nginxError('open() "/srv/a" failed (2: No such file or directory)'), ""],
    [combined("-", "GET /x HTTP/1.1", 404), "404 nginx 192.0.2.1 GET /x"],
    [
      "Nov 23 03:26:55 web nginx: " +
      nginxError('user "ada": password mismatch'),
      "- nginx 192.0.2.1 ada",
    ],
    [
      nginxError(
        'user "x": password mismatch, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b""',
      ).replace('""', '"": was not found in "/u"'),
      '-? nginx 192.0.2.1 x": password mismatch, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b"',
    ],
    [
      nginxError(
        'user "ada": password mismatch',
        ', referrer: "x, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", host: "b""',
      ),
      "- nginx 192.0.2.1 ada",
    ],
    [
      "2026/11/23 03:26:55 [crit] 7#7: *9 SSL_do_handshake() failed (SSL: x) while SSL handshaking, client: 192.0.2.1, server: 0.0.0.0:443",
      "",
    ],
  ],
  apache: [
    [
      apache24(
        'AH01617: user ada: authentication failure for "/p": Password Mismatch',
      ),
      "- apache 192.0.2.1 ada",
    ],
    [apache24("AH01618: user ada not found: /p"), "-? apache 192.0.2.1 ada"],
    [
      apache24("AH01797: client denied by server configuration: /srv/p"),
      "403 apache 192.0.2.1  /srv/p",
    ],
    [
      apache24("AH01794: user `ada' in realm `r' not found: /p"),
      "-? apache 192.0.2.1 ada",
    ],
    [
      apache24("AH01794: user ada: password mismatch: /p"),
      "- apache 192.0.2.1 ada",
    ],
    [
      '[Mon Nov 23 03:26:55.1 2026] [:error] [pid 7] [client 192.0.2.1:4711] [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). [id "1"] [uri "/x"]',
      "403 apache 192.0.2.1  /x",
    ],
    [
      "[Mon Nov 23 03:26:55 2026] [error] [client 192.0.2.1] user ada not found: /p",
      "-? apache 192.0.2.1 ada",
    ],
    [
      "[Mon Nov 23 03:26:55 2026] [error] [client 2001:db8::1] user ada not found: /p",
      "-? apache 2001:db8::1 ada",
    ],
    [
      apache24("AH01618: user x [client 203.0.113.9:1] y not found: /p"),
      "-? apache 192.0.2.1 x [client 203.0.113.9:1] y",
    ],
    [
      "[Mon Nov 23 03:26:55.1 2026] [auth_basic:error] [pid 7] [client 2001:db8::1:4711] AH01618: user ada not found: /p",
      "-? apache 2001:db8::1 ada",
    ],
    ["[Mon Nov 23 03:26:55 2026] [notice] caught SIGTERM, shutting down", ""],
  ],
  vsftpd: [
    [
      'Mon Nov 23 03:26:55 2026 [pid 7] [ftp] OK LOGIN: Client "192.0.2.1", anon password "x@y"',
      "",
    ],
    [
      'Mon Nov 23 03:26:55 2026 [pid 7] [ada] FAIL LOGIN: Client "192.0.2.1"',
      "- vsftpd 192.0.2.1 ada",
    ],
    [
      'Mon Nov 23 03:26:55 2026 [pid 7] [ada] OK LOGIN: Client "::ffff:192.0.2.1"',
      "+ vsftpd 192.0.2.1 ada",
    ],
    ['Mon Nov 23 03:26:55 2026 [pid 7] CONNECT: Client "192.0.2.1"', ""],
    [
      'Mon Nov 23 03:26:55 2026 [pid 7] [x] FAIL LOGIN: Client "203.0.113.9"] FAIL LOGIN: Client "192.0.2.1"',
      '- vsftpd 192.0.2.1 x] FAIL LOGIN: Client "203.0.113.9"',
    ],
    [
      'Mon Nov 23 03:26:55 2026 [pid 7] [ftp] OK LOGIN: Client "192.0.2.1", anon password "] FAIL LOGIN: Client "203.0.113.9"',
      ambiguous,
    ],
  ],
  "pure-ftpd": [
    [
      "Nov 23 03:26:55 h pure-ftpd[7]: (?@192.0.2.1) [WARNING] Authentication failed for user [ada]",
      "- pure-ftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h pure-ftpd[7]: (?@192.0.2.1) [INFO] ada is now logged in",
      "+ pure-ftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h pure-ftpd[7]: (?@192.0.2.1) [WARNING] Authentication failed for user [x] (?@203.0.113.9) [y]",
      "- pure-ftpd 192.0.2.1 x] (?@203.0.113.9) [y",
    ],
  ],
  proftpd: [
    [
      "Nov 23 03:26:55 h proftpd[7]: ftp.example (192.0.2.1[192.0.2.1]) - ANON ftp: Login successful.",
      "",
    ],
    [
      "Nov 23 03:26:55 h proftpd[7]: ftp.example (192.0.2.1[192.0.2.1]) - USER ada (Login failed): Incorrect password",
      "- proftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h proftpd[7]: ftp.example (c.example[::ffff:192.0.2.1]) - USER ada: no such user found from c.example [192.0.2.1] to 198.51.100.2:21",
      "-? proftpd 192.0.2.1 ada",
    ],
    [
      "2026-11-23 03:26:55,123 h proftpd[7] ftp.example (192.0.2.1[192.0.2.1]): USER ada (Login failed): Incorrect password",
      "- proftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h proftpd[7]: ftp.example (192.0.2.1[192.0.2.1]) - USER ada: Login successful.",
      "+ proftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h proftpd[7]: ftp.example (192.0.2.1[192.0.2.1]) - FTP session opened.",
      "",
    ],
    // PAM tells of the same attempt.
    [
      `Nov 23 03:26:55 h proftpd: pam_unix(proftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=ada rhost=192.0.2.1  user=ada
Nov 23 03:26:56 h proftpd[7]: ftp.example (192.0.2.1[192.0.2.1]) - USER ada (Login failed): Incorrect password`,
      "- proftpd 192.0.2.1 ada",
    ],
  ],
  mysql: [
    [
      "261123  3:26:55 [Warning] Access denied for user 'ada'@'192.0.2.1' (using password: YES)",
      "- mysql 192.0.2.1 ada",
    ],
    [
      "2026-11-23T03:26:55.123456Z 8 [Note] [MY-010926] [Server] Access denied for user 'ada'@'2001:db8::1' (using password: NO)",
      "- mysql 2001:db8::1 ada",
    ],
    [
      "2026-11-23  3:26:55 8 [Warning] Access denied for user 'ada'@'192.0.2.1' to database 'x'",
      "- mysql 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h mariadbd[7]: 2026-11-23  3:26:55 8 [Warning] Access denied for user 'ada'@'192.0.2.1' (using password: YES)",
      "- mysql 192.0.2.1 ada",
    ],
    ["2026-11-23 03:26:55 8 [Note] InnoDB: Buffer pool(s) load completed", ""],
    [
      "2026-11-23 03:26:55 8 [Note] Access denied for user 'a'@'203.0.113.9' (using password: YES)'@'192.0.2.1' (using password: YES)",
      "- mysql 192.0.2.1 a'@'203.0.113.9' (using password: YES)",
    ],
    [
      "2026-11-23 03:26:55 8 [Note] Access denied for user 'a'@'192.0.2.1' to database 'x'@'203.0.113.9'",
      ambiguous,
    ],
    [
      "2026-11-23 03:26:55 8 [Note] Access denied for user 'a'@'localhost' (using password: YES)",
      "",
    ],
  ],
  postgresql: [
    [
      '2026-11-23 03:26:55.123 UTC [7] 192.0.2.1(5678) FATAL:  password authentication failed for user "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55 UTC:192.0.2.1(5678):ada@shop:[7]:FATAL:  password authentication failed for user "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55 CET [7]: user=ada,db=shop,app=[unknown],client=192.0.2.1 FATAL:  password authentication failed for user "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55 CET [7]: user=ada,db=shop,app=x,client=203.0.113.9 ,client=192.0.2.1 FATAL:  password authentication failed for user "ada"',
      ambiguous,
    ],
    [
      '2026-11-23 03:26:55.123 UTC [7] ada@shop FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "ada", database "shop", no encryption',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      `2026-11-23 03:26:55.123 UTC [7] [unknown]@[unknown] LOG:  connection received: host=192.0.2.1 port=5678
2026-11-23 03:26:55.223 UTC [7] 203.0.113.9@shop FATAL:  password authentication failed for user "203.0.113.9"`,
      "- postgresql 192.0.2.1 203.0.113.9",
    ],
    [
      `2026-11-23 03:26:55.123 UTC [7] [unknown]@[unknown] LOG:  connection received: host=192.0.2.1 port=5678
2026-11-23 03:26:55.223 UTC [7] ada@shop LOG:  connection authorized: user=ada database=shop`,
      "+ postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.123 UTC [7] ada@shop FATAL:  password authentication failed for user "ada"',
      "",
    ],
    [
      '{"timestamp":"2026-11-23 03:26:55.123 UTC","pid":7,"remote_host":"192.0.2.1","error_severity":"FATAL","message":"password authentication failed for user \\"ada\\""}',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      'Nov 23 03:26:55 h postgres[7]: [5-1] 192.0.2.1(5678) FATAL:  password authentication failed for user "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
  ],
  postfix: [
    [
      "Nov 23 03:26:55 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
      "- postfix 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h postfix/submission/smtpd[7]: warning: c.example[192.0.2.1]: SASL PLAIN authentication failed: authentication failure, sasl_username=ada@example.org",
      "- postfix 192.0.2.1 ada@example.org",
    ],
    [
      "Nov 23 03:26:55 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: Connection lost to authentication server",
      "",
    ],
    [
      "Nov 23 03:26:55 h postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <b@example.net>: Relay access denied; from=<a@b> to=<b@example.net> proto=ESMTP helo=<x>",
      "- postfix 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h postfix/smtpd[7]: NOQUEUE: reject: RCPT from mx.example[192.0.2.1]: 550 5.1.1 <gone@example.org>: Recipient address rejected: User unknown; from=<> to=<x> proto=ESMTP helo=<x>",
      "",
    ],
    [
      "Nov 23 03:26:55 h postfix/postscreen[7]: PREGREET 11 after 0.1 from [192.0.2.1]:5678: EHLO x\\r\\n",
      "- postfix 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h postfix/smtpd[7]: 4F1A2B3C: client=c.example[192.0.2.1], sasl_method=PLAIN, sasl_username=ada",
      "+ postfix 192.0.2.1 ada",
    ],
    // One attempt, told three times.
    [
      `Nov 23 03:26:55 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6
Nov 23 03:26:56 h postfix/smtpd[7]: lost connection after AUTH from unknown[192.0.2.1]
Nov 23 03:26:56 h postfix/smtpd[7]: disconnect from unknown[192.0.2.1] ehlo=1 auth=0/1 commands=1/2`,
      "- postfix 192.0.2.1",
    ],
    [
      "Nov 23 03:26:56 h postfix/smtpd[7]: disconnect from unknown[192.0.2.1] ehlo=1 auth=0/2 commands=1/3",
      "- postfix 192.0.2.1\n- postfix 192.0.2.1",
    ],
    [
      "Nov 23 03:26:56 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=unknown[203.0.113.9]: SASL LOGIN authentication failed",
      "- postfix 192.0.2.1 unknown[203.0.113.9]: SASL LOGIN authentication failed",
    ],
  ],
  dovecot: [
    [
      "Nov 23 03:26:55 h dovecot: pop3-login: Aborted login: user=<ada>, method=PLAIN, rip=::ffff:192.0.2.1, lip=::ffff:198.51.100.2",
      "- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth(default): passwd-file(ada,192.0.2.1): unknown user",
      "-? dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth-worker(default): sql(ada,192.0.2.1): Password mismatch",
      "- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Disconnected (auth failed, 2 attempts in 9 secs): user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, TLS, session=<x>",
      "- dovecot 192.0.2.1 ada\n- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: pop3-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<ada>, method=PLAIN, rip=2001:db8::1, lip=::1, session=<x>",
      "- dovecot 2001:db8::1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, TLS",
      "- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2",
      "- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=198.51.100.2",
      "",
    ],
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Login: user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=8, TLS",
      "+ dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth: passwd-file(ada,192.0.2.1,<sess>): unknown user",
      "-? dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth-worker(9): conn unix:auth-worker (pid=8,uid=97): auth-worker<1>: sql(ada,192.0.2.1): Password mismatch",
      "- dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth: passwd-file(x,203.0.113.9): Password mismatch,192.0.2.1): Password mismatch",
      ambiguous,
    ],
    [
      "Nov 23 03:26:55 imap-login: Info: Disconnected (auth failed, 1 attempts in 2 secs): user=<x>, rip=203.0.113.9, lip=>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2",
      "- dovecot 192.0.2.1 x>, rip=203.0.113.9, lip=",
    ],
    [
      `Nov 23 03:26:53 h auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ada rhost=192.0.2.1  user=ada
Nov 23 03:26:54 h dovecot: auth-worker(9): pam(ada,192.0.2.1): pam_authenticate() failed: Authentication failure (Password mismatch?)
Nov 23 03:26:55 h dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2`,
      "- dovecot 192.0.2.1 ada",
    ],
  ],
  exim: [
    [
      "2026-11-23 03:26:55 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=ada)",
      "- exim 192.0.2.1 ada",
    ],
    [
      "2026-11-23 03:26:55 [7] dovecot_plain authenticator failed for c.example ([203.0.113.9]) [192.0.2.1]:5678 I=[198.51.100.2]:25: 535 Incorrect authentication data (set_id=x) [203.0.113.9]: 535 Incorrect authentication data)",
      "- exim 192.0.2.1 x) [203.0.113.9]: 535 Incorrect authentication data",
    ],
    [
      "2026-11-23 03:26:55 H=(x) [192.0.2.1] F=<a@b> rejected RCPT <c@d>: relay not permitted",
      "- exim 192.0.2.1",
    ],
    ["2026-11-23 03:26:55 1abcde-000001-AA <= a@b H=x [192.0.2.1]", ""],
  ],
  sendmail: [
    [
      "Nov 23 03:26:55 h sm-mta[7]: 3ANxyz0000001: AUTH failure (LOGIN): user not found (-20) SASL(-13): user not found: x, relay=[192.0.2.1]",
      "-? sendmail 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h sendmail[7]: 3ANxyz000001: ruleset=check_rcpt, arg1=<a@b>, relay=c.example [192.0.2.1], reject=550 5.7.1 <a@b>... Relaying denied",
      "- sendmail 192.0.2.1",
    ],
  ],
  named: [
    [
      "23-Nov-2026 03:26:55.123 security: info: client @0x7f1 192.0.2.1#5678 (example.org): query (cache) 'example.org/A/IN' denied",
      "-~ named 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h named[7]: client 192.0.2.1#5678: query (cache) 'example.org/A/IN' denied",
      "-~ named 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h named[7]: client @0x7f1 192.0.2.1#5678 (example.org): zone transfer 'example.org/AXFR/IN' denied",
      "- named 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h named[7]: client @0x7f1 2001:db8::1#5678 (a 203.0.113.9#1): query (cache) 'a/A/IN' denied (allow-query-cache did not match)",
      "-~ named 2001:db8::1",
    ],
    ["Nov 23 03:26:55 h named[7]: zone example.org/IN: loaded serial 1", ""],
  ],
  samba: [
    [
      "  Auth: [SMB2,(null)] user [WG]\\[ada] at [Mon, 23 Nov 2026 03:26:55.12 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [PC] remote host [ipv6:2001:db8::1:5678] mapped to [WG]\\[ada]. local host [ipv6:::1:445]",
      "- samba 2001:db8::1 ada",
    ],
    [smb("ada", "NT_STATUS_WRONG_PASSWORD"), "- samba 192.0.2.1 ada"],
    [smb("ada", "NT_STATUS_NO_SUCH_USER"), "-? samba 192.0.2.1 ada"],
    [smb("ada", "NT_STATUS_OK"), "+ samba 192.0.2.1 ada"],
    [smb("", "NT_STATUS_OK"), ""],
    [
      smb(
        "ada",
        "NT_STATUS_WRONG_PASSWORD",
        "x] remote host [ipv4:203.0.113.9:1",
      ),
      ambiguous,
    ],
    [
      '{"timestamp": "2026-11-23T03:26:55.123456+0100", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 2}, "status": "NT_STATUS_WRONG_PASSWORD", "remoteAddress": "ipv6:2001:db8::1:5678", "clientAccount": "ada"}}',
      "- samba 2001:db8::1 ada",
    ],
    [
      smb("ada", "NT_STATUS_WRONG_PASSWORD") +
      '\n  {"timestamp": "2026-11-23T03:26:55.123456+0000", "type": "Authentication", "Authentication": {"status": "NT_STATUS_WRONG_PASSWORD", "remoteAddress": "ipv4:192.0.2.1:5678", "clientAccount": "ada"}}',
      "- samba 192.0.2.1 ada",
    ],
  ],
  xrdp: [
    [
      "[20261123-03:26:55] [INFO ] AUTHFAIL: user=ada ip=::ffff:192.0.2.1 time=1795400815",
      "- xrdp 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h xrdp-sesman[7]: [INFO ] AUTHFAIL: user=x ip=203.0.113.9 time=1 ip=192.0.2.1 time=1795400815",
      "- xrdp 192.0.2.1 x ip=203.0.113.9 time=1",
    ],
    [
      "[20261123-03:26:55] [INFO ] ++ created session (access granted): username ada, ip 192.0.2.1:5678 - socket: 12",
      "+ xrdp 192.0.2.1 ada",
    ],
    ["[2026-11-23T03:26:55.123+0100] [INFO ] login failed for user: ada", ""],
  ],
  pf: [
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0: 192.0.2.1.40000 > 198.51.100.2.22: Flags [S], seq 1, win 1024, length 0",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0: 2001:db8::1.40000 > 2001:db8::2.53: UDP, length 40",
      "udp 2001:db8::1 2001:db8::2 53",
    ],
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): pass in on em0: 192.0.2.1.40000 > 198.51.100.2.22: Flags [S], seq 1, length 0",
      "",
    ],
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0: 192.0.2.1.443 > 198.51.100.2.51000: Flags [R.], length 0",
      "",
    ],
    [
      "Nov 23 03:26:55 fw filterlog[7]: 5,,,1000000103,em0,match,block,in,4,0x0,,64,1234,0,DF,6,tcp,60,192.0.2.1,198.51.100.2,40000,22,0,S,1,,1024,,mss",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "Nov 23 03:26:55 fw filterlog[7]: 5,,,1000000105,em0,match,block,in,6,0x00,0x0,64,tcp,6,40,2001:db8::1,2001:db8::2,40000,22,0,S,1,,1024,,mss",
      "tcp 2001:db8::1 2001:db8::2 22",
    ],
    [
      "Nov 23 03:26:55 fw filterlog[7]: 5,,,1000000103,em0,match,pass,in,4,0x0,,64,1234,0,DF,6,tcp,60,192.0.2.1,198.51.100.2,40000,22,0,S,1,,1024,,mss",
      "",
    ],
  ],
  kernel: [
    [
      "Nov 23 03:26:55 h kernel: nft-drop IN=eth0 OUT= MAC=00 SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=2001:0db8:0000:0000:0000:0000:0000:0002 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=1 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0",
      "tcp 2001:db8::1 2001:db8::2 22",
    ],
    [
      "Nov 23 03:26:55 h kernel: [7.1] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 PROTO=TCP SPT=40000 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0",
      "tcp 192.0.2.1 198.51.100.2 23",
    ],
    [
      "Nov 23 03:26:55 h kernel: FINAL_REJECT: IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 PROTO=UDP SPT=40000 DPT=53 LEN=24",
      "udp 192.0.2.1 198.51.100.2 53",
    ],
  ],
  sshd: [
    [
      "Nov 23 03:26:55 h sshd-auth[7]: error: PAM: Authentication failure for illegal user ada from 192.0.2.1",
      "-? sshd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h sshd-session[7]: Failed none for invalid user  from 192.0.2.1 port 5 ssh2",
      "-? sshd 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h sshd[7]: Authentication tried for root with correct key but not from a permitted host (host=c.example, ip=192.0.2.1, required=198.51.100.0/24).",
      "- sshd 192.0.2.1 root",
    ],
    [
      "Nov 23 03:26:55 h sshd[7]: Failed password for root from UNKNOWN port 65535 ssh2",
      "",
    ],
    [
      "Nov 23 03:26:55 h sshd[7]: Connection closed by invalid user x 203.0.113.9 port 1 [preauth] 192.0.2.1 port 5 [preauth]",
      "-? sshd 192.0.2.1 x 203.0.113.9 port 1 [preauth]",
    ],
    [
      "Nov 23 03:26:55 h sshd[7]: srclimit_penalise: ipv6: new 2001:db8::/64 active penalty of 20 seconds for penalty: failed authentication",
      "",
    ],
    [
      "Nov 23 03:26:55 h sshd[7]: drop connection #0 from [192.0.2.1]:5678 on [198.51.100.2]:22 penalty: exceeded LoginGraceTime",
      "",
    ],
    [
      "Nov 23 03:26:55 h sshd-session[7]: Timeout before authentication for connection from 192.0.2.1 to 198.51.100.2, pid = 77",
      "",
    ],
    [
      "Nov 23 03:26:55 h sshd-session[7]: banner exchange: Connection from 192.0.2.1 port 5678: invalid format",
      "",
    ],
    [
      "Nov 23 03:26:55 h sshd-session[7]: Partial publickey for root from 192.0.2.1 port 5678 ssh2: RSA SHA256:x",
      "",
    ],
    [
      `Nov 23 03:26:55 h sshd[7]: Connection from 192.0.2.1 port 5678 on 198.51.100.2 port 22
Nov 23 03:26:55 h sshd[7]: fatal: Access denied for user ada by PAM account configuration [preauth]
Nov 23 03:26:56 h sshd[7]: Connection closed by 192.0.2.1 port 5678 [preauth]`,
      "- sshd 192.0.2.1",
    ],
  ],
  dropbear: [
    // As Dropbear 2022 says it.
    [
      `Nov 23 03:26:55 h dropbear[7]: Child connection from 192.0.2.1:5678
Nov 23 03:26:55 h dropbear[7]: Login attempt for nonexistent user
Nov 23 03:26:56 h dropbear[7]: Exit before auth from <192.0.2.1:5678>: Exited normally`,
      "-? dropbear 192.0.2.1",
    ],
    [
      "Nov 23 03:26:55 h dropbear[7]: Exit before auth from <192.0.2.1:5678>: (user 'root', 1 fails): Exited normally",
      "",
    ],
    [
      "Nov 23 03:26:55 h dropbear[7]: Bad password attempt for 'root' from 192.0.2.1:5678",
      "- dropbear 192.0.2.1 root",
    ],
    [
      "Nov 23 03:26:55 h dropbear[7]: Login attempt for nonexistent user from [2001:db8::1]:5678",
      "-? dropbear 2001:db8::1",
    ],
    [
      "Nov 23 03:26:55 h dropbear[7]: Bad password attempt for 'x' from 203.0.113.9:1' from 192.0.2.1:5678",
      "- dropbear 192.0.2.1 x' from 203.0.113.9:1",
    ],
    [
      "Nov 23 03:26:55 h dropbear[7]: Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:x from 192.0.2.1:5678",
      "+ dropbear 192.0.2.1 root",
    ],
    ["Nov 23 03:26:55 h dropbear[7]: Child connection from 192.0.2.1:5678", ""],
  ],
  pam: [
    [
      "Nov 23 03:26:55 h login[7]: FAILED LOGIN 1 FROM 192.0.2.1 FOR root, Authentication failure",
      "- telnet 192.0.2.1 root",
    ],
    [
      "Nov 23 03:26:55 h login[7]: FAILED LOGIN (1) on '/dev/pts/1' from '192.0.2.1' FOR 'UNKNOWN', User not known to the underlying authentication module",
      "-? telnet 192.0.2.1 UNKNOWN",
    ],
    [
      "Nov 23 03:26:55 h login[7]: FAILED LOGIN 1 FROM 192.0.2.1 FOR x FROM 203.0.113.9 FOR y, Authentication failure",
      "- telnet 192.0.2.1 x FROM 203.0.113.9 FOR y",
    ],
    ["Nov 23 03:26:55 h su[7]: FAILED SU (to root) ada on pts/0", ""],
    ["Nov 23 03:26:55 h su[7]: BAD SU ada to root on /dev/ttyp0", ""],
    [
      "Nov 23 03:26:55 h sudo:      ada : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
      "",
    ],
    [
      "Nov 23 03:26:55 h sudo: pam_unix(sudo:auth): authentication failure; logname=ada uid=1000 euid=0 tty=/dev/pts/0 ruser=ada rhost=  user=ada",
      "",
    ],
    [
      "Nov 23 03:26:55 h cockpit-session: pam_unix(cockpit:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.1  user=ada",
      "- cockpit 192.0.2.1 ada",
    ],
  ],
};
