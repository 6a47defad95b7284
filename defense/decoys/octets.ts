/**
 * Octets as text and back, one character for each (ISO 8859-1), so that
 * protocols of lines can be written as lines.
 *
 * @module
 */

/** Octets that become text at once: arguments of one call. */
const pieceLength = 4_096;

/** One character for each octet. */
export function textOf(octets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < octets.length; at += pieceLength) {
    text += String.fromCharCode(...octets.subarray(at, at + pieceLength));
  }
  return text;
}

/** One octet for each character; characters above U+00FF lose their high bits. */
export function octetsOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
  return octets;
}

/**
 * What has arrived of a message, kept up to a bound. A client that sends one
 * octet at a time costs no more than one that sends all at once.
 */
export class Inbox {
  /** Grows by doubling. */
  #room: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  #length = 0;
  readonly #octetsMax: number;

  /** @param octetsMax One more is `overfull`; nothing is kept beyond. */
  constructor(octetsMax: number) {
    this.#octetsMax = octetsMax;
  }

  /** What waits, until the next call of `push` or `shift`. */
  get octets(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  /** More is waiting than any message needs. */
  get overfull(): boolean {
    return this.#length >= this.#octetsMax;
  }

  /** Takes more in. */
  push(octets: Uint8Array): void {
    const taken = octets.subarray(0, this.#octetsMax - this.#length);
    const length = this.#length + taken.length;
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#room.length));
      larger.set(this.octets);
      this.#room = larger;
    }
    this.#room.set(taken, this.#length);
    this.#length = length;
  }

  /** Takes `count` octets out. */
  shift(count: number): Uint8Array {
    const taken = this.#room.slice(0, Math.min(count, this.#length));
    this.#room.copyWithin(0, taken.length, this.#length);
    this.#length -= taken.length;
    return taken;
  }

  /** Takes one line out, without its LF or CR LF; `undefined` before its end. */
  line(): string | undefined {
    const end = this.octets.indexOf(10);
    if (end < 0) return undefined;
    return textOf(this.shift(end + 1)).replace(/\r?\n$/, "");
  }
}
