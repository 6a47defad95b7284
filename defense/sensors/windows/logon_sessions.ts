/**
 * Who is behind a logon session: a successful network login (4624) names the
 * session's number and the address, what is done in it later (4672, 4688,
 * 4697, Sysmon 1) only the number. A number is unique on its machine until
 * that starts anew.
 *
 * Services run as the machine itself, so a service that was installed (7045)
 * names no session; who has just opened the service control pipe from
 * elsewhere (5145) is then the one, if it was one.
 *
 * Bounds: `sessionsMax` sessions, `machinesMax` machines and names; the one
 * not used for longest is forgotten.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import { RecentMap } from "../../recent_map.ts";

/** Sessions remembered. */
export const sessionsMax = 8_192;
const machinesMax = 2_048;
/** From opening the service control pipe to the service's installation. Our choice. */
const controlMsMax = 120_000;

/** Where a session comes from. */
export interface LogonSession {
  readonly source: Address;
  readonly user: string;
}

interface Control extends LogonSession {
  readonly atMs: number;
  /** Somebody else did the same meanwhile, so nobody can be named. */
  readonly ambiguous: boolean;
}

/** Sessions of all machines in one log. */
export class LogonSessions {
  readonly #sessions = new RecentMap<string, LogonSession>(sessionsMax);
  readonly #controls = new RecentMap<string, Control>(machinesMax);

  /** A login from elsewhere was accepted. */
  open(computer: string, logonId: string, session: LogonSession): void {
    if (isSystem(logonId)) return;
    this.#sessions.set(keyOf(computer, logonId), session);
  }

  /** Who is behind a session, if it came from elsewhere. */
  of(computer: string, logonId: string): LogonSession | undefined {
    return this.#sessions.use(keyOf(computer, logonId));
  }

  /** Somebody opened the service control manager of `computer`. */
  control(computer: string, atMs: number, session: LogonSession): void {
    const before = this.#controls.get(lower(computer));
    const ambiguous = before !== undefined &&
      Math.abs(atMs - before.atMs) <= controlMsMax &&
      (before.source !== session.source || before.ambiguous);
    this.#controls.set(lower(computer), { ...session, atMs, ambiguous });
  }

  /** Who lately opened the service control manager of `computer`, if one did. */
  controllerOf(computer: string, atMs: number): LogonSession | undefined {
    const control = this.#controls.get(lower(computer));
    if (control === undefined || control.ambiguous) return undefined;
    return Math.abs(atMs - control.atMs) <= controlMsMax ? control : undefined;
  }
}

function keyOf(computer: string, logonId: string): string {
  return `${lower(computer)} ${lower(logonId)}`;
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** The machine itself, local service and network service (MS-DTYP 2.4.2.4). */
function isSystem(logonId: string): boolean {
  return /^(?:-?|0x0|0x3e[4-7])$/i.test(logonId);
}
