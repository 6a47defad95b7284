/**
 * Lines of popular services, written by us after what the programs print, with
 * whom their filters of fail2ban 1.0 blame.
 *
 * @module
 */

/** A line, whom it blames, and the user; nobody if the host is left out. */
export type BlamingLine = readonly [
  line: string,
  host?: string | undefined,
  user?: string | undefined,
];

/** Lines for one filter. */
export interface PopularLines {
  /** As in `--format fail2ban:…`. */
  readonly filter: string;
  readonly lines: readonly BlamingLine[];
}

const at = "Mar  3 04:10:01 shop";

/** What we try them on. */
export const popularLines: readonly PopularLines[] = [
  {
    filter: "sshd",
    lines: [
      [
        `${at} sshd[7]: Failed password for root from 192.0.2.7 port 41 ssh2`,
        "192.0.2.7",
        "root",
      ],
      [
        `${at} sshd[8]: Invalid user oracle from 192.0.2.8 port 42`,
        "192.0.2.8",
        "oracle",
      ],
      [`${at} sshd[9]: Accepted publickey for ada from 192.0.2.9 port 43 ssh2: RSA SHA256:x`],
      [`${at} sshd[9]: Failed publickey for ada from 192.0.2.9 port 43 ssh2: RSA SHA256:x`],
      [`${at} sshd[10]: Connection closed by 192.0.2.10 port 44 [preauth]`],
      [
        `${at} sshd[11]: error: maximum authentication attempts exceeded for root from 192.0.2.11 port 45 ssh2 [preauth]`,
        "192.0.2.11",
        "root",
      ],
      [`${at} cron[12]: Failed password for root from 192.0.2.12 port 46 ssh2`],
    ],
  },
  {
    filter: "sshd[mode=aggressive]",
    lines: [
      [
        `${at} sshd[7]: Connection closed by 192.0.2.7 port 41 [preauth]`,
        "192.0.2.7",
      ],
      [
        `${at} sshd[8]: Unable to negotiate with 192.0.2.8 port 42: no matching host key type found. Their offer: ssh-dss [preauth]`,
        "192.0.2.8",
      ],
      [`${at} sshd[9]: Connection from 192.0.2.9 port 43 on 198.51.100.1 port 22`],
      [
        `${at} sshd[9]: kex_exchange_identification: client sent invalid protocol identifier "GET / HTTP/1.1"`,
        "192.0.2.9",
      ],
    ],
  },
  {
    filter: "postfix",
    lines: [
      [
        `${at} postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <ada@example.org>: Relay access denied; from=<x@example.com> to=<ada@example.org> proto=ESMTP helo=<x>`,
        "192.0.2.7",
      ],
      [`${at} postfix/smtpd[8]: warning: unknown[192.0.2.8]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`],
    ],
  },
  {
    filter: "postfix[mode=auth]",
    lines: [
      [
        `${at} postfix/smtpd[8]: warning: unknown[192.0.2.8]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`,
        "192.0.2.8",
      ],
      [`${at} postfix/submission/smtpd[8]: warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: Connection lost to authentication server`],
    ],
  },
  {
    filter: "dovecot",
    lines: [
      [
        `${at} dovecot: imap-login: Disconnected (auth failed, 3 attempts in 12 secs): user=<ada>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, TLS, session=<x>`,
        "192.0.2.7",
        "ada",
      ],
      [
        `${at} auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=ada rhost=192.0.2.8  user=ada`,
        "192.0.2.8",
        "ada",
      ],
      [`${at} dovecot: imap-login: Login: user=<ada>, method=PLAIN, rip=192.0.2.9, lip=198.51.100.1`],
    ],
  },
  {
    filter: "nginx-http-auth",
    lines: [
      [
        `2026/03/03 04:10:01 [error] 7#7: *1 user "ada": password mismatch, client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1", host: "shop"`,
        "192.0.2.7",
      ],
      [`2026/03/03 04:10:02 [error] 7#7: *2 no user/password was provided for basic authentication, client: 192.0.2.8, server: shop, request: "GET / HTTP/1.1", host: "shop"`],
    ],
  },
  {
    filter: "nginx-botsearch",
    lines: [
      [
        `192.0.2.7 - - [03/Mar/2026:04:10:01 +0000] "GET /phpmyadmin/index.php HTTP/1.1" 404 153 "-" "curl"`,
        "192.0.2.7",
      ],
      [`192.0.2.8 - - [03/Mar/2026:04:10:02 +0000] "GET /about HTTP/1.1" 404 153 "-" "curl"`],
    ],
  },
  {
    filter: "nginx-limit-req",
    lines: [
      [
        `2026/03/03 04:10:01 [error] 7#0: *1 limiting requests, excess: 1.000 by zone "one", client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1", host: "shop"`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "nginx-bad-request",
    lines: [
      [
        `192.0.2.7 - - [03/Mar/2026:04:10:01 +0000] "\\x16\\x03\\x01" 400 150 "-" "-"`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "apache-auth",
    // Debian's expression takes the colon into the user's name.
    lines: [
      [
        `[Tue Mar 03 04:10:01.000000 2026] [auth_basic:error] [pid 7:tid 8] [client 192.0.2.7:4711] AH01617: user ada: authentication failure for "/private": Password Mismatch`,
        "192.0.2.7",
        "ada:",
      ],
      [
        `[Tue Mar 03 04:10:02.000000 2026] [auth_basic:error] [pid 7:tid 8] [client 192.0.2.8:4712] AH01618: user bob not found: /private`,
        "192.0.2.8",
        "bob",
      ],
      [`[Tue Mar 03 04:10:03.000000 2026] [core:notice] [pid 7:tid 8] AH00094: Command line: '/usr/sbin/apache2'`],
    ],
  },
  {
    filter: "apache-noscript",
    lines: [
      [
        `[Tue Mar 03 04:10:01.000000 2026] [php:error] [pid 7] [client 192.0.2.7:4711] script '/var/www/html/shell.php' not found or unable to stat`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "apache-overflows",
    lines: [
      [
        `[Tue Mar 03 04:10:01.000000 2026] [core:error] [pid 7] [client 192.0.2.7:4711] AH00126: Invalid URI in request GET /../../etc/passwd HTTP/1.1`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "vsftpd",
    lines: [
      [
        `${at} vsftpd[7]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=ada rhost=192.0.2.7  user=ada`,
        "192.0.2.7",
      ],
      [
        `Tue Mar  3 04:10:02 2026 [pid 7] [ada] FAIL LOGIN: Client "192.0.2.8"`,
        "192.0.2.8",
      ],
      [`Tue Mar  3 04:10:03 2026 [pid 7] [ada] OK LOGIN: Client "192.0.2.9"`],
    ],
  },
  {
    filter: "proftpd",
    lines: [
      [
        `${at} proftpd[7]: 198.51.100.1 (192.0.2.7[192.0.2.7]) - USER ada (Login failed): Incorrect password.`,
        "192.0.2.7",
        "ada",
      ],
      [
        `${at} proftpd[8]: 198.51.100.1 (192.0.2.8[192.0.2.8]) - USER bob: no such user found from 192.0.2.8 [192.0.2.8] to 198.51.100.1:21`,
        "192.0.2.8",
        "bob",
      ],
    ],
  },
  {
    filter: "pure-ftpd",
    lines: [
      [
        `${at} pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [ada]`,
        "192.0.2.7",
      ],
      [`${at} pure-ftpd: (?@192.0.2.8) [INFO] New connection from 192.0.2.8`],
    ],
  },
  {
    filter: "mysqld-auth",
    lines: [
      [
        `2026-03-03T04:10:01.123456Z 7 [Note] Access denied for user 'root'@'192.0.2.7' (using password: YES)`,
        "192.0.2.7",
        "root",
      ],
    ],
  },
  {
    filter: "named-refused",
    lines: [
      [
        `03-Mar-2026 04:10:01.252 security: info: client 192.0.2.7#4711 (example.com): query (cache) 'example.com/ANY/IN' denied`,
        "192.0.2.7",
      ],
      [
        `${at} named[7]: client @0x7f 192.0.2.8#4711 (.): query (cache) './NS/IN' denied`,
        "192.0.2.8",
      ],
    ],
  },
  {
    filter: "exim",
    lines: [
      [
        `2026-03-03 04:10:01 login authenticator failed for (x) [192.0.2.7]: 535 Incorrect authentication data (set_id=ada)`,
        "192.0.2.7",
        ,
      ],
      [
        `2026-03-03 04:10:02 H=(x) [192.0.2.8] F=<a@example.com> rejected RCPT <b@example.org>: relay not permitted`,
        "192.0.2.8",
      ],
    ],
  },
  {
    filter: "recidive",
    lines: [
      [
        `2026-03-03 04:10:01,123 fail2ban.actions        [7]: NOTICE  [sshd] Ban 192.0.2.7`,
        "192.0.2.7",
      ],
      [`2026-03-03 04:10:02,123 fail2ban.actions        [7]: NOTICE  [recidive] Ban 192.0.2.8`],
      [`2026-03-03 04:10:03,123 fail2ban.actions        [7]: NOTICE  [sshd] Unban 192.0.2.7`],
    ],
  },
  {
    filter: "asterisk",
    lines: [
      [
        `[2026-03-03 04:10:01] NOTICE[7]: chan_sip.c:28926 handle_request_register: Registration from '"100" <sip:100@198.51.100.1>' failed for '192.0.2.7:5060' - Wrong password`,
        "192.0.2.7",
      ],
      [
        `[2026-03-03 04:10:02] SECURITY[7]: res_security_log.c:114 security_event_cb: SecurityEvent="InvalidPassword",EventTV="x",Severity="Error",Service="SIP",AccountID="100",RemoteAddress="IPV4/UDP/192.0.2.8/5060"`,
        "192.0.2.8",
      ],
    ],
  },
  {
    filter: "dropbear",
    lines: [
      [
        `${at} dropbear[7]: Bad password attempt for 'root' from 192.0.2.7:4711`,
        "192.0.2.7",
      ],
      [
        `${at} dropbear[8]: Login attempt for nonexistent user from 192.0.2.8:4712`,
        "192.0.2.8",
      ],
    ],
  },
  {
    filter: "pam-generic",
    lines: [
      [
        `${at} login[7]: pam_unix(login:auth): authentication failure; logname= uid=0 euid=0 tty=tty1 ruser= rhost=192.0.2.7  user=ada`,
        "192.0.2.7",
        "ada",
      ],
    ],
  },
  {
    filter: "scanlogd",
    lines: [
      [
        `${at} scanlogd: 192.0.2.7:4711 to 198.51.100.1 ports 21, 22, 23, 25, 80, ..., fSrpauxy, TOS 00, TTL 64 @04:10:01`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "slapd",
    lines: [
      [`${at} slapd[7]: conn=11 fd=12 ACCEPT from IP=192.0.2.7:4711 (IP=0.0.0.0:389)`],
      [`${at} slapd[7]: conn=11 op=0 BIND dn="cn=ada" method=128`],
      [`${at} slapd[7]: conn=11 op=0 RESULT tag=97 err=49 text=`, "192.0.2.7"],
    ],
  },
  {
    filter: "grafana",
    lines: [
      [
        `t=2026-03-03T04:10:01+0000 lvl=eror msg="Invalid username or password" logger=context userId=0 orgId=0 uname= error="Invalid Username or Password" remote_addr=192.0.2.7`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "openhab",
    lines: [
      [
        `192.0.2.7 -  -  [03/Mar/2026:04:10:01 +0000] "GET /rest HTTP/1.1" 401 1382`,
        "192.0.2.7",
      ],
    ],
  },
  {
    filter: "selinux-ssh",
    lines: [
      [
        `type=USER_ERR msg=audit(1772510401.123:45): pid=7 uid=0 auid=4294967295 ses=4294967295 subj=system_u:system_r:sshd_t:s0-s0:c0.c1023 msg='op=PAM:bad_ident acct="?" exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=failed'`,
        "192.0.2.7",
      ],
    ],
  },
];
