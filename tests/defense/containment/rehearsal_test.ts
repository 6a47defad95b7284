import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  connectionsMax,
  joinTables,
  parseSockets,
  parseTracked,
  rehearse,
} from "../../../defense/containment/rehearsal.ts";
import type { Lease } from "../../../defense/lease.ts";

const tracked = parseTracked(`\
ipv4     2 tcp      6 431999 ESTABLISHED src=192.0.2.7 dst=10.0.0.1 sport=40000 dport=22 src=10.0.0.1 dst=192.0.2.7 sport=22 dport=40000 [ASSURED] mark=0 zone=0 use=2
ipv4     2 tcp      6 431999 ESTABLISHED src=192.0.2.7 dst=10.0.0.1 sport=40001 dport=8080 src=172.17.0.2 dst=192.0.2.7 sport=80 dport=40001 [ASSURED] mark=0 zone=0 use=2
ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=192.0.2.7 sport=50000 dport=443 src=192.0.2.7 dst=10.0.0.1 sport=443 dport=50000 [ASSURED] mark=0 zone=0 use=2
ipv4     2 tcp      6 10 TIME_WAIT src=192.0.2.7 dst=10.0.0.1 sport=40002 dport=22 src=10.0.0.1 dst=192.0.2.7 sport=22 dport=40002 [ASSURED] mark=0 zone=0 use=2
ipv6     10 udp      17 20 src=2001:0db8:0000:0000:0000:0000:0000:0007 dst=2001:0db8:0001:0000:0000:0000:0000:0001 sport=5000 dport=53 src=2001:0db8:0001:0000:0000:0000:0000:0001 dst=2001:0db8:0000:0000:0000:0000:0000:0007 sport=53 dport=5000 mark=0 zone=0 use=2
ipv4     2 icmp     1 29 src=192.0.2.7 dst=10.0.0.1 type=8 code=0 id=1 src=10.0.0.1 dst=192.0.2.7 type=0 code=0 id=1 mark=0 zone=0 use=2
noise`);

const sockets = parseSockets(`\
tcp LISTEN 0      128        0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=811,fd=3))
udp UNCONN 0      0          0.0.0.0:68         0.0.0.0:*
tcp ESTAB  0      0         10.0.0.1:22       192.0.2.7:40000 users:(("sshd",pid=900,fd=4),("sshd",pid=901,fd=4))
tcp ESTAB  0      0  [::ffff:10.0.0.1]:22 [::ffff:192.0.2.9]:40009 users:(("sshd",pid=905,fd=4))
tcp ESTAB  0      0         10.0.0.1:50000    192.0.2.7:443   users:(("curl",pid=77,fd=5))
tcp TIME-WAIT 0   0         10.0.0.1:22       192.0.2.7:40002
noise`);

const connections = joinTables(tracked, sockets);
const subject = parseAddress("192.0.2.7");
const rows: {
  name: string;
  lease: Pick<Lease, "subject" | "measure" | "service">;
  cut: string[];
  kept: number;
}[] = [
  {
    name: "block: what the subject opened, through us too",
    lease: { subject, measure: "block" },
    cut: ["22 sshd (900)", "8080 "],
    kept: 1,
  },
  {
    name: "block of one service",
    lease: {
      subject,
      measure: "block",
      service: { protocol: "tcp", port: 22 },
    },
    cut: ["22 sshd (900)"],
    kept: 2,
  },
  {
    name: "block of a published port under either number",
    lease: {
      subject,
      measure: "block",
      service: { protocol: "tcp", port: 80 },
    },
    cut: ["8080 "],
    kept: 2,
  },
  {
    name: "throttle: nothing that is open",
    lease: { subject, measure: "throttle" },
    cut: [],
    kept: 3,
  },
  {
    name: "a /64",
    lease: { subject: parseAddress("2001:db8::"), measure: "block" },
    cut: ["53 "],
    kept: 0,
  },
  {
    name: "who is only in the socket table",
    lease: { subject: parseAddress("192.0.2.9"), measure: "block" },
    cut: ["22 sshd (905)"],
    kept: 0,
  },
  {
    name: "nobody",
    lease: { subject: parseAddress("192.0.2.1"), measure: "block" },
    cut: [],
    kept: 0,
  },
];

for (const { name, lease, cut, kept } of rows) {
  Deno.test(`rehearse() ${name}`, () => {
    const rehearsal = rehearse(lease, connections);
    deepEqual(
      rehearsal.cut.map(({ toPort, program = "" }) => `${toPort} ${program}`),
      cut,
    );
    equal(rehearsal.kept.length, kept);
    equal(rehearsal.more, 0);
  });
}

Deno.test("rehearse() shows as many as it says, and counts the rest", () => {
  const [one] = connections;
  const many = Array.from({ length: connectionsMax + 7 }, () => one)
    .filter((each) => each !== undefined);
  const { cut, more } = rehearse({ subject, measure: "block" }, many);
  deepEqual([cut.length, more], [connectionsMax, 7]);
});
