import { equal } from "node:assert/strict";
import type { Observation } from "../../../defense/observation.ts";
import {
  LogReader,
  type TextFormatName,
} from "../../../defense/sensors/log_format.ts";
import { ambiguous, unknown } from "./line_row.ts";
import { serviceLines } from "./service_lines.ts";

/** `service source user`, with a mark for what else was said. */
function wordsOf(seen: Observation): string {
  switch (seen.kind) {
    case "auth_failure": {
      const marks = (seen.unknownUser ? "?" : "") +
        (seen.handshake === false ? "~" : "");
      return `-${marks} ${seen.service} ${seen.source} ${seen.user ?? ""}`;
    }
    case "auth_success":
      return `+ ${seen.service} ${seen.source} ${seen.user ?? ""}`;
    case "web_request":
      return `${seen.status} ${seen.service} ${seen.source} ${seen.method} ${seen.path}` +
        (seen.user === undefined ? "" : ` as ${seen.user}`);
    case "connection":
      return `${seen.protocol} ${seen.source} ${seen.destination} ${seen.port}`;
    default:
      return seen.kind;
  }
}

/** What one line said; several lines are read in one go. */
function readAll(format: TextFormatName, lines: string): string {
  const reader = new LogReader(format, { referenceYear: 2026 });
  const words = lines.split("\n").flatMap((line) =>
    reader.read(line).map((seen) => wordsOf(seen).trim())
  );
  if (words.length > 0) return words.join("\n");
  if (reader.counters.ambiguous > 0) return ambiguous;
  return reader.counters.unparsed > 0 ? unknown : "";
}

for (const [format, rows] of Object.entries(serviceLines)) {
  for (const [line, seen] of rows) {
    const title = line.replaceAll("\n", " ⏎ ").slice(0, 170);
    Deno.test(`LogReader.read() of ${format}: ${title}`, () => {
      equal(readAll(format as TextFormatName, line), seen);
    });
  }
}
