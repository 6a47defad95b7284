/**
 * A request as the peer of a mesh or the script of a web page would make it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { latin1 } from "./talk.ts";

/** What to leave out or change of an upgrade. */
export interface RequestPlan {
  readonly method?: string;
  readonly path?: string;
  readonly token?: Uint8Array;
  /** Sent in place of the session cookie. */
  readonly cookie?: string;
  /** Replace or, when `undefined`, remove headers. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The headers of a WebSocket upgrade (RFC 6455, section 4.1). */
const upgradeHeaders = {
  host: "status",
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** The request's bytes. */
export function upgradeRequest(plan: RequestPlan): Uint8Array<ArrayBuffer> {
  const cookie = plan.cookie ??
    (plan.token && `session=${Buffer.from(plan.token).toString("base64url")}`);
  const headers = { ...upgradeHeaders, cookie, ...plan.headers };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`]
  );
  const { method = "GET", path = "/live" } = plan;
  return latin1(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
}
