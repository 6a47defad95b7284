import { deepEqual } from "node:assert/strict";
import { parseSocketOwners } from "../../../defense/host/connection_owners.ts";

Deno.test("parseSocketOwners() reads what ss prints", () => {
  const text = [
    'ESTAB     0      0            10.0.0.1:50123     10.0.0.2:22    users:(("ssh",pid=123,fd=3))',
    'SYN-SENT  0      1            10.0.0.1:50124     10.0.0.3:445   users:(("a b\\"c",pid=7,fd=3),("x",pid=8,fd=3))',
    'ESTAB     0      0     [fd77::1]:50125   [fd77::2]:5985  users:(("pwsh",pid=9,fd=3))',
    'ESTAB     0      0     [::ffff:10.0.0.1]:50125   [::ffff:10.0.0.4]:3389  users:(("java",pid=10,fd=3))',
    "ESTAB     0      0            10.0.0.1:50126     10.0.0.5:22",
    "noise",
    "",
  ].join("\n");
  deepEqual(parseSocketOwners(text), [
    { destination: "10.0.0.2", port: 22, name: "ssh (pid 123)" },
    { destination: "10.0.0.3", port: 445, name: 'a b\\"c (pid 7)' },
    { destination: "fd77::2", port: 5985, name: "pwsh (pid 9)" },
    { destination: "10.0.0.4", port: 3389, name: "java (pid 10)" },
  ]);
});
