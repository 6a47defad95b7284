/**
 * The journal of a host: takes entries at any moment, writes those of one turn
 * of the event loop in one transaction, and tells followers. The file is
 * `journal_file.ts`.
 *
 * Expected trouble ends nothing: a damaged file is moved aside (the newest
 * `asideMax` such files are kept) and a new journal begun; while the disk is
 * full, entries wait in memory, at most `waitingMax`, the oldest dropped and
 * counted, and writing is tried again after 1 s, then 2 s, … up to a minute.
 *
 * @module
 */
import {
  type ChainedEntry,
  type ChainVerdict,
  defaultRetention,
  type JournalHealth,
  type JournalPage,
  type JournalQuery,
  type JournalReader,
  pageMax,
  type Retention,
} from "../journal.ts";
import type { JournalEntry, JournalWriter } from "../world.ts";
import { isDamage, moveAside } from "./journal_damage.ts";
import { hasDetail, JournalFile } from "./journal_file.ts";
import { inJson } from "./journal_search.ts";

/** Entries that wait while the disk is full. Our choice: about 4 MB. */
export const waitingMax = 10_000;
/** Entries in one transaction, so that a turn stays short (about 10 ms). */
const batchMax = 500;
const retryMs = 1_000;
const retryMsMax = 60_000;
/** How often the past is trimmed, in entries written. Our choice. */
const trimEvery = 10_000;

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

/** An append-only, hash-chained record in one SQLite file. */
export class SqliteJournal implements JournalWriter, JournalReader {
  /** Where the file is. */
  readonly path: string;
  #retention: Retention;
  readonly #wallMs: () => number;
  #file: JournalFile;
  #waiting: JournalEntry[] = [];
  /** How many at the end of `#waiting` followers have not heard of. */
  #unheard = 0;
  readonly #listeners = new Set<(entry: JournalEntry, seq: number) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = retryMs;
  #sinceTrim = 0;
  #dropped = 0;
  #failures = 0;
  #error: string | undefined;
  #note: string | undefined;
  #closed = false;
  /** Why the file was given up, until there is another. */
  #damage: unknown;
  /** Where the damaged file went, until there is another. */
  #aside: string | undefined;

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
      this.#file = this.#opened();
    } catch (error) {
      throw new JournalError(path, { cause: error });
    }
  }

  #opened(): JournalFile {
    try {
      return new JournalFile(this.path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#startOver(error);
    }
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

  /** Keeps so much of the past from now on; what is too old goes bit by bit. */
  retain(retention: Retention): void {
    this.#retention = retention;
    this.trim();
  }

  /** Removes what retention does not keep, a bounded part of it at a time. */
  trim(): number {
    this.#sinceTrim = 0;
    try {
      return this.#file.trim(this.#retention, this.#wallMs());
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
      const seq = this.#file.head.seq + 1 + at;
      if (!entry || seq >= before || seq <= (query.after ?? 0)) continue;
      if (!isWanted(entry, query)) continue;
      entries.push({ ...entry, seq, hash: "" });
    }
    let next: number | undefined;
    try {
      const found = this.#file.select(query, before, limit);
      entries.push(...found.entries);
      next = found.next;
    } catch (error) {
      this.#failed(error);
    }
    const page = entries.slice(0, limit);
    if (entries.length > limit) next = page.at(-1)?.seq;
    return next === undefined ? { entries: page } : { entries: page, next };
  }

  /** Calls `listener` for each new entry at the end of its turn. */
  follow(listener: (entry: JournalEntry, seq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How the record is doing. */
  health(): JournalHealth {
    return {
      head: this.#file.head,
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
      return this.#file.verify();
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
    if (this.#damage === undefined) this.#file.close();
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
    let seq = this.#file.head.seq + this.#waiting.length - news.length;
    for (const entry of news) {
      seq++;
      for (const listener of this.#listeners) {
        try {
          listener(entry, seq);
        } catch {
          // A reader's failure is the reader's; the record goes on.
          this.#listeners.delete(listener);
        }
      }
    }
  }

  #write(batch: readonly JournalEntry[]): void {
    this.#file.write(batch);
    this.#waiting.splice(0, batch.length);
    this.#sinceTrim += batch.length;
    this.#retryMs = retryMs;
    this.#error = undefined;
  }

  #failed(error: unknown): void {
    this.#failures++;
    this.#error = messageOf(error);
    if (this.#closed) return;
    if (this.#damage === undefined && isDamage(error)) {
      this.#damage = error;
      this.#file.close();
    }
    if (this.#damage !== undefined) {
      try {
        this.#file = this.#startOver(this.#damage);
        this.#damage = undefined;
        return;
      } catch (again) {
        // The disk may be full as well: tried again with the next attempt.
        this.#error = messageOf(again);
      }
    }
    this.#later(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, retryMsMax);
  }

  /** Moves a damaged journal aside and begins a new one that says so. */
  #startOver(error: unknown): JournalFile {
    const reason = messageOf(error);
    const atMs = this.#wallMs();
    // Once: further attempts find only what they began themselves.
    const to = this.#aside ??= moveAside(this.path, atMs);
    const file = new JournalFile(this.path);
    this.#aside = undefined;
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
    return file;
  }
}

function isWanted(entry: JournalEntry, query: JournalQuery): boolean {
  return (query.subject === undefined || entry.subject === query.subject) &&
    (query.stage === undefined || entry.stage === query.stage) &&
    (query.what === undefined || entry.what === query.what) &&
    (query.node === undefined || entry.node === query.node) &&
    (!query.foreign || entry.node !== "") &&
    hasDetail(entry, query) &&
    (query.sinceMs === undefined || entry.atMs >= query.sinceMs) &&
    (query.untilMs === undefined || entry.atMs < query.untilMs) &&
    (query.text === undefined || hasText(entry, query.text));
}

/** As SQLite's LIKE: only ASCII letters have two cases. */
function hasText({ what, detail }: JournalEntry, text: string): boolean {
  const lower = (whole: string) =>
    whole.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return lower(what).includes(lower(text)) ||
    lower(JSON.stringify(detail)).includes(lower(inJson(text)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
