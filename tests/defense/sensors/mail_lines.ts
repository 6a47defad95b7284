/** Lines of mail servers; see `service_lines.ts`. */
import { ambiguous, type LineRows } from "./line_row.ts";

export const mailLines = {
  postfix: [
    // One guess, told by four lines of two programs.
    [
      `Nov 23 03:26:55 h dovecot: auth: pam(ada,192.0.2.1): unknown user
Nov 23 03:26:56 h postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=ada
Nov 23 03:26:56 h postfix/smtpd[7]: lost connection after AUTH from unknown[192.0.2.1]
Nov 23 03:26:56 h postfix/smtpd[7]: disconnect from unknown[192.0.2.1] ehlo=1 auth=0/1 commands=1/2`,
      "-? dovecot 192.0.2.1 ada",
    ],
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
    // Dovecot 2.4.
    [
      "Nov 23 03:26:55 h dovecot: imap-login: Logged in: user=<ada>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=12, TLS, session=<abc>",
      "+ dovecot 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h dovecot: auth: pam(ada,192.0.2.1,sasl:plain,<abc>): unknown user",
      "-? dovecot 192.0.2.1 ada",
    ],
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
    // Exim stamps what it sends to syslog as well.
    [
      "Nov 23 03:26:55 h exim[7]: 2026-11-23 03:26:55 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=ada)",
      "- exim 192.0.2.1 ada",
    ],
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
} satisfies LineRows;
