/**
 * Words: what whoever looks may do; a part of `texts.ts`.
 *
 * @module
 */
import type { Role } from "../../web/role.ts";

/** English; an owner may everything, and is told nothing. */
export const roleTexts = {
  viewer:
    "You are logged in as viewer: you read, and change nothing. An operator may contain and let go; an owner may do everything.",
  operator:
    "You are logged in as operator: you contain, let go, raise caution and hold exercises. Machines, invitations, keys, settings, people, standing down and cutting off are an owner's.",
} as const satisfies Partial<Record<Role, string>>;
