/**
 * Nothing but a request is read as one.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import fc from "fast-check";
import {
  wallAnswer,
  wallRequest,
} from "../../../defense/host/wall_messages.ts";

const friendly: unknown[] = [
  {
    ask: "start",
    id: 1,
    mode: "observe",
    protected: [],
    listed: [],
    adminAddresses: [],
  },
  { ask: "apply", id: 2, leases: [{ any: "thing" }] },
  { ask: "release", id: 3, subject: "all" },
  { ask: "release", id: 3, subject: "2001:db8::1" },
  { ask: "protect", id: 4, entries: [{ network: "10.0.0.0/8", reason: "x" }] },
  { ask: "list", id: 4, entries: [{ network: "10.0.0.7", reason: "x" }] },
  { ask: "mode", id: 5, mode: "enforce" },
  { ask: "stop", id: 6, onExit: "keep" },
];
const hostile: unknown[] = [
  undefined,
  "flush ruleset",
  { ask: "run", id: 1, script: "flush ruleset" },
  { ask: "apply", id: 2, leases: "all" },
  { ask: "apply", leases: [] },
  { ask: "apply", id: 0.5, leases: [] },
  { ask: "apply", id: 2, leases: Array(20_000).fill(0) },
  { ask: "release", id: 3, subject: "10.0.0.1 }; flush ruleset" },
  { ask: "release", id: 3, subject: "2001:DB8::1" },
  { ask: "list", id: 4, entries: ["10.0.0.7"] },
  { ask: "unprotect", id: 4, entries: [{ network: "10.0.0.7", reason: "x" }] },
  { ask: "mode", id: 5, mode: "off" },
  { ask: "protect", id: 4, entries: [{ network: "x".repeat(65), reason: "" }] },
  { ask: "stop", id: 6, onExit: "flush" },
];

for (const [rows, expected] of [[friendly, true], [hostile, false]] as const) {
  for (const row of rows) {
    const name = JSON.stringify(row)?.slice(0, 60);
    Deno.test(`wallRequest ${expected ? "reads" : "rejects"} ${name}`, () => {
      equal(wallRequest.safeParse(row).success, expected);
    });
  }
}

Deno.test("wallRequest and wallAnswer read anything without an exception", () => {
  // fast-check prints the seed of a failure.
  fc.assert(fc.property(fc.anything(), (message) => {
    wallRequest.safeParse(message);
    wallAnswer.safeParse(message);
  }));
});
