/**
 * UUIDs of version 5 (RFC 9562 §5.5): the same name always gets the same one.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * Names `name` within `namespace`.
 *
 * @param namespace A UUID in its usual spelling.
 */
export function uuid5(namespace: string, name: string): string {
  const digest = createHash("sha1")
    .update(Uint8Array.fromHex(namespace.replaceAll("-", "")))
    .update(name, "utf8")
    .digest();
  const bytes = new Uint8Array(digest.subarray(0, 16));
  const view = new DataView(bytes.buffer);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x50);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  return bytes.toHex()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
