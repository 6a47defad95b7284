/**
 * A real `sshd` inside a lab host, logging through a real `rsyslogd` into the
 * host's own `auth.log`. Both live in a mount namespace with a private `/dev`,
 * so that each host has its own `/dev/log` and the machine's is untouched.
 *
 * @module
 */
import type { LabChild, LabHost } from "./lab_network.ts";

/** A login service with its log. */
export interface LabSshd {
  readonly log: string;
  readonly child: LabChild;
  /** Failed logins written so far: guesses that were really answered. */
  failures(): number;
}

/** Starts `sshd` on port 22 of the host and waits until it listens. */
export async function startSshd(host: LabHost): Promise<LabSshd> {
  const { directory } = host;
  const log = `${directory}/auth.log`;
  await Deno.writeTextFile(log, "");
  await host.must(
    ...["ssh-keygen", "-q", "-t", "ed25519", "-N", ""] as const,
    ...["-f", `${directory}/host_key`] as const,
  );
  await Deno.writeTextFile(
    `${directory}/sshd_config`,
    [
      "Port 22",
      "ListenAddress 0.0.0.0",
      `HostKey ${directory}/host_key`,
      `PidFile ${directory}/sshd.pid`,
      "UsePAM no",
      "PasswordAuthentication yes",
      "PermitRootLogin yes",
      "MaxStartups 100",
      "",
    ].join("\n"),
  );
  await Deno.writeTextFile(
    `${directory}/rsyslog.conf`,
    [
      `module(load="imuxsock" SysSock.Name="/dev/log")`,
      `template(name="line" type="string" string="%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\\n")`,
      `auth,authpriv.* action(type="omfile" file="${log}" template="line")`,
      "",
    ].join("\n"),
  );
  await Deno.writeTextFile(
    `${directory}/start_sshd.sh`,
    `set -e
mkdir -p ${directory}/dev /run/sshd
mount -t tmpfs tmpfs ${directory}/dev
for node in null zero full random urandom tty; do
  touch ${directory}/dev/$node
  mount --bind /dev/$node ${directory}/dev/$node
done
mkdir ${directory}/dev/pts
mount --bind /dev/pts ${directory}/dev/pts
ln -s pts/ptmx ${directory}/dev/ptmx
mount --rbind ${directory}/dev /dev
rsyslogd -n -f ${directory}/rsyslog.conf -i ${directory}/rsyslog.pid &
trap 'kill $(cat ${directory}/rsyslog.pid) $! 2>/dev/null' EXIT
for try in $(seq 50); do [ -S /dev/log ] && break; sleep 0.1; done
/usr/sbin/sshd -D -f ${directory}/sshd_config &
sshd=$!
trap 'kill $sshd; kill $(cat ${directory}/rsyslog.pid)' TERM INT
wait $sshd
`,
  );
  const child = host.start(
    ["unshare", "-m", "sh", `${directory}/start_sshd.sh`],
  );
  for (let attempt = 0; attempt < 600; attempt++) {
    const { stdout } = await host.run("ss", "-Htln", "sport = :22");
    if (stdout.includes(":22")) {
      return { log, child, failures: () => countFailures(log) };
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`Cannot start sshd: ${child.output()}`);
}

function countFailures(log: string): number {
  const text = Deno.readTextFileSync(log);
  return text.split("\n").filter((line) =>
    /: Failed (?:password|none) for /.test(line)
  ).length;
}
