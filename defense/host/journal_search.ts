/**
 * Finds entries of a journal's file in bounded time, whatever is asked of
 * however many entries. A page may therefore hold fewer entries than were
 * asked for and still have a `next`: so far was looked.
 *
 * How: times become a range of numbers through `span`, the least and greatest
 * time of each block of `blockSize` entries (a zone map, or block range index:
 * entries are nearly in the order of time, unless the wall clock was set).
 * Among the columns asked for, the rarest value leads through its index; what
 * else is asked is looked up in the entries themselves, a chunk at a time,
 * until the page is full or `searchMs` are over.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { JournalQuery } from "../journal.ts";

/** Entries that share one span of time. */
const blockSize = 4_096;
/** Entries in a row looked at between two looks at the clock. */
const rowsMax = 1_000;
/** The same through an index, where each entry may lie on a page of its own. */
const scatteredMax = 250;
/** How far values are counted to see which is rarer. */
const countedMax = 2_000;
/** How long one page may be looked for. Our choice: others wait meanwhile. */
export const searchMs = 12;

/** Columns with an index of their own, those that name fewest entries first. */
const columns = ["subject", "what", "node", "stage"] as const;
type Column = typeof columns[number];

/**
 * Indexes, and the spans with the trigger that keeps them.
 * An index over a journal of a million entries is made once, in seconds.
 */
export const searchSchema = `
  CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject, seq);
  CREATE INDEX IF NOT EXISTS entry_stage ON entry (stage, seq);
  CREATE INDEX IF NOT EXISTS entry_what ON entry (what, seq);
  CREATE INDEX IF NOT EXISTS entry_node ON entry (node, seq);
  CREATE INDEX IF NOT EXISTS entry_at ON entry (at_ms, seq);
  CREATE TABLE IF NOT EXISTS span (
    block INTEGER PRIMARY KEY,
    from_ms REAL NOT NULL,
    to_ms REAL NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS entry_span AFTER INSERT ON entry BEGIN
    INSERT INTO span VALUES (new.seq / ${blockSize}, new.at_ms, new.at_ms)
    ON CONFLICT (block) DO UPDATE SET
      from_ms = min(from_ms, excluded.from_ms),
      to_ms = max(to_ms, excluded.to_ms);
  END;
`;

/** Fills the spans of a file that was begun without them. */
export function fillSpans(db: DatabaseSync): void {
  const { spans } = db.prepare("SELECT count(*) AS spans FROM span")
    .get() as { spans: number };
  if (spans > 0) return;
  db.exec(
    `INSERT INTO span SELECT seq / ${blockSize} AS block, min(at_ms), max(at_ms)
     FROM entry GROUP BY block`,
  );
}

/** Forgets the spans of entries up to `seq`, which are gone. */
export function trimSpans(db: DatabaseSync, seq: number): void {
  db.prepare("DELETE FROM span WHERE block < ?")
    .run(Math.floor((seq + 1) / blockSize));
}

/** One row of `entry`. */
export interface EntryRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly stage: string;
  readonly subject: string;
  readonly node: string;
  readonly what: string;
  readonly detail: string;
  readonly hash: string;
}

/** What was found. */
export interface FoundRows {
  /** Newest first, at most as many as asked for. */
  readonly rows: readonly EntryRow[];
  /** Every entry from this number on was looked at; absent: all were. */
  readonly next?: number;
}

interface Condition {
  readonly test: string;
  readonly values: readonly (string | number)[];
}

/**
 * The newest `limit` entries below number `before` that `query` wants, as far
 * as they are found in time.
 *
 * @param ms How long to look; at least one chunk is looked at.
 */
export function searchEntries(
  db: DatabaseSync,
  query: JournalQuery,
  before: number,
  limit: number,
  ms: number = searchMs,
): FoundRows {
  const startedMs = performance.now();
  const range = rangeOf(db, query, before);
  if (!range) return { rows: [] };
  const { from } = range;
  let { below } = range;
  const lead = leadOf(db, query, from, below);
  const source = lead ? `entry INDEXED BY entry_${lead}` : "entry NOT INDEXED";
  const rest = restOf(query, lead);
  const leading: Condition = lead
    ? { test: `${lead} = ? AND`, values: [query[lead] as string] }
    : { test: "", values: [] };
  const chunk = db.prepare(
    `SELECT min(seq) AS first, count(*) AS seen FROM
     (SELECT seq FROM ${source} WHERE ${leading.test} seq >= ? AND seq < ?
      ORDER BY seq DESC LIMIT ${scatteredMax})`,
  );
  /** Where the next look ends: so many entries further down, or at the end. */
  const chunkEnd = (): number => {
    if (rest.length === 0) return from;
    // Without an index it would read what it counts; numbers have no gaps.
    if (!lead) return Math.max(from, below - rowsMax);
    const { first, seen } = chunk.get(...leading.values, from, below) as {
      first: number | null;
      seen: number;
    };
    return first === null || seen < scatteredMax ? from : first;
  };
  const wanted = db.prepare(
    `SELECT * FROM ${source} WHERE ${
      [`${leading.test} seq >= ? AND seq < ?`, ...rest.map(({ test }) => test)]
        .join(" AND ")
    } ORDER BY seq DESC LIMIT ?`,
  );
  const rows: EntryRow[] = [];
  for (;;) {
    const end = chunkEnd();
    const values = [
      ...leading.values,
      end,
      below,
      ...rest.flatMap(({ values }) => values),
    ];
    const found = wanted.all(...values, limit + 1 - rows.length);
    rows.push(...found as unknown as EntryRow[]);
    if (rows.length > limit) {
      rows.pop();
      return { rows, next: rows.at(-1)?.seq ?? below };
    }
    if (end <= from) return { rows };
    below = end;
    if (performance.now() - startedMs >= ms) return { rows, next: end };
  }
}

/** Numbers between which everything wanted lies; undefined for nowhere. */
function rangeOf(
  db: DatabaseSync,
  { after = 0, sinceMs, untilMs }: JournalQuery,
  before: number,
): { readonly from: number; readonly below: number } | undefined {
  const { first, last } = db.prepare(
    `SELECT (SELECT min(seq) FROM entry) AS first,
            (SELECT max(seq) FROM entry) AS last`,
  ).get() as { first: number | null; last: number | null };
  if (first === null || last === null) return undefined;
  let from = Math.max(after + 1, first);
  let below = Math.min(before, last + 1);
  if (sinceMs !== undefined || untilMs !== undefined) {
    const { first, last } = db.prepare(
      `SELECT min(block) AS first, max(block) AS last FROM span
       WHERE to_ms >= ? AND from_ms < ?`,
    ).get(sinceMs ?? -Infinity, untilMs ?? Infinity) as {
      first: number | null;
      last: number | null;
    };
    if (first === null || last === null) return undefined;
    from = Math.max(from, first * blockSize);
    below = Math.min(below, (last + 1) * blockSize);
  }
  return from < below ? { from, below } : undefined;
}

/** The column whose value names fewest entries, as far as one chunk tells. */
function leadOf(
  db: DatabaseSync,
  query: JournalQuery,
  from: number,
  below: number,
): Column | undefined {
  const asked = columns.filter((column) => query[column] !== undefined);
  if (asked.length < 2) return asked[0];
  let least = Infinity;
  let lead: Column | undefined;
  for (const column of asked) {
    const { some } = db.prepare(
      `SELECT count(*) AS some FROM (SELECT 1 FROM entry
       INDEXED BY entry_${column} WHERE ${column} = ? AND seq >= ? AND seq < ?
       LIMIT ${countedMax})`,
    ).get(query[column] as string, from, below) as { some: number };
    if (some < least) [least, lead] = [some, column];
  }
  return lead;
}

/** What the entries themselves are asked. */
function restOf(query: JournalQuery, lead: Column | undefined): Condition[] {
  const rest: Condition[] = [];
  for (const column of columns) {
    const value = query[column];
    if (value === undefined || column === lead) continue;
    // The sign keeps SQLite from taking another index.
    rest.push({ test: `+${column} = ?`, values: [value] });
  }
  if (query.foreign) rest.push({ test: "+node <> ''", values: [] });
  if (query.sinceMs !== undefined) {
    rest.push({ test: "+at_ms >= ?", values: [query.sinceMs] });
  }
  if (query.untilMs !== undefined) {
    rest.push({ test: "+at_ms < ?", values: [query.untilMs] });
  }
  for (const [name, value] of Object.entries(query.detail ?? {})) {
    // A first sieve: the same words may stand deeper in the detail.
    const part = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    rest.push({ test: "instr(detail, ?) > 0", values: [part] });
  }
  if (query.text !== undefined) {
    const like = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    rest.push({
      test: "(what LIKE ? ESCAPE '\\' OR detail LIKE ? ESCAPE '\\')",
      values: [like(query.text), like(inJson(query.text))],
    });
  }
  return rest;
}

/** Text as it stands within a text of JSON. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
