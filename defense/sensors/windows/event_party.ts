/**
 * The parties of a Windows event: who did it, from where, on which machine.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { Observation, RemoteCall } from "../../observation.ts";
import type { AddressCache } from "../address_cache.ts";
import { ownCopy } from "../own_copy.ts";
import type { LogonSessions } from "./logon_sessions.ts";
import type { WindowsEvent } from "./windows_event.ts";

/** Parties of an event that carry no address are counted under this. */
export type NoAddress = "no_address";

/** What reading needs beside the event. */
export interface EventContext {
  readonly addresses: AddressCache;
  readonly sessions: LogonSessions;
}

/** What an event tells, empty if nothing. */
export type EventReading = readonly Observation[] | NoAddress;

/** Nothing. */
export const nothing: readonly Observation[] = [];
const userLengthMax = 128;

/** A remote call that an event tells of; its target is who wrote the event. */
export function callOf(
  event: WindowsEvent,
  service: string,
  operation: string,
  source: Address,
  user: string,
  line: number | undefined,
): RemoteCall {
  return {
    kind: "remote_call",
    atMs: event.atMs,
    service,
    operation,
    source,
    ...targetOf(event.computer),
    ...(user !== "" && { user: userOf(user) }),
    ...(line !== undefined && { line }),
  };
}

/** The machine that wrote an event, if it says. */
export function targetOf(computer: string): { readonly target?: string } {
  return computer === "" ? {} : { target: ownCopy(computer) };
}

/** An address of another machine. */
export function remote(
  addresses: AddressCache,
  text: string,
): Address | undefined {
  const address = addresses.read(text);
  if (address === undefined || address === "::1" || address === "::") {
    return undefined;
  }
  return /^(?:127\.|0\.)/.test(address) ? undefined : address;
}

/** Without domain: `user@REALM` and `DOMAIN\user` become `user`. */
export function userOf(name: string): string {
  const plain = name.slice(0, userLengthMax);
  const bare = plain.slice(plain.lastIndexOf("\\") + 1);
  const at = bare.indexOf("@");
  const user = at > 0 ? bare.slice(0, at) : bare;
  return user === "-" ? "" : ownCopy(user);
}

/** Whether a machine's own account. */
export function isMachine(user: string): boolean {
  return user.endsWith("$");
}

/** Whether nobody in particular. */
export function isAnonymous(user: string): boolean {
  return user === "" || user.toUpperCase() === "ANONYMOUS LOGON";
}

/** `C:\Windows\System32\cmd.exe` → `cmd.exe`. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("\\") + 1).toLowerCase();
}
