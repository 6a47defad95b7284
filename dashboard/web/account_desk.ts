/**
 * What the dashboard asks about the people who may log in. `cli/` builds the
 * real one over the file of accounts; a test answers by itself.
 *
 * @module
 */
import type { Role } from "./role.ts";

/** Somebody who may log in; no secret. */
export interface Person {
  /** After `accountName`. */
  readonly name: string;
  /** What may be done. */
  readonly role: Role;
}

/** A new password for somebody. */
export interface PasswordOrder extends Person {
  /** Between `passwordLengthMin` and `passwordLengthMax` characters. */
  readonly password: string;
}

/** The secret for somebody's phone; the only time that it is told. */
export interface PhoneSecret extends Person {
  /** Base32, to be typed. */
  readonly secret: string;
  /** The same as a link, `otpauth://…`. */
  readonly link: string;
  /** The link as a picture, SVG. */
  readonly qr: string;
}

/** The people of this dashboard. */
export interface AccountDesk {
  /** By name. */
  list(): readonly Person[];
  /** Lets somebody in. */
  add(order: PasswordOrder): Promise<PhoneSecret | "taken" | "full">;
  /** Another password and secret, and the role; ends the sessions. */
  reset(order: PasswordOrder): Promise<PhoneSecret | undefined>;
  /** Lets somebody in no more; whether there was such a one. */
  remove(name: string): boolean;
}
