import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { Scenario } from "../../defense/detectors/scenario.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { replayLog, type ReplayOptions } from "../../defense/replay.ts";
import type { ReplayRecord } from "../../defense/replay_record.ts";
import { madeShapes } from "./sensors/windows/made_events.ts";

const scenarios: readonly Scenario[] = embeddedScenarios();
const fixtures = new URL("../fixtures/", import.meta.url);
const shared = new URL("../../../shared/data/", import.meta.url);
const hasShared = (() => {
  try {
    return Deno.statSync(shared).isDirectory;
  } catch {
    return false;
  }
})();

async function replay(
  file: URL | Uint8Array,
  options: Partial<ReplayOptions> = {},
): Promise<ReplayRecord[]> {
  const bytes = file instanceof Uint8Array ? file : Deno.readFileSync(file);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 1_000) {
      yield await Promise.resolve(bytes.subarray(at, at + 1_000));
    }
  }
  return await Array.fromAsync(
    replayLog(chunks(), {
      observations: false,
      scenarios,
      referenceYear: 2026,
      ...options,
    }),
  );
}

/** `scenario subject` of each alert. */
function alertsOf(records: readonly ReplayRecord[]): string[] {
  return records.flatMap((record) =>
    record.type === "alert"
      ? [`${record.scenario} ${record.subject.address}`]
      : []
  );
}

Deno.test("replayLog() prints the fields of the contract in their order", async () => {
  const records = await replay(new URL("auth.log", fixtures), {
    observations: true,
  });
  deepEqual(records.map((record) => JSON.stringify(record)), [
    '{"type":"observation","at":"2026-12-31T23:58:40.000Z","kind":"auth_success","service":"sshd","source":"192.0.2.9","user":"ada","line":2}',
    '{"type":"observation","at":"2026-12-31T23:59:50.000Z","kind":"auth_failure","service":"sshd","source":"203.0.113.5","user":"oracle","line":3}',
    '{"type":"observation","at":"2026-12-31T23:59:55.000Z","kind":"auth_failure","service":"sshd","source":"203.0.113.5","user":"x from 192.0.2.9 port 22","line":8}',
    '{"type":"observation","at":"2027-01-01T00:00:01.000Z","kind":"auth_failure","service":"sshd","source":"203.0.113.5","user":"test","line":9}',
    '{"type":"observation","at":"2027-01-01T00:00:03.000Z","kind":"auth_failure","service":"sshd","source":"203.0.113.5","user":"pi","line":11}',
    '{"type":"alert","at":"2027-01-01T00:00:03.000Z","technique":"T1110.001","scenario":"ssh-bruteforce","subject":{"address":"203.0.113.5"},"evidence":"E1","score":12.781}',
    '{"type":"summary","records":14,"unparsed":2,"seconds":128}',
  ]);
});

Deno.test("replayLog() of nothing is a summary", async () => {
  deepEqual(await replay(new Uint8Array(0)), [
    { type: "summary", records: 0, unparsed: 0, seconds: 0 },
  ]);
});

Deno.test("replayLog() says what to do with bytes it cannot read", async () => {
  await rejects(
    replay(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0)),
    { name: "SyntaxError", message: /^Cannot replay: at byte 0 .*unpack/ },
  );
  await rejects(
    replay(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0)),
    { name: "SyntaxError", message: /^Cannot replay: .* damaged; .*zcat/ },
  );
});

Deno.test("replayLog() unpacks what rotation has compressed", async () => {
  const plain = Deno.readFileSync(new URL("auth.log", fixtures));
  const packed = new Blob([plain]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(packed).bytes();
  deepEqual(await replay(bytes), await replay(plain));
});

for (const shape of ["XML on one line", "Winlogbeat"] as const) {
  Deno.test(`replayLog() reads a large export without line ends: ${shape}`, async () => {
    const event = madeShapes[shape]({
      id: 4625,
      values: {
        TargetUserName: "}{ada",
        Status: "0xc000006d",
        LogonType: "3",
        IpAddress: "192.0.2.1",
      },
    });
    const list = Array<string>(500).fill(event);
    const text = shape === "Winlogbeat"
      ? `[${list.join(",")}]`
      : `<Events>${list.join("")}</Events>`;
    const records = await replay(new TextEncoder().encode(text), {
      observations: true,
    });
    const lines = records.flatMap((record) =>
      record.type === "observation" ? [record.line] : []
    );
    deepEqual(lines, Array(500).fill(1));
    deepEqual(records.at(-1), {
      type: "summary",
      records: 500,
      unparsed: 0,
      seconds: 0,
    });
  });
}

Deno.test("replayLog() of a text with zeros in it tells what it can", async () => {
  const line = "Nov 23 03:26:55 web sshd[7]: Invalid user a from 192.0.2.1\n";
  const text = "\0".repeat(500) + line + line.replace("user a", "user \0b");
  const records = await replay(new TextEncoder().encode(text), {
    observations: true,
  });
  deepEqual(records.map(({ type }) => type), [
    "observation",
    "observation",
    "summary",
  ]);
  await rejects(replay(new Uint8Array(500)), { name: "SyntaxError" });
});

Deno.test("replayLog() reads as the format it is told", async () => {
  const [summary] = await replay(new URL("auth.log", fixtures), {
    format: "pcap",
  });
  deepEqual(summary, { type: "summary", records: 0, unparsed: 1, seconds: 0 });
});

const crowdsec: { test: string; alerts: string[] }[] = [
  { test: "ssh-bf", alerts: ["ssh-bruteforce 35.188.49.176"] },
  {
    test: "ssh-slow-bf",
    alerts: ["ssh-bruteforce 103.100.210.198"],
  },
  {
    test: "iptables-scan-multi-port",
    alerts: ["port-scan 62.34.17.168", "port-scan 127.0.0.2"],
  },
  { test: "iptables-logs", alerts: [] },
  { test: "sshd-success-logs", alerts: [] },
];

for (const { test, alerts } of crowdsec) {
  Deno.test({
    name: `replayLog() of CrowdSec's ${test}`,
    ignore: !hasShared,
    fn: async () => {
      const file = new URL(`crowdsec-hub/tests/${test}/${test}.log`, shared);
      deepEqual(alertsOf(await replay(file)), alerts);
    },
  });
}

interface AnnotatedLine {
  readonly service: string;
  readonly line_no: number;
  readonly line: string;
  readonly match: boolean;
  readonly expect_host?: string;
}

Deno.test({
  name: "replayLog() blames whom fail2ban's annotations of sshd blame",
  ignore: !hasShared,
  fn: async () => {
    const lines = Deno.readTextFileSync(new URL("fail2ban/share.jsonl", shared))
      .trim().split("\n").map((line) => JSON.parse(line) as AnnotatedLine)
      .filter(({ service }) => service === "sshd");
    const records = await replay(
      new TextEncoder().encode(lines.map(({ line }) => line).join("\n")),
      { observations: true, format: "syslog" },
    );
    const blamed = new Map<number, string>();
    for (const record of records) {
      if (record.type !== "observation" || record.line === undefined) continue;
      blamed.set(record.line, record.source);
    }
    // Host names, and an address with a leading zero, are nobody we can block.
    const nobody = new Set([5, 7, 45, 70, 107]);
    for (
      const [index, { line, line_no, match, expect_host }] of lines.entries()
    ) {
      const expected = match && !nobody.has(line_no) ? expect_host : undefined;
      equal(blamed.get(index + 1), expected, line);
    }
  },
});

Deno.test({
  name: "replayLog() counts the offenders of loghub's Linux log",
  ignore: !hasShared,
  fn: async () => {
    const offenders = JSON.parse(
      Deno.readTextFileSync(new URL("loghub/linux_offenders.json", shared)),
    ).sshd_auth_failures_by_rhost as Readonly<Record<string, number>>;
    const records = await replay(new URL("loghub/Linux/Linux_2k.log", shared), {
      observations: true,
    });
    const counted: Record<string, number> = {};
    for (const record of records) {
      if (record.type !== "observation" || record.kind === "connection") {
        continue;
      }
      equal(record.kind, "auth_failure");
      counted[record.source] = (counted[record.source] ?? 0) + 1;
    }
    const expected = Object.fromEntries(
      Object.entries(offenders).filter(([host]) => /^[\d.]+$/.test(host)),
    );
    deepEqual(counted, expected);
  },
});

const captures: { file: string; alerts: string[] }[] = [
  {
    file: "pcaps/bro-simple-scan/port_scan.pcap",
    alerts: ["port-scan 192.168.2.154"],
  },
  {
    file: "pcaps/zeek/ftp/bruteforce.pcap",
    alerts: ["login-burst 192.168.56.1", "login-bruteforce 192.168.56.1"],
  },
  { file: "pcaps/zeek/wikipedia.pcap", alerts: [] },
  { file: "pcaps/zeek/ssh/single-conn.pcap", alerts: [] },
  { file: "pcaps/zeek/icmp/5-pings.pcap", alerts: [] },
  {
    file: "pcaps/suricata-verify/smb2-06/20171220_smb_net_user.pcap",
    alerts: ["account-discovery 192.168.10.31"],
  },
  {
    file:
      "otrf/network/covenant_sc_query_dcerpc_smb_svcctl_2020-08-05034820.cap",
    alerts: ["remote-service 172.18.39.5"],
  },
  {
    file: "psad/scans/syn_scan_1000_1500",
    alerts: ["port-scan 192.168.10.55"],
  },
  { file: "psad/scans/ipv4_valid_ping", alerts: [] },
];

for (const { file, alerts } of captures) {
  Deno.test({
    name: `replayLog() of ${file}`,
    ignore: !hasShared,
    fn: async () => {
      const records = await replay(new URL(file, shared));
      deepEqual(alertsOf(records), alerts);
      const summary = records.at(-1);
      ok(summary?.type === "summary" && summary.unparsed <= 1);
    },
  });
}

/** A connection in Zeek's `conn.log` that nobody took. */
function refused(source: string, destination: string, port: number): string {
  return JSON.stringify({
    ...{ ts: 1_700_828_217 + port / 100, proto: "tcp", conn_state: "REJ" },
    ...{ "id.orig_h": source, "id.orig_p": 50_000, uid: `C${port}` },
    ...{ "id.resp_h": destination, "id.resp_p": port, history: "Sr" },
    ...{ orig_bytes: 0, resp_bytes: 0 },
  });
}

const hops = Array.from({ length: 12 }, (_, index) => index + 1);
const lines = {
  scan: (network: string) =>
    hops.map((hop) => refused(`${network}${hop}`, "2001:db8:5::1", 20 + hop)),
  guesses: (network: string) =>
    hops.map((hop) =>
      `Mar  3 04:10:${
        hop + 10
      } shop sshd[${hop}]: Failed password for root from ${network}${hop} port 4${hop} ssh2`
    ),
};
const hoppers: {
  name: string;
  lines: readonly string[];
  subjects: RegExp | undefined;
}[] = [
  {
    name: "a scan from a new address of one /64 for each port",
    lines: lines.scan("2001:db8:66:1::"),
    subjects: /^port-scan 2001:db8:66:1::9$/,
  },
  {
    name: "guesses from a new address of one /64 each time",
    lines: lines.guesses("2001:db8:66:1::"),
    subjects: /^ssh-bruteforce 2001:db8:66:1::\d+$/,
  },
  {
    name: "as many machines of the recorded network, a port each",
    lines: lines.scan("2001:db8:5::1:"),
    subjects: undefined,
  },
  {
    name: "as many machines of a network that is always one of ours",
    lines: lines.scan("fd77:66:1::"),
    subjects: undefined,
  },
  {
    name: "as many /64, a port each",
    lines: hops.map((hop) =>
      refused(`2001:db8:66:${hop}::1`, "2001:db8:5::1", 20 + hop)
    ),
    subjects: undefined,
  },
];
for (const { name, lines, subjects } of hoppers) {
  Deno.test(`replayLog() ${subjects ? "finds" : "is silent about"} ${name}`, async () => {
    const bytes = new TextEncoder().encode(lines.join("\n") + "\n");
    const alerts = alertsOf(await replay(bytes));
    if (!subjects) return deepEqual(alerts, []);
    ok(alerts.length > 0);
    for (const alert of alerts) ok(subjects.test(alert), alert);
  });
}
