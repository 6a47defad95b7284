/**
 * A Redis that wants a password nobody has: RESP as redis.io/docs describes
 * it, arrays of bulk strings and inline commands.
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyNote,
  type DecoyTalk,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf, textOf } from "./octets.ts";

const commandBytesMax = 4_096;
const wordsMax = 32;

/** Refuses every command, one error for each. */
export class RedisDecoy implements DecoyTalk {
  readonly #inbox = new Inbox(commandBytesMax);

  begin(): DecoyAnswer {
    return silence;
  }

  wake(): DecoyAnswer {
    return silence;
  }

  take(bytes: Uint8Array): DecoyAnswer {
    this.#inbox.push(bytes);
    let say = "";
    const notes: DecoyNote[] = [];
    for (;;) {
      const words = this.#command();
      if (words === "unfinished") break;
      if (words === "broken") {
        return {
          say: octetsOf(`${say}-ERR Protocol error\r\n`),
          hangUp: true,
          notes,
        };
      }
      const [verb = "", ...rest] = words;
      if (verb === "") continue;
      if (/^quit$/i.test(verb)) {
        return { say: octetsOf(`${say}+OK\r\n`), hangUp: true, notes };
      }
      if (/^auth$/i.test(verb) && rest.length > 0) {
        notes.push({
          kind: "login",
          user: noteText(rest.length > 1 ? rest[0] ?? "" : "default"),
          password: noteText(rest.at(-1) ?? ""),
        });
        say +=
          "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
      } else {
        notes.push({ kind: "request", text: noteText(words.join(" ")) });
        say += "-NOAUTH Authentication required.\r\n";
      }
    }
    if (this.#inbox.overfull) {
      return { say: octetsOf(say), hangUp: true, notes };
    }
    return { say: octetsOf(say), notes };
  }

  /** Takes one whole command out of what has arrived. */
  #command(): readonly string[] | "unfinished" | "broken" {
    if (this.#inbox.octets[0] !== 0x2a) { // *
      const line = this.#inbox.line();
      return line?.trim().split(/\s+/).slice(0, wordsMax) ?? "unfinished";
    }
    const text = textOf(this.#inbox.octets);
    if (!text.includes("\n")) return "unfinished";
    const count = /^\*(\d{1,4})\r\n/.exec(text);
    if (!count || Number(count[1]) > wordsMax) return "broken";
    let at = count[0].length;
    const words: string[] = [];
    for (let left = Number(count[1]); left > 0; left--) {
      const head = /^\$(\d{1,5})\r\n/.exec(text.slice(at, at + 9));
      if (!head) return text.length - at >= 9 ? "broken" : "unfinished";
      const start = at + head[0].length;
      const length = Number(head[1]);
      if (text.length < start + length + 2) return "unfinished";
      words.push(text.slice(start, start + length));
      at = start + length + 2;
    }
    this.#inbox.shift(at);
    return words;
  }
}
