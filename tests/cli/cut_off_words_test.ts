import { deepEqual } from "node:assert/strict";
import { cutOffRows } from "../../cli/cut_off_words.ts";
import type { StatusView } from "../../dashboard/mod.ts";
import { parseNodeId } from "../../mesh/mod.ts";
import { status } from "../dashboard/api/recording_desk.ts";

Deno.test("cutOffRows() tells of a vote that this host only would follow", () => {
  const till = parseNodeId("11".repeat(32));
  const view: StatusView = {
    ...status,
    members: [{
      node: till,
      name: "till",
      addresses: [],
      custodian: false,
      observer: false,
      revoked: false,
      generation: 0,
      keysSinceMs: 0,
      notAfterMs: 100,
    }],
    agent: {
      ...status.agent,
      quarantines: [{
        member: till,
        subject: "",
        sinceMs: Date.UTC(2026, 1, 3),
        untilMs: Date.UTC(2026, 1, 3) + 600_000,
        state: "would",
      }],
    },
  };
  const [row] = cutOffRows(view, Date.UTC(2026, 1, 3));
  deepEqual(
    row?.filter((_, place) => place !== 2).map((cell) =>
      typeof cell === "string" ? cell : cell.text
    ),
    ["till", "vote of the members", "10m", "only would: it observes"],
  );
});
