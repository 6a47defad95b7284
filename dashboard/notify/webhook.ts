/**
 * A notice as an HTTP request that its receiver can trust:
 *
 * ```text
 * POST … HTTP/1.1
 * content-type: application/json
 * x-stealthmesh-id: office-nas-4711
 * x-stealthmesh-signature: t=1790000000,v1=HEX
 *
 * {"id":"office-nas-4711","kind":"alert","at":"2026-…Z","host":"office-nas",…}
 * ```
 *
 * `HEX` is HMAC-SHA-256 (RFC 2104) under the target's secret over the decimal
 * seconds of `t`, a full stop and the body, byte for byte. A receiver refuses
 * what is older than five minutes and what it has seen already: a notice that
 * is tried again has a new `t` and the same id.
 *
 * @module
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Notice } from "./notice.ts";

/** Bytes of a secret. */
export const webhookSecretBytes = 32;

/** The parts of a request. */
export interface WebhookRequest {
  /** All of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Writes and signs a request. */
export function webhookRequest(
  notice: Notice,
  secret: Uint8Array,
  wallMs: number,
): WebhookRequest {
  const { atMs, ...rest } = notice;
  const body = JSON.stringify({ ...rest, at: new Date(atMs).toISOString() });
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "stealthmesh",
      "x-stealthmesh-id": encodeURIComponent(notice.id),
      "x-stealthmesh-signature": signatureText(body, secret, wallMs),
    },
    body,
  };
}

/** The value of `x-stealthmesh-signature`. */
export function signatureText(
  body: string,
  secret: Uint8Array,
  wallMs: number,
): string {
  const seconds = Math.floor(wallMs / 1_000);
  const mac = hmac(sha256, secret, utf8ToBytes(`${seconds}.${body}`));
  return `t=${seconds},v1=${bytesToHex(mac)}`;
}
