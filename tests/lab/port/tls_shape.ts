/**
 * What an observer can tell of a server's TLS bytes without the keys (RFC 8446,
 * section 5; RFC 5246, section 6.2): which records came, how long each was, and
 * the whole of those that are not encrypted, but for what is drawn anew for each
 * handshake: randoms, session ids, key shares, signatures.
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

/** One handshake message after the other (RFC 5246, section 7.4). */
function handshakeShape(body: Uint8Array, signedLength: SignedLength): string {
  const shapes: string[] = [];
  let at = 0;
  while (at + 4 <= body.length) {
    const length = (body[at + 1]! << 16) | (body[at + 2]! << 8) | body[at + 3]!;
    const message = body.subarray(at, at + 4 + length);
    // Of server_key_exchange all but the length is drawn anew.
    if (message[0] === 12) shapes.push(`12 ${signedLength.name(length)}`);
    else shapes.push((message[0] === 2 ? masked(message) : message).toHex());
    at += 4 + length;
  }
  return shapes.join(" ");
}

/** A server_hello without its random, session id and key share. */
function masked(message: Uint8Array): Uint8Array {
  const hello = message.slice();
  hello.fill(0, 6, 38);
  hello.fill(0, 39, 39 + (hello[38] ?? 0));
  const share = keyShareAt(hello);
  if (share) hello.fill(0, share.from, share.to);
  return hello;
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
