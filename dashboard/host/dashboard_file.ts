/**
 * What a dashboard keeps in the state directory: people, receivers of
 * notices and simulations that have ended, in one SQLite file that is its owner's alone (0600). A change is
 * there whole or not at all, also when the command that makes it is killed, and
 * a running dashboard sees it at once. Nothing that the mesh needs is in it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";

/** Name of the file in the state directory. */
export const dashboardFileName = "dashboard.sqlite";

const schema = `
  CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    n INTEGER NOT NULL,
    r INTEGER NOT NULL,
    p INTEGER NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    totp_secret BLOB NOT NULL,
    used_step INTEGER NOT NULL DEFAULT -1,
    stamp TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS target (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE TABLE IF NOT EXISTS waiting (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL REFERENCES target (name) ON DELETE CASCADE,
    notice TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS waiting_target ON waiting (target, key);
  CREATE TABLE IF NOT EXISTS place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    cursor INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS simulation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    rest TEXT NOT NULL
  ) STRICT;
`;

/**
 * Opens the file, or begins one.
 *
 * @param path In a directory that is private already.
 * @throws {Error} If there can be no file, or SQLite cannot read it.
 */
export function openDashboardFile(path: string): DatabaseSync {
  // SQLite gives -wal and -shm the permissions of the file itself.
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA busy_timeout = 2000");
    db.exec("PRAGMA journal_mode = WAL");
    // A used code must not count again after a power cut.
    db.exec("PRAGMA synchronous = FULL");
    db.exec("PRAGMA foreign_keys = ON");
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Does `work` whole or not at all. */
export function atOnce<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
