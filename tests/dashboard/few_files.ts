/**
 * A program that may open few files, and connections that take them all.
 *
 * @module
 */

/** Runs a script that may open no more than `filesMax`; its stdout is piped. */
export function runWithFewFiles(
  script: string,
  filesMax: number,
): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: [
      "-c",
      `ulimit -n ${filesMax}; exec "$0" run -A --no-config "$1"`,
      Deno.execPath(),
      script,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** Opens connections that never finish their headers, until none is taken. */
export async function holdUp(
  connect: () => Promise<Deno.Conn>,
  filesMax: number,
): Promise<Deno.Conn[]> {
  const held: Deno.Conn[] = [];
  try {
    while (held.length < 2 * filesMax) {
      const connection = await connect();
      held.push(connection);
      await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nX:"));
    }
  } catch {
    // Turned away, or let go.
  }
  return held;
}
