/**
 * PEM (RFC 7468): the text spelling of certificates and keys that the
 * runtime's TLS asks for.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** `der` between its BEGIN and END lines, 64 characters a line. */
export function pemOf(
  label: "CERTIFICATE" | "PRIVATE KEY",
  der: Uint8Array,
): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""]
    .join("\n");
}
