/**
 * What crosses the wall between the state isolate and its owner. Plain data,
 * copied by structured clone.
 *
 * @module
 */
import type { NodeKeys, OpenInvite } from "../mesh/mod.ts";

/** What the files of the state directory say. */
export interface StateSnapshot {
  /** The generation in use. Secret. */
  readonly keys: NodeKeys;
  /** Secret. */
  readonly invites: readonly OpenInvite[];
  readonly roster: readonly Uint8Array[];
}

/** To the isolate: one `open`, then the others. */
export type ToStateIsolate =
  | { readonly type: "open"; readonly directory: string }
  | { readonly type: "save_roster"; readonly entries: readonly Uint8Array[] }
  | { readonly type: "invite_used"; readonly id: Uint8Array }
  | { readonly type: "reload" }
  /** Removes this socket from the directory, then says `stopped`. */
  | { readonly type: "stop"; readonly socket: string };

/** From the isolate. */
export type FromStateIsolate =
  | { readonly type: "opened" }
  /** Somebody else changed the files, or `reload` was asked. */
  | { readonly type: "changed"; readonly state: StateSnapshot }
  /** Something could not be read or written; what was there is unharmed. */
  | { readonly type: "trouble"; readonly message: string }
  | { readonly type: "stopped" };
