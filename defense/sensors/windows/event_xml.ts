/**
 * Windows events as XML: what `wevtutil qe … /f:xml`, the Event Viewer's "Save
 * as XML" and EVTX converters write. Events may stand one per line, over many
 * lines, or several on one line, wrapped in `<Events>` or not.
 *
 * This reads the shape of an event and nothing else of XML 1.0. There is no
 * document type, no external name and no entity beyond the five predefined
 * ones and character references, so nothing here can be made to expand or to
 * fetch; a declaration of entities is text that is passed over. Each pattern
 * takes time proportional to the event.
 *
 * Bound: an event of more than `eventLengthMax` characters is dropped and
 * counted; at most `valuesMax` values of an event are kept.
 *
 * @module
 */
import { readEventTime } from "../event_time.ts";
import { valueLengthMax, type WindowsEvent } from "./windows_event.ts";

/** The event log's own bound on a record is 64 KiB (MS-EVEN6); twice that for markup. */
export const eventLengthMax = 131_072;
const valuesMax = 128;
const opening = "<Event";
const closing = "</Event>";

/** Puts lines together to events. */
export class EventXmlSplitter {
  /** Events that were too long. */
  overlong = 0;
  #event = "";
  #inside = false;
  #skipping = false;

  /** Whether an event has begun and not ended. */
  get isInside(): boolean {
    return this.#inside;
  }

  /** Calls `onEvent` with the text of each event that `line` completes. */
  push(line: string, onEvent: (text: string) => void): void {
    let at = 0;
    for (;;) {
      if (!this.#inside) {
        const start = openingAt(line, at);
        if (start < 0) return;
        this.#inside = true;
        this.#event = "";
        at = start;
      }
      const end = line.indexOf(closing, at);
      const stop = end < 0 ? line.length : end + closing.length;
      if (!this.#skipping) this.#take(line.slice(at, stop), end < 0);
      if (end < 0) return;
      if (!this.#skipping) onEvent(this.#event);
      this.#inside = false;
      this.#skipping = false;
      this.#event = "";
      at = stop;
    }
  }

  #take(piece: string, goesOn: boolean): void {
    if (this.#event.length + piece.length > eventLengthMax) {
      this.overlong++;
      this.#skipping = true;
      this.#event = "";
    } else this.#event += goesOn ? piece + "\n" : piece;
  }
}

/** `<Event>` or `<Event xmlns=…>`, not `<Events>` or `<EventID>`. */
function openingAt(line: string, from: number): number {
  for (let at = line.indexOf(opening, from); at >= 0;) {
    const next = line.charCodeAt(at + opening.length);
    // End of the line, blank, tab or ">".
    if (Number.isNaN(next) || next === 32 || next === 9 || next === 62) {
      return at;
    }
    at = line.indexOf(opening, at + opening.length);
  }
  return -1;
}

const eventId = /<EventID\b[^<>]{0,64}>\s{0,8}(\d{1,5})\s{0,8}</;
const channel = /<Channel>([^<]{0,256})</;
const computer = /<Computer>([^<]{0,256})</;
const systemTime =
  /<TimeCreated\b[^<>]{0,64}?\bSystemTime\s?=\s?["']([^"'<>]{1,40})["']/;
const namedValue =
  /<Data\s{1,8}Name\s?=\s?["']([^"'<>]{1,64})["']\s{0,8}(?:\/>|>([^<]*)<)/g;

/**
 * Reads one event.
 *
 * @returns `undefined` if it lacks a number or a time.
 */
export function readEventXml(text: string): WindowsEvent | undefined {
  const id = eventId.exec(text)?.[1];
  const atMs = readEventTime(systemTime.exec(text)?.[1] ?? "");
  if (id === undefined || atMs === undefined) return undefined;
  const values = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(namedValue)) {
    if (values.size === valuesMax) break;
    values.set(name, unescape(value.slice(0, valueLengthMax)));
  }
  return {
    id: Number(id),
    channel: unescape(channel.exec(text)?.[1] ?? ""),
    computer: unescape(computer.exec(text)?.[1] ?? ""),
    atMs,
    value: (name) => values.get(name) ?? "",
  };
}

const predefined: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/** Resolves what XML 1.0 predefines (sections 4.1 and 4.6); the rest stays. */
function unescape(text: string): string {
  if (!text.includes("&")) return text.trim();
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return predefined[name] ?? whole;
      const code = decimal ? Number(decimal) : parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff
        ? String.fromCodePoint(code)
        : "\ufffd";
    },
  ).trim();
}
