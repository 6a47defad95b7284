/**
 * The lines of a byte stream, as they come.
 *
 * @module
 */

/** Yields each line without its end; a last line without one, too. */
export async function* linesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Chunks are joined only when a line ends: a dump is one line of megabytes.
  let parts: string[] = [];
  for await (const chunk of stream) {
    const lines = decoder.decode(chunk, { stream: true }).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield parts.join("") + line;
      parts = [];
    }
    parts.push(last);
  }
  const rest = parts.join("");
  if (rest !== "") yield rest;
}
