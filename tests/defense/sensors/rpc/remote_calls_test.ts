import { deepEqual } from "node:assert/strict";
import type { Observation } from "../../../../defense/observation.ts";
import { CaptureReader } from "../../../../defense/sensors/capture_reader.ts";
import {
  frame,
  ipPacket,
  type MadePacket,
  pcapFile,
  turned,
} from "../made_packets.ts";
import {
  desktopRequest,
  framed,
  rpcBind,
  rpcRequest,
  smb1,
  smb1Open,
  smb1Transact,
  smb1Tree,
  smb2,
  smb2Login,
  smb2LoginAnswer,
  smb2Open,
  smb2Transceive,
  smb2Tree,
  smb2TreeAnswer,
  smb2Write,
  uuids,
} from "./made_calls.ts";

/** What one side sends at once; `back` from the server. */
interface Piece {
  readonly bytes: readonly number[];
  readonly back?: boolean;
}

const ask = (bytes: readonly number[]): Piece => ({ bytes });
const answer = (bytes: readonly number[]): Piece => ({ bytes, back: true });

function packetsOf(port: number, pieces: readonly Piece[]): MadePacket[] {
  const first = {
    source: "10.0.0.9",
    destination: "10.0.0.2",
    sourcePort: 50_001,
    destinationPort: port,
    flags: "A",
  };
  let sent = 1_000;
  let received = 0xffff_ff00; // wraps soon
  return pieces.map(({ bytes, back = false }) => {
    const sequence = back ? received : sent;
    if (back) received = (received + bytes.length) >>> 0;
    else sent += bytes.length;
    return { ...back ? turned(first) : first, sequence, bytes };
  });
}

function readPackets(packets: readonly MadePacket[]): string[] {
  const seen: Observation[] = [];
  const reader = new CaptureReader();
  const file = pcapFile(packets.map((packet, at) => ({
    atMs: 1_772_359_200_000 + at,
    bytes: frame(ipPacket(packet)),
  })));
  reader.push(file, (one) => seen.push(one));
  reader.end((one) => seen.push(one));
  return seen.map((one) => {
    switch (one.kind) {
      case "remote_call": {
        const { service, operation, source, destination, user = "" } = one;
        return `${service} ${operation} ${source} ${destination} ${user}`
          .trim();
      }
      case "auth_success":
      case "auth_failure": {
        const unknown = "unknownUser" in one ? " unknown" : "";
        return `${one.kind} ${one.service} ${one.source} ${one.target} ${one.user}${unknown}`;
      }
      default:
        return one.kind;
    }
  });
}

const ends = "10.0.0.9 10.0.0.2";
const svcctl = [
  ask(framed(smb2Tree(1, "\\\\FILES\\IPC$"))),
  answer(framed(smb2TreeAnswer(1, 5))),
  ask(framed(smb2Open(2, 5, "svcctl"))),
  ask(framed(smb2Write(3, rpcBind([uuids.svcctl])))),
  ask(framed(smb2Transceive(4, rpcRequest(15)))),
  ask(framed(smb2Transceive(5, rpcRequest(12)))),
  ask(framed(smb2Transceive(6, rpcRequest(12)))),
];
const svcctlSeen = [
  `svcctl open ${ends}`,
  `svcctl OpenSCManagerW ${ends}`,
  `svcctl CreateServiceW ${ends}`,
];

const rows: {
  name: string;
  port: number;
  pieces: Piece[];
  seen: string[];
}[] = [
  {
    name: "a service made over SMB 2",
    port: 445,
    pieces: svcctl,
    seen: svcctlSeen,
  },
  {
    name: "the same behind NetBIOS",
    port: 139,
    pieces: [
      ask([0x81, 0, 0, 4, 1, 2, 3, 4]),
      answer([0x82, 0, 0, 0]),
      ...svcctl,
    ],
    seen: svcctlSeen,
  },
  {
    name: "several requests in one compound",
    port: 445,
    pieces: [ask(framed([
      ...smb2({ command: 3, message: 1, next: 64 + 8 + 24 }, [
        ...smb2Tree(1, "\\\\F\\ADMIN$").slice(64),
        ...Array(4).fill(0),
      ]),
      ...smb2Open(2, 0, "samr"),
    ]))],
    seen: [`smb open_admin_share ${ends}`, `samr open ${ends}`],
  },
  {
    name: "a program copied to an administrative share",
    port: 445,
    pieces: [
      ask(framed(smb2Tree(1, "\\\\FILES\\C$"))),
      answer(framed(smb2TreeAnswer(1, 5))),
      ask(framed(smb2Open(2, 5, "Windows\\Temp", 0x2, 1))),
      ask(framed(smb2Open(3, 5, "Windows\\Temp\\a.txt", 0x1))),
      ask(framed(smb2Open(4, 5, "Windows\\Temp\\a.EXE", 0x2))),
    ],
    seen: [`smb open_admin_share ${ends}`, `smb write_program ${ends}`],
  },
  {
    name: "everyday use of a file server",
    port: 445,
    pieces: [
      ask(framed(smb2Tree(1, "\\\\FILES\\Public"))),
      answer(framed(smb2TreeAnswer(1, 5))),
      ask(framed(smb2Open(2, 5, "setup.exe", 0x2))),
      ask(framed(smb2Write(3, Array(9_000).fill(5)))),
      ask(framed(smb2Open(4, 5, "samr"))),
    ],
    seen: [],
  },
  {
    name: "logins by NTLM",
    port: 445,
    pieces: [
      ask(framed(smb2Login(1, "ada"))),
      answer(framed(smb2LoginAnswer(1, 0xc000006d))),
      ask(framed(smb2Login(2, "nobody"))),
      answer(framed(smb2LoginAnswer(2, 0xc0000064))),
      ask(framed(smb2Login(3, "ada"))),
      answer(framed(smb2LoginAnswer(3, 0))),
      ask(framed(smb2Login(4, ""))),
      answer(framed(smb2LoginAnswer(4, 0))),
      ask(framed(smb2Login(5, "late"))),
      answer(framed(smb2LoginAnswer(5, 0xc0000224))),
    ],
    seen: [
      `auth_failure smb ${ends} ada`,
      `auth_failure smb ${ends} nobody unknown`,
      `auth_success smb ${ends} ada`,
    ],
  },
  {
    name: "the old SMB",
    port: 445,
    pieces: [
      ask(framed(smb1Tree(1, "\\\\FILES\\IPC$"))),
      answer(framed(smb1(
        { command: 0x75, message: 1, tree: 7, answer: true },
        [0xff, 0, 0, 0],
        [],
      ))),
      ask(framed(smb1Open(2, 7, "\\svcctl"))),
      ask(framed(smb1Transact(3, rpcBind([uuids.svcctl])))),
      ask(framed(smb1Transact(4, rpcRequest(19)))),
      ask(framed(smb1Tree(5, "\\\\FILES\\ADMIN$"))),
    ],
    seen: [
      `svcctl open ${ends}`,
      `svcctl StartServiceW ${ends}`,
      `smb open_admin_share ${ends}`,
    ],
  },
  {
    name: "DCE/RPC straight over TCP, several interfaces in one bind",
    port: 49_667,
    pieces: [
      ask(rpcBind([uuids.epmapper, uuids.drsuapi, uuids.wbemServices])),
      ask([...rpcRequest(3, 0), ...rpcRequest(3, 1), ...rpcRequest(24, 2)]),
      ask(rpcRequest(99, 2)),
    ],
    seen: [
      `drsuapi DRSGetNCChanges ${ends}`,
      `wmi ExecMethod ${ends}`,
      `wmi opnum 99 ${ends}`,
    ],
  },
  {
    name: "a big-endian client",
    port: 49_667,
    pieces: [
      ask(rpcBind([uuids.samr], false)),
      ask(rpcRequest(13, 0, false)),
    ],
    seen: [`samr SamrEnumerateUsersInDomain ${ends}`],
  },
  {
    name: "a remote desktop",
    port: 3389,
    pieces: [ask(desktopRequest("ada"))],
    seen: [`rdp connect ${ends} ada`],
  },
  {
    name: "an industrial controller, which begins alike",
    port: 102,
    pieces: [ask(desktopRequest(""))],
    seen: [],
  },
  {
    name: "WinRM, once in a connection",
    port: 5985,
    pieces: [
      ask([...new TextEncoder().encode("POST /wsman HTTP/1.1\r\n")]),
      ask([...new TextEncoder().encode("POST /wsman HTTP/1.1\r\n")]),
    ],
    seen: [`winrm wsman ${ends}`],
  },
  {
    name: "a web form",
    port: 80,
    pieces: [ask([...new TextEncoder().encode("POST /wsmanual HTTP/1.1\r\n")])],
    seen: [],
  },
  {
    name: "what SMB 3 encrypts",
    port: 445,
    pieces: [ask(framed([0xfd, 0x53, 0x4d, 0x42, ...Array(80).fill(1)]))],
    seen: [],
  },
];

for (const { name, port, pieces, seen } of rows) {
  Deno.test(`RemoteCalls.take() ${name}`, () => {
    deepEqual(readPackets(packetsOf(port, pieces)), seen);
  });
}

Deno.test("RemoteCalls.take() puts together what TCP has cut", () => {
  const small = svcctl.flatMap(({ bytes, back = false }) =>
    Array.from(
      { length: Math.ceil(bytes.length / 7) },
      (_, at) => ({ bytes: bytes.slice(at * 7, at * 7 + 7), back }),
    )
  );
  deepEqual(readPackets(packetsOf(445, small)), svcctlSeen);
});

Deno.test("RemoteCalls.take() bears what is sent twice and out of order", () => {
  const packets = packetsOf(445, svcctl);
  const [, , open, bind, manager] = packets;
  if (!open || !bind || !manager) throw new Error("no such packets");
  const mixed = [...packets.slice(0, 3), open, manager, bind, manager]
    .concat(packets.slice(5));
  deepEqual(readPackets(mixed), svcctlSeen);
});

Deno.test("RemoteCalls.take() goes on behind a gap", () => {
  const filler = ask(framed(smb2Write(9, Array(6_000).fill(5))));
  const packets = packetsOf(445, [
    svcctl[0]!,
    ask(framed(smb2Write(8, Array(100).fill(5)))), // lost
    filler,
    filler,
    ask(framed(smb2Open(2, 5, "atsvc"))),
  ]);
  deepEqual(readPackets(packets.toSpliced(1, 1)), [`atsvc open ${ends}`]);
});

Deno.test("RemoteCalls.take() reads what follows a keep-alive", () => {
  const alive = [0x85, 0, 0, 0];
  const pieces = svcctl.flatMap(({ bytes, back = false }) => [
    { bytes: alive, back },
    { bytes: [...alive, ...alive, ...bytes], back },
  ]);
  deepEqual(readPackets(packetsOf(139, pieces)), svcctlSeen);
});

for (
  const { port, sourcePort, pieces, seen } of [
    { port: 445, sourcePort: 445, pieces: svcctl, seen: svcctlSeen },
    {
      port: 5985,
      sourcePort: 139,
      pieces: [ask([...new TextEncoder().encode("POST /wsman HTTP/1.1\r\n")])],
      seen: [`winrm wsman ${ends}`],
    },
  ]
) {
  Deno.test(`RemoteCalls.take() knows a client at port ${sourcePort} by its SYN`, () => {
    const made = packetsOf(port, [ask([]), ...pieces]);
    const [first, ...packets] = made.map((packet) => ({
      ...packet,
      ...(packet.sourcePort === 50_001 && { sourcePort }),
      ...(packet.destinationPort === 50_001 && { destinationPort: sourcePort }),
    }));
    if (first === undefined) throw new Error("no packets");
    const syn = { ...first, sequence: 999, flags: "S" };
    const found = readPackets([syn, ...packets]);
    deepEqual(found.filter((each) => each !== "connection"), seen);
  });
}
