/**
 * What an observer can tell of a server's TLS bytes without the keys (RFC 8446,
 * section 5; RFC 5246, section 6.2): which records came, how long each was, and
 * the whole of those that are not encrypted, but for the random and the key
 * share of a hello.
 *
 * The length of an encrypted record that may hold a signature is given without
 * the signature's own variation: an ECDSA signature in DER has 68 to 72 bytes,
 * drawn anew for each handshake.
 *
 * @module
 */

const handshake = 22;
const applicationData = 23;
/** Spread of a signature's length around the most usual, 71. */
const signatureSpread = 3;

/** Text that is equal for two answers nobody could tell apart. */
export function shapeOfTls(
  bytes: Uint8Array,
  signedLength: SignedLength,
): string {
  const shapes: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = view.getUint8(at);
    const length = view.getUint16(at + 3);
    const body = bytes.subarray(at + 5, at + 5 + length);
    const head = `${type} ${view.getUint16(at + 1).toString(16)}`;
    if (type === applicationData) {
      shapes.push(`${head} ${signedLength.name(length)}`);
    } else if (type === handshake) {
      shapes.push(`${head} ${handshakeShape(body, signedLength)}`);
    } else shapes.push(`${head} ${body.toHex()}`);
    at += 5 + length;
  }
  if (at < bytes.length) shapes.push(`rest ${bytes.subarray(at).toHex()}`);
  return shapes.join("\n");
}

/** Gives lengths that differ only by a signature's the same name. */
export class SignedLength {
  readonly #seen: number[] = [];

  name(length: number): number {
    const known = this.#seen.find((each) =>
      Math.abs(each - length) <= signatureSpread
    );
    if (known === undefined) this.#seen.push(length);
    return known ?? length;
  }
}

function handshakeShape(body: Uint8Array, signedLength: SignedLength): string {
  const [type] = body;
  // server_hello; everything else is named by its length.
  if (type !== 2) return `${type} ${signedLength.name(body.length)}`;
  const masked = body.slice();
  masked.fill(0, 6, 38);
  const share = keyShareAt(masked);
  if (share) masked.fill(0, share.from, share.to);
  const sessionIdBytes = masked[38] ?? 0;
  masked.fill(0, 39, 39 + sessionIdBytes);
  return `hello ${masked.toHex()}`;
}

/** Where the public key of the key_share extension is. */
function keyShareAt(
  hello: Uint8Array,
): { from: number; to: number } | undefined {
  const view = new DataView(hello.buffer, hello.byteOffset, hello.byteLength);
  // Type, length, version, random; session id; suite, compression; extensions.
  let at = 39 + (hello[38] ?? 0) + 3 + 2;
  while (at + 4 <= hello.length) {
    const type = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (type === 51) return { from: at + 8, to: at + 4 + length };
    at += 4 + length;
  }
  return undefined;
}
