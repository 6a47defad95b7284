/**
 * Lateral movement and exported events, end to end: files of others where they
 * are at hand, and an office of our own.
 */
import { deepEqual, ok } from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { replayLog, type ReplayOptions } from "../../defense/replay.ts";
import type { ReplayRecord } from "../../defense/replay_record.ts";
import { asXml } from "./sensors/windows/made_events.ts";

const scenarios = embeddedScenarios();
const shared = [
  new URL("../../../shared/data/", import.meta.url),
].find((folder) => {
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
});

async function replay(
  bytes: Uint8Array,
  options: Partial<ReplayOptions> = {},
): Promise<ReplayRecord[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 1_000) {
      yield await Promise.resolve(bytes.subarray(at, at + 1_000));
    }
  }
  return await Array.fromAsync(replayLog(chunks(), {
    observations: false,
    scenarios,
    referenceYear: 2026,
    ...options,
  }));
}

function alertsOf(records: readonly ReplayRecord[]): string[] {
  return records.flatMap((record) =>
    record.type === "alert"
      ? [`${record.technique} ${record.scenario} ${record.subject.address}`]
      : []
  );
}

/** The only file of a zip: a local header, then raw deflate (APPNOTE 4.3.7). */
function unzipped(zip: Uint8Array): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  return new Uint8Array(inflateRawSync(zip.subarray(start)));
}

const files: { path: string; alerts: string[] }[] = [
  {
    path:
      "otrf/network/covenant_sc_query_dcerpc_smb_svcctl_2020-08-05034820.cap",
    alerts: ["T1021.002 remote-service 172.18.39.5"],
  },
  {
    path: "otrf/host/covenant_sc_query_dcerpc_smb_svcctl.zip",
    alerts: ["T1021.002 remote-service 172.18.39.5"],
  },
  { path: "otrf/linux/sh_arp_cache_2020-11-10074812.log", alerts: [] },
  {
    path: "pcaps/suricata-verify/smb2-06/20171220_smb_net_user.pcap",
    alerts: ["T1087.002 account-discovery 192.168.10.31"],
  },
  {
    path: "flows/slips/port-scans/vertical/conn.log",
    alerts: ["T1046 port-scan 192.168.1.9"],
  },
];

for (const { path, alerts } of files) {
  Deno.test({
    name: `replayLog() of ${path}`,
    ignore: shared === undefined,
    fn: async () => {
      const file = Deno.readFileSync(new URL(path, shared));
      const bytes = path.endsWith(".zip") ? unzipped(file) : file;
      deepEqual(alertsOf(await replay(bytes)), alerts);
    },
  });
}

/** Zeek's `conn.log` of an office: a nightly backup, and on the 9th day a visitor. */
function officeLog(visits: number): Uint8Array {
  const lines: string[] = [];
  const line = (atMs: number, from: string, to: string, port: number) =>
    lines.push(JSON.stringify({
      ts: atMs / 1_000,
      "id.orig_h": from,
      "id.resp_h": to,
      "id.resp_p": port,
      proto: "tcp",
      conn_state: "SF",
      history: "ShADadFf",
    }));
  const start = Date.UTC(2026, 2, 1);
  for (let day = 0; day < 10; day++) {
    for (let host = 10; host < 30; host++) {
      const atMs = start + day * 86_400_000 + host * 1_000;
      line(atMs, "10.0.0.4", `10.0.0.${host}`, 22);
      line(atMs + 3_600_000, `10.0.0.${host}`, "10.0.0.2", 445);
    }
  }
  for (let host = 11; host < 11 + visits; host++) {
    line(
      start + 9.5 * 86_400_000 + host * 9_000,
      "10.0.0.10",
      `10.0.0.${host}`,
      445,
    );
  }
  return new TextEncoder().encode(lines.join("\n"));
}

Deno.test("replayLog() of an office: the backup stays alone, the visitor does not", async () => {
  deepEqual(alertsOf(await replay(officeLog(5))), [
    "T1021.002 lateral-movement 10.0.0.10",
  ]);
  deepEqual(alertsOf(await replay(officeLog(2))), []);
  // With a history of one day the same is known.
  deepEqual(alertsOf(await replay(officeLog(5), { learnMs: 86_400_000 })), [
    "T1021.002 lateral-movement 10.0.0.10",
  ]);
  // Nothing was learned, so the backup is what looks new.
  deepEqual(alertsOf(await replay(officeLog(0), { learnMs: 0 })), [
    "T1021.004 lateral-movement 10.0.0.4",
  ]);
});

Deno.test("replayLog() of Windows events in UTF-16, as PowerShell saves them", async () => {
  const guesses = Array.from({ length: 12 }, (_, second) =>
    asXml({
      id: 4625,
      second,
      values: {
        TargetUserName: "ada",
        SubStatus: "0xc000006a",
        LogonType: "3",
        IpAddress: "10.0.0.9",
      },
    })).join("\r\n");
  const wide = Uint8Array.from(
    [...`\ufeff${guesses}`].flatMap((letter) => {
      const code = letter.charCodeAt(0);
      return [code & 255, code >> 8];
    }),
  );
  const records = await replay(wide);
  ok(alertsOf(records).includes("T1110.001 login-bruteforce 10.0.0.9"));
  ok(
    records.some((record) =>
      record.type === "summary" && record.records === 12 &&
      record.unparsed === 0
    ),
  );
});
