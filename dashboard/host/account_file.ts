/**
 * Accounts as a host keeps them.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type Account,
  accountsMax,
  type AccountStore,
  type PasswordHash,
} from "../web/account.ts";
import { isRole, type Role } from "../web/role.ts";
import { atOnce } from "./dashboard_file.ts";

/** An account without anything secret. */
export type AccountView = Pick<Account, "name" | "role">;

/** What makes somebody an account. */
export interface Credentials {
  /** Of a new password. */
  readonly password: PasswordHash;
  /** New, too. */
  readonly totpSecret: Uint8Array;
}

interface Row {
  name: string;
  role: string;
  n: number;
  r: number;
  p: number;
  salt: Uint8Array;
  hash: Uint8Array;
  totp_secret: Uint8Array;
  stamp: string;
}

/** Accounts in an open file. */
export class AccountFile implements AccountStore {
  readonly #db: DatabaseSync;
  /** Kept: it is asked for every session some times a second. */
  readonly #stampOf: StatementSync;

  /** Works on what `openDashboardFile` opens. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#stampOf = db.prepare("SELECT stamp FROM account WHERE name = ?");
  }

  /** Everybody, by name. */
  list(): AccountView[] {
    const rows = this.#db.prepare(
      "SELECT name, role FROM account ORDER BY name",
    )
      .all() as unknown as Row[];
    return rows.flatMap(({ name, role }) =>
      isRole(role) ? [{ name, role }] : []
    );
  }

  find(name: string): Account | undefined {
    const row = this.#db.prepare("SELECT * FROM account WHERE name = ?")
      .get(name) as unknown as Row | undefined;
    if (!row || !isRole(row.role)) return undefined;
    const { n, r, p, salt, hash } = row;
    return {
      name,
      role: row.role,
      password: { cost: { n, r, p }, salt, hash },
      totpSecret: row.totp_secret,
      stamp: row.stamp,
    };
  }

  /** See `SessionTable`. */
  stampOf(name: string): string | undefined {
    const row = this.#stampOf.get(name) as { stamp: string } | undefined;
    return row?.stamp;
  }

  /**
   * Adds somebody.
   *
   * @returns Whether there was room, and nobody of that name.
   */
  add(
    name: string,
    role: Role,
    given: Credentials,
  ): "added" | "taken" | "full" {
    return atOnce(this.#db, () => {
      const names = this.list().map((each) => each.name);
      if (names.includes(name)) return "taken";
      if (names.length >= accountsMax) return "full";
      const { password: { cost: { n, r, p }, salt, hash }, totpSecret } = given;
      this.#db.prepare(
        "INSERT INTO account (name, role, n, r, p, salt, hash, totp_secret, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ).run(name, role, n, r, p, salt, hash, totpSecret, randomUUID());
      return "added";
    });
  }

  /** Another password and another secret; tells whether there is such a one. */
  reset(name: string, role: Role | undefined, given: Credentials): boolean {
    const { password: { cost: { n, r, p }, salt, hash }, totpSecret } = given;
    const { changes } = this.#db.prepare(
      "UPDATE account SET role = coalesce(?, role), n = ?, r = ?, p = ?, salt = ?, hash = ?, totp_secret = ?, used_step = -1, stamp = ? WHERE name = ?",
    ).run(role ?? null, n, r, p, salt, hash, totpSecret, randomUUID(), name);
    return changes > 0;
  }

  /** Tells whether there was such a one. */
  remove(name: string): boolean {
    const { changes } = this.#db.prepare("DELETE FROM account WHERE name = ?")
      .run(name);
    return changes > 0;
  }

  usedStep(name: string): number {
    const row = this.#db.prepare("SELECT used_step FROM account WHERE name = ?")
      .get(name) as { used_step: number } | undefined;
    return row?.used_step ?? -1;
  }

  takeStep(name: string, step: number): boolean {
    const { changes } = this.#db.prepare(
      "UPDATE account SET used_step = ? WHERE name = ? AND used_step < ?",
    ).run(step, name, step);
    return changes > 0;
  }
}
