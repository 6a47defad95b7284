/**
 * What crosses the wall between main and the decoys isolate: plain data.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { DecoyName } from "../decoys/decoy.ts";
import type { Transcript } from "../decoys/transcript.ts";

/** One port to open. */
export interface DecoyDoor {
  /** Port to listen on; 0: any free one. */
  readonly listen: number;
  /** Port it stands for; 0: any without a decoy of its own. */
  readonly port: number;
  /** What answers. */
  readonly service: DecoyName;
  /** A real service that answers instead. */
  readonly relay?: { readonly hostname: string; readonly port: number };
  /** Takes only who was sent here by a measure; else everybody. */
  readonly steered: boolean;
}

/** A touch that the client chose to make. */
export interface DecoyTouched {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Name of the decoy, or `canary_user`. */
  readonly service: string;
  /** Who. */
  readonly source: Address;
  /** Port of the decoy. */
  readonly port: number;
  /** Account that was tried. */
  readonly user?: string;
}

/** How the decoys are doing. */
export interface DecoyReport {
  /** Doors that are open, with the ports they got. */
  readonly doors: readonly DecoyDoor[];
  /** Doors that could not be opened, and why. */
  readonly troubles: readonly string[];
  /** Clients held at the moment. */
  readonly held: number;
  /** Since the start: clients let in. */
  readonly taken: number;
  /** Closed at once because of the bounds. */
  readonly turnedAway: number;
  /** Closed at once because no measure had sent them. */
  readonly strangers: number;
  /** Transcripts that were more than main is told in a second. */
  readonly untold: number;
}

/** From main. */
export type DecoyRequest =
  | {
    readonly type: "start";
    readonly doors: readonly DecoyDoor[];
    readonly canaryUsers: readonly string[];
    readonly hostName: string;
  }
  | { readonly type: "admitted"; readonly id: number; readonly yes: boolean }
  | { readonly type: "report" }
  | { readonly type: "stop" };

/** To main. */
export type DecoyNews =
  | { readonly type: "started"; readonly report: DecoyReport }
  /** Whether a measure is in force against `source`. */
  | { readonly type: "admit"; readonly id: number; readonly source: Address }
  | { readonly type: "touched"; readonly touch: DecoyTouched }
  | { readonly type: "transcript"; readonly transcript: Transcript }
  | { readonly type: "report"; readonly report: DecoyReport }
  | { readonly type: "stopped" };
