import { deepEqual } from "node:assert/strict";
import { parseSocketTable } from "../../../defense/host/socket_table.ts";

const header =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n";

const rows: { name: string; text: string; ports: number[]; peers: string[] }[] =
  [
    { name: "nothing", text: "", ports: [], peers: [] },
    {
      name: "a listener",
      text: header + "   0: 00000000:0016 00000000:0000 0A 0 0 0\n",
      ports: [22],
      peers: [],
    },
    {
      name: "a peer of a listener",
      text: header + "   0: 00000000:0016 00000000:0000 0A 0\n" +
        "   1: 0B004D0A:0016 42004D0A:9C40 01 0\n",
      ports: [22],
      peers: ["10.77.0.66"],
    },
    {
      name: "a half-open connection proves nothing",
      text: header + "   0: 00000000:0016 00000000:0000 0A 0\n" +
        "   1: 0B004D0A:0016 42004D0A:9C40 03 0\n",
      ports: [22],
      peers: [],
    },
    {
      name: "our own outbound connection is nobody's handshake with us",
      text: header + "   1: 0B004D0A:9C40 42004D0A:0016 01 0\n",
      ports: [],
      peers: [],
    },
    {
      name: "IPv4 mapped into IPv6 is IPv4",
      text: header +
        "   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0\n" +
        "   1: 0000000000000000FFFF00000B004D0A:0016 0000000000000000FFFF000042004D0A:9C40 01 0\n",
      ports: [22],
      peers: ["10.77.0.66"],
    },
    {
      name: "noise is passed over",
      text: "zz: yy xx\n\n 1: 0016 01 0A\n 2: QQ:ZZ QQ:ZZ 01\n",
      ports: [],
      peers: [],
    },
  ];

for (const { name, text, ports, peers } of rows) {
  Deno.test(`parseSocketTable() ${name}`, () => {
    const table = parseSocketTable(text);
    deepEqual([...table.listeningPorts], ports);
    deepEqual([...table.peers], peers);
  });
}
