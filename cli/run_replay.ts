/**
 * `agent --replay FILE`: a log or capture through the production parsers and
 * detectors, on the clock of its records, as lines of JSON. No network, no
 * program, no state: everything but reading is dropped first.
 *
 * @module
 */
import {
  embeddedScenarios,
  type FormatName,
  formatNames,
  replayLog,
} from "../defense/mod.ts";
import type { Invocation } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { nearest } from "./nearest.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";
import { jsonLine } from "./plain_text.ts";

/** What to replay. */
export interface ReplayWish {
  /** Path, or `-` for standard input. */
  readonly file: string;
  readonly format?: string | undefined;
  readonly observations: boolean;
  /** A time such as `1d`, or `none`. */
  readonly learn?: string | undefined;
}

/** Bytes read at once: few turns of the event loop for a large file. */
const readBytes = 1_048_576;
/** Characters written at once. */
const writeCharacters = 262_144;

/** Replays one file to standard output. */
export async function runReplay(
  wish: ReplayWish,
  { output }: Invocation,
): Promise<void> {
  const format = wish.format === undefined
    ? undefined
    : knownFormat(wish.format);
  const learnMs = wish.learn === undefined
    ? undefined
    : wish.learn === "none"
    ? 0
    : parseDuration(wish.learn);
  const scenarios = embeddedScenarios();
  const source = wish.file === "-" ? Deno.stdin : await open(wish.file);
  await keepOnly();
  const now = new Date();
  const records = replayLog(chunksOf(source), {
    observations: wish.observations,
    scenarios,
    // A classic syslog stamp names neither year nor zone: ours, and the past.
    referenceYear: now.getFullYear(),
    notAfterMs: now.getTime(),
    zoneOffsetMinutes: -now.getTimezoneOffset(),
    ...(format !== undefined && { format }),
    ...(learnMs !== undefined && { learnMs }),
  });
  const encoder = new TextEncoder();
  let waiting = "";
  for await (const record of records) {
    waiting += jsonLine(record) + "\n";
    if (waiting.length >= writeCharacters) {
      output.bytes(encoder.encode(waiting));
      waiting = "";
    }
  }
  output.bytes(encoder.encode(waiting));
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path, { read: true });
    if (!(await file.stat()).isDirectory) return file;
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new OperatorError(
      "failed",
      `Cannot replay ${path}: there is no such file`,
      ["Name a log or a capture, or - for standard input"],
      { cause: error },
    );
  }
  throw new OperatorError("wrong_usage", `Cannot replay ${path}: a directory`, [
    "Name one log or capture in it",
  ]);
}

async function* chunksOf(
  source: { read(buffer: Uint8Array): Promise<number | null> },
): AsyncGenerator<Uint8Array> {
  for (;;) {
    // A fresh buffer each time: the reader may keep the end of a chunk.
    const buffer = new Uint8Array(readBytes);
    const count = await source.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

function knownFormat(text: string): FormatName {
  const format = formatNames.find((name) => name === text);
  if (format !== undefined) return format;
  const meant = nearest(text, formatNames);
  throw new SyntaxError(
    `Cannot replay format "${text}": expected ${formatNames.join(", ")}${
      meant === undefined ? "" : `; did you mean ${meant}?`
    }`,
  );
}
