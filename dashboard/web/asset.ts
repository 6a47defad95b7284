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
  /** How long a browser may keep it, RFC 9111 §5.2.2. */
  readonly caching: string;
  /** Quoted, RFC 9110 §8.8.3. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The bundler puts the hash of what is in a file into such a name. */
const named = /-[0-9A-Z]{8}\.js$/;

/** A file by its name. */
export function assetOf(name: string, bytes: Uint8Array<ArrayBuffer>): Asset {
  const ending = name.slice(name.lastIndexOf(".") + 1);
  return {
    bytes,
    type: types[ending] ?? "application/octet-stream",
    caching: named.test(name)
      ? "public, max-age=31536000, immutable"
      : "no-cache",
    etag: `"${bytesToHex(sha256(bytes)).slice(0, 32)}"`,
  };
}

/** Answers with a file, or says that the client has it already. */
export function serveAsset(asset: Asset, request: Request): Response {
  const headers = {
    "content-type": asset.type,
    "cache-control": asset.caching,
    etag: asset.etag,
  };
  return request.headers.get("if-none-match") === asset.etag
    ? new Response(null, { status: 304, headers })
    : new Response(asset.bytes, { headers });
}
