/**
 * What a client asks of an SMB server, read off its requests and the server's
 * answers: which shares and pipes it opens, which remote procedures it calls
 * in them, and whether its logins are accepted. `smb2_message.ts` and
 * `smb1_message.ts` read the two dialects down to the same steps.
 *
 * What SMB 3 encrypts is not seen.
 *
 * Bounds: `pendingMax` requests without answer, `openedMax` shares and pipes;
 * the oldest is forgotten.
 *
 * @module
 */
import { RecentMap } from "../../recent_map.ts";
import { RpcAssociation, type RpcCall } from "./dce_rpc.ts";
import { pipeService, shareOperation } from "./pipe_name.ts";

/** One step of a conversation, whatever the dialect. */
export type SmbStep =
  /** Numbers tell a request from others and find its answer. */
  | {
    readonly step: "connect_share";
    readonly message: string;
    readonly path: string;
  }
  | {
    readonly step: "share_connected";
    readonly message: string;
    readonly tree: number;
  }
  | {
    readonly step: "open";
    readonly tree: number;
    readonly name: string;
    readonly writes: boolean;
  }
  /** Bytes written to something that is open; a pipe's are DCE/RPC. */
  | {
    readonly step: "write";
    readonly file: string;
    readonly start: number;
    readonly end: number;
  }
  | {
    readonly step: "log_in";
    readonly message: string;
    readonly user: string;
  }
  | {
    readonly step: "log_in_answered";
    readonly message: string;
    /** NTSTATUS. */
    readonly status: number;
  };

/** What a step tells. */
export type SmbFinding =
  | { readonly what: "call"; readonly call: RpcCall }
  | {
    readonly what: "login";
    readonly accepted: boolean;
    readonly user: string;
    readonly unknownUser: boolean;
  };

const pendingMax = 32;
const openedMax = 64;
/** MS-ERREF 2.3.1. */
const status = {
  success: 0,
  noSuchUser: 0xc0000064,
  wrongPassword: 0xc000006a,
  logonFailure: 0xc000006d,
  accountDisabled: 0xc0000072,
  accountLockedOut: 0xc0000234,
} as const;
const refusals: ReadonlySet<number> = new Set([
  status.noSuchUser,
  status.wrongPassword,
  status.logonFailure,
  status.accountDisabled,
  status.accountLockedOut,
]);

/** One connection. */
export class SmbSession {
  readonly #connecting = new RecentMap<string, string>(pendingMax);
  readonly #loggingIn = new RecentMap<string, string>(pendingMax);
  readonly #shares = new RecentMap<number, string>(openedMax);
  readonly #pipes = new RecentMap<string, RpcAssociation>(openedMax);

  /** Takes a step; `message` holds the bytes that a `write` points into. */
  take(step: SmbStep, message: Uint8Array): SmbFinding | undefined {
    switch (step.step) {
      case "connect_share": {
        this.#connecting.set(step.message, step.path);
        const operation = shareOperation(step.path, "", false);
        return operation && call("smb", operation);
      }
      case "share_connected": {
        const path = this.#connecting.get(step.message);
        if (path === undefined) return undefined;
        this.#connecting.delete(step.message);
        this.#shares.set(step.tree, path);
        return undefined;
      }
      case "open":
        return this.#open(step.tree, step.name, step.writes);
      case "write": {
        let pipe = this.#pipes.use(step.file);
        if (pipe === undefined) {
          pipe = new RpcAssociation();
          this.#pipes.set(step.file, pipe);
        }
        const made = pipe.take(message, step.start, step.end);
        return made && { what: "call", call: made };
      }
      case "log_in":
        this.#loggingIn.set(step.message, step.user);
        return undefined;
      case "log_in_answered":
        return this.#answer(step.message, step.status);
    }
  }

  #open(tree: number, name: string, writes: boolean): SmbFinding | undefined {
    const path = this.#shares.get(tree);
    if (path === undefined || /\\ipc\$$/i.test(path)) {
      const service = pipeService(name);
      return service === undefined ? undefined : call(service, "open");
    }
    if (!writes) return undefined;
    const operation = shareOperation(path, name, true);
    return operation && call("smb", operation);
  }

  #answer(message: string, code: number): SmbFinding | undefined {
    const user = this.#loggingIn.get(message);
    if (user === undefined) return undefined;
    this.#loggingIn.delete(message);
    const accepted = code === status.success;
    if (user === "" || !(accepted || refusals.has(code))) return undefined;
    const unknownUser = code === status.noSuchUser;
    return { what: "login", accepted, user, unknownUser };
  }
}

function call(service: string, operation: string): SmbFinding {
  return { what: "call", call: { service, operation } };
}
