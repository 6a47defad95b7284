/**
 * Unpacks what log rotation has compressed with gzip (RFC 1952). Other
 * compressions are the operator's: their programs are not everywhere.
 *
 * Bound: none is needed; what is unpacked goes on piece by piece.
 *
 * @module
 */

/**
 * The bytes of a file, unpacked if they begin as gzip does.
 *
 * @throws {SyntaxError} If they begin so and are damaged.
 */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done) {
      if (head.length > 0) yield head;
      return;
    }
    const joined = new Uint8Array(head.length + next.value.length);
    joined.set(head);
    joined.set(next.value, head.length);
    head = joined;
  }
  const whole = startingWith(head, iterator);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole;
  const packed = ReadableStream.from(whole) as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
  try {
    yield* packed.pipeThrough(new DecompressionStream("gzip"));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new SyntaxError(
      "Cannot replay: the file is compressed with gzip and damaged; see what can be saved with zcat FILE | stealthmesh agent --replay -",
      { cause },
    );
  }
}

async function* startingWith(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield head;
  for (;;) {
    const next = await rest.next();
    if (next.done) return;
    yield next.value;
  }
}
