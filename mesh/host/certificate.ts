/**
 * The self-signed certificate a node shows on its TLS port. It looks like the
 * one an appliance makes for itself at first start: P-256, its own name and
 * addresses, ten years. Peers pin it byte for byte (the roster carries it), so
 * it needs no authority; who a peer *is* only the Noise handshake proves.
 *
 * Follows RFC 5280; `basicConstraints CA:FALSE` because rustls refuses a leaf
 * without it (design §12). The X.509 library is loaded on first use only: it
 * is heavy, and a node makes a certificate once in its life.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { Random } from "../world.ts";
import { pemOf } from "./pem.ts";

/** A certificate with its key, as `StateStore` keeps them. */
export interface Certificate {
  /** What peers pin: the certificate, DER. */
  readonly der: Uint8Array;
  /** The same, PEM. */
  readonly certificatePem: string;
  /** PKCS #8 of the P-256 key. Secret. */
  readonly keyPem: string;
}

/** When a certificate is taken by peers, wall clock milliseconds. */
export interface Validity {
  /** The first moment at which it is valid. */
  readonly fromMs: number;
  /** The last one. */
  readonly untilMs: number;
}

/** What the certificate says. */
export interface CertificateSubject {
  /** Host name without spaces, `status` or `office-nas.local`. */
  readonly name: string;
  /**
   * IP addresses and host names peers will dial, without ports. A dial to a
   * name that is not here fails, so every advertised one must be.
   */
  readonly hosts: readonly string[];
  /** Wall clock milliseconds now. */
  readonly nowMs: number;
}

/** Names in one certificate; a host has a handful of addresses. */
const hostsMax = 64;
/** Our choice: what appliances use, so that nobody has to renew the dressing. */
const lifetimeMs = 3_650 * 86_400_000;
/** Peers' clocks may be behind ours by a day. */
const backdateMs = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Makes a key pair and a certificate for it.
 *
 * @throws {RangeError} If there are more than 64 hosts.
 * @throws {SyntaxError} If a name is neither an IP address nor a host name.
 */
export async function makeCertificate(
  subject: CertificateSubject,
  random: Random,
): Promise<Certificate> {
  if (subject.hosts.length > hostsMax) {
    throw new RangeError(
      `Cannot make certificate: ${subject.hosts.length} hosts, at most ${hostsMax}`,
    );
  }
  const names = [...new Set([subject.name, ...subject.hosts])].map(readName);
  // The library's dependency needs the metadata polyfill to be there first.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");

  const keys = await crypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify",
  ]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(random),
    name: [{ CN: [subject.name] }],
    notBefore: new Date(subject.nowMs - backdateMs),
    notAfter: new Date(subject.nowMs + lifetimeMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
  const der = new Uint8Array(certificate.rawData);
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    der,
    certificatePem: pemOf("CERTIFICATE", der),
    keyPem: pemOf("PRIVATE KEY", new Uint8Array(key)),
  };
}

/**
 * From when to when peers take a certificate; rustls looks at both, also in one
 * that is pinned.
 *
 * @returns `undefined` if `der` is no certificate.
 */
export function validityOf({ der }: Pick<Certificate, "der">):
  | Validity
  | undefined {
  try {
    const { validFrom, validTo } = new X509Certificate(der);
    const [fromMs, untilMs] = [Date.parse(validFrom), Date.parse(validTo)];
    const known = Number.isFinite(fromMs) && Number.isFinite(untilMs);
    return known ? { fromMs, untilMs } : undefined;
  } catch {
    return undefined;
  }
}

/** 16 bytes, positive and without a leading zero (RFC 5280, §4.1.2.2). */
function serialNumber(random: Random): string {
  const bytes = new Uint8Array(16);
  random.fill(bytes);
  const [first = 0] = bytes;
  bytes[0] = (first & 0x3f) | 0x40;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function readName(text: string): { type: "ip" | "dns"; value: string } {
  if (ipaddr.isValid(text) && (text.includes(":") || isDottedQuad(text))) {
    return { type: "ip", value: text };
  }
  if (
    text.length <= 253 &&
    /^[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9][a-z0-9-]{0,62})*$/i.test(text)
  ) {
    return { type: "dns", value: text };
  }
  throw new SyntaxError(
    `Cannot make certificate for "${text}": expected an IP address or a host name`,
  );
}

/** `ipaddr.js` takes `10.1` for an address too; a certificate must not. */
function isDottedQuad(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}
