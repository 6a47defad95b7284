/**
 * What crosses the wall between main and the decoys isolate: plain data.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { DecoyName } from "../decoys/decoy.ts";
import type { Transcript } from "../decoys/transcript.ts";
import type { MemberDoor } from "./member_decoy.ts";

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
  /** Takes what other members bring, for whatever port was asked for. */
  readonly members?: true;
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
  /** The member by whose word it was `source`: we shook no hands with it. */
  readonly steeredBy?: string;
}

/** What main says about one client. */
export type Admission =
  /** No measure sent it, or no member brings it. */
  | { readonly to: "nobody" }
  /** To a decoy of this host. */
  | {
    readonly to: "here";
    /** The member that brings it. */
    readonly steeredBy?: string;
  }
  /** To those of another member; here, if that does not take it. */
  | {
    readonly to: "member";
    /** As people call it. */
    readonly name: string;
    /** Where it is reached. */
    readonly door: MemberDoor;
  };

/** How an attempt ended to bring a client to a member. */
export interface MemberReach {
  /** As people call it. */
  readonly name: string;
  /** What went wrong; empty if nothing. */
  readonly why: string;
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
  /** Of those taken: brought to the decoys of another member. */
  readonly passedOn: number;
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
  | {
    readonly type: "admitted";
    readonly id: number;
    readonly admission: Admission;
  }
  /** Open these doors for steered clients in place of those there are. */
  | {
    readonly type: "steer";
    readonly id: number;
    readonly doors: readonly DecoyDoor[];
  }
  | { readonly type: "report" }
  | { readonly type: "stop" };

/** To main. */
export type DecoyNews =
  | { readonly type: "started"; readonly report: DecoyReport }
  /** A `steer` is done; what was held at doors that closed was told before. */
  | {
    readonly type: "steering";
    readonly id: number;
    readonly report: DecoyReport;
  }
  /** Where to go with `source`, who came by himself or, at that door, a member. */
  | {
    readonly type: "admit";
    readonly id: number;
    readonly source: Address;
    readonly members: boolean;
  }
  | { readonly type: "reached"; readonly reach: MemberReach }
  | { readonly type: "touched"; readonly touch: DecoyTouched }
  | { readonly type: "transcript"; readonly transcript: Transcript }
  | { readonly type: "report"; readonly report: DecoyReport }
  | { readonly type: "stopped" };
