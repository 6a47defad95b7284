/**
 * `stealthmesh version`: which program this is and what it runs on.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { defineCommand } from "../command.ts";
import { programVersion } from "../version.ts";

/** Name and version in one line. */
export function versionText(): string {
  return `stealthmesh ${programVersion}`;
}

export const version = defineCommand(
  "version",
  object({}),
  {
    brief: message`Print which program this is`,
    examples: ["stealthmesh version", "stealthmesh version --json"],
  },
  (_options, { output }) => {
    const { deno: runtime, v8 } = Deno.version;
    if (output.json) {
      output.record({ version: programVersion, deno: runtime, v8 });
    } else {
      output.text(`${versionText()} (Deno ${runtime}, V8 ${v8})`);
    }
    return Promise.resolve();
  },
);
