/**
 * What a command is: a name, a parser of its own arguments, examples that
 * open its help, and what it does. A command's file stays light, so that
 * `stealthmesh version` does not load a web framework: what the work needs is
 * imported when the command runs.
 *
 * @module
 */
import { lineBreak, type Message, text } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { command } from "@optique/core/primitives";
import type { LoadedConfig } from "./config.ts";
import type { FlagValues } from "./config.ts";
import type { Output } from "./output.ts";

/** What a command is given besides its own arguments. */
export interface Invocation {
  readonly output: Output;
  /** The configuration in force, with the flags of this command on top. */
  loadConfig(flags?: FlagValues): Promise<LoadedConfig>;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly stateDir?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * A command with its arguments, ready to run. A type and no interface, because
 * parsers are merged by their index signature.
 */
export type Chosen = {
  readonly act: (invocation: Invocation) => Promise<void>;
};

/** A parser that ends in something to run. */
export type CommandParser = Parser<"sync", Chosen, unknown>;

/**
 * Declares a command.
 *
 * @param options Parser of what follows the name.
 * @param words One sentence for lists, and whole command lines as examples.
 * @param run Does the work; imports what it needs when it is called.
 */
export function defineCommand<T>(
  name: string,
  options: Parser<"sync", T, unknown>,
  words: { readonly brief: Message; readonly examples: readonly string[] },
  run: (options: T, invocation: Invocation) => Promise<void>,
): CommandParser {
  const chosen = map(options, (parsed): Chosen => ({
    act: (invocation) => run(parsed, invocation),
  }));
  // Help prints the footer first, see `command_line.ts`.
  return command(name, chosen, {
    brief: words.brief,
    footer: examplesText(words.examples),
  }) as CommandParser;
}

/** Command lines one below the other. */
export function examplesText(examples: readonly string[]): Message {
  return examples.flatMap((example, index) =>
    index === 0 ? [text(example)] : [lineBreak(), text(example)]
  );
}
