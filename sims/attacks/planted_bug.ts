/**
 * Bugs planted into one honest member, to show that the invariants can fail: a
 * simulation that lets one of these pass proves nothing.
 *
 * | bug | what must notice it |
 * | --- | --- |
 * | `extra_cell` | speaking sends a cell of its own: schedule, and twin |
 * | `late_cells` | speaking shifts the next cells: twin |
 * | `drops` | every fourth message it should say is not said: delivery |
 * | `throws` | a message makes it throw: exception |
 *
 * @module
 */
import { cellBytes } from "../../mesh/mod.ts";
import type { SeededRandom } from "../world/random.ts";
import { type Part, typeOf } from "./traitor.ts";

/** Names of all planted bugs. */
export const bugNames = [
  "extra_cell",
  "late_cells",
  "drops",
  "throws",
] as const;

/** One of them. */
export type BugName = typeof bugNames[number];

/** A member with that bug. */
export function plantedBug(name: BugName, random: SeededRandom): Part {
  switch (name) {
    case "extra_cell":
      return onSpeech(name, (speak) => {
        const cell = new Uint8Array(cellBytes);
        random.fill(cell);
        speak(cell);
      });
    case "late_cells":
      return onSpeech(name, () => {}, 3);
    case "drops":
      return drops(name);
    case "throws":
      return {
        name,
        planted: true,
        script: () => ({
          rewrite(_, message) {
            if (typeOf(message) === "signed") throw new TypeError("planted");
            return [message];
          },
        }),
      };
  }
}

/** Acts on the transport when something signed is about to be said. */
function onSpeech(
  name: string,
  act: (speak: (cell: Uint8Array) => void) => void,
  lateMs = 0,
): Part {
  let speak: ((link: number, cell: Uint8Array) => void) | undefined;
  let spoke = false;
  return {
    name,
    planted: true,
    script: () => ({
      rewrite(link, message) {
        if (typeOf(message) === "signed") {
          spoke = true;
          act((cell) => speak?.(link, cell));
        }
        return [message];
      },
    }),
    transport(below, clock) {
      speak = (link, cell) => below.send(link, cell);
      return {
        ...below,
        send(link, cell) {
          const shifted = spoke && lateMs > 0;
          spoke = false;
          if (!shifted) below.send(link, cell);
          else clock.after(lateMs, () => below.send(link, cell));
        },
      };
    },
  };
}

function drops(name: string): Part {
  const seen = new Map<string, number>();
  return {
    name,
    planted: true,
    script: () => ({
      rewrite(_, message) {
        if (typeOf(message) !== "signed") return [message];
        const key = message.key ?? "";
        const number = seen.get(key) ?? seen.size;
        seen.set(key, number);
        return number % 4 === 0 ? [] : [message];
      },
    }),
  };
}
