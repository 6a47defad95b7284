/**
 * What somebody may do at the dashboard. Each role may all that the one before
 * it may.
 *
 * @module
 */

/** From the least to the most. */
export const roles = ["viewer", "operator", "owner"] as const;
/** `viewer` reads, `operator` contains and releases, `owner` lets people in. */
export type Role = typeof roles[number];

/** Tells a page with each answer whose session asked: `viewer`. */
export const roleHeader = "stealthmesh-role";

/** Whether `role` may what needs `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Whether a word from outside names a role. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
