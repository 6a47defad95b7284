/**
 * The mesh as its owner sees it: commands go in, events come out, both plain
 * data that can cross an isolate's wall. `driver.ts` answers it with a real
 * `MeshNode`; the agent stands on nothing else of the mesh.
 *
 * @module
 */
import type { NodeKeys } from "./keys.ts";
import type { NodeId } from "./node_id.ts";
import type { MemberHealth } from "./overlay/suspicion.ts";
import type { FarProfileName, ProfileName } from "./profile.ts";
import type { Leakage, LeakageReport } from "./traffic/leak_account.ts";

/** What a node must know before it can start. */
export interface MeshStart {
  /** The key generation in use. */
  readonly keys: NodeKeys;
  /** SHA-256 of the founding roster entry, 32 bytes. */
  readonly meshId: Uint8Array;
  /** 32 bytes every member knows; half of the input of each pair key. */
  readonly meshSecret: Uint8Array;
  /** Encoded roster entries known so far, in any order. */
  readonly roster: readonly Uint8Array[];
  /** Invites this host handed out that are not used or expired. */
  readonly invites: readonly OpenInvite[];
  /** How fast this node's cell clocks tick. */
  readonly profile: ProfileName;
  /**
   * Links to members whose addresses are all global are held to the slower of
   * this and `profile`; absent: to `profile` like all others.
   */
  readonly farProfile?: FarProfileName;
  /** The leakage account of the last run; absent on the first. */
  readonly leakage?: Leakage;
  /**
   * Larger at every start of this node (see `message.ts`), so that counters
   * may begin at 0 again.
   */
  readonly incarnation: number;
}

/** The half of an invite that stays with the host that wrote it. */
export interface OpenInvite {
  /** Ed25519 public key of the invite, 32 bytes; its id in the roster. */
  readonly id: Uint8Array;
  /** Noise psk for the `XXhfs+psk3` handshake, 32 bytes. */
  readonly psk: Uint8Array;
  /** Key of the gate tokens the guest shows, 32 bytes. */
  readonly gateKey: Uint8Array;
  /** Wall clock milliseconds after which it is worthless. */
  readonly expiresAtMs: number;
}

/** How soon a message leaves when slots are scarce; 0 goes first. */
export type Urgency = 0 | 1 | 2;

/** What the owner asks of the mesh. */
export type MeshCommand =
  | {
    readonly type: "publish";
    /** Opaque to the mesh; at most `payloadBytesMax`. */
    readonly payload: Uint8Array;
    readonly urgency: Urgency;
    /**
     * What it is about. As long as it waits unsigned, a newer message with the
     * same key takes its place.
     */
    readonly replaces?: string;
  }
  | {
    readonly type: "tell";
    /** For this member alone; others pass it on and cannot read it. */
    readonly to: NodeId;
    /** Opaque to the mesh; at most `payloadBytesMax`. */
    readonly payload: Uint8Array;
    readonly urgency: Urgency;
  }
  | {
    readonly type: "ping";
    readonly to: NodeId;
    /** Named in the `pinged` event that follows, whatever happens. */
    readonly id: string;
  }
  | { readonly type: "merge_roster"; readonly entries: readonly Uint8Array[] }
  | { readonly type: "open_invite"; readonly invite: OpenInvite }
  /** Takes an invite back that nobody has used. */
  | { readonly type: "close_invite"; readonly id: Uint8Array }
  | { readonly type: "use_keys"; readonly keys: NodeKeys }
  | {
    readonly type: "use_profile";
    readonly profile: ProfileName;
    /** How many profiles it was chosen among, for the leakage account. */
    readonly choices: number;
  }
  | { readonly type: "report" }
  | { readonly type: "stop" };

/** What the mesh tells its owner. */
export type MeshEvent =
  | {
    readonly type: "delivered";
    /** Who signed it; never this node itself. */
    readonly origin: NodeId;
    readonly payload: Uint8Array;
  }
  | {
    readonly type: "told";
    /** Who sealed it for this node. */
    readonly from: NodeId;
    readonly payload: Uint8Array;
  }
  | {
    readonly type: "pinged";
    readonly id: string;
    readonly to: NodeId;
    readonly outcome: PingOutcome;
  }
  | {
    readonly type: "roster";
    /** Every entry now held, for the owner to keep. */
    readonly entries: readonly Uint8Array[];
    readonly members: readonly MemberView[];
  }
  | { readonly type: "invite_used"; readonly id: Uint8Array }
  | {
    /** A member contradicted itself and is muted; see `mutes.ts`. */
    readonly type: "equivocated";
    /** Who; this node itself if its keys are in use elsewhere, too. */
    readonly node: NodeId;
    readonly reason: MuteReason;
  }
  | { readonly type: "report"; readonly report: MeshReport }
  | {
    /** At the start, after each switch, every 10 minutes, before `stopped`. */
    readonly type: "leakage";
    /** For the owner to keep and hand in at the next start. */
    readonly leakage: Leakage;
  }
  | { readonly type: "stopped" };

/** What came of a ping. */
export type PingOutcome =
  | {
    readonly answered: true;
    readonly roundTripMs: number;
    /**
     * By how much the member's wall clock is ahead of this one's, as it says;
     * right to within half of `roundTripMs`.
     */
    readonly clockAheadMs: number;
    /** Links the ping crossed, as a relay may have falsified it. */
    readonly hops: number;
    /** Neighbour that brought the answer. */
    readonly via: NodeId;
  }
  | {
    readonly answered: false;
    /** Not an active member; too many pings are open; nothing came in time. */
    readonly reason: "stranger" | "busy" | "silent";
  };

/** A member as the roster and the links show it. */
export interface MemberView {
  /** Who it is. */
  readonly node: NodeId;
  /** As the operator calls it, else as it calls itself; not unique. */
  readonly name: string;
  /** `host:port`; empty before its first card. */
  readonly addresses: readonly string[];
  /** May admit and renew others. */
  readonly custodian: boolean;
  /** Only listens: its word counts for nothing, and it is no part of N. */
  readonly observer: boolean;
  /** Cut off for good: revoked, or its key was rotated in two ways. */
  readonly revoked: boolean;
  /** Rotations of its keys since its admission. */
  readonly generation: number;
  /** Wall clock milliseconds when its keys came into use, as it says. */
  readonly keysSinceMs: number;
  /** Wall clock milliseconds when the admission ends. */
  readonly notAfterMs: number;
}

/** How a member contradicted itself; see `equivocation.ts`. */
export type MuteReason = "same_number" | "forked";

/** A member that is not listened to. */
export interface MuteView {
  /** Who. */
  readonly node: NodeId;
  /** Wall clock milliseconds when this node learnt of it. */
  readonly sinceMs: number;
  /** How it contradicted itself. */
  readonly reason: MuteReason;
}

/** Counters and links at one moment, for `status`. */
export interface MeshReport {
  /** The profile in force. */
  readonly profile: ProfileName;
  /** What an observer may have learnt since the first start. */
  readonly leakage: LeakageReport;
  /** Open links to members. */
  readonly links: readonly LinkView[];
  /** Members that are not listened to, because they contradicted themselves. */
  readonly muted: readonly MuteView[];
  /** Whether each other member is alive, linked or not. */
  readonly health: readonly MemberHealth[];
  /** Events since the start, by name. */
  readonly counters: Readonly<Record<string, number>>;
}

/** One link of this node. */
export interface LinkView {
  /** The other end. */
  readonly peer: NodeId;
  /** Whether this node dialled it. */
  readonly dialled: boolean;
  /** Milliseconds since the last authentic cell. */
  readonly silentMs: number;
  /** Milliseconds since it opened. */
  readonly upMs: number;
  /** T of what this node sends. */
  readonly periodMs: number;
  /** T of what the other end sends, as it says. */
  readonly peerPeriodMs: number;
}

/** A running node, here or behind a wall. */
export interface Mesh {
  /** Asks for something; the answer, if any, is an event. */
  send(command: MeshCommand): void;
  /** Replaces the listener. */
  onEvent(listener: (event: MeshEvent) => void): void;
}
