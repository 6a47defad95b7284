/**
 * Talks to a running agent over its Unix socket.
 *
 * Deno asks for read and write on the socket's path (2.9 with each connection,
 * 2.6 once), for `net` on the name in the URL and, in 2.9, for `net` on
 * `unix:PATH`. The last cannot be written as a flag that 2.6 understands, so
 * clients keep these three as they are and drop the rest.
 *
 * @module
 */
import { OperatorError } from "./operator_error.ts";
import { clean } from "./plain_text.ts";

/**
 * The agent in URLs. An address, because Deno asks the network about a name even
 * where all goes to a socket of this host: whoever listens would hear each
 * command, and each would wait for a name server that does not answer.
 */
export const agentOrigin = "http://127.0.0.1";
/** A local answer takes milliseconds; a firewall may take some seconds. */
const answerMsMax = 30_000;

/** Name of the socket in the state directory. */
export const socketName = "agent.sock";

/** One agent's API. */
export class AgentClient {
  readonly #path: string;
  readonly #client: Deno.HttpClient;

  /** @param stateDir State directory of the agent. */
  constructor(stateDir: string) {
    this.#path = `${stateDir}/${socketName}`;
    this.#client = Deno.createHttpClient({
      proxy: { transport: "unix", path: this.#path },
    });
  }

  /**
   * Asks for a resource.
   *
   * @throws {OperatorError} `agent_unreachable`, `not_permitted`, or `failed`
   * and `wrong_usage` with what the agent says.
   */
  async get<T>(path: string): Promise<T> {
    const response = await this.#send(path, {
      signal: AbortSignal.timeout(answerMsMax),
    });
    return await this.#json<T>(response);
  }

  /** Sends a JSON body; throws as `get`. */
  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await this.#send(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(answerMsMax),
    });
    return await this.#json<T>(response);
  }

  /**
   * Opens a stream of lines that ends with it or with `signal`; when this
   * resolves, the agent is telling already. Throws as `get`.
   */
  async lines(
    path: string,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<string>> {
    const { body } = await this.#send(path, { signal });
    return this.#read(body ?? new ReadableStream(), signal);
  }

  close(): void {
    this.#client.close();
  }

  /** The agent may end, or fall silent, in the midst of an answer. */
  async #json<T>(response: Response): Promise<T> {
    try {
      return await response.json() as T;
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async *#read(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    let rest = "";
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") yield line;
      }
    } catch (error) {
      if (!signal.aborted) throw this.#unreachable(error);
    }
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(agentOrigin + path, {
        ...init,
        client: this.#client,
      });
    } catch (error) {
      if (init.signal?.aborted && !isTimeout(error)) throw error;
      throw this.#unreachable(error);
    }
    if (response.ok) return response;
    throw await problemError(response).catch((error) =>
      this.#unreachable(error)
    );
  }

  #unreachable(cause: unknown): OperatorError {
    if (isTimeout(cause)) {
      return new OperatorError(
        "agent_unreachable",
        `Cannot reach the agent: no answer on ${this.#path} within ${
          answerMsMax / 1_000
        } s`,
        ["See whether it is busy or stopped, and start it again"],
        { cause },
      );
    }
    if (/permission denied/i.test(wholeMessage(cause))) {
      return new OperatorError(
        "not_permitted",
        `Cannot reach the agent: not permitted to open ${this.#path}`,
        ["Run as the user that runs the agent, or with sudo"],
        { cause },
      );
    }
    return new OperatorError(
      "agent_unreachable",
      `Cannot reach the agent: nothing answers on ${this.#path}`,
      [
        "Start it, or name its state directory with --state-dir:",
        "  stealthmesh agent",
      ],
      { cause },
    );
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** Messages of an error and of what caused it. */
function wholeMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined
    ? error.message
    : `${error.message}: ${wholeMessage(error.cause)}`;
}

/** What the agent says about a request that it did not fulfil. */
async function problemError(response: Response): Promise<OperatorError> {
  const text = await response.text();
  let said = `status ${response.status}`;
  try {
    const { title, detail } = JSON.parse(text) as Record<string, unknown>;
    said = [title, detail].filter((part) => typeof part === "string")
      .join(": ");
  } catch {
    // Not a problem document: the status must do.
  }
  if (response.status === 503) {
    return new OperatorError(
      "agent_unreachable",
      `Cannot reach the agent: ${clean(said)}`,
      ["Try again in a moment"],
    );
  }
  return response.status === 400
    ? new OperatorError("wrong_usage", `Cannot do that: ${clean(said)}`, [
      "Correct it, then try again",
    ])
    : new OperatorError("failed", `Cannot do that: ${clean(said)}`, [
      "See what the agent lacks:",
      "  stealthmesh status",
    ]);
}
