/**
 * Account names that guessers try because systems and programs come with
 * them, or because people pick them without thinking. Which they are is a
 * matter of record (Owens and Matthews, "A Study of Passwords and Methods Used
 * in Brute-Force SSH Attacks", 2008; ATT&CK T1078.001); this list is
 * our own choice among them.
 *
 * Left out on purpose: names that machines use to log in (`backup`, `deploy`,
 * `git`, `ansible`, `monitor`, `nagios`, `jenkins`). A job whose key was taken away
 * must not look like a guesser for its name.
 *
 * @module
 */

const names: ReadonlySet<string> = new Set([
  "root",
  "admin",
  "administrator",
  "Administrator",
  "Admin",
  "sa",
  "sysadmin",
  "superuser",
  "user",
  "user1",
  "users",
  "username",
  "guest",
  "test",
  "test1",
  "test2",
  "tester",
  "testuser",
  "demo",
  "default",
  "ubuntu",
  "debian",
  "centos",
  "ec2-user",
  "vagrant",
  "pi",
  "ubnt",
  "cisco",
  "support",
  "oracle",
  "postgres",
  "mysql",
  "ftp",
  "ftpuser",
  "ftptest",
  "www",
  "www-data",
  "webmaster",
  "info",
  "student",
  "minecraft",
  "steam",
  "hadoop",
  "tomcat",
  "nobody",
]);

/** Whether guessers try this name without knowing anything about us. */
export function isDefaultAccount(user: string): boolean {
  return names.has(user);
}
