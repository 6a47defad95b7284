/**
 * Telnet's commands (RFC 854): how to write those that ask for an option, and
 * how to take whatever a client says of its own out of what it types.
 *
 * @module
 */

const iac = 0xff;
const subBegin = 0xfa;
const subEnd = 0xf0;
/** WILL, WON'T, DO, DON'T: an option follows. */
const verbs = { first: 0xfb, last: 0xfe } as const;

/** Where in a command the last octet was. */
type Place = "text" | "command" | "option" | "sub" | "sub_command";

/** What a client types, without its commands. */
export class TypedText {
  #place: Place = "text";
  #afterReturn = false;

  /**
   * Takes what arrived next.
   *
   * @returns Its text, each line ended by LF alone: CR LF, CR NUL and CR mean
   *   the same.
   */
  take(octets: Uint8Array): Uint8Array {
    const text: number[] = [];
    for (const octet of octets) {
      switch (this.#place) {
        case "text":
          if (octet === iac) this.#place = "command";
          else this.#type(octet, text);
          break;
        case "command":
          if (octet === iac) this.#type(octet, text);
          this.#place = octet === subBegin
            ? "sub"
            : octet >= verbs.first && octet <= verbs.last
            ? "option"
            : "text";
          break;
        case "option":
          this.#place = "text";
          break;
        case "sub":
          if (octet === iac) this.#place = "sub_command";
          break;
        case "sub_command":
          this.#place = octet === subEnd ? "text" : "sub";
      }
    }
    return Uint8Array.from(text);
  }

  #type(octet: number, text: number[]): void {
    const isRest = this.#afterReturn && (octet === 10 || octet === 0);
    this.#afterReturn = octet === 13;
    if (!isRest) text.push(octet === 13 ? 10 : octet);
  }
}

/** Pairs of verb and option, each after its IAC. */
export function optionCommands(pairs: readonly number[]): Uint8Array {
  const octets: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    octets.push(iac, pairs[at] ?? 0, pairs[at + 1] ?? 0);
  }
  return Uint8Array.from(octets);
}
