/**
 * Windows events, line by line: XML and JSON, told apart by themselves.
 *
 * @module
 */
import type { Observation } from "../../observation.ts";
import { AddressCache } from "../address_cache.ts";
import { JsonRecords } from "../json_records.ts";
import { type FromLocal, fromLocalIn, type LogZone } from "../log_zone.ts";
import { type RecordCounters, RecordTally } from "../record_tally.ts";
import { readEventJson } from "./event_json.ts";
import { EventXmlSplitter, readEventXml } from "./event_xml.ts";
import { LogonSessions } from "./logon_sessions.ts";
import { readSecurityEvent } from "./security_event.ts";
import type { WindowsEvent } from "./windows_event.ts";

const nothing: readonly Observation[] = [];

/**
 * Whether the beginning of a text looks like exported Windows events.
 *
 * @param head First characters of the file, without blanks before them.
 */
export function looksLikeWindowsEvents(head: string): boolean {
  if (/^\ufeff?(?:<\?xml\b[^<>]{0,128}>\s{0,64})?<Events?[\s>]/.test(head)) {
    return true;
  }
  return /^\ufeff?\[?\s{0,64}\{/.test(head) &&
    /"(?:winlog|EventID|EventId|event_data|SourceModuleType|Event|ProviderName)"\s{0,8}:/
      .test(head) &&
    /"(?:Security|System|Channel|channel|winlog|EventData|event_data|Hostname|Computer|MachineName)"/
      .test(head);
}

/** Reads one log of Windows events. */
export class WindowsLog {
  readonly #xml = new EventXmlSplitter();
  readonly #json = new JsonRecords();
  readonly #tally = new RecordTally();
  readonly #context = {
    addresses: new AddressCache(),
    sessions: new LogonSessions(),
  };
  readonly #fromLocal: FromLocal;

  /** @param zone Of times that name none. */
  constructor(zone: LogZone = {}) {
    this.#fromLocal = fromLocalIn(zone);
  }

  /**
   * Takes one line.
   *
   * @param number Number of the line, for people; left out of a live log.
   * @returns What the events that it completes tell.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (this.#isXml(line)) return this.#readXml(line, number);
    let seen: Observation[] | undefined;
    this.#json.read(line.replace(/^\ufeff/, ""), (record) => {
      this.#tally.records++;
      const event = record === null
        ? undefined
        : readEventJson(record, this.#fromLocal);
      for (const one of this.#tell(event, number)) (seen ??= []).push(one);
    });
    return seen ?? nothing;
  }

  #isXml(line: string): boolean {
    return this.#xml.isInside ||
      /^[\s\ufeff]*<(?:\?xml|\/?Events?)\b/.test(line);
  }

  #readXml(line: string, number: number | undefined): readonly Observation[] {
    let seen: Observation[] | undefined;
    this.#xml.push(line, (text) => {
      this.#tally.records++;
      for (const one of this.#tell(readEventXml(text), number)) {
        (seen ??= []).push(one);
      }
    });
    return seen ?? nothing;
  }

  #tell(
    event: WindowsEvent | undefined,
    number: number | undefined,
  ): readonly Observation[] {
    if (event === undefined) {
      this.#tally.unparsed++;
      return nothing;
    }
    this.#tally.at(event.atMs);
    const seen = readSecurityEvent(event, this.#context, number);
    if (seen === undefined) this.#tally.unparsed++;
    else if (seen === "no_address") this.#tally.noAddress++;
    else return seen;
    return nothing;
  }

  /** What became of the events so far; one that is too long is unparsed. */
  get counters(): RecordCounters {
    const overlong = this.#xml.overlong + this.#json.overlong;
    const { counters } = this.#tally;
    return {
      ...counters,
      records: counters.records + overlong,
      unparsed: counters.unparsed + overlong,
    };
  }
}
