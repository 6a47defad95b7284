/**
 * Gives back, once, what an isolate needed only to start: sources, bytecode of
 * code that ran once, pages that emptied. `compile.ts` adds this module to each
 * entry of the compiled program, whose V8 has `gc` (`--expose-gc`); it saves an
 * idle agent 6 of 120 MiB. Under `deno run` there is no `gc` and no use for it.
 *
 * @module
 */

/** An agent has started by then; our choice. */
const settledMs = 5_000;

declare const gc:
  | ((options: {
    readonly type: "major";
    readonly execution: "sync";
    readonly flavor: "last-resort";
  }) => void)
  | undefined;

const timer = setTimeout(() => {
  if (typeof gc === "undefined") return;
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}, settledMs);
// A command that is done earlier does not wait for it.
Deno.unrefTimer(timer);
