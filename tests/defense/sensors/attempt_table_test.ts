import { equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  AttemptTable,
  sessionsMax,
} from "../../../defense/sensors/attempt_table.ts";

const source = parseAddress("192.0.2.1");

Deno.test("AttemptTable.count() counts every line of a log without pids", () => {
  const table = new AttemptTable();
  equal(table.count("web", -1, 0, source, "invalid_user", 1), 1);
  equal(table.count("web", -1, 0, source, "failed", 1), 1);
});

Deno.test("AttemptTable.count() takes no line of another form for news", () => {
  const table = new AttemptTable();
  equal(table.count("web", 7, 0, source, "invalid_user", 1), 1);
  equal(table.count("web", 7, 0, source, "failed", 1), 0);
  equal(table.count("web", 7, 0, source, "failed", 3), 3);
  equal(table.count("web", 7, 0, source, "pam_unix", 5), 1);
});

Deno.test("AttemptTable forgets a process that was silent for long", () => {
  const table = new AttemptTable();
  table.count("web", 7, 0, source, "invalid_user", 1);
  equal(table.addressOf("web", 7, 600_000), source);
  equal(table.addressOf("web", 7, 600_001), undefined);
  equal(table.count("web", 7, 600_001, source, "failed", 1), 1);
});

Deno.test("AttemptTable forgets the longest silent process when it is full", () => {
  const table = new AttemptTable();
  for (let pid = 0; pid <= sessionsMax; pid++) {
    table.count("web", pid, 0, source, "failed", 1);
  }
  equal(table.addressOf("web", 0, 0), undefined);
  equal(table.addressOf("web", 1, 0), source);
});

Deno.test("AttemptTable tells many hosts apart, and never runs out", () => {
  const table = new AttemptTable();
  for (let host = 0; host < 1_000; host++) {
    equal(table.count(`host-${host}`, host, 0, source, "failed", 1), 1);
  }
});
