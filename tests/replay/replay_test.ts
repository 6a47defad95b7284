/**
 * `agent --replay` as its user runs it, or compiled (`STEALTHMESH_BINARY`), over
 * logs and captures of others where they are at hand, and our own fixture
 * everywhere.
 */
import { deepEqual, equal } from "node:assert/strict";
import { stealthmesh } from "../cli/child.ts";

const shared = new URL("../../../shared/data/", import.meta.url).pathname;
const fixtures = new URL("../fixtures/", import.meta.url).pathname;

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

interface Replayed {
  readonly type: string;
  readonly at?: string;
  readonly kind?: string;
  readonly technique?: string;
  readonly subject?: { readonly address: string };
  readonly records?: number;
  readonly unparsed?: number;
}

async function replay(...args: string[]): Promise<Replayed[]> {
  const { code, stdout, stderr } = await stealthmesh(["agent", ...args]);
  equal(code, 0, stderr);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

const rows: {
  name: string;
  path: string;
  /** `technique subject`, in any order, without repeats. */
  alerts: string[];
}[] = [
  {
    name: "our own auth.log",
    path: `${fixtures}auth.log`,
    alerts: ["T1110.001 203.0.113.5"],
  },
  {
    name: "an ssh brute force of six lines",
    path: `${shared}crowdsec-hub/tests/ssh-bf/ssh-bf.log`,
    alerts: ["T1110.001 35.188.49.176"],
  },
  {
    name: "a slow ssh brute force",
    path: `${shared}crowdsec-hub/tests/ssh-slow-bf/ssh-slow-bf.log`,
    alerts: ["T1110.001 103.100.210.198"],
  },
  {
    name: "successful logins",
    path: `${shared}crowdsec-hub/tests/sshd-success-logs/sshd-success-logs.log`,
    alerts: [],
  },
  {
    name: "dropped packets of two scanners",
    path:
      `${shared}crowdsec-hub/tests/iptables-scan-multi-port/iptables-scan-multi-port.log`,
    alerts: ["T1046 127.0.0.2", "T1046 62.34.17.168"],
  },
  {
    name: "a SYN scan in a kernel log",
    path: `${shared}psad/scans/syn_scan_1000_1500`,
    alerts: ["T1046 192.168.10.55"],
  },
  {
    name: "pings in a kernel log",
    path: `${shared}psad/scans/ipv4_valid_ping`,
    alerts: [],
  },
  {
    name: "a port scan in a capture",
    path: `${shared}pcaps/bro-simple-scan/port_scan.pcap`,
    alerts: ["T1046 192.168.2.154"],
  },
  {
    name: "an FTP brute force in a capture",
    path: `${shared}pcaps/zeek/ftp/bruteforce.pcap`,
    alerts: ["T1110.001 192.168.56.1"],
  },
  {
    name: "browsing in a capture",
    path: `${shared}pcaps/zeek/wikipedia.pcap`,
    alerts: [],
  },
  {
    name: "one ssh login in a capture",
    path: `${shared}pcaps/zeek/ssh/single-conn.pcap`,
    alerts: [],
  },
  {
    name: "pings in a capture",
    path: `${shared}pcaps/zeek/icmp/5-pings.pcap`,
    alerts: [],
  },
];

for (const { name, path, alerts } of rows) {
  Deno.test({
    name: `agent --replay ${name}`,
    ignore: !isThere(path),
    fn: async () => {
      const records = await replay("--replay", path);
      const told = records.filter(({ type }) => type === "alert").map((
        { technique, subject },
      ) => `${technique} ${subject?.address}`);
      deepEqual([...new Set(told)].sort(), alerts);
      equal(records.at(-1)?.type, "summary");
      equal((records.at(-1)?.records ?? 0) > 0, true);
    },
  });
}

Deno.test("agent --replay --observations prints what the sensors saw, in order", async () => {
  const records = await replay(
    "--replay",
    `${fixtures}auth.log`,
    "--observations",
  );
  const seen = records.filter(({ type }) => type === "observation");
  equal(seen.length > 0, true);
  const kinds = new Set(seen.map(({ kind }) => kind));
  equal(kinds.has("auth_failure") && kinds.has("auth_success"), true);
  const times = seen.map(({ at }) => at ?? "");
  deepEqual(times, times.toSorted());
});

Deno.test("agent --replay of noise counts it and does not fail", async () => {
  const path = await Deno.makeTempFile();
  try {
    const noise = crypto.getRandomValues(new Uint8Array(50_000));
    await Deno.writeFile(path, noise);
    const records = await replay("--replay", path, "--format", "syslog");
    deepEqual(records.map(({ type }) => type), ["summary"]);
    equal(records[0]?.records, records[0]?.unparsed);
  } finally {
    await Deno.remove(path);
  }
});
