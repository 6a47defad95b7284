import { deepEqual, equal, ok } from "node:assert/strict";
import type { Observation } from "../../../../defense/observation.ts";
import { detectFormat } from "../../../../defense/sensors/log_format.ts";
import { WindowsLog } from "../../../../defense/sensors/windows/windows_log.ts";
import {
  asXml,
  madeComputer,
  type MadeEvent,
  madeShapes,
  madeTime,
  refusalShapes,
} from "./made_events.ts";

const utf8 = new TextEncoder();

function readAll(text: string, log = new WindowsLog()): Observation[] {
  return text.split(/\r?\n/).flatMap((line, at) => [...log.read(line, at + 1)]);
}

/** `kind service source user target`, as far as they are there. */
function briefly(seen: Observation): string {
  const { kind, source } = seen;
  const words: string[] = [kind];
  if ("service" in seen) words.push(seen.service);
  if ("operation" in seen) words.push(seen.operation);
  words.push(source);
  if ("destination" in seen && seen.destination) words.push(seen.destination);
  if ("port" in seen && seen.port) words.push(String(seen.port));
  if ("outcome" in seen) words.push(seen.outcome);
  if ("user" in seen && seen.user) words.push(seen.user);
  if ("process" in seen && seen.process) words.push(seen.process);
  if ("unknownUser" in seen) words.push("unknown");
  return words.join(" ");
}

const refusal: MadeEvent = {
  id: 4625,
  values: {
    TargetUserName: "o'hara & <sons>",
    TargetDomainName: "CORP",
    Status: "0xc000006d",
    SubStatus: "0xC000006A",
    LogonType: "3",
    WorkstationName: "KALI",
    IpAddress: "::ffff:10.0.0.9",
    IpPort: "50001",
  },
};

for (const [name, write] of Object.entries(refusalShapes)) {
  Deno.test(`WindowsLog.read() ${name}`, () => {
    const text = write(refusal);
    equal(detectFormat(utf8.encode(text)), "windows");
    const [seen, ...others] = readAll(text);
    deepEqual(others, []);
    ok(seen?.kind === "auth_failure");
    deepEqual({ ...seen, line: 0 }, {
      kind: "auth_failure",
      atMs: madeTime(refusal).getTime(),
      service: "windows",
      source: "10.0.0.9",
      target: madeComputer,
      user: "o'hara & <sons>",
      line: 0,
    });
  });
}

const rows: { name: string; events: MadeEvent[]; seen: string[] }[] = [
  {
    name: "a guess at an account that does not exist",
    events: [{
      ...refusal,
      values: { ...refusal.values, SubStatus: "0xC0000064" },
    }],
    seen: ["auth_failure windows 10.0.0.9 o'hara & <sons> unknown"],
  },
  {
    name: "a right password that has run out",
    events: [{
      ...refusal,
      values: { ...refusal.values, SubStatus: "0xC0000071" },
    }],
    seen: [],
  },
  {
    name: "a refusal at the machine's own keyboard",
    events: [
      { ...refusal, values: { ...refusal.values, IpAddress: "-" } },
      { ...refusal, values: { ...refusal.values, IpAddress: "127.0.0.1" } },
      { ...refusal, values: { ...refusal.values, IpAddress: "::1" } },
      {
        ...refusal,
        values: { ...refusal.values, IpAddress: "0:0:0:0:0:0:0:1" },
      },
    ],
    seen: [],
  },
  {
    name: "a machine whose trust is broken",
    events: [{
      ...refusal,
      values: { ...refusal.values, TargetUserName: "PC7$" },
    }],
    seen: [],
  },
  {
    name: "a remote desktop, and the machine's own login",
    events: [
      {
        id: 4624,
        values: {
          TargetUserName: "ada",
          LogonType: "10",
          IpAddress: "10.0.0.5",
          TargetLogonId: "0x77",
        },
      },
      {
        id: 4624,
        values: {
          TargetUserName: "PC5$",
          LogonType: "3",
          IpAddress: "10.0.0.5",
          TargetLogonId: "0x78",
        },
      },
      {
        id: 4624,
        values: {
          TargetUserName: "ANONYMOUS LOGON",
          LogonType: "3",
          IpAddress: "10.0.0.5",
          TargetLogonId: "0x79",
        },
      },
    ],
    seen: ["auth_success rdp 10.0.0.5 ada"],
  },
  {
    name: "Kerberos",
    events: [
      {
        id: 4771,
        values: {
          TargetUserName: "ada",
          Status: "0x18",
          IpAddress: "::ffff:10.0.0.9",
        },
      },
      {
        id: 4768,
        values: {
          TargetUserName: "nobody",
          Status: "0x6",
          IpAddress: "10.0.0.9",
        },
      },
      {
        id: 4768,
        values: {
          TargetUserName: "ada@CORP.EXAMPLE",
          Status: "0x0",
          IpAddress: "10.0.0.5",
        },
      },
      {
        id: 4771,
        values: {
          TargetUserName: "ada",
          Status: "0x25",
          IpAddress: "10.0.0.5",
        },
      },
      {
        id: 4769,
        values: {
          TargetUserName: "ada@CORP",
          ServiceName: "FILES$",
          Status: "0x0",
          IpAddress: "10.0.0.5",
        },
      },
    ],
    seen: [
      "auth_failure kerberos 10.0.0.9 ada",
      "auth_failure kerberos 10.0.0.9 nobody unknown",
      "auth_success kerberos 10.0.0.5 ada",
    ],
  },
  {
    name: "NTLM, which names no address but may carry one",
    events: [
      {
        id: 4776,
        values: {
          TargetUserName: "ada",
          Workstation: "KALI",
          Status: "0xc000006a",
        },
      },
      {
        id: 4776,
        values: {
          TargetUserName: "ada",
          Workstation: "\\\\10.0.0.9",
          Status: "0xc000006a",
        },
      },
    ],
    seen: ["auth_failure ntlm 10.0.0.9 ada"],
  },
  {
    name: "a service installed through a session from elsewhere",
    events: [
      {
        id: 4624,
        values: {
          TargetUserName: "adm",
          LogonType: "3",
          IpAddress: "10.0.0.9",
          TargetLogonId: "0xCD87B2",
        },
      },
      {
        id: 4697,
        values: { SubjectLogonId: "0xcd87b2", ServiceName: "PSEXESVC" },
      },
      { id: 4697, values: { SubjectLogonId: "0x3e7", ServiceName: "update" } },
    ],
    seen: [
      "auth_success windows 10.0.0.9 adm",
      "remote_call svcctl service_installed 10.0.0.9 adm",
    ],
  },
  {
    name: "a service installed after the control pipe was opened",
    events: [
      {
        id: 5145,
        values: {
          SubjectUserName: "adm",
          IpAddress: "10.0.0.9",
          ShareName: "\\\\*\\IPC$",
          RelativeTargetName: "svcctl",
          AccessMask: "0x12019f",
        },
      },
      {
        id: 7045,
        channel: "System",
        second: 4,
        values: { ServiceName: "x", ImagePath: "%SystemRoot%\\x.exe" },
      },
      {
        id: 7045,
        channel: "System",
        second: 50_000,
        values: { ServiceName: "y", ImagePath: "y.exe" },
      },
    ],
    seen: [
      "remote_call svcctl open_by_user 10.0.0.9 adm",
      "remote_call svcctl service_installed 10.0.0.9 adm",
    ],
  },
  {
    name: "a service installed when two had the control pipe open",
    events: [
      ...["10.0.0.9", "10.0.0.8"].map((IpAddress) => ({
        id: 5145,
        values: {
          IpAddress,
          ShareName: "\\\\*\\IPC$",
          RelativeTargetName: "svcctl",
        },
      })),
      { id: 7045, channel: "System", values: { ServiceName: "x" } },
    ],
    seen: [
      "remote_call svcctl open 10.0.0.9",
      "remote_call svcctl open 10.0.0.8",
    ],
  },
  {
    name: "shares and pipes",
    events: [
      ["\\\\*\\ADMIN$", "PSEXESVC.exe", "0x2"],
      ["\\\\*\\C$", "", "0x1"],
      ["\\\\*\\IPC$", "RemCom_communicaton", "0x12019f"],
      ["\\\\*\\IPC$", "atsvc", "0x12019f"],
      ["\\\\*\\Public", "setup.exe", "0x2"],
      ["\\\\*\\SYSVOL", "corp\\gpt.ini", "0x1"],
      ["\\\\*\\IPC$", "", "0x1"],
    ].map(([ShareName = "", RelativeTargetName = "", AccessMask = ""]) => ({
      id: 5145,
      values: {
        SubjectUserName: "adm",
        IpAddress: "10.0.0.9",
        ShareName,
        RelativeTargetName,
        AccessMask,
      },
    })),
    seen: [
      "remote_call smb write_program 10.0.0.9 adm",
      "remote_call smb open_admin_share 10.0.0.9 adm",
      "remote_call psexec open_by_user 10.0.0.9 adm",
      "remote_call atsvc open_by_user 10.0.0.9 adm",
    ],
  },
  {
    name: "what WMI and WinRM start for a session from elsewhere",
    events: [
      {
        id: 4624,
        values: {
          TargetUserName: "adm",
          LogonType: "3",
          IpAddress: "10.0.0.9",
          TargetLogonId: "0xab",
        },
      },
      {
        id: 1,
        channel: "Microsoft-Windows-Sysmon/Operational",
        values: {
          LogonId: "0xab",
          ParentImage: "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
          Image: "C:\\Windows\\System32\\cmd.exe",
        },
      },
      {
        id: 4688,
        values: {
          SubjectLogonId: "0x3e7",
          TargetLogonId: "0xab",
          ParentProcessName: "C:\\Windows\\System32\\svchost.exe",
          NewProcessName: "C:\\Windows\\System32\\wsmprovhost.exe",
        },
      },
      {
        id: 4688,
        values: {
          SubjectLogonId: "0xcc",
          TargetLogonId: "0x0",
          ParentProcessName: "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
          NewProcessName: "C:\\Windows\\System32\\cmd.exe",
        },
      },
    ],
    seen: [
      "auth_success windows 10.0.0.9 adm",
      "remote_call wmi process_created 10.0.0.9 adm",
      "remote_call winrm shell_created 10.0.0.9 adm",
    ],
  },
  {
    name: "what is opened in a session from elsewhere, and in a machine's own",
    events: [
      ...[["adm", "0xab"], ["PC9$", "0xac"]].map((
        [TargetUserName = "", TargetLogonId = ""],
      ) => ({
        id: 4624,
        values: {
          TargetUserName,
          TargetLogonId,
          LogonType: "3",
          IpAddress: "10.0.0.9",
        },
      })),
      ...[
        [4656, "0xab", "SC Manager", "SC_MANAGER OBJECT"],
        [4656, "0xab", "Security", "Key"],
        [4661, "0xab", "Security Account Manager", "SAM_USER"],
        [4661, "0xac", "Security Account Manager", "SAM_USER"],
        [4661, "0xad", "Security Account Manager", "SAM_USER"],
        [4698, "0xab", "", ""],
        [4799, "0xab", "", ""],
      ].map(([id, SubjectLogonId, ObjectServer, ObjectType]) => ({
        id: Number(id),
        values: {
          SubjectLogonId: String(SubjectLogonId),
          ObjectServer: String(ObjectServer),
          ObjectType: String(ObjectType),
        },
      })),
    ],
    seen: [
      "auth_success windows 10.0.0.9 adm",
      "remote_call svcctl open 10.0.0.9 adm",
      "remote_call samr SAM_USER 10.0.0.9 adm",
      "remote_call ITaskSchedulerService task_registered 10.0.0.9 adm",
      "remote_call samr group_members 10.0.0.9 adm",
    ],
  },
  {
    name: "connections",
    events: [
      ...["%%14592", "%%14593"].map((Direction) => ({
        id: 5156,
        values: {
          Direction,
          Protocol: "6",
          SourceAddress: "10.0.0.9",
          DestAddress: "10.0.0.2",
          DestPort: "445",
        },
      })),
      {
        id: 5157,
        values: {
          Direction: "%%14592",
          Protocol: "6",
          SourceAddress: "10.0.0.9",
          DestAddress: "10.0.0.2",
          DestPort: "3389",
        },
      },
      {
        id: 3,
        channel: "Microsoft-Windows-Sysmon/Operational",
        values: {
          Protocol: "tcp",
          Initiated: "true",
          Image: "C:\\Users\\a\\Mimi.EXE",
          SourceIp: "10.0.0.9",
          DestinationIp: "10.0.0.2",
          DestinationPort: "135",
        },
      },
      {
        id: 3,
        channel: "Microsoft-Windows-Sysmon/Operational",
        values: {
          Protocol: "udp",
          Initiated: "true",
          SourceIp: "10.0.0.9",
          DestinationIp: "10.0.0.2",
          DestinationPort: "53",
        },
      },
    ],
    seen: [
      "connection 10.0.0.9 10.0.0.2 445 accepted",
      "connection 10.0.0.9 10.0.0.2 3389 unanswered",
      "connection 10.0.0.9 10.0.0.2 135 accepted mimi.exe",
    ],
  },
  {
    name: "another log's use of the same number",
    events: [{ ...refusal, channel: "Application" }],
    seen: [],
  },
];

for (const { name, events, seen } of rows) {
  Deno.test(`WindowsLog.read() ${name}`, () => {
    for (const [shape, write] of Object.entries(madeShapes)) {
      const text = events.map(write).join("\n");
      deepEqual(readAll(text).map(briefly), seen, shape);
    }
  });
}

Deno.test("WindowsLog.read() events in one wrapper and several on a line", () => {
  const log = new WindowsLog();
  const text = `\ufeff<?xml version="1.0" encoding="utf-8"?>\n<Events>${
    asXml(refusal)
  }${asXml(refusal)}\n${asXml(refusal)}</Events>\n`;
  equal(detectFormat(utf8.encode(text)), "windows");
  equal(readAll(text, log).length, 3);
  equal(log.counters.records, 3);
  equal(log.counters.unparsed, 0);
});

Deno.test("WindowsLog.read() a list of JSON, on one line and over many", () => {
  const { "a tree": asTree, "a tree over lines": asPretty } = madeShapes;
  const lists = [
    `[${asTree(refusal)},${asTree(refusal)}, ${asTree(refusal)}]`,
    `[\n${asPretty(refusal)},\n${asPretty(refusal)},${asPretty(refusal)}\n]\n`,
  ];
  for (const text of lists) {
    const log = new WindowsLog();
    equal(detectFormat(utf8.encode(text)), "windows");
    equal(readAll(text, log).length, 3);
    equal(log.counters.unparsed, 0);
  }
});

Deno.test("WindowsLog.read() expands no entity of its own document", () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
  const event = asXml(refusal).replace("o&#39;hara &amp; ", "&b;&#x41;&#0;");
  const [seen] = readAll(`<Events>\n${bomb}\n${event}\n</Events>`);
  ok(seen?.kind === "auth_failure");
  equal(seen.user, "&b;A\ufffd<sons>");
});

Deno.test("WindowsLog.read() drops an event that has no end, and goes on", () => {
  const log = new WindowsLog();
  const lines = ["<Event>", ...Array(200).fill("x".repeat(1_000)), "</Event>"];
  deepEqual(readAll(lines.join("\n"), log), []);
  equal(log.counters.unparsed, 1);
  equal(readAll(asXml(refusal), log).length, 1);
  deepEqual(readAll(`{"a":\n${lines.slice(1, -1).join("\n")}`, log), []);
  ok(log.counters.unparsed >= 2);
  equal(readAll(madeShapes.Winlogbeat(refusal), log).length, 1);
});

Deno.test("WindowsLog.counters tell what became of each event", () => {
  const log = new WindowsLog();
  readAll(
    [
      asXml(refusal),
      asXml({ ...refusal, id: 1102 }),
      asXml({ ...refusal, values: {} }),
      asXml({
        ...refusal,
        values: { ...refusal.values, IpAddress: "-" },
      }),
      "{}",
      "no event",
    ].join("\n"),
    log,
  );
  deepEqual(log.counters, {
    records: 6,
    unparsed: 3,
    noAddress: 1,
    firstMs: madeTime(refusal).getTime(),
    lastMs: madeTime(refusal).getTime(),
  });
});
