/**
 * What whoever looks may do: the server's own tables, asked before a button is
 * drawn, so that page and server cannot disagree. The role comes with each
 * answer of the API.
 *
 * @module
 */
import { signal } from "@preact/signals";
import type { Alertness, SignalScope } from "../../defense/mod.ts";
import { leastRoleNow } from "../api/signal_desk.ts";
import { isRole, mayAct, type Role, roleHeader } from "../web/role.ts";
import { routeVerdict } from "../web/route_rules.ts";

/** The role of whoever looks; `undefined` before the first answer. */
export const myRole = signal<Role | undefined>(undefined);

/** Takes the role from an answer; one without has none to tell. */
export function learnRole(headers: Headers): void {
  const role = headers.get(roleHeader);
  if (role !== null && isRole(role)) myRole.value = role;
}

/** Whether a request may be made, by its path below `/api`; ids are any word. */
export function may(method: "GET" | "POST" | "DELETE", path: string): boolean {
  const role = myRole.value;
  return role !== undefined &&
    routeVerdict(role, method, path) === "allowed";
}

/** Whether a signal may be given, or ended. */
export function maySay(
  what: string,
  scope: SignalScope = "mesh",
  alertness: Alertness = "usual",
): boolean {
  const role = myRole.value;
  return role !== undefined && may("POST", "/v1/signals") &&
    mayAct(role, leastRoleNow(what, scope, alertness));
}
