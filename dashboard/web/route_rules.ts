/**
 * Who may ask for what: one table by method and path, and what is not in it is
 * refused. A route that the agent's API gains is therefore closed until it gets
 * a row here; a test compares the table with the OpenAPI document.
 *
 * @module
 */
import { mayAct, type Role } from "./role.ts";

/** Methods that the table speaks of; `HEAD` counts as `GET`. */
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One row. */
export interface RouteRule {
  /** How it is asked. */
  readonly method: Method;
  /** Below `/api`; `{name}` stands for one segment. */
  readonly path: string;
  /** The least role; `nobody` for what only the host itself may ask. */
  readonly least: Role | "nobody";
}

/** The whole table. */
export const routeRules: readonly RouteRule[] = [
  row("GET", "/v1/status", "viewer"),
  row("GET", "/v1/alerts", "viewer"),
  row("GET", "/v1/alerts/stream", "viewer"),
  row("GET", "/v1/alerts/{seq}", "viewer"),
  row("GET", "/v1/events", "viewer"),
  row("GET", "/v1/events/stream", "viewer"),
  row("GET", "/v1/explain/{address}", "viewer"),
  row("GET", "/v1/decoys", "viewer"),
  row("GET", "/v1/profile", "viewer"),
  row("GET", "/v1/health", "viewer"),
  row("GET", "/v1/metrics", "viewer"),
  row("GET", "/v1/nodes", "viewer"),
  row("GET", "/v1/nodes/stream", "viewer"),
  row("GET", "/v1/nodes/{node}", "viewer"),
  row("GET", "/v1/leakage", "viewer"),
  row("GET", "/v1/traffic", "viewer"),
  row("GET", "/v1/doctor", "viewer"),
  row("GET", "/v1/leases", "viewer"),
  row("GET", "/v1/signals", "viewer"),
  row("GET", "/v1/config", "viewer"),
  row("GET", "/v1/scenarios", "viewer"),
  row("GET", "/v1/scenarios/{name}", "viewer"),
  row("GET", "/v1/export/alerts.csv", "viewer"),
  row("GET", "/v1/export/alerts.ndjson", "viewer"),
  row("GET", "/v1/export/alerts.stix.json", "viewer"),
  row("GET", "/openapi.json", "viewer"),
  row("GET", "/docs", "viewer"),
  row("GET", "/docs.css", "viewer"),

  // These change nothing, and cost the agent work.
  row("POST", "/v1/config/validate", "operator"),
  row("POST", "/v1/scenarios/try", "operator"),
  row("POST", "/v1/contain", "operator"),
  row("POST", "/v1/release", "operator"),
  row("POST", "/v1/host/contain", "operator"),
  row("POST", "/v1/host/release", "operator"),
  row("POST", "/v1/ping", "operator"),
  row("GET", "/v1/drills", "viewer"),
  row("POST", "/v1/drills", "operator"),
  row("GET", "/v1/drills/{id}", "viewer"),
  // Some of them only an owner: `api/signal_desk.ts`.
  row("POST", "/v1/signals", "operator"),
  row("POST", "/v1/signals/{id}/cancel", "operator"),

  row("GET", "/v1/config/rollout", "viewer"),
  row("POST", "/v1/config", "owner"),
  row("POST", "/v1/config/trial", "owner"),
  row("POST", "/v1/profile", "owner"),
  row("POST", "/v1/roster", "owner"),
  row("POST", "/v1/reload", "owner"),
  row("POST", "/v1/members", "owner"),
  row("POST", "/v1/members/rename", "owner"),
  row("GET", "/v1/invites", "owner"),
  row("POST", "/v1/invites", "owner"),
  row("DELETE", "/v1/invites/{id}", "owner"),
  row("GET", "/v1/keys", "owner"),
  row("POST", "/v1/keys/rotate", "owner"),

  // Whoever could write here could say that somebody else did something.
  row("POST", "/v1/acts", "nobody"),

  // The dashboard's own.
  row("GET", "/v1/simulations", "viewer"),
  row("POST", "/v1/simulations", "operator"),
  row("GET", "/v1/simulations/compare", "viewer"),
  row("GET", "/v1/simulations/{id}", "viewer"),
  row("DELETE", "/v1/simulations/{id}", "operator"),
  row("POST", "/v1/logout", "viewer"),
  row("GET", "/sessions", "viewer"),
  row("DELETE", "/sessions/{id}", "viewer"),
  row("GET", "/people", "owner"),
  row("POST", "/people", "owner"),
  row("POST", "/people/{name}/reset", "owner"),
  row("DELETE", "/people/{name}", "owner"),
  row("GET", "/notifications", "owner"),
  row("POST", "/notifications", "owner"),
  row("DELETE", "/notifications/{name}", "owner"),
  row("POST", "/notifications/test", "owner"),
];

/** What the table says about a request. */
export type RouteVerdict =
  | "allowed"
  /** The path is known, and needs another role. */
  | "not_allowed"
  /** The path is known, and has no such method. */
  | "method_not_allowed"
  | "not_found";

/**
 * Whether `role` may ask for `path`, below `/api` and as it is sent on: what is
 * percent-encoded stays so, and an encoded slash is no slash.
 */
export function routeVerdict(
  role: Role,
  method: string,
  path: string,
): RouteVerdict {
  const meant = method === "HEAD" ? "GET" : method;
  const there = rows.filter(({ pattern, rule }) =>
    rule.least !== "nobody" && pattern.test(path)
  );
  if (there.length === 0) return "not_found";
  const found = there.find(({ rule }) => rule.method === meant);
  if (!found || found.rule.least === "nobody") return "method_not_allowed";
  return mayAct(role, found.rule.least) ? "allowed" : "not_allowed";
}

/** The methods of `path`, whoever may use them. */
export function methodsOf(path: string): string[] {
  return rows.filter(({ pattern, rule }) =>
    rule.least !== "nobody" && pattern.test(path)
  ).map(({ rule }) => rule.method);
}

const rows = routeRules.map((rule) => ({
  rule,
  pattern: patternOf(rule.path),
}));

function row(
  method: Method,
  path: string,
  least: RouteRule["least"],
): RouteRule {
  return { method, path, least };
}

/** A literal path with `{name}` as one segment of unreserved characters. */
function patternOf(path: string): RegExp {
  const literal = path.replace(/[.]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{\w+\}/g, "[\\w.:%~-]+")}$`);
}
