/**
 * Who asks: from which page, in which session, from which address.
 *
 * @module
 */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { prefix64Of, readAddress } from "../../defense/mod.ts";
import type { SessionTable, SessionView } from "./session_table.ts";

/** What the server knows of a connection. */
export interface Peer {
  /** IP address of the other end; nothing that a header says. */
  readonly address: string;
}

/**
 * Name of the cookie. With TLS the prefix keeps other hosts and plain HTTP from
 * setting it (RFC 6265bis, §4.1.3.2).
 */
export function cookieName(secure: boolean): string {
  return secure ? "__Host-stealthmesh_session" : "stealthmesh_session";
}

/** The session of a request, if it is in force. */
export function sessionOf(
  context: Context,
  sessions: SessionTable,
  secure: boolean,
): SessionView | undefined {
  const secret = getCookie(context, cookieName(secure));
  return secret === undefined ? undefined : sessions.use(secret);
}

/** The name by which we are called: HTTP/2 has it in the request's target. */
export function hostOf(context: Context): string {
  return context.req.header("host") ?? new URL(context.req.url).host;
}

/** IP address of who asks, in canonical spelling; empty if nobody knows. */
export function addressOf(context: Context): string {
  const { address } = (context.env ?? {}) as Partial<Peer>;
  return readAddress(address ?? "") ?? "";
}

/** What pauses are kept for: of an IPv6 address its /64. */
export function networkOf(address: string): string {
  const read = readAddress(address);
  return read === undefined ? "" : prefix64Of(read);
}

/** Whether an address is this host's own. */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/**
 * Whether a request comes from our own pages. Browsers say where a request
 * comes from; what says nothing is no browser.
 *
 * @param secure Whether our pages have TLS: the scheme is part of an origin.
 */
export function isOwn(context: Context, secure: boolean): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = context.req.header("origin");
  if (origin === undefined) return site !== undefined;
  return origin === `${secure ? "https" : "http"}://${hostOf(context)}`;
}
