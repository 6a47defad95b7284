/**
 * The record of every stage (design §9) as a hash chain: each entry's hash
 * covers the one before it, so an entry that was changed, removed or slipped
 * in shows. Whoever can rewrite the whole file can rewrite the whole chain;
 * the newest hash, noted elsewhere, is what shows that.
 *
 * Pure: where the record is kept is `host/sqlite_journal.ts`'s business.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import type { JournalEntry, JournalStage } from "./world.ts";

/** An entry with its place in the chain. */
export interface ChainedEntry extends JournalEntry {
  /** 1 for the first entry of a journal. */
  readonly seq: number;
  /** SHA-256 as 64 lowercase hex characters. */
  readonly hash: string;
}

/** A place between two entries: the hash up to `seq`, that entry included. */
export interface ChainHead {
  /** 0 before the first entry. */
  readonly seq: number;
  /** SHA-256 as 64 lowercase hex characters. */
  readonly hash: string;
}

/** Before the first entry. */
export const chainStart: ChainHead = { seq: 0, hash: "0".repeat(64) };

/** What {@linkcode verifyChain} found. */
export type ChainVerdict =
  | {
    readonly intact: true;
    readonly entries: number;
    readonly head: ChainHead;
  }
  | {
    readonly intact: false;
    /** The first entry that does not follow from the one before it. */
    readonly seq: number;
    readonly detail: string;
  };

/**
 * The bytes an entry is hashed over: a JSON array of its fields in a fixed
 * order, with the detail as the text it is kept as.
 */
export function canonicalBytes(
  entry: Omit<JournalEntry, "detail">,
  seq: number,
  detailText: string,
): Uint8Array {
  const { atMs, stage, subject, node, what } = entry;
  return new TextEncoder().encode(
    JSON.stringify([seq, atMs, stage, subject, node, what, detailText]),
  );
}

/** SHA-256 over the previous hash (32 bytes) and an entry's canonical bytes. */
export function chainHash(previous: string, canonical: Uint8Array): string {
  return bytesToHex(sha256(concatBytes(hexToBytes(previous), canonical)));
}

/** An entry as it is kept: its detail already text. */
export interface KeptEntry extends Omit<ChainedEntry, "detail"> {
  readonly detailText: string;
}

/** Puts an entry at the end of the chain. */
export function chain(head: ChainHead, entry: JournalEntry): KeptEntry {
  const { atMs, stage, subject, node, what, detail } = entry;
  const seq = head.seq + 1;
  const detailText = JSON.stringify(detail);
  const fields = { atMs, stage, subject, node, what };
  const hash = chainHash(
    head.hash,
    canonicalBytes(fields, seq, detailText),
  );
  return { ...fields, seq, hash, detailText };
}

/**
 * Follows the chain from `head` through `entries`, oldest first.
 *
 * @param head Where the first entry must join: {@linkcode chainStart}, or the
 * place up to which retention has removed the past.
 */
export function verifyChain(
  entries: Iterable<KeptEntry>,
  head: ChainHead = chainStart,
): ChainVerdict {
  let count = 0;
  for (const entry of entries) {
    const { seq } = entry;
    if (seq !== head.seq + 1) {
      const detail = `expected entry ${head.seq + 1}, found ${seq}`;
      return { intact: false, seq, detail };
    }
    const canonical = canonicalBytes(entry, seq, entry.detailText);
    if (chainHash(head.hash, canonical) !== entry.hash) {
      return { intact: false, seq, detail: "the hash does not match" };
    }
    head = { seq, hash: entry.hash };
    count++;
  }
  return { intact: true, entries: count, head };
}

/** How much of the past is kept. */
export interface Retention {
  /** Older entries go, in milliseconds. */
  readonly ageMs: number;
  /** So many of the newest stay at most. */
  readonly entries: number;
}

/** 30 days or a million entries, whichever is less. Our choice. */
export const defaultRetention: Retention = {
  ageMs: 30 * 86_400_000,
  entries: 1_000_000,
};

/**
 * Kept whatever their age, so that a wall clock which jumps ahead cannot
 * empty the journal. Our choice.
 */
export const keptAlways = 1_000;

/**
 * The last entry that may be removed, 0 for none. What goes is always the
 * beginning of the chain, so the rest can still be verified.
 *
 * @param youngestOldSeq The last entry before the first one younger than
 * `ageMs`.
 */
export function retentionCut(
  range: { readonly firstSeq: number; readonly lastSeq: number },
  youngestOldSeq: number,
  { entries }: Pick<Retention, "entries">,
): number {
  const byCount = range.lastSeq - entries;
  const byAge = Math.min(youngestOldSeq, range.lastSeq - keptAlways);
  const cut = Math.max(byCount, byAge);
  return cut >= range.firstSeq ? cut : 0;
}

/** Which entries are wanted, newest first. */
export interface JournalQuery {
  /** Address the entry is about, in canonical spelling. */
  readonly subject?: string;
  /** Where in the chain of events. */
  readonly stage?: JournalStage;
  /** Name of what happened. */
  readonly what?: string;
  /** Node id of who said or did it; empty for this node. */
  readonly node?: string;
  /** Only what other nodes said or did. */
  readonly foreign?: boolean;
  /** What the detail holds, `{ technique: "T1046" }`. */
  readonly detail?: Readonly<Record<string, string>>;
  /** Wall clock milliseconds, inclusive. */
  readonly sinceMs?: number;
  /** Wall clock milliseconds, exclusive. */
  readonly untilMs?: number;
  /** Stands in what happened or in its detail; small and large ASCII alike. */
  readonly text?: string;
  /** Only entries with higher numbers. */
  readonly after?: number;
  /** From `next` of the page before. */
  readonly before?: number;
  /** Default 100, at most {@linkcode pageMax}. */
  readonly limit?: number;
}

/** Longest page. */
export const pageMax = 1_000;

/**
 * One page of the record, newest first. Looking for rare entries takes time, so
 * a page may hold fewer than asked for, or none, and not be the last.
 */
export interface JournalPage {
  /** At most as many as asked for. */
  readonly entries: readonly ChainedEntry[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: number;
}

/** How the record is doing, for `status`. */
export interface JournalHealth {
  /** The end of the chain on disk. */
  readonly head: ChainHead;
  /** Waiting to be written; they survive nothing but a full disk. */
  readonly waiting: number;
  /** Lost since the start because too many waited. */
  readonly dropped: number;
  /** Writes that failed since the start. */
  readonly failures: number;
  /** Of the last failure, while it lasts. */
  readonly error?: string;
  /** Something an operator should know: a damaged file was moved aside. */
  readonly note?: string;
}

/** What the local API reads. */
export interface JournalReader {
  /** A page of the record, newest first. */
  read(query?: JournalQuery): JournalPage;
  /**
   * Calls `listener` for each new entry with its number; the returned function
   * stops it.
   */
  follow(listener: (entry: JournalEntry, seq: number) => void): () => void;
  /** How the record is doing. */
  health(): JournalHealth;
  /** Walks the whole record. */
  verify(): ChainVerdict;
}
