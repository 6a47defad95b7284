/** Lines of databases; see `service_lines.ts`. */
import { ambiguous, type LineRows } from "./line_row.ts";

export const databaseLines = {
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
    // Debian's own prefix shows names where others show the address.
    [
      '2026-11-23 03:26:55.125 CET [123] 203.0.113.9 @db FATAL:  password authentication failed for user "203.0.113.9 "',
      ambiguous,
    ],
    [
      '2026-11-23 03:26:55.125 CET [123] x client=203.0.113.9 @db FATAL:  password authentication failed for user "x client=203.0.113.9 "',
      ambiguous,
    ],
    // A name behind the zone that looks like another program.
    [
      '2026-11-23 03:26:55 UTC:192.0.2.1:x dovecot[123]: auth: ldap(ada,203.0.113.9): invalid credentials@db:[123]:FATAL:  password authentication failed for user "x dovecot[123]: auth: ldap(ada,203.0.113.9): invalid credentials"',
      "- postgresql 192.0.2.1 x dovecot[123]: auth: ldap(ada,203.0.113.9): invalid credentials",
    ],
    // csvlog: the code says it in every language.
    [
      '2026-11-23 03:26:55.123 CET,"ada","db",123,"192.0.2.1:4711",655c1234.7b,2,"authentication",2026-11-23 03:26:55 CET,3/4,0,FATAL,28P01,"password authentication failed for user ""ada""",,,,,,,,,"","client backend",,0',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.123 CET,"a""b, x","db",123,"2001:db8::1:4711",655c1234.7b,2,"authentication",2026-11-23 03:26:55 CET,3/4,0,FATAL,28P01,"Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen",,,,,,,,,"","client backend",,0',
      '- postgresql 2001:db8::1 a"b, x',
    ],
    [
      '2026-11-23 03:26:55.123 CET,"ada","db",123,"192.0.2.1:4711",655c1234.7b,2,"authentication",2026-11-23 03:26:55 CET,3/4,0,LOG,00000,"connection authorized: user=ada database=db",,,,,,,,,"","client backend",,0',
      "+ postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.123 CET,"ada","db",123,"[local]",655c1234.7b,2,"authentication",2026-11-23 03:26:55 CET,3/4,0,FATAL,28000,"Peer authentication failed for user ""ada""",,,,,,,,,"","client backend",,0',
      "",
    ],
    [
      '2026-11-23 03:26:55.123 CET,"ada","db",123,"192.0.2.1:4711",655c1234.7b,2,"authentication",2026-11-23 03:26:55 CET,3/4,0,ERROR,42601,"syntax error",,,,,,,,,"","client backend",,0',
      "",
    ],
    // Servers speak the language they were set up in.
    [
      "2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  Passwort-Authentifizierung für Benutzer »ada« fehlgeschlagen",
      "- postgresql 192.0.2.1 ada",
    ],
    [
      "2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  authentification par mot de passe échouée pour l'utilisateur « ada »",
      "- postgresql 192.0.2.1 ada",
    ],
    [
      "2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  la autentificación password falló para el usuario «ada»",
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATALE:  autenticazione con password fallita per l\'utente "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  autenticação do tipo senha falhou para usuário "ada"',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db ВАЖНО:  пользователь "ada" не прошёл проверку подлинности (по паролю)',
      "- postgresql 192.0.2.1 ada",
    ],
    [
      "2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  kein pg_hba.conf-Eintrag für Host »192.0.2.1«, Benutzer »ada«, Datenbank »db«, keine Verschlüsselung",
      "- postgresql 192.0.2.1 ada",
    ],
    [
      '2026-11-23 03:26:55.125 CET [123] 192.0.2.1(4711) ada@db FATAL:  database "authentification" does not exist',
      "",
    ],
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
} satisfies LineRows;
