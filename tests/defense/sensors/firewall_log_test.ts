import { equal } from "node:assert/strict";
import { AddressCache } from "../../../defense/sensors/address_cache.ts";
import { readFirewallRecord } from "../../../defense/sensors/firewall_log.ts";

const rows: {
  flags: string;
  told: string;
  from?: number;
  to?: number;
}[] = [
  { flags: "SYN", told: "22 undefined" },
  { flags: "SYN ECE CWR", told: "22 undefined" },
  { flags: "", told: "22 null" },
  { flags: "FIN", told: "22 fin" },
  { flags: "URG PSH FIN", told: "22 xmas" },
  { flags: "ACK", told: "22 ack" },
  { flags: "ACK FIN", told: "22 maimon" },
  { flags: "ACK SYN", told: "other" },
  { flags: "RST", told: "other" },
  { flags: "ACK PSH", told: "other" },
  { flags: "ACK FIN", from: 443, to: 5_000, told: "other" },
  { flags: "ACK", from: 8_080, to: 40_000, told: "other" },
  { flags: "SYN", from: 20, to: 40_000, told: "40000 undefined" },
];

for (const { flags, from = 40_000, to = 22, told } of rows) {
  Deno.test(`readFirewallRecord() of ${flags || "no flags"} from ${from} to ${to}: ${told}`, () => {
    const message =
      `[7.1] DROP IN=eth0 OUT= MAC=00 SRC=192.0.2.7 DST=198.51.100.2 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=${from} DPT=${to} WINDOW=1024 RES=0x00 ${flags} URGP=0`;
    const record = { atMs: 0, program: "kernel", message };
    const seen = readFirewallRecord(
      record as Parameters<typeof readFirewallRecord>[0],
      new AddressCache(),
    );
    equal(
      typeof seen === "object" ? `${seen.port} ${seen.probe}` : seen,
      told,
    );
  });
}
