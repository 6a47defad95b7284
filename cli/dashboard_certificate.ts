/**
 * The certificate that a dashboard shows to browsers: one that was given, or
 * one it makes for itself and keeps in the state directory. It is not the
 * node's: that one is dressed up as an appliance's for strangers.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { makeCertificate, systemRandom, validityOf } from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";

/**
 * A certificate of its own with its key, in the state directory: one file, so
 * that no crash leaves one without the other.
 */
export const certificateFile = "dashboard-tls.pem";

/** What TLS needs. */
export interface DashboardCertificate {
  /** PEM, the whole chain. */
  readonly cert: string;
  /** PEM. Secret. */
  readonly key: string;
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
  /** Whether browsers will warn: nobody vouches for it. */
  readonly ownMade: boolean;
}

/**
 * Reads a certificate that was given. Whether the key belongs to it shows when
 * it is served.
 *
 * @throws {OperatorError} If there is none, or it has ended.
 */
export function readCertificate(
  paths: { readonly cert: string; readonly key: string },
  nowMs: number,
): DashboardCertificate {
  const cert = Deno.readTextFileSync(paths.cert);
  const key = Deno.readTextFileSync(paths.key);
  const der = derOf(cert);
  const validity = der && validityOf({ der });
  const why = !der || !validity
    ? "it is no certificate in PEM"
    : validity.untilMs < nowMs
    ? "it has ended"
    : undefined;
  if (der && why === undefined) {
    return { cert, key, fingerprint: fingerprintOf(der), ownMade: false };
  }
  throw unusable(`${paths.cert}: ${why}`);
}

/** Why a certificate cannot be used, and what to do. */
export function unusable(why: string, cause?: unknown): OperatorError {
  return new OperatorError(
    "wrong_usage",
    `Cannot use the certificate ${why}`,
    [
      "Give one in PEM with its key, or leave --cert and --key out:",
      "  the dashboard then makes one for itself",
    ],
    { cause },
  );
}

/**
 * The certificate in `directory`; made where there is none that will do.
 *
 * @param names What browsers will call; the first one is its title.
 */
export async function ownCertificate(
  directory: string,
  names: readonly string[],
  nowMs: number,
): Promise<DashboardCertificate> {
  const path = `${directory}/${certificateFile}`;
  const kept = keptCertificate(path, nowMs);
  if (kept) return kept;
  const { der, certificatePem: cert, keyPem: key } = await makeCertificate(
    { name: names[0] ?? "localhost", hosts: names, nowMs },
    systemRandom,
  );
  writePrivately(path, cert + key);
  return { cert, key, fingerprint: fingerprintOf(der), ownMade: true };
}

function keptCertificate(
  path: string,
  nowMs: number,
): DashboardCertificate | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const keyAt = text.indexOf("-----BEGIN PRIVATE KEY-----");
  const der = derOf(text);
  if (!der || keyAt < 0) return undefined;
  const validity = validityOf({ der });
  // A clock that was ahead when it was made leaves one not valid yet.
  if (!validity || validity.untilMs < nowMs || validity.fromMs > nowMs) {
    return undefined;
  }
  const [cert, key] = [text.slice(0, keyAt), text.slice(keyAt)];
  return { cert, key, fingerprint: fingerprintOf(der), ownMade: true };
}

/** The first certificate of a text in PEM (RFC 7468). */
function derOf(pem: string): Uint8Array | undefined {
  const [, base64] = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/
    .exec(pem) ?? [];
  try {
    return base64 === undefined ? undefined : Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

function fingerprintOf(der: Uint8Array): string {
  const hex = createHash("sha256").update(der).digest("hex").toUpperCase();
  return hex.replace(/..(?=.)/g, "$&:");
}

/** Whole or not at all, and from the first byte on for its owner alone. */
function writePrivately(path: string, text: string): void {
  const temporary = `${path}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(temporary, text, { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, path);
}
