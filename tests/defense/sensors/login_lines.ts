/** Lines of what lets people into a host; see `service_lines.ts`. */
import { type LineRows } from "./line_row.ts";

export const loginLines = {
  xrdp: [
    [
      "[20261123-03:26:55] [INFO ] AUTHFAIL: user=ada ip=::ffff:192.0.2.1:4711 - socket: 12 time=1763868415",
      "- xrdp 192.0.2.1 ada",
    ],
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
} satisfies LineRows;
