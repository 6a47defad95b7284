/**
 * An invite of this host, written: what goes into the roster, what stays here
 * and the one line that lets a host in. `keys invite` and the API say it.
 *
 * @module
 */
import {
  type Authority,
  encodeInvite,
  inviteKeys,
  type OpenInvite,
  openInvitesMax,
  type Signer,
  writeInvite,
} from "../mesh/mod.ts";
import { systemRandom } from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";
import { type OwnState, validMs as usualValidMs } from "./own_state.ts";

/** What an invite is to be. */
export interface InvitationOrder {
  /** How long it works, at most `inviteMsMax`. */
  readonly lifetimeMs: number;
  /** Whether the new member may let others in. */
  readonly custodian: boolean;
  /** Whether the new member only listens. */
  readonly observer: boolean;
  /** Longest membership before it must be renewed; absent: the default. */
  readonly validMs?: number;
}

/** An invite that nobody knows yet. */
export interface Invitation {
  /** Secret; for whoever is to join. */
  readonly text: string;
  /** Secret; stays on this host. */
  readonly open: OpenInvite;
  /** For the roster. */
  readonly entry: Uint8Array;
}

/**
 * Refuses where this host cannot invite.
 *
 * @throws {OperatorError} `not_permitted`, or `failed` without an address.
 */
export function checkMayInvite({ keys, roster }: OwnState): void {
  const self = roster.member(keys.node);
  if (!self?.custodian) {
    throw new OperatorError(
      "not_permitted",
      "Cannot invite: this host is no custodian of the mesh",
      ["Run it on the host that founded the mesh, or let that host admit"]
        .concat("this one with: stealthmesh keys invite --custodian"),
    );
  }
  if (self.addresses.length === 0) {
    throw new OperatorError(
      "failed",
      "Cannot invite: nobody can dial this host, it advertises no address",
      ["Invite on a host that others reach, or let this one be dialled:"]
        .concat("  stealthmesh agent --advertise HOST:PORT"),
    );
  }
}

/**
 * Refuses where as many invites are open as can be.
 *
 * @throws {OperatorError} `failed`.
 */
export function checkRoomForInvite(
  invites: readonly OpenInvite[],
  nowMs: number,
): void {
  const open = invites.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  if (open.length < openInvitesMax) return;
  throw new OperatorError(
    "failed",
    `Cannot invite: ${openInvitesMax} invites of this host are open, which is the most`,
    ["Wait until one is used or has ended, or cancel one in the dashboard"],
  );
}

/**
 * Writes an invite and takes it up into `state.roster`.
 *
 * @param author The operator, or this host as a custodian.
 * @throws {OperatorError} `failed` where the roster does not accept it.
 */
export function writeInvitation(
  state: OwnState,
  author: { readonly signer: Signer; readonly by: Authority },
  { lifetimeMs, custodian, observer, validMs }: InvitationOrder,
  nowMs: number,
): Invitation {
  const { keys, meshId, roster, certificate } = state;
  const seed = new Uint8Array(32);
  systemRandom.fill(seed);
  const { id, psk, gateKey } = inviteKeys(seed);
  const expiresAtMs = nowMs + lifetimeMs;
  // The line of who only listens has a place for it that must be filled.
  const longestMs = validMs ?? (observer ? usualValidMs : undefined);
  const valid = longestMs === undefined ? {} : { validMs: longestMs };
  const entry = writeInvite({
    ...author,
    meshId,
    inviteId: id,
    expiresAtMs,
    at: keys.node,
    custodian,
    observer,
    ...valid,
  });
  const { added } = roster.merge([entry], nowMs);
  if (added !== 1) {
    throw new OperatorError(
      "failed",
      "Cannot invite: the roster does not accept this host's word",
      ["See whether its admission has ended:", "  stealthmesh keys show"],
    );
  }
  const text = encodeInvite({
    meshId,
    seed,
    addresses: roster.member(keys.node)?.addresses ?? [],
    noisePublic: keys.noise.public,
    certificate: certificate.der,
    node: keys.node,
    expiresAtMs,
    ...valid,
    ...(observer && { observer }),
  });
  return { text, open: { id, psk, gateKey, expiresAtMs }, entry };
}
