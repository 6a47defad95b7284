/**
 * Waits for an isolate, but not for ever: one of them may be gone.
 *
 * @module
 */

/** An isolate that is silent for so long is taken for silent. */
const answerMsMax = 2_000;

/** The answer, or `otherwise` when it does not come in time or not at all. */
export async function within<T>(
  answer: Promise<T>,
  otherwise: T,
  msMax = answerMsMax,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), msMax);
  });
  try {
    return await Promise.race([answer.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
