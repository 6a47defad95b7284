/**
 * Runs a command inside this program, then climbs every wall and prints, as
 * JSON, which ones it came over.
 *
 * @module
 */
import { runCommandLine } from "../../../cli/command_line.ts";
import { Output } from "../../../cli/output.ts";
import { climbWalls, endClimb } from "./climb.ts";

const exitCode = await runCommandLine(Deno.args);
const output = new Output({ json: false, noColour: true });
endClimb(output, { exitCode, over: climbWalls() });
