/**
 * A failed login as sshd writes it through syslog, now.
 *
 * @module
 */

/** One line, with its end. */
export function failedLogin(source: string, pid: number): string {
  const now = new Date();
  const stamp = `${now.toString().slice(4, 10)} ${
    now.toTimeString().slice(0, 8)
  }`;
  return `${stamp} vm sshd[${pid}]: Failed password for root from ${source} port 40000 ssh2\n`;
}
