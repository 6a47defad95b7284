/**
 * Octets as text and back, one character for each (ISO 8859-1), so that
 * protocols of lines can be written as lines.
 *
 * @module
 */

/** One character for each octet. */
export function textOf(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}

/** One octet for each character; characters above U+00FF lose their high bits. */
export function octetsOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
  return octets;
}

/** What has arrived of a message, kept up to a bound. */
export class Inbox {
  #octets: Uint8Array = new Uint8Array(0);
  readonly #octetsMax: number;

  /** @param octetsMax One more is `overfull`; nothing is kept beyond. */
  constructor(octetsMax: number) {
    this.#octetsMax = octetsMax;
  }

  /** What waits. */
  get octets(): Uint8Array {
    return this.#octets;
  }

  /** More is waiting than any message needs. */
  get overfull(): boolean {
    return this.#octets.length >= this.#octetsMax;
  }

  /** Takes more in. */
  push(octets: Uint8Array): void {
    const room = this.#octetsMax - this.#octets.length;
    const taken = octets.subarray(0, room);
    const joined = new Uint8Array(this.#octets.length + taken.length);
    joined.set(this.#octets);
    joined.set(taken, this.#octets.length);
    this.#octets = joined;
  }

  /** Takes `count` octets out. */
  shift(count: number): Uint8Array {
    const taken = this.#octets.slice(0, count);
    this.#octets = this.#octets.slice(count);
    return taken;
  }

  /** Takes one line out, without its LF or CR LF; `undefined` before its end. */
  line(): string | undefined {
    const end = this.#octets.indexOf(10);
    if (end < 0) return undefined;
    return textOf(this.shift(end + 1)).replace(/\r?\n$/, "");
  }
}
