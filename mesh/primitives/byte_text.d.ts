/**
 * Bytes as text and back (ECMAScript 2026, proposal-arraybuffer-base64), which
 * Deno 2.6 runs but its TypeScript does not know yet. Newer ones do; the
 * declarations then say the same thing twice.
 */
interface Uint8Array<TArrayBuffer extends ArrayBufferLike> {
  toHex(): string;
  toBase64(
    options?: { alphabet?: "base64" | "base64url"; omitPadding?: boolean },
  ): string;
}
interface Uint8ArrayConstructor {
  fromHex(text: string): Uint8Array<ArrayBuffer>;
  fromBase64(
    text: string,
    options?: {
      alphabet?: "base64" | "base64url";
      lastChunkHandling?: "loose" | "strict" | "stop-before-partial";
    },
  ): Uint8Array<ArrayBuffer>;
}
