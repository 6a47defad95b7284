/**
 * Reads what a client sends, as long as it is neither too large nor too slow:
 * a body that comes a byte a minute would hold its memory for days.
 *
 * @module
 */

/** Largest request body, as the agent's own. */
export const bodyBytesMax = 1_048_576;
/** From the first byte to the last: a megabyte over 1 Mbit/s takes 8 s. */
export const bodyMsMax = 15_000;

/** Runs `wake` later; the returned function cancels it. */
export type Later = (ms: number, wake: () => void) => () => void;

/** A body, or what is wrong with it. */
export type ReadBody = Uint8Array<ArrayBuffer> | "too_large" | "too_slow";

/**
 * Reads a body whole.
 *
 * @param bytesMax One byte more is too large, and is not read.
 */
export async function readBody(
  request: Request,
  later: Later,
  bytesMax = bodyBytesMax,
): Promise<ReadBody> {
  if (Number(request.headers.get("content-length")) > bytesMax) {
    return "too_large";
  }
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const late = Promise.withResolvers<"too_slow">();
  const cancelLate = later(bodyMsMax, () => late.resolve("too_slow"));
  let wrong: "too_large" | "too_slow" | undefined;
  try {
    while (wrong === undefined) {
      const read = await Promise.race([reader.read(), late.promise]);
      if (read === "too_slow") wrong = read;
      else if (read.done) break;
      else if ((length += read.value.length) > bytesMax) wrong = "too_large";
      else chunks.push(read.value);
    }
  } finally {
    cancelLate();
  }
  if (wrong !== undefined) {
    // Not awaited: who sends slowly may be slow to hear of it, too.
    reader.cancel().catch(() => {});
    return wrong;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A body in JSON; `undefined` if it is none. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
