/**
 * Reads filters of fail2ban from where the host keeps them. What is in the
 * files is `sensors/fail2ban/`'s question.
 *
 * @module
 */
import {
  type FilterDefinition,
  readFilterDefinition,
} from "../sensors/fail2ban/filter_definition.ts";
import { parseFilterName } from "../sensors/fail2ban/filter_name.ts";
import { FilterError } from "../sensors/fail2ban/filter_options.ts";
import { iniLengthMax } from "../sensors/fail2ban/ini_file.ts";

/**
 * Reads a filter with what it includes.
 *
 * @param text `sshd`, `sshd[mode=aggressive]`, or a path of a file.
 * @param directory Where filters are.
 * @throws {SyntaxError} If `text` names no filter.
 * @throws {FilterError} If there is no such filter, or if it cannot be read.
 */
export function readFilter(text: string, directory: string): FilterDefinition {
  const name = parseFilterName(text);
  try {
    return readFilterDefinition(name, directory, readIfThere);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new FilterError(`filter ${name.name}: ${error.message}`, {
      cause: error,
    });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    const { size, isFile } = Deno.statSync(path);
    if (!isFile) return undefined;
    if (size > iniLengthMax) {
      throw new FilterError(`${path} is longer than ${iniLengthMax} bytes`);
    }
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof FilterError) throw error;
    throw new FilterError(
      `${path}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
