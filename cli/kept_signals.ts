/**
 * The operator's signals that the journal has from before: an agent takes them
 * up again at its start, and checks each as if it were told anew.
 *
 * Bounds: {@linkcode pagesMax} pages of the journal are looked at, newest first,
 * and twice as many signals taken as an agent can hold: some are over.
 *
 * @module
 */
import {
  type JournalEntry,
  type JournalReader,
  type KeptSignal,
  type SealedSignal,
  signalsMax,
} from "../defense/mod.ts";

/** Our choice: each page takes up to 12 ms. */
const pagesMax = 32;
const pageEntries = 1_000;

/** Reads them, oldest first. */
export function keptSignals(
  journal: Pick<JournalReader, "read">,
): KeptSignal[] {
  const aside = new Set(
    entriesOf(journal, "signal_aside").map(({ detail }) => detail["id"]),
  );
  const kept = new Map<unknown, KeptSignal>();
  const entries = entriesOf(journal, "signal");
  const ended = new Set(
    entries.filter(({ stage }) => stage === "undone")
      .map(({ detail }) => detail["id"]),
  );
  for (const { atMs, stage, detail } of entries) {
    const { id } = detail;
    if (stage !== "operator" || kept.has(id)) continue;
    const sealed = sealedOf(detail);
    if (sealed) {
      kept.set(id, {
        sealed,
        recordedMs: atMs,
        aside: aside.has(id),
        ...(ended.has(id) && { ended: true }),
      });
    }
    if (kept.size >= 2 * signalsMax) break;
  }
  return [...kept.values()].reverse();
}

function entriesOf(
  journal: Pick<JournalReader, "read">,
  what: string,
): JournalEntry[] {
  const found: JournalEntry[] = [];
  let before: number | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { entries, next } = journal.read({
      what,
      limit: pageEntries,
      ...(before !== undefined && { before }),
    });
    found.push(...entries);
    if (next === undefined) break;
    before = next;
  }
  return found;
}

function sealedOf(detail: JournalEntry["detail"]): SealedSignal | undefined {
  const { statement, signature } = detail;
  try {
    if (typeof statement !== "string") return undefined;
    return {
      statement: Uint8Array.fromBase64(statement),
      ...(typeof signature === "string" && {
        signature: Uint8Array.fromBase64(signature),
      }),
    };
  } catch {
    // Somebody else wrote it; the others tell the signal again.
    return undefined;
  }
}
