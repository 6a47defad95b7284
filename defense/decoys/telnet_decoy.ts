/**
 * A telnet login that is always wrong (RFC 854). It asks for the options a
 * Linux telnetd asks for, and takes no answer about them.
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyTalk,
  type DecoyWorld,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf } from "./octets.ts";

/** IAC, DO, WILL, SB, SE: RFC 854. */
const iac = 0xff;
const subBegin = 0xfa;
const subEnd = 0xf0;
/** DO terminal type, terminal speed, X display location, new environment. */
const wishes = [0xfd, 0x18, 0xfd, 0x20, 0xfd, 0x23, 0xfd, 0x27];
/** WILL suppress go-ahead, DO and WILL echo, as before a prompt. */
const willEcho = [0xfb, 0x03, 0xfb, 0x01];
/** For the answers about options to pass by; our choice. */
const promptMs = 400;
/** As login(1) makes one wait. */
const wrongMs = 3_000;
const triesMax = 5;
const lineBytesMax = 512;

/** Asks for a name and a password until the patience is over. */
export class TelnetDecoy implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(lineBytesMax);
  #user: string | undefined;
  #prompted = false;
  #tries = 0;
  /** Within an option's answer: octets still to skip, or inside SB. */
  #skip = 0;
  #inSub = false;

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    return { say: commands(wishes), wakeMs: promptMs };
  }

  wake(): DecoyAnswer {
    if (!this.#prompted) {
      this.#prompted = true;
      const banner = `Debian GNU/Linux 12\r\n${this.#loginPrompt()}`;
      const will = commands(willEcho);
      const text = octetsOf(banner);
      const say = new Uint8Array(will.length + text.length);
      say.set(will);
      say.set(text, will.length);
      return { say };
    }
    const wrong = "\r\nLogin incorrect\r\n";
    return this.#tries >= triesMax
      ? { say: octetsOf(wrong), hangUp: true }
      : { say: octetsOf(wrong + this.#loginPrompt()) };
  }

  take(bytes: Uint8Array): DecoyAnswer {
    const typed = this.#withoutOptions(bytes);
    this.#inbox.push(typed);
    if (!typed.some(isLineEnd) && !this.#inbox.overfull) return silence;
    const end = this.#inbox.octets.findIndex(isLineEnd);
    const octets = this.#inbox.shift(this.#inbox.octets.length);
    const line = noteText(
      String.fromCharCode(...octets.subarray(0, end < 0 ? undefined : end)),
    );
    if (this.#user === undefined) {
      if (line === "") return { say: octetsOf(`\r\n${this.#loginPrompt()}`) };
      this.#user = line;
      return { say: octetsOf("\r\nPassword: ") };
    }
    const user = this.#user;
    this.#user = undefined;
    this.#tries++;
    return {
      wakeMs: wrongMs,
      notes: [{ kind: "login", user, password: line }],
    };
  }

  #loginPrompt(): string {
    return `${this.#world.hostName} login: `;
  }

  #withoutOptions(bytes: Uint8Array): Uint8Array {
    const text: number[] = [];
    let last = 0;
    for (const octet of bytes) {
      if (this.#inSub) {
        if (last === iac && octet === subEnd) this.#inSub = false;
      } else if (this.#skip > 0) {
        this.#skip--;
        if (this.#skip === 1 && octet === subBegin) {
          this.#inSub = true;
          this.#skip = 0;
        }
      } else if (octet === iac) this.#skip = 2;
      else text.push(octet);
      last = octet;
    }
    return Uint8Array.from(text);
  }
}

/** Some clients end a line with CR NUL (RFC 854), some with CR alone. */
function isLineEnd(octet: number): boolean {
  return octet === 10 || octet === 13;
}

/** Pairs of verb and option, each after its IAC. */
function commands(pairs: readonly number[]): Uint8Array {
  const octets: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    octets.push(iac, pairs[at] ?? 0, pairs[at + 1] ?? 0);
  }
  return Uint8Array.from(octets);
}
