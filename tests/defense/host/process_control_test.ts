import { deepEqual, equal } from "node:assert/strict";
import {
  cgroupMount,
  parseCgroup,
  parseProcessSockets,
  parseStat,
} from "../../../defense/host/process_control.ts";
import { parseListeners } from "../../../defense/host/service_ports.ts";

const fields = (parent: number, flags: number) =>
  `S ${parent} 1 1 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0`;

const stats: { name: string; text: string; is: unknown }[] = [
  {
    name: "a plain process",
    text: `30 (nginx) ${fields(1, 4194560)}`,
    is: { pid: 30, parent: 1, name: "nginx", flags: 4194560, startTicks: 4711 },
  },
  {
    name: "a name made to deceive",
    text: `31 (a) S 1 (b) ${fields(30, 0)}`,
    is: { pid: 31, parent: 30, name: "a) S 1 (b", flags: 0, startTicks: 4711 },
  },
  { name: "nothing", text: "", is: undefined },
  { name: "half a line", text: "31 (a) S 1", is: undefined },
];

for (const { name, text, is } of stats) {
  Deno.test(`parseStat() reads ${name}`, () => deepEqual(parseStat(text), is));
}

Deno.test("parseCgroup() takes the unified hierarchy, inside our namespace", () => {
  equal(parseCgroup("1:cpu:/x\n0::/a/b\n"), "/a/b");
  equal(parseCgroup("0::/a (deleted)\n"), "/a");
  equal(parseCgroup("0::/../../etc\n"), undefined);
  equal(parseCgroup("1:cpu:/x\n"), undefined);
});

Deno.test("cgroupMount() finds cgroup v2, alone or beside v1", () => {
  equal(
    cgroupMount(
      "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
    ),
    "/sys/fs/cgroup/unified",
  );
  equal(
    cgroupMount("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"),
    "/sys/fs/cgroup",
  );
  equal(cgroupMount("cgroup2 /mnt/elsewhere cgroup2 rw 0 0\n"), undefined);
});

const sockets = `\
tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=30,fd=3),("nginx",pid=31,fd=3))
tcp LISTEN 0 128 [::]:80 [::]:* users:(("nginx",pid=30,fd=4))
tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=10,fd=3))
tcp ESTAB 0 0 10.0.0.1:80 192.0.2.7:40000 users:(("nginx",pid=31,fd=9))
tcp ESTAB 0 0 [2001:db8::1]:80 [2001:db8:1::7]:40001 users:(("nginx",pid=31,fd=10))
udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("named",pid=50,fd=3))
noise`;

Deno.test("parseProcessSockets() reads what one process has open", () => {
  deepEqual(parseProcessSockets(sockets, 31), [
    { protocol: "tcp", listeningPort: 80 },
    {
      protocol: "tcp",
      localAddress: "10.0.0.1",
      localPort: 80,
      remoteAddress: "192.0.2.7",
      remotePort: 40_000,
    },
    {
      protocol: "tcp",
      localAddress: "[2001:db8::1]",
      localPort: 80,
      remoteAddress: "[2001:db8:1::7]",
      remotePort: 40_001,
    },
  ]);
  deepEqual(parseProcessSockets(sockets, 50), [
    { protocol: "udp", listeningPort: 53 },
  ]);
  deepEqual(parseProcessSockets(sockets, 3), []);
});

Deno.test("parseListeners() knows each program's ports", () => {
  const text = sockets.split("\n").map((line) => line.replace(/^tcp /, ""))
    .join("\n");
  deepEqual([...parseListeners(text)], [
    ["nginx", new Set([80])],
    ["sshd", new Set([22])],
  ]);
});
