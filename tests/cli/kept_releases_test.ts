import { deepEqual } from "node:assert/strict";
import { keptReleases } from "../../cli/kept_releases.ts";
import type { JournalEntry } from "../../defense/mod.ts";

Deno.test("keptReleases() reads whom the operator let go, and only lately", () => {
  const nowMs = 1_000_000;
  const entry = (
    atMs: number,
    subject: unknown,
    what = "release",
  ): JournalEntry & { seq: number; hash: string } => ({
    atMs,
    stage: "operator",
    subject: "",
    node: "",
    what,
    detail: { subject: subject as string },
    seq: atMs,
    hash: "",
  });
  const asked: unknown[] = [];
  const kept = keptReleases({
    read(query) {
      asked.push(query);
      return {
        entries: [
          entry(nowMs, "2001:DB8::"),
          entry(nowMs - 1, "all"),
          entry(nowMs - 2, "nobody"),
          entry(nowMs - 3, 7),
        ],
      };
    },
  }, nowMs);
  deepEqual(kept, [
    { subject: "2001:db8::", atMs: nowMs },
    { subject: "all", atMs: nowMs - 1 },
  ]);
  deepEqual(asked, [{
    stage: "operator",
    what: "release",
    sinceMs: 400_000,
    limit: 1_000,
  }]);
});
