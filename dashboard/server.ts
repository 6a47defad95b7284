/**
 * Serves the local API on a Unix socket that only its owner may open. A
 * socket left behind by an agent that died is removed; one that still answers
 * means that an agent is running, and is left alone. The directory must be
 * private (0700), because the socket gets its own mode a moment after it is
 * there: a file mode mask is a permission that Deno has no flag for.
 *
 * @module
 */
import { LastingServer } from "./lasting_server.ts";

/** A timer of this host. */
export function later(ms: number, wake: () => void): () => void {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
}

/** `sockaddr_un.sun_path` holds 108 bytes with the final zero (unix(7)). */
export const socketPathBytesMax = 107;

/** The socket could not be served. */
export class SocketError extends Error {
  /** Stays when code is minified. */
  override readonly name = "SocketError";
  /** Stable name of what went wrong. */
  readonly code:
    | "path_too_long"
    | "agent_running"
    | "not_a_socket"
    | "socket_denied";
  /** What the operator can do now. */
  readonly nextStep: readonly string[];

  /** Makes an error; `detail` completes "Cannot serve the local API: …". */
  constructor(
    code: SocketError["code"],
    detail: string,
    nextStep: readonly string[],
    options?: { cause: unknown },
  ) {
    super(`Cannot serve the local API: ${detail}`, options);
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** A served socket. */
export interface ApiServer {
  /** Of the socket. */
  readonly path: string;
  /** Ends open requests and removes the socket if that is permitted. */
  stop(): Promise<void>;
}

/**
 * Serves `answer` on a Unix socket with mode 0600.
 *
 * @throws {SocketError} When the path is too long, in use or not writable.
 */
export async function serveApi(
  path: string,
  answer: (request: Request) => Response | Promise<Response>,
): Promise<ApiServer> {
  if (new TextEncoder().encode(path).length > socketPathBytesMax) {
    throw new SocketError(
      "path_too_long",
      `${path} is longer than ${socketPathBytesMax} bytes`,
      ["Choose a shorter state directory with --state-dir"],
    );
  }
  await removeStale(path);
  const listen = (again: Deno.UnixAddr | undefined, signal: AbortSignal) => {
    // Where it served before, nobody else does.
    if (again) removeIfThere(path);
    const server = Deno.serve({ path, signal, onListen() {} }, answer);
    Deno.chmodSync(path, 0o600);
    return server;
  };
  let server: LastingServer<Deno.UnixAddr>;
  try {
    server = new LastingServer(listen, later);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new SocketError(
      "socket_denied",
      `not permitted to create ${path}`,
      ["Run as the owner of the state directory, or choose another one:"]
        .concat("  stealthmesh agent --state-dir DIR"),
      { cause },
    );
  }
  return {
    path,
    async stop() {
      await server.stop();
      removeIfThere(path);
    },
  };
}

/** Where there is a right to: a running agent has dropped most. */
function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or it stays.
  }
}

/** Removes a socket that nobody serves. */
async function removeStale(path: string): Promise<void> {
  try {
    const found = await Deno.lstat(path);
    if (!found.isSocket) {
      throw new SocketError(
        "not_a_socket",
        `${path} exists and is no socket`,
        [`Move it away: ${path}`],
      );
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    connection.close();
  } catch {
    await Deno.remove(path);
    return;
  }
  throw new SocketError(
    "agent_running",
    `an agent already answers on ${path}`,
    ["See what it does:", "  stealthmesh status", "Or end it first"],
  );
}
