import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { readWatch } from "../../../defense/host/sensor_messages.ts";

Deno.test("readWatch() reads names and a switch, and nothing else", () => {
  deepEqual(readWatch({ off: ["port-scan"], learning: true }), {
    off: new Set(["port-scan"]),
    learning: true,
  });
  for (
    const wrong of [
      {},
      { off: "port-scan", learning: true },
      { off: [1], learning: true },
      { off: [], learning: "on" },
      { off: [] },
    ]
  ) equal(readWatch(wrong), undefined);
});

Deno.test("readWatch() takes anything without an exception", () => {
  const message = fc.record({ off: fc.anything(), learning: fc.anything() });
  fc.assert(fc.property(message, (each) => void readWatch(each)));
});
