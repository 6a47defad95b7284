/**
 * The journal on disk: SQLite in WAL mode, one transaction for all entries of
 * a turn of the event loop. An entry that was committed survives `kill -9`; a
 * power cut may cost the last second, never the file.
 *
 * Expected trouble ends nothing: a damaged file is moved aside (the newest
 * `asideMax` such files are kept) and a new journal begun; while the disk is
 * full, entries wait in memory, at most `waitingMax`, the oldest dropped and
 * counted, and writing is tried again after 1 s, then 2 s, … up to a minute.
 *
 * The file and its `-wal` and `-shm` are readable by their owner alone (0600).
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  chain,
  type ChainedEntry,
  type ChainHead,
  chainStart,
  type ChainVerdict,
  defaultRetention,
  type JournalHealth,
  type JournalPage,
  type JournalQuery,
  type JournalReader,
  type KeptEntry,
  pageMax,
  type Retention,
  retentionCut,
  verifyChain,
} from "../journal.ts";
import type { JournalEntry, JournalStage, JournalWriter } from "../world.ts";

/** Entries that wait while the disk is full. Our choice: about 4 MB. */
export const waitingMax = 10_000;
/** Damaged journals kept beside the new one. */
export const asideMax = 3;
/** Entries in one transaction, so that a turn stays short (about 10 ms). */
const batchMax = 500;
const retryMs = 1_000;
const retryMsMax = 60_000;
/** How often the past is trimmed, in entries written. Our choice. */
const trimEvery = 10_000;
/** Entries removed in one go, so that trimming never holds up a turn. */
const trimMax = 20_000;
/** So many entries are few: found through the index within a millisecond. */
const fewMax = 5_000;
/** Entries whose chain is checked at opening; `verify()` walks all. */
const checkedAtOpen = 1_000;
/** `SQLITE_CORRUPT` and `SQLITE_NOTADB` (sqlite.org/rescode.html). */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);

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
  CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject, seq);
  CREATE INDEX IF NOT EXISTS entry_stage ON entry (stage, seq);
  CREATE INDEX IF NOT EXISTS entry_what ON entry (what, seq);
  CREATE INDEX IF NOT EXISTS entry_at ON entry (at_ms, seq);
  CREATE TABLE IF NOT EXISTS trimmed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
`;

/** The journal cannot be kept at that place; the cause says why. */
export class JournalError extends Error {
  /** Stable name of the class. */
  override readonly name = "JournalError";
  /** Stable name of the condition. */
  readonly code: "journal_unusable";

  /** Keeps the reason as `cause` and puts it into words. */
  constructor(path: string, options: { cause: unknown }) {
    const why = options.cause instanceof Error
      ? options.cause.message
      : String(options.cause);
    super(
      `Cannot open journal ${path}: ${why}\n  Check that the directory exists and is writable by this user, or choose another state directory`,
      options,
    );
    this.code = "journal_unusable";
  }
}

/** How the journal is kept. */
export interface JournalOptions {
  /** How much of the past is kept; 30 days or a million entries. */
  readonly retention?: Retention;
  /** Wall clock milliseconds, for retention and the names of moved files. */
  readonly wallMs?: () => number;
}

interface Row {
  seq: number;
  at_ms: number;
  stage: string;
  subject: string;
  node: string;
  what: string;
  detail: string;
  hash: string;
}

/** An append-only, hash-chained record in one SQLite file. */
export class SqliteJournal implements JournalWriter, JournalReader {
  /** Where the file is. */
  readonly path: string;
  readonly #retention: Retention;
  readonly #wallMs: () => number;
  #db: DatabaseSync;
  #insert: StatementSync;
  #head: ChainHead;
  #waiting: JournalEntry[] = [];
  /** How many at the end of `#waiting` followers have not heard of. */
  #unheard = 0;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = retryMs;
  #sinceTrim = 0;
  #dropped = 0;
  #failures = 0;
  #error: string | undefined;
  #note: string | undefined;
  #closed = false;

  /**
   * Opens the journal, or begins one.
   *
   * @throws {JournalError} If there can be no file at `path`.
   */
  constructor(path: string, options: JournalOptions = {}) {
    this.path = path;
    this.#retention = options.retention ?? defaultRetention;
    this.#wallMs = options.wallMs ?? (() => Date.now());
    try {
      [this.#db, this.#head] = open(path);
    } catch (error) {
      if (!isDamage(error)) throw new JournalError(path, { cause: error });
      [this.#db, this.#head] = this.#startOver(error);
    }
    this.#insert = this.#prepareInsert();
  }

  /** Takes an entry; it is written at the end of this turn. Never throws. */
  append(entry: JournalEntry): void {
    if (this.#closed) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(entry);
    this.#unheard++;
    if (this.#waiting.length > waitingMax) {
      this.#waiting.shift();
      this.#dropped++;
      this.#unheard = Math.min(this.#unheard, this.#waiting.length);
    }
    this.#later(0);
  }

  /** Writes what waits; tells whether all of it is on disk. Never throws. */
  flush(): boolean {
    while (this.#turn()) {
      if (this.#waiting.length === 0) return true;
    }
    return false;
  }

  /** Removes what retention does not keep; at most `trimMax` entries. */
  trim(): number {
    this.#sinceTrim = 0;
    try {
      return this.#trim();
    } catch (error) {
      this.#failed(error);
      return 0;
    }
  }

  /** A page of the record, newest first; entries still waiting included. */
  read(query: JournalQuery = {}): JournalPage {
    this.flush();
    const limit = Math.min(Math.max(query.limit ?? 100, 1), pageMax);
    const entries: ChainedEntry[] = [];
    const before = query.before ?? Number.MAX_SAFE_INTEGER;
    // They have no hash before they are written; their numbers are foreseen.
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const entry = this.#waiting[at];
      const seq = this.#head.seq + 1 + at;
      if (!entry || seq >= before || !isWanted(entry, query)) continue;
      entries.push({ ...entry, seq, hash: "" });
    }
    try {
      for (const row of this.#select(query, before, limit + 1)) {
        entries.push(entryOf(row));
      }
    } catch (error) {
      this.#failed(error);
    }
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    return entries.length > limit && last
      ? { entries: page, next: last.seq }
      : { entries: page };
  }

  /** Calls `listener` for each new entry at the end of its turn. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How the record is doing. */
  health(): JournalHealth {
    return {
      head: this.#head,
      waiting: this.#waiting.length,
      dropped: this.#dropped,
      failures: this.#failures,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#note === undefined ? {} : { note: this.#note }),
    };
  }

  /** Walks the whole chain; about 45,000 entries a second. */
  verify(): ChainVerdict {
    this.flush();
    try {
      return verifyChain(keptEntries(this.#db, 0), anchorOf(this.#db));
    } catch (error) {
      return { intact: false, seq: 0, detail: messageOf(error) };
    }
  }

  /** Writes what waits and closes the file. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#db.close();
  }

  #later(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      // One batch per turn: the loop that decides must stay free.
      if (this.#turn() && this.#waiting.length > 0) this.#later(0);
    }, delayMs);
  }

  /** Writes one batch; tells whether that worked. */
  #turn(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#announce();
    try {
      if (this.#waiting.length > 0) {
        this.#write(this.#waiting.slice(0, batchMax));
      }
    } catch (error) {
      this.#failed(error);
      return false;
    }
    if (this.#sinceTrim >= trimEvery) this.trim();
    return true;
  }

  #announce(): void {
    const news = this.#unheard > 0 ? this.#waiting.slice(-this.#unheard) : [];
    this.#unheard = 0;
    for (const entry of news) {
      for (const listener of this.#listeners) {
        try {
          listener(entry);
        } catch {
          // A reader's failure is the reader's; the record goes on.
          this.#listeners.delete(listener);
        }
      }
    }
  }

  #write(batch: readonly JournalEntry[]): void {
    let head = this.#head;
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const entry of batch) {
        const kept = chain(head, entry);
        const { seq, atMs, stage, subject, node, what, detailText, hash } =
          kept;
        this.#insert
          .run(seq, atMs, stage, subject, node, what, detailText, hash);
        head = { seq, hash };
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      rollBack(this.#db);
      throw error;
    }
    this.#head = head;
    this.#waiting.splice(0, batch.length);
    this.#sinceTrim += batch.length;
    this.#retryMs = retryMs;
    this.#error = undefined;
  }

  #failed(error: unknown): void {
    this.#failures++;
    this.#error = messageOf(error);
    if (isDamage(error)) {
      try {
        this.#db.close();
        [this.#db, this.#head] = this.#startOver(error);
        this.#insert = this.#prepareInsert();
        return;
      } catch (again) {
        this.#error = messageOf(again);
      }
    }
    if (this.#closed) return;
    this.#later(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, retryMsMax);
  }

  /** Moves a damaged journal aside and begins a new one that says so. */
  #startOver(error: unknown): [DatabaseSync, ChainHead] {
    const reason = messageOf(error);
    const atMs = this.#wallMs();
    const to = moveAside(this.path, atMs);
    const opened = open(this.path);
    this.#note = `journal was damaged (${reason}); moved to ${to}`;
    this.#waiting.unshift({
      atMs,
      stage: "system",
      subject: "",
      node: "",
      what: "journal_moved_aside",
      detail: { to, reason },
    });
    this.#later(0);
    return opened;
  }

  #prepareInsert(): StatementSync {
    return this.#db.prepare("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?)");
  }

  #select(query: JournalQuery, before: number, limit: number): Row[] {
    const where = ["seq < ?"];
    const values: (string | number)[] = [before];
    const also = (test: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      where.push(test);
      values.push(value);
    };
    also("subject = ?", query.subject);
    also("stage = ?", query.stage);
    also("what = ?", query.what);
    also("at_ms >= ?", query.sinceMs);
    also("seq >= ?", this.#firstSince(query.sinceMs));
    const rows = this.#db.prepare(
      `SELECT * FROM entry WHERE ${
        where.join(" AND ")
      } ORDER BY seq DESC LIMIT ?`,
    ).all(...values, limit);
    return rows as unknown as Row[];
  }

  /**
   * The first entry since a time, if there are few: else a page of the newest
   * fills up soon, and looking for it would cost more than it saves.
   */
  #firstSince(sinceMs: number | undefined): number | undefined {
    if (sinceMs === undefined) return undefined;
    const { few, first } = this.#db.prepare(
      `SELECT count(*) AS few, min(seq) AS first FROM
       (SELECT seq FROM entry WHERE at_ms >= ? LIMIT ${fewMax + 1})`,
    ).get(sinceMs) as { few: number; first: number | null };
    if (few > fewMax) return undefined;
    return first ?? Number.MAX_SAFE_INTEGER;
  }

  #trim(): number {
    const db = this.#db;
    const range = db.prepare(
      "SELECT ifnull(min(seq), 0) AS firstSeq, ifnull(max(seq), 0) AS lastSeq FROM entry",
    ).get() as { firstSeq: number; lastSeq: number };
    const young = db.prepare(
      "SELECT seq FROM entry WHERE at_ms >= ? ORDER BY seq LIMIT 1",
    ).get(this.#wallMs() - this.#retention.ageMs) as
      | { seq: number }
      | undefined;
    const oldSeq = (young?.seq ?? range.lastSeq + 1) - 1;
    const wanted = retentionCut(range, oldSeq, this.#retention);
    if (wanted === 0) return 0;
    const cut = Math.min(wanted, range.firstSeq + trimMax - 1);
    const { hash } = db.prepare("SELECT hash FROM entry WHERE seq = ?")
      .get(cut) as { hash: string };
    db.exec("BEGIN IMMEDIATE");
    try {
      db.prepare("INSERT OR REPLACE INTO trimmed VALUES (1, ?, ?)")
        .run(cut, hash);
      db.prepare("DELETE FROM entry WHERE seq <= ?").run(cut);
      db.exec("COMMIT");
    } catch (error) {
      rollBack(db);
      throw error;
    }
    return cut - range.firstSeq + 1;
  }
}

function open(path: string): [DatabaseSync, ChainHead] {
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
    return [db, checkedHead(db)];
  } catch (error) {
    db.close();
    throw error;
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

function anchorOf(db: DatabaseSync): ChainHead {
  const row = db.prepare("SELECT seq, hash FROM trimmed WHERE id = 1").get();
  return row ? row as unknown as ChainHead : chainStart;
}

function* keptEntries(db: DatabaseSync, after: number): Generator<KeptEntry> {
  const select = db.prepare(
    "SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT 1000",
  );
  for (;;) {
    const rows = select.all(after) as unknown as Row[];
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
    if (rows.length < 1000) return;
  }
}

function entryOf(row: Row): ChainedEntry {
  const { seq, subject, node, what, hash } = row;
  const stage = row.stage as JournalStage;
  const detail = readDetail(row.detail);
  return { seq, atMs: row.at_ms, stage, subject, node, what, detail, hash };
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

function isWanted(entry: JournalEntry, query: JournalQuery): boolean {
  return (query.subject === undefined || entry.subject === query.subject) &&
    (query.stage === undefined || entry.stage === query.stage) &&
    (query.what === undefined || entry.what === query.what) &&
    (query.sinceMs === undefined || entry.atMs >= query.sinceMs);
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // A full disk has already rolled it back.
  }
}

/** The chain does not hold, although SQLite can read the file. */
class DamageError extends Error {
  override readonly name = "DamageError";
}

function isDamage(error: unknown): boolean {
  if (error instanceof DamageError) return true;
  if (!(error instanceof Error)) return false;
  // `exec` gives no `errcode` (Deno 2.6 and 2.9), only SQLite's own words.
  const { errcode } = error as { errcode?: unknown };
  return (typeof errcode === "number" && damageCodes.has(errcode & 0xff)) ||
    /not a database|malformed|already exists|no such (table|column)|has \d+ columns/
      .test(error.message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Renames the journal and its companions; returns the new name. */
function moveAside(path: string, atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/[:.]/g, "-");
  const to = `${path}.damaged-${stamp}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.renameSync(path + suffix, to + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const prefix = `${basename(path)}.damaged-`;
  const aside = [...Deno.readDirSync(dirname(path))]
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .sort();
  for (const name of aside.slice(0, -asideMax)) {
    for (const suffix of ["", "-wal", "-shm"]) {
      try {
        Deno.removeSync(`${dirname(path)}/${name}${suffix}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return to;
}
