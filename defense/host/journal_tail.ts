/**
 * Follows the journal of systemd (`journalctl -f`) behind a cursor, so that
 * neither a restart of ours nor one of `journalctl` loses or repeats a record.
 *
 * @module
 */
import { LineSplitter } from "../sensors/line_splitter.ts";
import { type ChildStream, keepRunning } from "./child_stream.ts";
import type { PlaceKeeping } from "./log_place.ts";

/** Program that prints the journal. */
export const journalProgram = "journalctl";
/** The cursor stands outside of all text that a program wrote. */
const cursorField = /"__CURSOR"\s{0,4}:\s{0,4}"([^"\\]{1,512})"/;

/** What to follow. */
export interface JournalTailOptions extends PlaceKeeping {
  /** Name under which the place is kept. */
  readonly source: string;
  /** Which records, as `journalctl` takes it. */
  readonly matches: readonly string[];
  /** Takes one record as JSON. */
  readonly onLine: (line: string) => void;
  /** Another program, for tests. */
  readonly program?: string;
}

/** A journal being followed. */
export interface JournalTail extends Pick<ChildStream, "trouble" | "stop"> {
  /** Records that were too long. */
  overlong(): number;
}

/** Follows the journal from where `place` says, else from its end. */
export function followJournalLines(
  { source, matches, onLine, place, onPlace, program = journalProgram }:
    JournalTailOptions,
): JournalTail {
  let lines = new LineSplitter();
  let cursor = place?.cursor;
  /** When the last record came; what follows it is found by its time. */
  let readMs = place?.atMs ?? 0;
  const tell = (cursor?: string) => {
    readMs = Date.now();
    onPlace({ source, atMs: readMs, ...(cursor !== undefined && { cursor }) });
  };
  let isFirst = place === undefined;
  const from = (): string[] => {
    const begin = isFirst;
    isFirst = false;
    if (cursor !== undefined) return ["--no-tail", `--after-cursor=${cursor}`];
    return begin
      ? ["-n", "0"]
      : ["--no-tail", `--since=@${Math.floor(readMs / 1_000)}`];
  };
  // Should the first record come after a restart, it is found by its time.
  if (place === undefined) tell();
  const child = keepRunning({
    command: program,
    args: () => ["-f", ...from(), "-o", "json", ...matches],
    onStart: () => lines = new LineSplitter(),
    onBytes: (bytes) => {
      const before = cursor;
      lines.push(bytes, (line) => {
        onLine(line);
        cursor = cursorField.exec(line)?.[1] ?? cursor;
      });
      if (cursor !== undefined && cursor !== before) {
        tell(cursor);
      }
    },
    onFailure: (errors) => {
      // A cursor that the journal does not know must not keep us out.
      if (/\bcursor\b/i.test(errors)) cursor = undefined;
    },
  });
  return {
    overlong: () => lines.overlong,
    trouble: child.trouble,
    stop: child.stop,
  };
}
