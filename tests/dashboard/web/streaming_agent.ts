/**
 * An agent whose streams the test writes, and the timer of who follows them.
 *
 * @module
 */
import type { AgentGateway } from "../../../dashboard/mod.ts";
import type { Later } from "../../../dashboard/web/request_body.ts";

/** One request that is still being answered. */
export interface StagedStream {
  /** What was asked for. */
  readonly path: string;
  /** One piece of the answer. */
  tell(text: string): void;
  /** The agent is gone. */
  end(): void;
  /** Whether nobody wants it any more. */
  aborted(): boolean;
}

/**
 * Streams whatever is asked for.
 *
 * @param answer What is answered at once instead.
 */
export function streamingAgent(
  answer: (path: string) => Response | undefined = () => undefined,
) {
  const streams: StagedStream[] = [];
  let wake: (() => void) | undefined;
  const gateway: AgentGateway = {
    request(path, init) {
      const whole = answer(path);
      if (whole) return Promise.resolve(whole);
      let controller!: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({
        start: (given) => void (controller = given),
      });
      init?.signal?.addEventListener("abort", () => controller.error("abort"));
      streams.push({
        path,
        tell: (text) => controller.enqueue(new TextEncoder().encode(text)),
        end: () => controller.close(),
        aborted: () => init?.signal?.aborted ?? false,
      });
      return Promise.resolve(new Response(body));
    },
  };
  const later: Later = (_ms, wanted) => {
    wake = wanted;
    return () => wake = undefined;
  };
  return { gateway, later, streams, wakeUp: () => wake?.() };
}
