/**
 * Who of a roster takes part at a time. Memberships end by the clock, so the
 * answer depends on it; but between the end of one and the end of the next it
 * is the same, and every node asks every second. So an answer is kept, with the
 * time for which it holds, and the same list is handed out as long as nothing
 * has changed: whoever has planned by it needs to plan anew only when it is
 * another object.
 *
 * @module
 */
import type { Member } from "./member.ts";

/** Whether a member takes part: not revoked, forked or expired. */
export function takesPart(member: Member, wallMs: number): boolean {
  return !member.revoked && !member.forked && wallMs <= member.notAfterMs;
}

/** The last answer. */
export class ActiveMembers {
  #active: readonly Member[] | undefined;
  /** The answer holds for times after this one … */
  #afterMs = -Infinity;
  /** … until this one, both wall clock milliseconds. */
  #untilMs = Infinity;

  /** Members have changed. */
  forget(): void {
    this.#active = undefined;
  }

  /** Those of `members` that take part, in their order. */
  of(members: Iterable<Member>, wallMs: number): readonly Member[] {
    const holds = wallMs > this.#afterMs && wallMs <= this.#untilMs;
    if (this.#active && holds) return this.#active;
    const all = [...members];
    const ends = all.map(({ notAfterMs }) => notAfterMs);
    this.#afterMs = Math.max(...ends.filter((endMs) => endMs < wallMs));
    this.#untilMs = Math.min(...ends.filter((endMs) => endMs >= wallMs));
    this.#active = all.filter((member) => takesPart(member, wallMs));
    return this.#active;
  }
}
