/** Lines of FTP servers; see `service_lines.ts`. */
import { ambiguous, type LineRows } from "./line_row.ts";

export const ftpLines = {
  vsftpd: [
    // With log_ftp_protocol, what a client sends stands there too.
    [
      'Fri Jan 19 12:20:33 2007 [pid 7] [x] FAIL LOGIN: Client "203.0.113.9", "] FTP response: Client "192.0.2.1", "530 Login incorrect."',
      ambiguous,
    ],
    [
      'Fri Jan 19 12:20:33 2007 [pid 7] FTP command: Client "192.0.2.1", "USER x] FAIL LOGIN: Client "203.0.113.9", "y"',
      ambiguous,
    ],
    [
      'Fri Jan 19 12:20:33 2007 [pid 7] [ada] FTP command: Client "192.0.2.1", "PASS <password>"',
      "",
    ],
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
      "Nov 23 03:26:55 h pure-ftpd: (a@203.0.113.9) [WARNING] Authentication failed for user [x@192.0.2.1) [WARNING] Authentication failed for user [y]",
      ambiguous,
    ],
    // In the language that it was built for.
    [
      "Nov 23 03:26:55 h pure-ftpd: (?@192.0.2.1) [WARNING] Erreur d'authentification pour l'utilisateur [ada]",
      "- pure-ftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h pure-ftpd: (?@192.0.2.1) [WARNING] Authentifizierung fehlgeschlagen für Benutzer [ada].",
      "- pure-ftpd 192.0.2.1 ada",
    ],
    [
      "Nov 23 03:26:55 h pure-ftpd: (?@192.0.2.1) [WARNING] Authentifizierung fehlgeschlagen für Benutzer [x] (?@203.0.113.9) [y].",
      "- pure-ftpd 192.0.2.1 x] (?@203.0.113.9) [y",
    ],
    [
      "Nov 23 03:26:55 h pure-ftpd: (ada@192.0.2.1) [WARNING] Can't change directory to [x]",
      "",
    ],
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
} satisfies LineRows;
