/**
 * The journal's file: SQLite in WAL mode, and the SQL over it. An entry that
 * was committed survives `kill -9`; a power cut may cost the last second, never
 * the file. When to write, and what to do when that fails, is
 * `sqlite_journal.ts`'s business.
 *
 * The file and its `-wal` and `-shm` are readable by their owner alone (0600).
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  chain,
  type ChainedEntry,
  type ChainHead,
  chainStart,
  type ChainVerdict,
  type JournalQuery,
  type KeptEntry,
  type Retention,
  retentionCut,
  verifyChain,
} from "../journal.ts";
import type { JournalEntry, JournalStage } from "../world.ts";
import { DamageError } from "./journal_damage.ts";
import {
  type EntryRow,
  fillSpans,
  searchEntries,
  searchSchema,
  trimSpans,
} from "./journal_search.ts";

/** Entries removed in one go, so that trimming never holds up a turn. */
const trimMax = 20_000;
/** Entries whose chain is checked at opening; `verify()` walks all. */
const checkedAtOpen = 1_000;
/** Rows read at a time while the chain is walked. */
const walkedAtOnce = 1_000;

const schema = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY,
    at_ms REAL NOT NULL,
    stage TEXT NOT NULL,
    subject TEXT NOT NULL,
    node TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS trimmed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  ${searchSchema}
`;

/** A part of what was asked for. */
export interface FoundEntries {
  /** Newest first. */
  readonly entries: readonly ChainedEntry[];
  /** Ask for what lies before; absent where nothing does. */
  readonly next?: number;
}

/** One open file. Every method throws what SQLite throws. */
export class JournalFile {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  #head: ChainHead;

  /**
   * Opens the file at `path`, or begins one.
   *
   * @throws {DamageError} If the newest entries do not follow from each other.
   * @throws {Error} If there can be no file, or SQLite cannot read it.
   */
  constructor(path: string) {
    // SQLite gives -wal and -shm the permissions of the file itself.
    Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
    if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
    const db = new DatabaseSync(path);
    try {
      db.exec("PRAGMA journal_mode = WAL");
      db.exec("PRAGMA synchronous = NORMAL");
      db.exec("PRAGMA busy_timeout = 1000");
      db.exec("PRAGMA journal_size_limit = 4194304");
      db.exec(schema);
      fillSpans(db);
      this.#head = checkedHead(db);
      this.#insert = db.prepare("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?)");
    } catch (error) {
      db.close();
      throw error;
    }
    this.#db = db;
  }

  /** The end of the chain. */
  get head(): ChainHead {
    return this.#head;
  }

  /** Chains and writes entries in one transaction: all of them, or none. */
  write(batch: readonly JournalEntry[]): void {
    let head = this.#head;
    this.#inTransaction(() => {
      for (const entry of batch) {
        const kept = chain(head, entry);
        const { seq, atMs, stage, subject, node, what, detailText, hash } =
          kept;
        this.#insert
          .run(seq, atMs, stage, subject, node, what, detailText, hash);
        head = { seq, hash };
      }
    });
    this.#head = head;
  }

  /**
   * The newest `limit` entries below number `before` that `query` wants; fewer
   * with a `next` where the search took its time, see `journal_search.ts`.
   */
  select(
    query: JournalQuery,
    before: number,
    limit: number,
    searchMs?: number,
  ): FoundEntries {
    const { rows, next } = searchEntries(
      this.#db,
      query,
      before,
      limit,
      searchMs,
    );
    const entries = rows.map(entryOf).filter((entry) =>
      hasDetail(entry, query)
    );
    return next === undefined ? { entries } : { entries, next };
  }

  /**
   * Removes what retention does not keep; at most `trimMax` entries.
   *
   * @returns How many went.
   */
  trim(retention: Retention, wallMs: number): number {
    const db = this.#db;
    const range = db.prepare(
      "SELECT ifnull(min(seq), 0) AS firstSeq, ifnull(max(seq), 0) AS lastSeq FROM entry",
    ).get() as { firstSeq: number; lastSeq: number };
    const young = db.prepare(
      "SELECT seq FROM entry WHERE at_ms >= ? ORDER BY seq LIMIT 1",
    ).get(wallMs - retention.ageMs) as { seq: number } | undefined;
    const oldSeq = (young?.seq ?? range.lastSeq + 1) - 1;
    const wanted = retentionCut(range, oldSeq, retention);
    if (wanted === 0) return 0;
    const cut = Math.min(wanted, range.firstSeq + trimMax - 1);
    const { hash } = db.prepare("SELECT hash FROM entry WHERE seq = ?")
      .get(cut) as { hash: string };
    this.#inTransaction(() => {
      db.prepare("INSERT OR REPLACE INTO trimmed VALUES (1, ?, ?)")
        .run(cut, hash);
      db.prepare("DELETE FROM entry WHERE seq <= ?").run(cut);
      trimSpans(db, cut);
    });
    return cut - range.firstSeq + 1;
  }

  /** Walks the whole chain; about 45,000 entries a second. */
  verify(): ChainVerdict {
    return verifyChain(keptEntries(this.#db, 0), anchorOf(this.#db));
  }

  /** Closes the file. */
  close(): void {
    this.#db.close();
  }

  #inTransaction(act: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      act();
      this.#db.exec("COMMIT");
    } catch (error) {
      try {
        this.#db.exec("ROLLBACK");
      } catch {
        // A full disk has already rolled it back.
      }
      throw error;
    }
  }
}

/** The end of the chain, after a look at the newest entries. */
function checkedHead(db: DatabaseSync): ChainHead {
  const anchor = anchorOf(db);
  const { last } = db.prepare("SELECT ifnull(max(seq), 0) AS last FROM entry")
    .get() as { last: number };
  if (last === 0) return anchor;
  const from = Math.max(last - checkedAtOpen, anchor.seq);
  const row = db.prepare("SELECT seq, hash FROM entry WHERE seq = ?").get(from);
  const head = row ? row as unknown as ChainHead : anchor;
  const verdict = verifyChain(keptEntries(db, head.seq), head);
  if (!verdict.intact) {
    throw new DamageError(`entry ${verdict.seq}: ${verdict.detail}`);
  }
  return verdict.head;
}

/** Where the chain begins: after what retention has removed. */
function anchorOf(db: DatabaseSync): ChainHead {
  const row = db.prepare("SELECT seq, hash FROM trimmed WHERE id = 1").get();
  return row ? row as unknown as ChainHead : chainStart;
}

function* keptEntries(db: DatabaseSync, after: number): Generator<KeptEntry> {
  const select = db.prepare(
    `SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ${walkedAtOnce}`,
  );
  for (;;) {
    const rows = select.all(after) as unknown as EntryRow[];
    for (const row of rows) {
      after = row.seq;
      const { seq, subject, node, what, detail, hash } = row;
      const stage = row.stage as JournalStage;
      yield {
        seq,
        atMs: row.at_ms,
        stage,
        subject,
        node,
        what,
        detailText: detail,
        hash,
      };
    }
    if (rows.length < walkedAtOnce) return;
  }
}

function entryOf(row: EntryRow): ChainedEntry {
  const { seq, subject, node, what, hash } = row;
  const stage = row.stage as JournalStage;
  const detail = readDetail(row.detail);
  return { seq, atMs: row.at_ms, stage, subject, node, what, detail, hash };
}

/** Whether the detail holds what is asked of it. */
export function hasDetail(
  { detail }: JournalEntry,
  { detail: asked = {} }: JournalQuery,
): boolean {
  return Object.entries(asked).every(([name, value]) => detail[name] === value);
}

/** Somebody may have edited the file; a page must not fail for one entry. */
function readDetail(text: string): JournalEntry["detail"] {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === "object" && detail !== null
      ? detail as JournalEntry["detail"]
      : { unreadable: text };
  } catch {
    return { unreadable: text };
  }
}
