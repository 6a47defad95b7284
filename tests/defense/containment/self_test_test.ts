import { equal, throws } from "node:assert/strict";
import { proveNeverBlock } from "../../../defense/containment/self_test.ts";
import { Warden } from "../../../defense/containment/warden.ts";

const moment = { nowMs: 0, wallMs: 1_700_000_000_000 };
const own = [{ network: "192.0.2.7", reason: "own address" }];

Deno.test("proveNeverBlock() tries every protected address", () => {
  for (const mode of ["observe", "enforce"] as const) {
    const warden = new Warden({ mode, protectedEntries: own });
    equal(proveNeverBlock(warden, warden.protectedEntries, moment), 10);
  }
});

Deno.test("proveNeverBlock() stops a warden that would contain its own address", () => {
  for (const mode of ["observe", "enforce"] as const) {
    const warden = new Warden({ mode, protectedEntries: [] });
    throws(() => proveNeverBlock(warden, own, moment), /192\.0\.2\.7/);
  }
});
