/**
 * What a program of this host prints.
 *
 * @module
 */

/**
 * Runs a program to its end, without our environment.
 *
 * @returns What it printed; nothing if it cannot be run.
 */
export async function outputOf(
  command: string,
  args: readonly string[],
): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      clearEnv: true,
      env: { LC_ALL: "C" },
    }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}
