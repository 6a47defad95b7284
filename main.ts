/**
 * The program's entry: arguments in, an exit code out. Everything in between
 * is `cli/`.
 *
 * @module
 */
import { runCommandLine } from "./cli/command_line.ts";

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));
