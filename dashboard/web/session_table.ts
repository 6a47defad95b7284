/**
 * Who may use this dashboard: one-time login links, and the sessions that begin
 * with one. Neither a link nor a session is kept as it is: whoever reads this
 * memory cannot log in with what is there.
 *
 * Bounds: `linksMax` links of ten minutes, `sessionsMax` sessions that end
 * twelve hours after their last use; the oldest makes room.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Random } from "../../mesh/mod.ts";

/** Links that may wait to be used; one is enough for one person. */
const linksMax = 8;
/** A link is pasted at once or not at all. Our choice. */
const linkMs = 600_000;
/** More than a business has screens. Our choice. */
const sessionsMax = 64;
/** A working day: our choice. */
const sessionMs = 12 * 3_600_000;
/** Bytes of a secret: 256 bits cannot be guessed. */
const secretBytes = 32;

/** Clock and randomness. */
export interface SessionWorld {
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
  /** What secrets are drawn from. */
  readonly random: Random;
}

/** A session as its owner sees it. */
export interface SessionView {
  /** Names it where it is to be ended; no secret. */
  readonly id: string;
  /** Wall clock milliseconds of its login. */
  readonly sinceMs: number;
  /** Wall clock milliseconds of its last request. */
  readonly lastUsedMs: number;
}

/** Links and sessions. */
export class SessionTable {
  readonly #world: SessionWorld;
  /** By hash, until when. */
  readonly #links = new Map<string, number>();
  readonly #sessions = new Map<
    string,
    { readonly sinceMs: number; lastUsedMs: number }
  >();

  /** Knows nobody yet. */
  constructor(world: SessionWorld) {
    this.#world = world;
  }

  /** A new secret for one login. */
  issueLink(): string {
    const secret = this.#secret();
    makeRoom(this.#links, linksMax);
    this.#links.set(hashOf(secret), this.#world.wallMs() + linkMs);
    return secret;
  }

  /** Uses a link up; returns the secret of the session it begins. */
  redeem(link: string): string | undefined {
    const hash = hashOf(link);
    const untilMs = this.#links.get(hash);
    this.#links.delete(hash);
    const nowMs = this.#world.wallMs();
    if (untilMs === undefined || nowMs > untilMs) return undefined;
    const secret = this.#secret();
    makeRoom(this.#sessions, sessionsMax);
    const session = { sinceMs: nowMs, lastUsedMs: nowMs };
    this.#sessions.set(hashOf(secret), session);
    return secret;
  }

  /** Whether a session is in force; it then lasts longer. */
  use(secret: string): SessionView | undefined {
    const id = hashOf(secret);
    const session = this.#sessions.get(id);
    if (!session) return undefined;
    const nowMs = this.#world.wallMs();
    if (nowMs - session.lastUsedMs > sessionMs) {
      this.#sessions.delete(id);
      return undefined;
    }
    session.lastUsedMs = nowMs;
    return { id, ...session };
  }

  /** Sessions in force, the oldest first. */
  list(): SessionView[] {
    const nowMs = this.#world.wallMs();
    return [...this.#sessions]
      .filter(([, { lastUsedMs }]) => nowMs - lastUsedMs <= sessionMs)
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
