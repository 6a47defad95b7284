/**
 * The outbox as a host keeps it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Notice } from "../notify/notice.ts";
import {
  type Outbox,
  type TargetView,
  type Waiting,
  waitingEachMax,
} from "../notify/outbox.ts";
import { type Target, targetsMax } from "../notify/target.ts";
import { atOnce } from "./dashboard_file.ts";

/** Characters of an error that are kept. */
const errorLengthMax = 200;

interface ViewRow {
  name: string;
  url: string;
  waiting: number;
  sent: number;
  lost: number;
  failures: number;
  due_ms: number;
  error: string;
}

/** Notices and their receivers in an open file. */
export class OutboxFile implements Outbox {
  readonly #db: DatabaseSync;

  /** Works on what `openDashboardFile` opens. */
  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  targets(): Target[] {
    return this.#db.prepare(
      "SELECT name, url, secret FROM target ORDER BY name",
    )
      .all() as unknown as Target[];
  }

  /** Adds a receiver; notices from now on are for it, too. */
  addTarget({ name, url, secret }: Target): "added" | "taken" | "full" {
    return atOnce(this.#db, () => {
      const names = this.targets().map((each) => each.name);
      if (names.includes(name)) return "taken";
      if (names.length >= targetsMax) return "full";
      this.#db.prepare(
        "INSERT INTO target (name, url, secret) VALUES (?, ?, ?)",
      )
        .run(name, url, secret);
      return "added";
    });
  }

  /** Removes a receiver with what waits for it; tells whether there was one. */
  removeTarget(name: string): boolean {
    const { changes } = this.#db.prepare("DELETE FROM target WHERE name = ?")
      .run(name);
    return changes > 0;
  }

  views(): TargetView[] {
    const rows = this.#db.prepare(
      "SELECT name, url, sent, lost, failures, due_ms, error, (SELECT count(*) FROM waiting WHERE target = name) AS waiting FROM target ORDER BY name",
    ).all() as unknown as ViewRow[];
    return rows.map(({ due_ms: dueMs, error, ...rest }) => ({
      ...rest,
      dueMs,
      ...(error !== "" && { error }),
    }));
  }

  cursor(): number | undefined {
    const row = this.#db.prepare("SELECT cursor FROM place WHERE id = 1")
      .get() as { cursor: number } | undefined;
    return row?.cursor;
  }

  reset(cursor: number): void {
    this.#db.prepare("INSERT OR REPLACE INTO place (id, cursor) VALUES (1, ?)")
      .run(cursor);
  }

  add(notices: readonly Notice[], cursor: number): void {
    atOnce(this.#db, () => {
      const known = this.cursor() ?? 0;
      if (cursor <= known) return;
      const insert = this.#db.prepare(
        "INSERT INTO waiting (target, notice) VALUES (?, ?)",
      );
      for (const { name } of this.targets()) {
        for (const notice of notices) {
          if (notice.seq > known) insert.run(name, JSON.stringify(notice));
        }
        this.#trim(name);
      }
      this.reset(cursor);
    });
  }

  first(target: string): Waiting | undefined {
    const row = this.#db.prepare(
      "SELECT key, notice FROM waiting WHERE target = ? ORDER BY key LIMIT 1",
    ).get(target) as { key: number; notice: string } | undefined;
    return row && { key: row.key, notice: JSON.parse(row.notice) as Notice };
  }

  take(target: string, key: number, dueMs: number, untilMs: number): boolean {
    const { changes } = this.#db.prepare(
      "UPDATE target SET due_ms = ? WHERE name = ? AND due_ms = ? AND EXISTS (SELECT 1 FROM waiting WHERE key = ?)",
    ).run(Math.round(untilMs), target, dueMs, key);
    return changes > 0;
  }

  sent(target: string, key: number): void {
    this.#gone(target, key, "sent = sent + 1, failures = 0, due_ms = 0", "");
  }

  lost(target: string, key: number, error: string): void {
    this.#gone(target, key, "lost = lost + 1, due_ms = 0", error);
  }

  failed(target: string, dueMs: number, error: string): void {
    this.#db.prepare(
      "UPDATE target SET failures = failures + 1, due_ms = ?, error = ? WHERE name = ?",
    ).run(Math.round(dueMs), error.slice(0, errorLengthMax), target);
  }

  #gone(target: string, key: number, change: string, error: string): void {
    atOnce(this.#db, () => {
      const { changes } = this.#db.prepare("DELETE FROM waiting WHERE key = ?")
        .run(key);
      if (changes === 0) {
        // Dropped meanwhile, and counted then.
        this.#db.prepare("UPDATE target SET due_ms = 0 WHERE name = ?")
          .run(target);
        return;
      }
      this.#db.prepare(`UPDATE target SET ${change}, error = ? WHERE name = ?`)
        .run(error.slice(0, errorLengthMax), target);
    });
  }

  #trim(target: string): void {
    const { changes } = this.#db.prepare(
      "DELETE FROM waiting WHERE target = ?1 AND key NOT IN (SELECT key FROM waiting WHERE target = ?1 ORDER BY key DESC LIMIT ?2)",
    ).run(target, waitingEachMax);
    if (changes === 0) return;
    this.#db.prepare("UPDATE target SET lost = lost + ? WHERE name = ?")
      .run(changes, target);
  }
}
