/**
 * Who may use this dashboard: one-time login links, and the sessions that begin
 * with one or with a password and a code. Neither a link nor a session is kept
 * as it is: whoever reads this memory cannot log in with what is there.
 *
 * Bounds: `linksMax` links of ten minutes, `sessionsMax` sessions, of them
 * `sessionsEachMax` of one account, that end twelve hours after their last use
 * and a week after their login; the oldest makes room.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Random } from "../../mesh/mod.ts";
import type { Role } from "./role.ts";

/** Links that may wait to be used; one is enough for one person. */
const linksMax = 8;
/** A link is pasted at once or not at all. Our choice. */
const linkMs = 600_000;
/** More than a business has screens. Our choice. */
const sessionsMax = 64;
/** Of one account, so that nobody pushes the others out. Our choice. */
const sessionsEachMax = 16;
/** A working day: our choice. */
const sessionMs = 12 * 3_600_000;
/** However busy it is. Our choice. */
const sessionMsMax = 7 * 86_400_000;
/** Bytes of a secret: 256 bits cannot be guessed. */
const secretBytes = 32;

/** Clock and randomness. */
export interface SessionWorld {
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
  /** What secrets are drawn from. */
  readonly random: Random;
}

/** Whose a session is. */
export interface SessionHolder {
  /** Name of the account, {@linkcode linkHolder} without one. */
  readonly name: string;
  /** What may be done in it. */
  readonly role: Role;
  /** IP address that logged in. */
  readonly address: string;
  /**
   * Of the account as it was: the session ends when the account changes; absent
   * without one.
   */
  readonly stamp?: string;
}

/** A session as its owner sees it. */
export interface SessionView extends SessionHolder {
  /** Names it where it is to be ended; no secret. */
  readonly id: string;
  /** Wall clock milliseconds of its login. */
  readonly sinceMs: number;
  /** Wall clock milliseconds of its last request. */
  readonly lastUsedMs: number;
}

/** Whoever holds a link has it from this host; no account may be called so. */
export const linkHolder = "(link)";

type Session = SessionHolder & {
  readonly sinceMs: number;
  lastUsedMs: number;
};

/** Links and sessions. */
export class SessionTable {
  readonly #world: SessionWorld;
  readonly #stampOf: (name: string) => string | undefined;
  /** By hash, until when. */
  readonly #links = new Map<string, number>();
  readonly #sessions = new Map<string, Session>();

  /**
   * Knows nobody yet.
   *
   * @param stampOf Of an account as it is now; `undefined` if there is none.
   */
  constructor(
    world: SessionWorld,
    stampOf: (name: string) => string | undefined = () => undefined,
  ) {
    this.#world = world;
    this.#stampOf = stampOf;
  }

  /** A new secret for one login. */
  issueLink(): string {
    const secret = this.#secret();
    makeRoom(this.#links, linksMax);
    this.#links.set(hashOf(secret), this.#world.wallMs() + linkMs);
    return secret;
  }

  /**
   * Uses a link up; returns the secret of the session it begins, an owner's:
   * who reads the link off this host's terminal could do anything here anyway.
   *
   * @param address Who opened it.
   */
  redeem(link: string, address = ""): string | undefined {
    const hash = hashOf(link);
    const untilMs = this.#links.get(hash);
    this.#links.delete(hash);
    if (untilMs === undefined || this.#world.wallMs() > untilMs) {
      return undefined;
    }
    return this.begin({ name: linkHolder, role: "owner", address });
  }

  /** Begins a session for who has proven to be `holder`; returns its secret. */
  begin(holder: SessionHolder): string {
    const nowMs = this.#world.wallMs();
    const secret = this.#secret();
    const own = [...this.#sessions].filter(([, { name }]) =>
      name === holder.name
    );
    const [oldest] = own;
    if (own.length >= sessionsEachMax && oldest) {
      this.#sessions.delete(oldest[0]);
    }
    makeRoom(this.#sessions, sessionsMax);
    const session = { ...holder, sinceMs: nowMs, lastUsedMs: nowMs };
    this.#sessions.set(hashOf(secret), session);
    return secret;
  }

  /** Whether a session is in force; it then lasts longer. */
  use(secret: string): SessionView | undefined {
    const id = hashOf(secret);
    if (!this.isInForce(id)) return undefined;
    const session = this.#sessions.get(id);
    if (!session) return undefined;
    session.lastUsedMs = this.#world.wallMs();
    return { id, ...session };
  }

  /** Whether the session `id` is in force; it does not last longer. */
  isInForce(id: string): boolean {
    const session = this.#sessions.get(id);
    if (!session) return false;
    const nowMs = this.#world.wallMs();
    const over = nowMs - session.lastUsedMs > sessionMs ||
      nowMs - session.sinceMs > sessionMsMax ||
      (session.name !== linkHolder &&
        this.#stampOf(session.name) !== session.stamp);
    if (over) this.#sessions.delete(id);
    return !over;
  }

  /** Sessions in force, the oldest first. */
  list(): SessionView[] {
    return [...this.#sessions]
      .filter(([id]) => this.isInForce(id))
      .map(([id, session]) => ({ id, ...session }));
  }

  /** Ends a session; tells whether there was one. */
  end(id: string): boolean {
    return this.#sessions.delete(id);
  }

  #secret(): string {
    const bytes = new Uint8Array(secretBytes);
    this.#world.random.fill(bytes);
    return bytesToHex(bytes);
  }
}

function hashOf(secret: string): string {
  return bytesToHex(sha256(utf8ToBytes(`stealthmesh dashboard ${secret}`)));
}

function makeRoom(table: Map<string, unknown>, max: number): void {
  while (table.size >= max) {
    const [oldest] = table.keys();
    if (oldest === undefined) return;
    table.delete(oldest);
  }
}
