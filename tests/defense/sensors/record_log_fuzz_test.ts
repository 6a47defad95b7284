/**
 * Whatever an export holds, reading it ends in observations with real
 * addresses and times or in a counter, never in an exception.
 */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { readAddress } from "../../../defense/address.ts";
import { LineSplitter } from "../../../defense/sensors/line_splitter.ts";
import {
  detectRecordFormat,
  openRecordLog,
} from "../../../defense/sensors/record_log.ts";
import { madeShapes } from "./windows/made_events.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const event = {
  id: 5145,
  values: {
    SubjectUserName: "adm",
    IpAddress: "10.0.0.9",
    ShareName: "\\\\*\\ADMIN$",
    RelativeTargetName: "a.exe",
    AccessMask: "0x2",
  },
};
const pieces = fc.constantFrom(
  ...Object.values(madeShapes).map((write) => write(event)),
  "<Event",
  "<Events>",
  "<Event>",
  "</Event>",
  "<EventID>4625</EventID>",
  "<TimeCreated SystemTime='2026-03-01T10:00:00.1234567Z'/>",
  "<Data Name='IpAddress'>10.0.0.9</Data>",
  '<Data Name="',
  "&#x",
  "&lt;",
  "<![CDATA[",
  "<!ENTITY",
  '{"Event":{"System":{"EventID":',
  "4624",
  '"EventID":4624,',
  '"@timestamp":"2026-03-01T10:00:00Z"',
  '{"winlog":{"event_id":4625,"event_data":{"IpAddress":"10.0.0.9"}}',
  ',"EventData":{"Data":[{"@Name":"IpAddress","#text":"10.0.0.9"},null,7]}',
  "}}",
  "{",
  "}",
  "[",
  ",",
  '"',
  "\\",
  "#separator \\x09\n",
  "#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tconn_state\n",
  "#path\tconn\n",
  "1772359200.25\t10.0.0.9\t10.0.0.2\t445\ttcp\tSF\n",
  '{"ts":1772359200.25,"id.orig_h":"10.0.0.9","id.resp_h":"10.0.0.2",',
  '"id.resp_p":445,"proto":"tcp","conn_state":"S0"}',
  '"endpoint":"svcctl","operation":"CreateServiceW"}',
  '"endpoint":"constructor","operation":"toString"}',
  ...Object.values(madeShapes).flatMap((write) =>
    [
      { id: 4624, values: { ...event.values, TargetLogonId: "0x7" } },
      {
        id: 4688,
        values: {
          SubjectLogonId: "0x7",
          ParentProcessName: "C:\\constructor",
          NewProcessName: "__proto__",
        },
      },
    ].map(write)
  ),
  "type=USER_AUTH msg=audit(1604994496.155:1): ",
  "type=USER_LOGIN msg=audit(",
  'pid=7 acct="ada" addr=192.0.2.7 res=failed',
  "acct=61",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\ufeff",
  "\u{1f41f}",
);
const text = fc.array(fc.oneof({ weight: 9, arbitrary: pieces }, fc.string()), {
  maxLength: 40,
}).map((parts) => parts.join(""));

for (const format of ["windows", "zeek", "audit"] as const) {
  Deno.test(`openRecordLog() of ${format} survives anything (seed ${seed})`, () => {
    fc.assert(
      fc.property(text, (text) => {
        const log = openRecordLog(format);
        const lines = new LineSplitter();
        let told = 0;
        const onLine = (line: string) => {
          for (const seen of log.read(line, 1)) {
            told++;
            ok(Number.isFinite(seen.atMs));
            equal(readAddress(seen.source), seen.source);
            if ("destination" in seen && seen.destination !== undefined) {
              equal(readAddress(seen.destination), seen.destination);
            }
            if (seen.kind === "connection") {
              ok(seen.port >= 0 && seen.port <= 65_535);
            }
          }
        };
        lines.push(new TextEncoder().encode(text), onLine);
        lines.end(onLine);
        const { records, unparsed, noAddress } = log.counters;
        ok(records >= unparsed + noAddress);
        ok(told <= records);
        detectRecordFormat(text);
      }),
      { seed, numRuns: 300 },
    );
  });
}
