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
import { Inbox, octetsOf, textOf } from "./octets.ts";
import { optionCommands, TypedText } from "./telnet_options.ts";

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
  readonly #typed = new TypedText();
  readonly #inbox = new Inbox(lineBytesMax);
  #user: string | undefined;
  #prompted = false;
  /** A password was tried, and the answer takes its time. */
  #checking = false;
  #tries = 0;

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    return { say: optionCommands(wishes), wakeMs: promptMs };
  }

  wake(): DecoyAnswer {
    if (!this.#prompted) {
      this.#prompted = true;
      const will = String.fromCharCode(...optionCommands(willEcho));
      const say = octetsOf(
        `${will}Debian GNU/Linux 12\r\n${this.#loginPrompt()}`,
      );
      return { say, ...(this.#checking && { wakeMs: wrongMs }) };
    }
    const wrong = "\r\nLogin incorrect\r\n";
    if (this.#tries >= triesMax) return { say: octetsOf(wrong), hangUp: true };
    this.#checking = false;
    // What was typed meanwhile is read now, as a terminal keeps it.
    return this.#read(wrong + this.#loginPrompt());
  }

  take(bytes: Uint8Array): DecoyAnswer {
    this.#inbox.push(this.#typed.take(bytes));
    return this.#read("");
  }

  /** Reads the lines that wait, up to a password. */
  #read(said: string): DecoyAnswer {
    let say = said;
    while (!this.#checking) {
      const line = this.#line();
      if (line === undefined) break;
      if (this.#user !== undefined) {
        const user = this.#user;
        this.#user = undefined;
        this.#checking = true;
        this.#tries++;
        return {
          ...(say !== "" && { say: octetsOf(say) }),
          wakeMs: wrongMs,
          notes: [{ kind: "login", user, password: line }],
        };
      }
      if (line === "") say += `\r\n${this.#loginPrompt()}`;
      else {
        this.#user = line;
        say += "\r\nPassword: ";
      }
    }
    return say === "" ? silence : { say: octetsOf(say) };
  }

  /** The next line; one that is too long ends where the room does. */
  #line(): string | undefined {
    const line = this.#inbox.line() ??
      (this.#inbox.overfull
        ? textOf(this.#inbox.shift(lineBytesMax))
        : undefined);
    return line === undefined ? undefined : noteText(line);
  }

  #loginPrompt(): string {
    return `${this.#world.hostName} login: `;
  }
}
