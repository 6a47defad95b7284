/** Lines of name servers, file servers and firewalls; see `service_lines.ts`. */
import { ambiguous, type LineRows, unknown } from "./line_row.ts";

const smb = (user: string, status: string, workstation = "PC") =>
  `[2026/11/23 03:26:55.123456,  2] ../../auth/auth_log.c:635(log_authentication_event_human_readable)
  Auth: [SMB2,(null)] user [WG]\\[${user}] at [Mon, 23 Nov 2026 03:26:55.12 UTC] with [NTLMv2] status [${status}] workstation [${workstation}] remote host [ipv4:192.0.2.1:5678] mapped to [WG]\\[${user}]. local host [ipv4:198.51.100.2:445]`;

export const networkLines = {
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
  pf: [
    // OpenBSD, whose tcpdump names no year.
    [
      "Nov 23 03:26:55.123456 rule 4/(match) block in on em0: 192.0.2.1.40000 > 198.51.100.2.22: S 1:1(0) win 1024 (DF)",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "Nov 23 03:26:55.123456 rule 4/(match) [uid 0, pid 12] block in on em0: 192.0.2.1.40000 > 198.51.100.2.22: S 1:1(0) win 1024 (DF)",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    // With -v, on one line or on two.
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0: (tos 0x0, ttl 54, id 1, offset 0, flags [none], proto TCP (6), length 44) 192.0.2.1.40000 > 198.51.100.2.22: Flags [S], seq 1, win 1024, length 0",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "2026-11-23 03:26:55.123456 rule 4/0(match): block in on em0: (tos 0x0, ttl 54, id 1, offset 0, flags [none], proto TCP (6), length 44)\n    192.0.2.1.40000 > 198.51.100.2.22: Flags [S], cksum 0x1 (correct), seq 1, win 1024, length 0",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "    192.0.2.1.40000 > 198.51.100.2.22: Flags [S], seq 1, win 1024, length 0",
      unknown,
    ],
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
    // Prefixes that touch the packet, as firewalld and people write them.
    [
      'Nov 23 03:26:55 h kernel: "filter_IN_public_REJECT: "IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=1 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0',
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "Nov 23 03:26:55 h kernel: DROPIN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=1 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "Nov 23 03:26:55 h kernel: INPUT_ACCEPT IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=1 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0",
      "",
    ],
    // ulogd shows no reserved bits.
    [
      "Nov 23 03:26:55 h ulogd[7]: DROP IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=1 PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 SYN URGP=0",
      "tcp 192.0.2.1 198.51.100.2 22",
    ],
    [
      "Nov 23 03:26:55 h ulogd[7]: DROP IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=1 PROTO=TCP SPT=443 DPT=40000 WINDOW=1024 ACK RST URGP=0",
      "",
    ],
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
} satisfies LineRows;
