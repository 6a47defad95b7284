/**
 * `agent --replay FILE`: a log or capture through the production parsers and
 * detectors, on the clock of its records, as lines of JSON. No network, no
 * program, no state: everything but reading is dropped first.
 *
 * @module
 */
import {
  checkFilter,
  embeddedScenarios,
  type FilterDefinition,
  filterDirectory,
  FilterError,
  type FormatName,
  formatNames,
  replayLog,
  type Scenario,
} from "../defense/mod.ts";
import { localOffsetMinutes, readFilter } from "../defense/host/mod.ts";
import type { Invocation } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { nearest } from "./nearest.ts";
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";
import { keepOnly } from "./permissions.ts";
import { jsonLine } from "./plain_text.ts";
import { inForce, readNamed, shelfTroubles } from "./scenario_shelf.ts";

/** What to replay. */
export interface ReplayWish {
  /** Path, or `-` for standard input. */
  readonly file: string;
  /** Name of a format, or `fail2ban:` and the name of a filter. */
  readonly format?: string | undefined;
  /** Where filters are. */
  readonly filters?: string | undefined;
  /** Directory or file of own scenarios, beside the built-in ones. */
  readonly scenarios?: string | undefined;
  readonly observations: boolean;
  /** Whether odd connections lend suspicion. */
  readonly learning: boolean;
  /** A time such as `1d`, or `none`. */
  readonly learn?: string | undefined;
}

/** Bytes read at once: few turns of the event loop for a large file. */
const readBytes = 1_048_576;
/** Before the name of a filter. */
const filterPrefix = "fail2ban:";
/** Characters written at once. */
const writeCharacters = 262_144;

/** Replays one file to standard output. */
export async function runReplay(
  wish: ReplayWish,
  { output }: Invocation,
): Promise<void> {
  const filter = wish.format?.startsWith(filterPrefix)
    ? usableFilter(wish.format.slice(filterPrefix.length), wish.filters, output)
    : undefined;
  const format = wish.format === undefined || filter
    ? undefined
    : knownFormat(wish.format);
  const learnMs = wish.learn === undefined
    ? undefined
    : wish.learn === "none"
    ? 0
    : parseDuration(wish.learn);
  const scenarios = wish.scenarios === undefined
    ? embeddedScenarios()
    : scenariosWith(wish.scenarios, output);
  const source = wish.file === "-" ? Deno.stdin : await open(wish.file);
  await keepOnly();
  const now = new Date();
  const records = replayLog(chunksOf(source), {
    observations: wish.observations,
    learning: wish.learning,
    scenarios,
    // A classic syslog stamp names neither year nor zone: ours, and the past.
    referenceYear: now.getFullYear(),
    notAfterMs: now.getTime(),
    zoneOffsetMinutesAt: localOffsetMinutes,
    ...(filter && { filter }),
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

/** The built-in scenarios and those at `path`; what is refused is told. */
function scenariosWith(path: string, output: Output): readonly Scenario[] {
  const shelf = readNamed(path);
  for (const trouble of shelfTroubles(shelf)) output.note(trouble, "warning");
  return inForce(shelf);
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

/** Reads a filter, and says what of it cannot be used. */
function usableFilter(
  name: string,
  directory: string | undefined,
  output: Invocation["output"],
): FilterDefinition {
  let filter: FilterDefinition;
  try {
    filter = readFilter(name, directory ?? filterDirectory);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new OperatorError("failed", `Cannot use ${error.message}`, [
      directory === undefined
        ? "Name the directory of filters with --filters DIR"
        : `See what is there: ls ${directory}`,
    ], { cause: error });
  }
  const { refusals, isUsable } = checkFilter(filter);
  for (const { origin, reason } of refusals) {
    output.note(`${origin}: left out: ${reason}`, "warning");
  }
  if (isUsable) return filter;
  throw new OperatorError(
    "failed",
    `Cannot use filter ${name}: no failregex of it is left`,
    ["Correct the lines above, or name another filter or mode"],
  );
}

function knownFormat(text: string): FormatName {
  const format = formatNames.find((name) => name === text);
  if (format !== undefined) return format;
  const meant = nearest(text, formatNames);
  throw new SyntaxError(
    `Cannot replay format "${text}": expected ${
      formatNames.join(", ")
    } or fail2ban:NAME${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  );
}
