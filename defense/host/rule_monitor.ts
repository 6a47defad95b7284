/**
 * Hears of changes to our rules from the kernel itself, through a `nft monitor
 * rules` that runs along: whoever flushes, deletes or inserts, it is told
 * within milliseconds. Asking the kernel again and again would do too, but a
 * listing of one chain costs nft 1.0.6 a look at every element of every set:
 * 86 ms of processor with 20,000 of them, in the middle of a flood.
 *
 * What we write ourselves is heard as well; the listener finds nothing amiss.
 * When we are killed, the monitor notices at the next change of any rule.
 *
 * @module
 */
import { table } from "../containment/families.ts";
import { LineSplitter } from "../sensors/line_splitter.ts";
import { keepRunning } from "./child_stream.ts";

/** Deletions come in a burst, one line for each rule; our choice. */
const burstMs = 20;

/**
 * Calls `changed` after rules of our table were touched, and whenever that may
 * have been missed: at the start, and when nft says that it lost events.
 *
 * @returns Ends it.
 */
export function watchRules(changed: () => void): () => Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lines = new LineSplitter();
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, burstMs);
  };
  const child = keepRunning({
    command: "nft",
    args: ["monitor", "rules"],
    onStart: () => {
      lines = new LineSplitter();
      soon();
    },
    onBytes: (bytes) =>
      lines.push(bytes, (line) => {
        if (line.includes(` ${table} `) || line.startsWith("# ERROR")) soon();
      }),
  });
  return async () => {
    clearTimeout(timer);
    await child.stop();
  };
}
