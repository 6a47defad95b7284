/**
 * Who writes what in a shared log: the program's name, as syslog and journald
 * give it, and the service whose parser reads its messages. sshd and the
 * kernel have readers of their own (`login_log.ts`, `firewall_log.ts`).
 *
 * @module
 */
import { proftpd, pureFtpd, vsftpd } from "./ftp_services.ts";
import { localRise } from "./local_service.ts";
import { dovecot, exim, postfix, sendmail } from "./mail_services.ts";
import { mysql } from "./mysql_service.ts";
import { named } from "./named_service.ts";
import { postgresql } from "./postgres_service.ts";
import { dropbear, telnet, xrdp } from "./remote_services.ts";
import { samba } from "./samba_service.ts";
import type { Service } from "./service_reading.ts";
import { apache, nginx } from "./web_format.ts";

/** Programs by the names they or their units go by; paths are cut off before. */
const programs: readonly (readonly [Service, ...string[]])[] = [
  [vsftpd, "vsftpd"],
  [proftpd, "proftpd", "in.proftpd"],
  [pureFtpd, "pure-ftpd", "pure-ftpd-mysql", "pure-ftpd-ldap"],
  [mysql, "mysqld", "mysqld_safe", "mariadbd", "mysql", "mariadb"],
  [postgresql, "postgres", "postgresql"],
  [postfix, "postfix", "smtpd", "postscreen"],
  [
    dovecot,
    "dovecot",
    "imap-login",
    "pop3-login",
    "managesieve-login",
    "submission-login",
    "auth",
    "auth-worker",
  ],
  [exim, "exim", "exim4"],
  [sendmail, "sendmail", "sm-mta"],
  [named, "named", "bind9", "bind"],
  [samba, "smbd", "samba", "smbd_audit"],
  [xrdp, "xrdp", "xrdp-sesman"],
  [dropbear, "dropbear"],
  [telnet, "login", "telnetd", "in.telnetd"],
  [nginx, "nginx"],
  [apache, "apache", "apache2", "httpd"],
  [localRise, "su", "sudo"],
];

const byProgram = new Map<string, Service>(
  programs.flatMap(([service, ...names]) =>
    names.map((name) => [name, service] as const)
  ),
);

/** In whose name PAM speaks, where the program is another one. */
const byPamService = new Map<string, Service>([
  ...byProgram,
  ["smtp", postfix],
  ["pop3", dovecot],
  ["imap", dovecot],
  ["ftp", proftpd],
]);

/** The service that a program belongs to. */
export function serviceOf(program: string): Service | undefined {
  return byProgram.get(program);
}

/** Names of all programs in the table. */
export const serviceProgramNames: readonly string[] = [...byProgram.keys()];

/** The service in whose name PAM speaks. */
export function serviceOfPam(name: string): Service | undefined {
  return byPamService.get(name);
}
