import { deepEqual } from "node:assert/strict";
import { keptSignals } from "../../cli/kept_signals.ts";
import type { JournalEntry, JournalQuery } from "../../defense/mod.ts";

const bytes = (first: number) => new Uint8Array([first, 2, 3]);

function entry(
  atMs: number,
  what: string,
  detail: JournalEntry["detail"],
  stage: JournalEntry["stage"] = "operator",
): JournalEntry {
  return { atMs, stage, subject: "", node: "", what, detail };
}

/** Answers two entries a page, newest first. */
function journalOf(entries: readonly JournalEntry[]) {
  const chained = entries.map((each, at) => ({
    ...each,
    seq: at + 1,
    hash: "",
  }));
  return {
    read({ what, before = Infinity }: JournalQuery = {}) {
      const found = chained
        .filter((each) => each.what === what && each.seq < before)
        .toReversed();
      const page = found.slice(0, 2);
      const last = page.at(-1)?.seq;
      return {
        entries: page,
        ...(found.length > 2 && last !== undefined && { next: last }),
      };
    },
  };
}

Deno.test("keptSignals() reads each once, oldest first, with what was set aside", () => {
  const said = (id: string, first: number) => ({
    id,
    statement: bytes(first).toBase64(),
    signature: bytes(9).toBase64(),
  });
  const { signature: _, ...here } = said("here", 3);
  const kept = keptSignals(journalOf([
    entry(1, "signal", said("a", 1)),
    entry(2, "signal", said("b", 2)),
    entry(3, "signal", { id: "a", ended: "expired" }, "undone"),
    entry(4, "signal_aside", { id: "b" }),
    entry(5, "signal", here),
    entry(6, "signal", { ...said("a", 1), again: true }),
    entry(7, "signal", { id: "c", statement: "not base64!" }),
    entry(8, "signal", { id: "d" }),
    entry(9, "lease", said("e", 5)),
  ]));
  deepEqual(kept, [
    {
      sealed: { statement: bytes(2), signature: bytes(9) },
      recordedMs: 2,
      aside: true,
    },
    { sealed: { statement: bytes(3) }, recordedMs: 5, aside: false },
    {
      sealed: { statement: bytes(1), signature: bytes(9) },
      recordedMs: 6,
      aside: false,
      ended: true,
    },
  ]);
});
