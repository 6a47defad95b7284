/** Design §5: at most 200 bytes per alert on the wire, two alerts per cell. */
import { ok } from "node:assert/strict";
import { parseAddress } from "../../defense/address.ts";
import { claimOf, encodeMessage } from "../../defense/alert_codec.ts";
import { MessageWriter } from "../../mesh/mod.ts";
import { cellPlaintextBytes } from "../../mesh/limits.ts";
import { recordHeadBytes } from "../../mesh/wire/cell.ts";
import { encodeLinkMessage } from "../../mesh/wire/link_message.ts";
import { keysOf, meshId } from "../mesh/roster_cast.ts";

/** A record of a cell, with all that is around the alert. */
function recordBytes(scenario: string, observations: number): number {
  const claim = claimOf({
    // Milliseconds of the year 2286, one byte more than nothing would be.
    atMs: 9_999_999_999_999,
    technique: "T1110.001",
    scenario,
    subject: {
      address: parseAddress("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    },
    evidence: "E2",
    score: 9_999,
    observations,
    measure: "block",
    summary: "never sent",
  });
  const writer = new MessageWriter(keysOf("anna"), 0xffff_ffff, meshId);
  // The counter of a node that has been talking for long takes three bytes.
  for (let i = 0; i < 300; i++) writer.write(new Uint8Array());
  const { bytes } = writer.write(encodeMessage(claim));
  return recordHeadBytes +
    encodeLinkMessage({ type: "signed", urgency: 0, message: bytes }).length;
}

const scenarios = [...Deno.readDirSync("defense/detectors/scenarios")]
  .filter(({ name }) => name.endsWith(".yaml"))
  .map(({ name }) => name.replace(".yaml", ""));

Deno.test("the longest alert of each scenario is at most 200 bytes on the wire", () => {
  ok(scenarios.length >= 5);
  for (const scenario of scenarios) {
    const bytes = recordBytes(scenario, 1_000_000_000);
    ok(bytes <= 200, `${scenario}: ${bytes} bytes`);
  }
});

Deno.test("two alerts of the longest possible scenario name share a cell", () => {
  const bytes = recordBytes("x".repeat(32), 1_000_000_000);
  ok(2 * bytes <= cellPlaintextBytes, `${bytes} bytes each`);
  console.log(`longest alert that can be: ${bytes} bytes of a cell`);
});
