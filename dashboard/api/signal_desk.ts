/**
 * What the API asks of the agent about signals: the operator's word to the whole
 * mesh. It is signed on the host that holds the operator's key, and nowhere else.
 *
 * @module
 */
import type {
  Address,
  Alertness,
  LeaseOutcome,
  Measure,
  OrderedChange,
  SignalScope,
  SignalView,
} from "../../defense/mod.ts";
import type { Role } from "../web/role.ts";

/** What an operator wants to say. */
export type SignalRequest =
  | {
    readonly what: "contain";
    readonly address: Address;
    readonly measure: Measure;
    /** How long, in milliseconds. */
    readonly forMs: number;
  }
  | {
    readonly what: "release";
    readonly address: Address | "all";
    /** How long what is seen is dismissed; 0: only what was seen so far. */
    readonly forMs: number;
  }
  | {
    readonly what: "quarantine";
    /** A member, by name or how its id begins. */
    readonly member: string;
    readonly forMs: number;
  }
  | { readonly what: "readmit"; readonly member: string }
  | { readonly what: "caution" | "stand_down"; readonly forMs: number }
  | {
    readonly what: "never";
    /** An address or a CIDR network, in any spelling. */
    readonly network: string;
    readonly scope: SignalScope;
    readonly forMs: number;
  }
  | {
    readonly what: "trial";
    readonly changes: readonly OrderedChange[];
    /** Members, each by name or how its id begins. */
    readonly machines: readonly string[] | "all";
    readonly forMs: number;
  }
  | {
    readonly what: "keep";
    readonly changes: readonly OrderedChange[];
    readonly machines: readonly string[] | "all";
  };

/** How it is asked. */
export interface SignalCall {
  /** Opens the operator's key where it is sealed; used once, kept nowhere. */
  readonly passphrase?: string | undefined;
  /** Say what would be said, and say nothing. */
  readonly dryRun: boolean;
  /** Account of who asks; empty: whoever owns the agent's socket. */
  readonly by: string;
}

/** What came of it. */
export interface SignalAnswer {
  /** As it was signed. */
  readonly signal: SignalView;
  /** Of a `contain`: what this host's containment made of it. */
  readonly outcome?: LeaseOutcome;
  /** Whether nothing was said. */
  readonly dryRun: boolean;
}

/** Why it was not said, by kinds of problems. */
export interface SignalRefused {
  /** Name of the problem. */
  readonly kind: "malformed" | "refused" | "not_found" | "too_many";
  /** Why, in one sentence. */
  readonly refused: string;
  /** What to do instead; empty where nothing helps. */
  readonly nextStep: string;
}

/** The signals as they stand. */
export interface SignalsView {
  /** How watchful this host is. */
  readonly alertness: Alertness;
  /** Every signal that is believed, the one issued last first. */
  readonly signals: readonly SignalView[];
  /** The operator's key: not here, here, or here under a passphrase. */
  readonly operatorKey: "absent" | "open" | "sealed";
}

/** The operator's word. Only what fails throws. */
export interface SignalDesk {
  /** The signals as they stand. */
  signals(): Promise<SignalsView>;
  /** Says it to all, or says why not. */
  giveSignal(
    request: SignalRequest,
    call: SignalCall,
  ): Promise<SignalAnswer | SignalRefused>;
  /** Ends one before its time, or says why not. */
  cancelSignal(
    id: string,
    call: SignalCall,
  ): Promise<SignalAnswer | SignalRefused>;
}

/** What may be asked for. */
export type SignalWhat = SignalRequest["what"];

/**
 * The least role that may say it, or end it: what switches the defense off,
 * changes settings, or cuts one of our own machines off, is an owner's.
 */
export function leastRole(what: string, scope: SignalScope): Role {
  switch (what) {
    case "contain":
    case "release":
    case "caution":
      return "operator";
    case "never":
      return scope === "host" ? "operator" : "owner";
    default:
      return "owner";
  }
}

/**
 * The least role that may say it now: to raise caution ends a stand-down, which
 * is an owner's.
 */
export function leastRoleNow(
  what: string,
  scope: SignalScope,
  alertness: Alertness,
): Role {
  return what === "caution" && alertness === "stand_down"
    ? "owner"
    : leastRole(what, scope);
}
