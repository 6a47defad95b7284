/**
 * Reads a log or a capture on the clock of its own records and tells what was
 * seen and what the detectors make of it: the same parsers and the same
 * engine as on a live host, without network, state or clock.
 *
 * There is no host to ask here. Text of a log is taken at its word, so an
 * alert from log lines has the evidence class that its scenario declares.
 * Connections of a capture are told when their outcome is known, so they come
 * a little behind the order of their times. Evidence is kept by /64 of IPv6
 * (`recorded_subjects.ts`); an alert names the address that it was about last.
 *
 * @module
 */
import { DetectionEngine } from "./detectors/engine.ts";
import { LateralWatch } from "./detectors/lateral/lateral_watch.ts";
import type { Scenario } from "./detectors/scenario.ts";
import type { Observation } from "./observation.ts";
import { RecordedSubjects } from "./recorded_subjects.ts";
import {
  alertRecord,
  observationRecord,
  type ReplayRecord,
} from "./replay_record.ts";
import { CaptureReader } from "./sensors/capture_reader.ts";
import { unpacked } from "./sensors/gzip_file.ts";
import { LineSplitter, type RecordEnd } from "./sensors/line_splitter.ts";
import {
  detectFormat,
  encodingOf,
  type FormatName,
  LogReader,
  sniffBytes,
} from "./sensors/log_format.ts";
import type { FilterDefinition } from "./sensors/fail2ban/filter_definition.ts";
import { FilterReader } from "./sensors/fail2ban/filter_reader.ts";
import { openRecordLog } from "./sensors/record_log.ts";
import type { SyslogClockOptions } from "./sensors/syslog_time.ts";
import { windowsRecordEnd } from "./sensors/windows/record_end.ts";

/** What to read, and what to tell. */
export interface ReplayOptions extends SyslogClockOptions {
  /** Told from the first bytes if absent. */
  readonly format?: FormatName;
  /** A filter of fail2ban to read the file through, instead of a format. */
  readonly filter?: FilterDefinition;
  /** Whether to tell what the sensors saw, not only alerts. */
  readonly observations: boolean;
  /** What to look for. */
  readonly scenarios: readonly Scenario[];
  /**
   * Milliseconds from the first record that only teach what is usual in this
   * network; 7 days, as on a live host, if absent. With 0, everything is new.
   */
  readonly learnMs?: number;
  /** Whether odd connections lend suspicion; not if absent. */
  readonly learning?: boolean;
}

/** Something that reads chunks of a file; implemented once per kind of format. */
interface FileReader {
  push(chunk: Uint8Array, tell: (seen: Observation) => void): void;
  end(tell: (seen: Observation) => void): void;
  summary(): {
    records: number;
    unparsed: number;
    firstMs: number;
    lastMs: number;
  };
}

/**
 * Replays one file.
 *
 * @param chunks The file's bytes in order.
 * @returns What was seen and concluded, in the order of the file, and a summary.
 * @throws {SyntaxError} If the file is neither text nor a capture we can read.
 */
export async function* replayLog(
  chunks: AsyncIterable<Uint8Array>,
  options: ReplayOptions,
): AsyncGenerator<ReplayRecord, void, void> {
  const subjects = new RecordedSubjects();
  const engine = new DetectionEngine(options.scenarios, {
    learning: options.learning ?? false,
    keyOf: (source) => subjects.keyOf(source),
  });
  let out: ReplayRecord[] = [];
  const lateral = new LateralWatch(options);
  const tell = (seen: Observation): void => {
    subjects.meet(seen);
    if (options.observations) out.push(observationRecord(seen));
    for (const alert of lateral.observe(seen)) out.push(alertRecord(alert));
    for (const alert of engine.observe(seen)) out.push(alertRecord(alert));
  };
  let reader: FileReader | undefined;
  let head = new Uint8Array(0);
  for await (const chunk of unpacked(chunks)) {
    if (reader === undefined) {
      const joined = new Uint8Array(head.length + chunk.length);
      joined.set(head);
      joined.set(chunk, head.length);
      head = joined;
      if (head.length < sniffBytes) continue;
      reader = openReader(head, options);
      reader.push(head, tell);
    } else reader.push(chunk, tell);
    if (out.length > 0) {
      for (const record of out) yield record;
      out = [];
    }
  }
  if (reader === undefined) {
    reader = openReader(head, options);
    reader.push(head, tell);
  }
  reader.end(tell);
  for (const record of out) yield record;
  const { records, unparsed, firstMs, lastMs } = reader.summary();
  const seconds = lastMs >= firstMs ? (lastMs - firstMs) / 1_000 : 0;
  yield { type: "summary", records, unparsed, seconds };
}

function openReader(head: Uint8Array, options: ReplayOptions): FileReader {
  const encoding = encodingOf(head);
  if (options.filter) {
    return logFile(filterReader(options.filter, options), encoding);
  }
  const format = options.format ?? detectFormat(head);
  switch (format) {
    case undefined:
      throw new SyntaxError(
        "Cannot replay: at byte 0 stands neither text nor a capture; name the format, or unpack the file if it is compressed",
      );
    case "pcap":
    case "pcapng":
      return captureFile();
    case "windows":
    case "zeek":
    case "audit":
      return logFile(
        openRecordLog(format, options),
        encoding,
        format === "windows" ? windowsRecordEnd : undefined,
      );
    default:
      return logFile(new LogReader(format, options), encoding);
  }
}

function filterReader(
  filter: FilterDefinition,
  options: ReplayOptions,
): FilterReader {
  const { referenceYear, notAfterMs, zoneOffsetMinutes = 0 } = options;
  const clock = {
    nowMs: notAfterMs ?? Date.UTC(referenceYear + 1, 0, 1) - 1,
    offsetMinutesAt: options.zoneOffsetMinutesAt ?? (() => zoneOffsetMinutes),
  };
  return new FilterReader(filter, () => clock);
}

/** Something that reads lines; of a format of our own, or through a filter. */
type LineFileReader =
  & Pick<LogReader, "read">
  & {
    readonly counters: Pick<
      LogReader["counters"],
      "records" | "unparsed" | "firstMs" | "lastMs"
    >;
  };

function logFile(
  reader: LineFileReader,
  encoding: "utf-8" | "utf-16le",
  recordEnd?: RecordEnd,
): FileReader {
  const lines = new LineSplitter(encoding, recordEnd);
  let number = 1;
  const onLine =
    (tell: (seen: Observation) => void) => (line: string, goesOn: boolean) => {
      for (const seen of reader.read(line, number)) tell(seen);
      if (!goesOn) number++;
    };
  return {
    push: (chunk, tell) => lines.push(chunk, onLine(tell)),
    end: (tell) => lines.end(onLine(tell)),
    summary: () => {
      const { records, unparsed, firstMs, lastMs } = reader.counters;
      const { overlong } = lines;
      return {
        records: records + overlong,
        unparsed: unparsed + overlong,
        firstMs,
        lastMs,
      };
    },
  };
}

function captureFile(): FileReader {
  const reader = new CaptureReader();
  return {
    push: (chunk, tell) => reader.push(chunk, tell),
    end: (tell) => reader.end(tell),
    summary: () => {
      const { packets, malformed, firstMs, lastMs } = reader.counters;
      return { records: packets, unparsed: malformed, firstMs, lastMs };
    },
  };
}
