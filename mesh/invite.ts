/**
 * An invite: one line of text that lets one machine join one mesh once. It
 * carries where to knock, whom to expect there, and a seed from which both
 * sides derive the keys of the enrolment.
 *
 * `stealthmesh1:` ‖ base64url of CBOR and checksum:
 *
 * | part | bytes | meaning |
 * | --- | ---: | --- |
 * | CBOR array | ~ 500 | version, mesh id, seed, addresses, the inviter's Noise key, TLS certificate and node id, expiry, and if given the longest membership, and whether the joiner only listens |
 * | checksum | 4 | first bytes of SHA-256 of the CBOR |
 *
 * Whoever reads the line can use it, so it travels like a password. The roster
 * entry that makes the invite valid is `writeInvite`'s; that it works once is
 * the promise of the member that wrote it.
 *
 * @module
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  bytesToHex,
  concatBytes,
  hexToBytes,
  utf8ToBytes,
} from "@noble/hashes/utils.js";
import {
  asArray,
  asBytes,
  asUnsigned,
  type CborValue,
  decodeCbor,
  encodeCbor,
} from "./cbor.ts";
import { validMsMax } from "./entry_body.ts";
import { type NodeId, parseNodeId } from "./node_id.ts";
import { readAddresses, readCertificate } from "./peer_text.ts";
import { ed25519Signer, type Signer } from "./primitives/ed25519.ts";

/** An invite is a secret on its way; a week is long enough. Our choice. */
export const inviteMsMax = 7 * 86_400_000;

/** What an invite says. */
export interface Invite {
  /** 32 bytes. */
  readonly meshId: Uint8Array;
  /** 32 unpredictable bytes; everything secret about the invite. */
  readonly seed: Uint8Array;
  /** `host:port` of the inviter, tried in order. */
  readonly addresses: readonly string[];
  /** The inviter's X25519 static key, 32 bytes. */
  readonly noisePublic: Uint8Array;
  /** The inviter's TLS certificate, DER. */
  readonly certificate: Uint8Array;
  /** The inviter. */
  readonly node: NodeId;
  /** Wall clock milliseconds. */
  readonly expiresAtMs: number;
  /** Longest membership to ask for, in milliseconds. */
  readonly validMs?: number;
  /** Whoever joins with it only listens; what counts is the roster's entry. */
  readonly observer?: boolean;
}

/** What both sides derive from an invite's seed. */
export interface InviteKeys {
  /** Signs the joiner's admission. */
  readonly signer: Signer;
  /** The signer's public key: how the roster names the invite. */
  readonly id: Uint8Array;
  /** Noise psk of the `XXhfs+psk3` handshake, 32 bytes. */
  readonly psk: Uint8Array;
  /** Key of the gate tokens, 32 bytes. */
  readonly gateKey: Uint8Array;
}

const prefix = "stealthmesh1:";
const version = 1;
const checksumBytes = 4;
/** An invite fits a QR code (2,953 bytes in version 40-L). */
const textCharactersMax = 2_900;
const salt = utf8ToBytes("stealthmesh invite v1");

/**
 * Writes an invite as one line.
 *
 * @throws {RangeError} If a field is not what {@linkcode Invite} says, or the
 * line would not fit a QR code.
 */
export function encodeInvite(invite: Invite): string {
  const body = encodeCbor([
    version,
    invite.meshId,
    invite.seed,
    invite.addresses,
    invite.noisePublic,
    invite.certificate,
    hexToBytes(invite.node),
    invite.expiresAtMs,
    ...(invite.observer
      ? [invite.validMs ?? validMsMax, true]
      : invite.validMs === undefined
      ? []
      : [invite.validMs]),
  ]);
  const bytes = concatBytes(body, checksumOf(body));
  const text = prefix + toBase64Url(bytes);
  const flaw = flawOf(text);
  if (flaw) throw new RangeError(`Cannot encode invite: ${flaw}`);
  return text;
}

/**
 * Reads an invite as an operator typed, pasted or scanned it. White space,
 * line breaks included, is ignored.
 *
 * @throws {SyntaxError} Saying what is wrong.
 */
export function parseInvite(text: string): Invite {
  const read = readInvite(text.replace(/\s+/g, ""));
  if (typeof read === "string") {
    throw new SyntaxError(`Cannot parse invite: ${read}`);
  }
  return read;
}

/**
 * Derives the keys of an invite (HKDF-SHA256, RFC 5869, one label per use).
 *
 * @throws {RangeError} If `seed` is not 32 bytes.
 */
export function inviteKeys(seed: Uint8Array): InviteKeys {
  if (seed.length !== 32) {
    throw new RangeError("Cannot derive invite keys: seed must be 32 bytes");
  }
  const derive = (purpose: string) =>
    hkdf(sha256, seed, salt, utf8ToBytes(purpose), 32);
  const signer = ed25519Signer(derive("signing"));
  return {
    signer,
    id: signer.public,
    psk: derive("psk"),
    gateKey: derive("gate"),
  };
}

function flawOf(text: string): string | undefined {
  const read = readInvite(text);
  return typeof read === "string" ? read : undefined;
}

/** The invite, or what is wrong with the text. */
function readInvite(text: string): Invite | string {
  if (!text.startsWith(prefix)) {
    return `expected a line that starts with "${prefix}"; ` +
      "ask for a new one with: stealthmesh keys invite";
  }
  if (text.length > textCharactersMax) {
    return `${text.length} characters, at most ${textCharactersMax} expected`;
  }
  const encoded = text.slice(prefix.length);
  const odd = encoded.search(/[^A-Za-z0-9_-]/);
  if (odd >= 0) {
    return `character ${prefix.length + odd + 1} ("${encoded[odd]}") ` +
      "does not belong in an invite";
  }
  const bytes = fromBase64Url(encoded);
  const body = bytes?.subarray(0, -checksumBytes);
  if (!bytes || !body || !body.length || !endsWith(bytes, checksumOf(body))) {
    return "checksum does not match: a character is missing or changed; " +
      "copy the whole line again";
  }
  const fields = asArray(decodeCbor(body));
  if (!fields) return "not an invite inside";
  if (fields[0] !== version) {
    return `version ${String(fields[0])}, this program reads ${version}; ` +
      "update stealthmesh on the older machine";
  }
  return readFields(fields);
}

function readFields(fields: readonly CborValue[]): Invite | string {
  if (fields.length < 8 || fields.length > 10) {
    return `${fields.length} fields, 8 to 10 expected`;
  }
  const meshId = asBytes(fields[1], 32);
  if (!meshId) return 'field "mesh id" is not 32 bytes';
  const seed = asBytes(fields[2], 32);
  if (!seed) return 'field "seed" is not 32 bytes';
  const addresses = readAddresses(fields[3]);
  if (!addresses?.length) {
    return 'field "addresses" is not a list of 1 to 8 host:port';
  }
  const noisePublic = asBytes(fields[4], 32);
  if (!noisePublic) return 'field "Noise key" is not 32 bytes';
  const certificate = readCertificate(fields[5]);
  if (!certificate) return 'field "certificate" is not a certificate';
  const node = asBytes(fields[6], 32);
  if (!node) return 'field "node" is not 32 bytes';
  const expiresAtMs = asUnsigned(fields[7]);
  if (expiresAtMs === undefined) return 'field "expiry" is not a time';
  const validMs = fields.length > 8 ? asUnsigned(fields[8]) : 0;
  if (validMs === undefined) return 'field "longest membership" is no number';
  if (fields.length === 10 && fields[9] !== true) {
    return 'field "only listens" is not true';
  }
  return {
    ...(fields.length > 8 && { validMs }),
    ...(fields.length === 10 && { observer: true }),
    meshId,
    seed,
    addresses,
    noisePublic,
    certificate,
    node: parseNodeId(bytesToHex(node)),
    expiresAtMs,
  };
}

function checksumOf(body: Uint8Array): Uint8Array {
  return sha256(body).subarray(0, checksumBytes);
}

function endsWith(bytes: Uint8Array, ending: Uint8Array): boolean {
  return bytesToHex(bytes.subarray(-ending.length)) === bytesToHex(ending);
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function fromBase64Url(text: string): Uint8Array | undefined {
  // "strict" wants the padding that the line leaves out; in return it refuses
  // stray bits in the last character, so one invite has one spelling.
  const padded = text + "=".repeat((4 - text.length % 4) % 4);
  try {
    return Uint8Array.fromBase64(padded, {
      alphabet: "base64url",
      lastChunkHandling: "strict",
    });
  } catch {
    return undefined;
  }
}
