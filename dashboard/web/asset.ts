/**
 * The files of the pages, held in memory: a dashboard reads no path that a
 * request names.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** One file as it is served. */
export interface Asset {
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its media type. */
  readonly type: string;
  /** Quoted, RFC 9110 §8.8.3. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** A file by its name. */
export function assetOf(name: string, bytes: Uint8Array<ArrayBuffer>): Asset {
  const ending = name.slice(name.lastIndexOf(".") + 1);
  return {
    bytes,
    type: types[ending] ?? "application/octet-stream",
    etag: `"${bytesToHex(sha256(bytes)).slice(0, 32)}"`,
  };
}

/** Answers with a file, or says that the client has it already. */
export function serveAsset(asset: Asset, request: Request): Response {
  const headers = {
    "content-type": asset.type,
    "cache-control": "no-cache",
    etag: asset.etag,
  };
  return request.headers.get("if-none-match") === asset.etag
    ? new Response(null, { status: 304, headers })
    : new Response(asset.bytes, { headers });
}
