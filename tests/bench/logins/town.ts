/**
 * Who lives in a made-up log: an address for everybody, and every login with
 * what came of it. Each actor has a *class*, by which the bench reports.
 *
 * @module
 */
import { Dice } from "./dice.ts";

/** What came of a login, or of a connection without one. */
export type Outcome =
  | "accepted"
  | "password"
  | "publickey"
  /** The peer left after its keys were refused; sshd names the user. */
  | "closed"
  /** The peer never said who it is. */
  | "connect";

/** One login. */
export interface Login {
  readonly atMs: number;
  readonly source: string;
  readonly user: string;
  readonly outcome: Outcome;
  /** Whether the account exists. */
  readonly exists: boolean;
}

/** Somebody in the log. */
export interface Actor {
  readonly class: string;
  readonly guilty: boolean;
  readonly source: string;
}

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

const firstNames =
  "ada alan alice amy anna ben bob carla carol chris dan dana david diana ed emma eric eva frank george gina hans helen ian ida ivan jack jane john julia karl kate ken laura leo lisa lou mara mark mary max mia nick nina olga oscar pat paul peter petra rita rob rosa sam sara steve sue tina tom uwe vera will yan zoe"
    .split(" ");

/** A stretch of time with people and addresses. */
export class Town {
  readonly dice: Dice;
  readonly startMs: number;
  readonly endMs: number;
  /** Accounts of people, which exist. */
  readonly staff: readonly string[];
  readonly actors: Actor[] = [];
  readonly logins: Login[] = [];
  readonly #taken = new Set<string>();

  constructor(dice: Dice, days: number, people: number) {
    this.dice = dice;
    this.startMs = Date.UTC(2026, 2, dice.whole(1, 20), dice.whole(0, 10));
    this.endMs = this.startMs + days * dayMs;
    this.staff = Array.from({ length: people }, (_, index) => {
      const name = firstNames[index % firstNames.length] ?? "ada";
      return index < firstNames.length
        ? name
        : `${name}${Math.floor(index / firstNames.length)}`;
    });
  }

  /** A public address that nobody has. */
  address(): string {
    for (;;) {
      const { dice } = this;
      const text = `${dice.whole(11, 171)}.${dice.whole(0, 255)}.${
        dice.whole(0, 255)
      }.${dice.whole(1, 254)}`;
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      return text;
    }
  }

  /** A private address that nobody has. */
  privateAddress(): string {
    for (;;) {
      const text = `10.0.${this.dice.whole(0, 3)}.${this.dice.whole(2, 254)}`;
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      return text;
    }
  }

  /** Adds somebody. */
  actor(name: string, guilty: boolean, source: string): string {
    this.actors.push({ class: name, guilty, source });
    return source;
  }

  /** Adds a login, unless it is after the end. */
  login(
    atMs: number,
    source: string,
    user: string,
    outcome: Outcome,
    exists = true,
  ): void {
    if (atMs >= this.endMs || atMs < this.startMs) return;
    this.logins.push({ atMs, source, user, outcome, exists });
  }

  /** A moment of the log. */
  moment(): number {
    return this.dice.between(this.startMs, this.endMs);
  }

  /** Starts of the log's days at midnight. */
  days(): number[] {
    const days: number[] = [];
    const first = Math.floor(this.startMs / dayMs) * dayMs;
    for (let day = first; day < this.endMs; day += dayMs) days.push(day);
    return days;
  }
}
