/**
 * The certificate that a dashboard shows to browsers: one that was given, or
 * one it makes for itself and keeps in the state directory. It is not the
 * node's: that one is dressed up as an appliance's for strangers.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { makeCertificate, systemRandom, validityOf } from "../mesh/host/mod.ts";
import { OperatorError } from "./operator_error.ts";

/** Files of a certificate of its own, in the state directory. */
export const certificateFiles = {
  cert: "dashboard-certificate.pem",
  key: "dashboard-key.pem",
} as const;

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
 * Reads a certificate that was given.
 *
 * @throws {OperatorError} If there is none, or it has ended.
 */
export function readCertificate(
  paths: { readonly cert: string; readonly key: string },
  nowMs: number,
): DashboardCertificate {
  const cert = Deno.readTextFileSync(paths.cert);
  const key = Deno.readTextFileSync(paths.key);
  const read = parsed(cert);
  const refuse = (why: string) =>
    new OperatorError(
      "wrong_usage",
      `Cannot use the certificate ${paths.cert}: ${why}`,
      ["Give one in PEM with its key, or leave --cert and --key out:"]
        .concat("  the dashboard then makes one for itself"),
    );
  if (!read) throw refuse("it is no certificate in PEM");
  const validity = validityOf({ der: read.der });
  if (!validity || validity.untilMs < nowMs) throw refuse("it has ended");
  if (!isKeyOf(cert, key)) throw refuse(`${paths.key} is not its key`);
  return { cert, key, fingerprint: read.fingerprint, ownMade: false };
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
  const at = (file: string) => `${directory}/${file}`;
  const kept = keptCertificate(
    at(certificateFiles.cert),
    at(certificateFiles.key),
    nowMs,
  );
  if (kept) return kept;
  const { certificatePem: cert, keyPem: key } = await makeCertificate(
    { name: names[0] ?? "localhost", hosts: names, nowMs },
    systemRandom,
  );
  // The key first: a certificate without its key is made anew.
  writePrivately(at(certificateFiles.key), key);
  writePrivately(at(certificateFiles.cert), cert);
  const fingerprint = parsed(cert)?.fingerprint ?? "";
  return { cert, key, fingerprint, ownMade: true };
}

function keptCertificate(
  certPath: string,
  keyPath: string,
  nowMs: number,
): DashboardCertificate | undefined {
  try {
    const cert = Deno.readTextFileSync(certPath);
    const key = Deno.readTextFileSync(keyPath);
    const read = parsed(cert);
    if (!read || !isKeyOf(cert, key)) return undefined;
    const validity = validityOf({ der: read.der });
    if (!validity || validity.untilMs < nowMs) return undefined;
    return { cert, key, fingerprint: read.fingerprint, ownMade: true };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function parsed(
  pem: string,
): { der: Uint8Array; fingerprint: string } | undefined {
  try {
    const { raw, fingerprint256 } = new X509Certificate(pem);
    return { der: new Uint8Array(raw), fingerprint: fingerprint256 };
  } catch {
    return undefined;
  }
}

function isKeyOf(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Whole or not at all, and from the first byte on for its owner alone. */
function writePrivately(path: string, text: string): void {
  const temporary = `${path}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(temporary, text, { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, path);
}
