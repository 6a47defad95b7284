/**
 * Failures that several lines of one connection tell together. A filter marks
 * what tells connections apart (`<F-MLFID>`), lines that only name the host or
 * the user (`<F-NOFAIL>`), the connection's end (`<F-MLFFORGET>`) and a login
 * that succeeded (`<F-MLFGAINED>`). A failure without an address waits until
 * another line of the connection names one (fail2ban, `filter.py`, multi-line
 * failures).
 *
 * Bound: `connectionsMax` connections, the oldest are forgotten first, and all
 * five minutes after they were first seen.
 *
 * @module
 */
import { ownCopy } from "../own_copy.ts";

/** Groups of a match by name; those that took no part are left out. */
export type Groups = Map<string, string>;

/** What lines of a connection said so far. */
interface Connection {
  readonly groups: Groups;
  /** Users that were tried; two are enough to know that there were several. */
  readonly users: Set<string>;
  /** A failure waits for its address. */
  pending: boolean;
}

/** fail2ban keeps 100; a busy server has more. */
const connectionsMax = 4_096;
/** fail2ban's choice. */
const rememberMs = 300_000;

/** What is known after a line. */
export interface MergedFailure {
  readonly groups: Groups;
  /** No failure after all. */
  readonly noFailure: boolean;
  /** The failure has no address yet: it waits for one. */
  wait(): void;
}

/** The connections of one log. */
export class ConnectionFailures {
  readonly #connections = new Map<
    string,
    { readonly connection: Connection; readonly untilMs: number }
  >();

  /** Adds what a line says about a connection. */
  merge(id: string, said: Groups, atMs: number): MergedFailure {
    const gained = truthy(said.get("mlfgained"));
    if (gained && !truthy(said.get("nofail"))) {
      said.set("nofail", said.get("mlfgained")!);
    }
    let noFailure = truthy(said.get("nofail"));
    const forget = truthy(said.get("mlfforget"));
    said.delete("mlfforget");
    let connection = this.#find(id, atMs);
    const user = said.get("user");
    if (connection === undefined) {
      connection = { groups: said, users: new Set(), pending: false };
      if (!forget) this.#remember(id, connection, atMs);
      if (!forget) tried(connection, user);
    } else {
      tried(connection, user);
      connection.groups.delete("nofail");
      connection.groups.delete("mlfgained");
      if (gained) connection.pending = false;
      for (const [name, text] of said) connection.groups.set(name, text);
      if (forget) this.#connections.delete(id);
    }
    if (connection.pending || connection.users.size > 1) {
      // Who tries several users does not make up for it with one that works.
      connection.pending = false;
      connection.groups.delete("nofail");
      connection.groups.delete("mlfgained");
      noFailure = false;
    }
    const known = connection;
    return {
      groups: connection.groups,
      noFailure,
      wait: () => known.pending = true,
    };
  }

  #find(id: string, atMs: number): Connection | undefined {
    const held = this.#connections.get(id);
    if (held === undefined) return undefined;
    if (held.untilMs > atMs) return held.connection;
    this.#connections.delete(id);
    return undefined;
  }

  #remember(id: string, connection: Connection, atMs: number): void {
    if (this.#connections.size >= connectionsMax) {
      for (const oldest of this.#connections.keys()) {
        this.#connections.delete(oldest);
        break;
      }
    }
    this.#connections.set(id, { connection, untilMs: atMs + rememberMs });
  }
}

function tried({ users }: Connection, user: string | undefined): void {
  if (truthy(user) && users.size < 2) users.add(ownCopy(user!));
}

function truthy(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}
