import { deepEqual } from "node:assert/strict";
import { keptClaims } from "../../cli/kept_claims.ts";
import type { JournalEntry } from "../../defense/mod.ts";

Deno.test("keptClaims() reads what members told lately, and nothing that is none", () => {
  const entry = (
    node: string,
    detail: JournalEntry["detail"],
    subject = "192.0.2.7",
  ) => ({
    atMs: 1,
    stage: "claimed" as const,
    subject,
    node,
    what: "claim",
    detail,
    seq: 1,
    hash: "",
  });
  const claim = { technique: "T1046", observedMs: 5 };
  const asked: unknown[] = [];
  const kept = keptClaims({
    read(query) {
      asked.push(query);
      return {
        entries: [
          entry("a", claim),
          entry("", claim),
          entry("b", { technique: "T1046" }),
          entry("c", claim, "nobody"),
        ],
      };
    },
  }, 2_000_000);
  deepEqual(kept, [{ node: "a", subject: "192.0.2.7", ...claim }]);
  deepEqual(asked, [{
    stage: "claimed",
    what: "claim",
    sinceMs: 800_000,
    limit: 1_000,
  }]);
});
