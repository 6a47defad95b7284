/**
 * How roster entries travel: new ones are flooded, and each link compares
 * digests, then marks, and fills what is missing.
 *
 * Entries heard are merged together every `mergeEveryMs`, because a merge may
 * fold the whole roster anew. Revocations are not kept waiting: each is merged
 * when it comes, and one in force leaves before everything else on all links,
 * alerts included. A link that opens begins with the latest of them, so that
 * they cross a healed partition without waiting for a comparison.
 *
 * Bounds: `enteringMax` entries between two merges; `greetedMax` revocations
 * on a new link. Who can neither revoke nor vote cannot add to those that go
 * ahead, and there are no more of them than members.
 *
 * @module
 */
import { Comparison } from "./comparison.ts";
import { type Connection, type LinkTable, say } from "./link_table.ts";
import type { Urgency } from "./mesh.ts";
import { kindOf } from "./entry_codec.ts";
import { entriesMissing, entryMark } from "./overlay/reconcile.ts";
import type { Roster } from "./roster.ts";
import { type LinkMessage, marksPerPartMax } from "./wire/link_message.ts";
import type { LinkId } from "./world.ts";

/** Our choice: well below a slot, well above the cost of a merge. */
const mergeEveryMs = 50;
/** With so many entries waiting the merge comes at once. */
const enteringMax = 512;
/** Two fit a cell; our choice: more than are revoked in one partition. */
const greetedMax = 8;

/** An entry and the link it came on. */
interface Heard {
  readonly entry: Uint8Array;
  readonly from: LinkId;
}

/** The roster's talk on the links of one node. */
export class RosterSpread {
  readonly #roster: Roster;
  readonly #table: LinkTable;
  readonly #count: (name: string, times?: number) => void;
  /** Marks by entry object; the roster hands out the same objects again. */
  readonly #marks = new WeakMap<Uint8Array, string>();
  /** Marks of the entries that were flooded or need not be. */
  #spread = new Set<string>();
  #entering: Heard[] = [];
  /** Revocations heard; they do not wait. */
  #pressing: Heard[] = [];
  #mergedMs = -Infinity;
  readonly #index: Comparison<Uint8Array>;

  constructor(
    roster: Roster,
    table: LinkTable,
    count: (name: string, times?: number) => void,
  ) {
    this.#roster = roster;
    this.#table = table;
    this.#count = count;
    this.#index = new Comparison({
      perPartMax: marksPerPartMax,
      messageOf: (marks, last) => ({ type: "roster_index", marks, last }),
      ownCopy: (mark) => mark.slice(),
      count,
    });
  }

  /** Merges entries; whether anything new counts now. */
  merge(
    entries: readonly Uint8Array[],
    wallMs: number,
    from: "own" | "peer" = "own",
  ): boolean {
    const { added, rejected } = this.#roster.merge(entries, wallMs, from);
    if (rejected > 0) this.#count("entries_rejected", rejected);
    if (added > 0) this.#count("entries_added", added);
    return added > 0;
  }

  /** Takes an entry from a peer; `mergeHeard` looks at it. */
  hear(entry: Uint8Array, from: LinkId): void {
    const heard = { entry: entry.slice(), from };
    if (kindOf(entry) === "revoke") this.#pressing.push(heard);
    else this.#entering.push(heard);
  }

  /** When `mergeHeard` is due. */
  mergeAtMs(): number {
    return this.#entering.length > 0 ? this.#mergedMs + mergeEveryMs : Infinity;
  }

  /** Merges what was heard, if it is time; whether anything new counts now. */
  mergeHeard(nowMs: number, wallMs: number): boolean {
    const pressing = this.#pressing;
    this.#pressing = [];
    let heard: Heard[] = [];
    if (nowMs >= this.mergeAtMs() || this.#entering.length >= enteringMax) {
      heard = this.#entering;
      this.#entering = [];
      this.#mergedMs = nowMs;
    }
    // Apart from each other, so that a lone revocation is judged alone.
    const any = [pressing, heard].map((some) =>
      some.length > 0 &&
      this.merge(some.map(({ entry }) => entry), wallMs, "peer")
    );
    if (!any.includes(true)) return false;
    this.spread(
      new Map([...pressing, ...heard].map(({ entry, from }) => [
        entryMark(entry).toHex(),
        from,
      ])),
    );
    return true;
  }

  /** Begins a new link with the revocations in force, the latest ones. */
  greet(connection: Connection): void {
    for (const entry of this.#roster.revocationsInForce(greetedMax)) {
      this.#send(connection, entry, 0);
    }
  }

  /**
   * Floods the entries that count and were not flooded yet.
   *
   * @param heardFrom Links that need not be told, by the entry's mark.
   */
  spread(heardFrom?: ReadonlyMap<string, LinkId>): void {
    const entries = this.#roster.entries();
    for (const entry of entries) {
      const mark = this.#mark(entry);
      if (this.#spread.has(mark)) continue;
      for (const each of this.#table.members()) {
        if (each.id !== heardFrom?.get(mark)) this.#send(each, entry, 0);
      }
    }
    // Exactly what is held now, so the set stays as bounded as the roster.
    this.#spread = new Set(entries.map((entry) => this.#mark(entry)));
  }

  /** Tells a peer the digest of what is held here. */
  compare(connection: Connection): void {
    const digest = this.#roster.digest();
    say(connection, { type: "roster_digest", digest }, {
      urgency: 1,
      origin: "link",
    });
  }

  /** Answers a peer's digest: where it differs, with the marks held here. */
  answerDigest(connection: Connection, digest: Uint8Array): void {
    if (digest.toHex() === this.#roster.digest().toHex()) return;
    const marks = this.#roster.entries().map((entry) =>
      Uint8Array.fromHex(this.#mark(entry))
    );
    this.#index.tell(connection, marks);
  }

  /** Takes a part of a peer's marks; after the last, sends what it lacks. */
  repair(
    connection: Connection,
    { marks, last }: LinkMessage & { type: "roster_index" },
  ): void {
    const theirs = this.#index.hear(connection, marks, last);
    if (!theirs) return;
    for (const entry of entriesMissing(this.#roster.entries(), theirs)) {
      this.#send(connection, entry, 1);
    }
  }

  #send(connection: Connection, entry: Uint8Array, urgency: Urgency): void {
    const ahead = this.#roster.isRevocationInForce(entry);
    say(connection, { type: "roster_entry", entry }, {
      urgency,
      origin: ahead ? "revocation" : "roster",
      key: this.#mark(entry),
      ...(ahead && { ahead }),
    });
  }

  #mark(entry: Uint8Array): string {
    const known = this.#marks.get(entry);
    if (known !== undefined) return known;
    const mark = entryMark(entry).toHex();
    this.#marks.set(entry, mark);
    return mark;
  }
}
