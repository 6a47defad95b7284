/**
 * Membership as the API gives it: invitations and words about members, with
 * the keys that lie open on this host. What needs more, a passphrase above
 * all, is refused with the command that does it.
 *
 * The mesh hears of everything at once and keeps the roster; only open invites
 * are written here.
 *
 * @module
 */
import type {
  HostOnly,
  InviteAnswer,
  InviteOrder,
  InviteView,
  KeysView,
  MemberAnswer,
  MemberOrder,
  RenameOrder,
} from "../dashboard/mod.ts";
import { type Authority, ed25519Signer, type Signer } from "../mesh/mod.ts";
import { StateError, type StateStore, validityOf } from "../mesh/host/mod.ts";
import { keysSinceMs } from "./key_keeper.ts";
import { renameMember } from "./member_name.ts";
import { keepsOperatorKey } from "./operator_key.ts";
import {
  checkMayInvite,
  checkRoomForInvite,
  writeInvitation,
} from "./invitation.ts";
import { signStatement, voteOn } from "./keys_statement.ts";
import { OperatorError } from "./operator_error.ts";
import { keysLiveMs, openOwnState, type OwnState } from "./own_state.ts";
import { findMember } from "./own_store.ts";
import { promoting, retiring, revoking } from "./statement_words.ts";

/** What it leans on. */
export interface MembershipParts {
  readonly store: StateStore;
  readonly wallMs: () => number;
  /** Hands entries to the mesh, which spreads them. */
  readonly mergeRoster: (entries: readonly Uint8Array[]) => void;
  /** Writes down what was done. */
  readonly note: (
    what: string,
    detail: Readonly<Record<string, unknown>>,
  ) => void;
}

const statements = {
  revoke: revoking,
  promote: promoting,
  retire: retiring,
} as const;

/** Carries out orders about members. */
export class MembershipDesk {
  readonly #parts: MembershipParts;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  /** Invites of this host that are open. */
  async invites(): Promise<InviteView[]> {
    const { store, wallMs } = this.#parts;
    return (await store.readInvites())
      .filter(({ expiresAtMs }) => expiresAtMs > wallMs())
      .map(({ id, expiresAtMs }) => ({ id: id.toHex(), expiresAtMs }));
  }

  /** Makes an invite, or says why it cannot be made here. */
  async invite(order: InviteOrder): Promise<InviteAnswer | HostOnly> {
    const { store, wallMs, mergeRoster, note } = this.#parts;
    const nowMs = wallMs();
    if (order.custodian && order.observer) {
      return {
        refused: "who only listens cannot be a custodian",
        nextStep: "Choose one of the two",
      };
    }
    return await orRefused(async () => {
      const state = await this.#state();
      checkMayInvite(state);
      checkRoomForInvite(await store.readInvites(), nowMs);
      const author = order.custodian
        ? await operatorOf(state, "stealthmesh keys invite --custodian")
        : custodianOf(state);
      if ("refused" in author) return author;
      const { text, open, entry } = writeInvitation(
        state,
        author,
        {
          lifetimeMs: order.forMs,
          custodian: order.custodian,
          observer: order.observer,
          ...(order.validMs !== undefined && { validMs: order.validMs }),
        },
        nowMs,
      );
      mergeRoster([entry]);
      await store.updateInvites((invites) => [
        ...invites.filter(({ expiresAtMs }) => expiresAtMs > nowMs),
        open,
      ]);
      const { encodeQR } = await import("qr");
      const { expiresAtMs } = open;
      const id = open.id.toHex();
      const { custodian, observer } = order;
      note("invited", { id, expiresAtMs, custodian, observer });
      const qr = encodeQR(text, "svg", { ecc: "low" });
      return { id, expiresAtMs, invite: text, qr };
    });
  }

  /** Takes an invite back; whether there was one. */
  async cancelInvite(id: string): Promise<boolean> {
    let found = false;
    await this.#parts.store.updateInvites((invites) => {
      const rest = invites.filter((invite) => invite.id.toHex() !== id);
      found = rest.length < invites.length;
      return rest;
    });
    if (found) this.#parts.note("invite_cancelled", { id });
    return found;
  }

  /** Speaks about a member, or says why that cannot be done here. */
  async sayAbout(
    { node: wanted, what, dryRun }: MemberOrder,
  ): Promise<MemberAnswer | HostOnly> {
    const { wallMs, mergeRoster, note } = this.#parts;
    const nowMs = wallMs();
    const words = statements[what];
    return await orRefused(async () => {
      const state = await this.#state();
      const { roster, keys } = state;
      const member = findMember(roster.members(nowMs), wanted);
      const { node, name } = member;
      const why = words.holds(member)
        ? `it is ${words.done} already`
        : words.refuse(member);
      if (why !== undefined) {
        return { refused: `cannot ${what} ${name}: ${why}`, nextStep: "" };
      }
      const command = `stealthmesh keys ${what} ${node.slice(0, 12)}`;
      const author = await keepsOperatorKey(state)
        ? await operatorOf(state, command)
        : custodianOf(state);
      if ("refused" in author) return author;
      if (author.by === node) {
        return {
          refused: "a custodian has no vote on itself",
          nextStep: `On another custodian: ${command}`,
        };
      }
      if (!dryRun) {
        mergeRoster(signStatement(state, author, member, words, nowMs));
        note(`member_${what}`, { node, name, by: author.by });
      }
      const after = roster.member(node);
      const holds = after !== undefined && words.holds(after);
      const by = author.by === "operator" ? "operator" : "vote";
      const vote = by === "vote" && !holds
        ? voteOn(roster, words.verb, node, dryRun ? keys.node : undefined)
        : {};
      return { node, name, by, holds, ...vote, dryRun };
    });
  }

  /** Calls a member something else, or says why that cannot be done here. */
  async rename(
    { node: wanted, name }: RenameOrder,
  ): Promise<MemberAnswer | HostOnly> {
    const { wallMs, mergeRoster, note } = this.#parts;
    const nowMs = wallMs();
    return await orRefused(async () => {
      const state = await this.#state();
      const member = findMember(state.roster.members(nowMs), wanted);
      const { node } = member;
      const command = `stealthmesh keys rename ${node.slice(0, 12)} NAME`;
      const author = await operatorOf(state, command);
      if ("refused" in author) return author;
      mergeRoster([renameMember(state, author.signer, member, name, nowMs)]);
      note("member_rename", { node, from: member.name, name });
      return { node, name, by: "operator", holds: true, dryRun: false };
    });
  }

  /** The keys of this host. */
  async keys(): Promise<KeysView> {
    const state = await this.#state();
    const { store, keys, roster, certificate } = state;
    const validity = validityOf(certificate);
    const operatorKey = !await store.hasOperator()
      ? "absent"
      : "signer" in await operatorOf(state, "")
      ? "open"
      : "sealed";
    const sinceMs = keysSinceMs(state);
    return {
      generation: keys.generation,
      sinceMs,
      nextRotationMs: sinceMs + keysLiveMs,
      membershipUntilMs: roster.member(keys.node)?.notAfterMs ?? 0,
      ...(validity && { certificateUntilMs: validity.untilMs }),
      operatorKey,
    };
  }

  #state(): Promise<OwnState> {
    return openOwnState(this.#parts.store, undefined, this.#parts.wallMs());
  }
}

/** In whose name something is signed. */
interface Author {
  readonly signer: Signer;
  readonly by: Authority;
}

function custodianOf({ keys, roster }: OwnState): Author | HostOnly {
  return roster.member(keys.node)?.custodian
    ? { signer: ed25519Signer(keys.signing.seed), by: keys.node }
    : {
      refused: "this host has neither the operator key nor is it a custodian",
      nextStep: "Ask on the host that founded the mesh, or on a custodian",
    };
}

async function operatorOf(
  { store, roster }: OwnState,
  command: string,
): Promise<Author | HostOnly> {
  if (!await store.hasOperator()) {
    return {
      refused: "this needs the operator key, which is not on this host",
      nextStep: `Where the operator key is: ${command}`,
    };
  }
  try {
    const signer = ed25519Signer(await store.readOperator());
    if (signer.public.toHex() === roster.operator.toHex()) {
      return { signer, by: "operator" };
    }
    return {
      refused: "the key on this host is not the operator's (any more)",
      nextStep: "See whose it is: stealthmesh keys show",
    };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return {
      refused: "the operator key is sealed under a passphrase",
      nextStep: `On this host: ${command}`,
    };
  }
}

/** What an operator would be told on the command line. */
async function orRefused<T>(act: () => Promise<T>): Promise<T | HostOnly> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { refused: error.message, nextStep: error.nextStep.join(" ") };
  }
}
