/**
 * What crosses the wall between the mesh isolate and its owner, besides the
 * commands and events of `mesh.ts`. Plain data, copied by structured clone.
 *
 * @module
 */
import type { MeshCommand, MeshEvent, MeshStart } from "../mesh.ts";
import type { CoverPageSettings } from "./cover_page.ts";
import type { ListenerOptions } from "./listener.ts";
import type { TransportErrorCode } from "./transport_error.ts";

/** The first message to the isolate. */
export interface IsolateStart {
  /** What the node knows when it starts. */
  readonly start: MeshStart;
  /** Absent for a node that only dials. */
  readonly listen?: ListenerOptions;
  /** What strangers see. */
  readonly page: CoverPageSettings;
}

/** To the isolate: one `start`, then commands. */
export type ToIsolate =
  | { readonly type: "start"; readonly options: IsolateStart }
  | { readonly type: "command"; readonly command: MeshCommand };

/** From the isolate: `listening` or `refused` once, then events. */
export type FromIsolate =
  | { readonly type: "listening"; readonly address: string }
  | {
    readonly type: "refused";
    /** Set for a {@linkcode TransportError}; else only the message counts. */
    readonly code?: TransportErrorCode;
    readonly address: string;
    readonly message: string;
  }
  | { readonly type: "event"; readonly event: MeshEvent };
