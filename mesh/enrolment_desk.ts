/**
 * The inviting side of an enrolment: which invites are open, and what a guest
 * gets for an answer.
 *
 * An invite works once. The guest that used it may ask again with the same
 * keys until it expires, because the answer may have been lost on the way;
 * anybody else is refused.
 *
 * Bound: `openInvitesMax` invites; for a further one a used one is forgotten,
 * and where all are open it is refused.
 *
 * @module
 */
import { readEntry } from "./entry_codec.ts";
import type { NodeKeys } from "./keys.ts";
import { openInvitesMax } from "./limits.ts";
import { type Connection, say } from "./link_table.ts";
import type { OpenInvite } from "./mesh.ts";
import type { Roster } from "./roster.ts";
import { countersignAdmission } from "./roster_entry.ts";
import { encodeLinkMessage } from "./wire/link_message.ts";

/** What to tell a guest. */
export type EnrolmentAnswer =
  | { readonly code: "refused" | "expired" }
  | {
    readonly code: "admitted";
    /** Whether this answer used the invite up; false when it is repeated. */
    readonly first: boolean;
  };

interface DeskInvite {
  readonly invite: OpenInvite;
  /** Noise key (hex) of the guest that used it. */
  usedBy: string | undefined;
}

/** The invites of one host. */
export class EnrolmentDesk {
  readonly #invites = new Map<string, DeskInvite>();

  /** Opens an invite; false if there are too many. */
  open(invite: OpenInvite): boolean {
    const id = invite.id.toHex();
    if (this.#invites.has(id)) return true;
    if (this.#invites.size >= openInvitesMax && !this.#forgetUsed()) {
      return false;
    }
    this.#invites.set(id, { invite, usedBy: undefined });
    return true;
  }

  /**
   * Forgets an invite, so that nobody can use it any more. Whoever has used it
   * may still ask again for an answer that was lost.
   */
  close(id: Uint8Array): void {
    const name = id.toHex();
    const open = this.#invites.get(name);
    if (open && open.usedBy === undefined) this.#invites.delete(name);
  }

  /** Makes room: whoever used an invite first has long had the answer. */
  #forgetUsed(): boolean {
    for (const [id, { usedBy }] of this.#invites) {
      if (usedBy !== undefined) return this.#invites.delete(id);
    }
    return false;
  }

  /** Invites whose guests may knock. */
  invites(): OpenInvite[] {
    return [...this.#invites.values()].map(({ invite }) => invite);
  }

  /** Forgets expired invites; whether there were any. */
  expire(wallMs: number): boolean {
    let any = false;
    for (const [id, { invite }] of this.#invites) {
      if (wallMs < invite.expiresAtMs) continue;
      this.#invites.delete(id);
      any = true;
    }
    return any;
  }

  /**
   * Answers a guest and, if it may join, merges its entries into `roster`.
   *
   * @param o.admission The guest's entry, to be countersigned.
   * @param o.card The guest's card; may be empty.
   * @param o.guest Noise key that the guest proved in the handshake.
   */
  answer(o: {
    readonly invite: OpenInvite;
    readonly admission: Uint8Array;
    readonly card: Uint8Array;
    readonly guest: Uint8Array;
    readonly roster: Roster;
    readonly keys: NodeKeys;
    readonly wallMs: number;
  }): EnrolmentAnswer {
    const { roster, wallMs } = o;
    const open = this.#invites.get(o.invite.id.toHex());
    if (wallMs >= o.invite.expiresAtMs) return { code: "expired" };
    const guest = o.guest.toHex();
    if (!open) return { code: "refused" };
    if (open.usedBy !== undefined) {
      return open.usedBy === guest
        ? { code: "admitted", first: false }
        : { code: "refused" };
    }
    const asked = readEntry(o.admission, roster.meshId);
    if (
      asked?.kind !== "admit" || asked.inviteId !== o.invite.id.toHex() ||
      asked.noise !== guest
    ) return { code: "refused" };
    const entry = countersignAdmission(o.admission, {
      meshId: roster.meshId,
      by: o.keys,
      nowMs: wallMs,
    });
    if (!entry) return { code: "refused" };
    roster.merge(o.card.length > 0 ? [entry, o.card] : [entry], wallMs);
    const member = roster.byNoiseKey(o.guest, wallMs);
    if (!member || !roster.isActive(member.node, wallMs)) {
      return { code: "refused" };
    }
    open.usedBy = guest;
    return { code: "admitted", first: true };
  }
}

/**
 * Says the answer to a guest that was heard on `connection`; one that may join
 * also gets the mesh secret and, as fast as the link carries it, the roster.
 */
export function tellGuest(
  connection: Connection,
  { code }: EnrolmentAnswer,
  meshSecret: Uint8Array,
  roster: readonly Uint8Array[],
): void {
  const admitted = code === "admitted";
  const entries = admitted ? roster : [];
  say(connection, {
    type: "enrol_answer",
    code,
    meshSecret: admitted ? meshSecret : new Uint8Array(32),
    entries: entries.length,
  }, { urgency: 0, origin: "link" });
  connection.backlog = entries.map((entry) =>
    encodeLinkMessage({ type: "roster_entry", entry })
  );
}
