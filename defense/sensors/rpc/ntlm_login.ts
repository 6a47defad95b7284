/**
 * The account in the last message of an NTLM login (MS-NLMP 2.2.1.3):
 *
 * | offset | size | AUTHENTICATE_MESSAGE |
 * | --- | --- | --- |
 * | 0 | 8 | `NTLMSSP` and 0 |
 * | 8 | 4 | 3 |
 * | 36 | 8 | user name: length (2), room (2), offset (4) |
 * | 60 | 4 | flags: 1 Unicode |
 *
 * The hash that follows is never read.
 *
 * @module
 */

const signature = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0];
const userBytesMax = 256;
const utf16 = new TextDecoder("utf-16le");
const latin1 = new TextDecoder("latin1");

/**
 * Finds the account.
 *
 * @returns `undefined` if there is no such message; empty for an anonymous one.
 */
export function readNtlmUser(bytes: Uint8Array): string | undefined {
  const at = find(bytes);
  if (at < 0 || at + 64 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint16(at + 36, true);
  const offset = view.getUint32(at + 40, true);
  const isUnicode = (view.getUint32(at + 60, true) & 1) !== 0;
  const start = at + offset;
  if (length > userBytesMax || start + length > bytes.length) return undefined;
  const name = bytes.subarray(start, start + length);
  return (isUnicode ? utf16 : latin1).decode(name);
}

function find(bytes: Uint8Array): number {
  for (
    let at = bytes.indexOf(0x4e);
    at >= 0;
    at = bytes.indexOf(0x4e, at + 1)
  ) {
    if (
      signature.every((byte, offset) => bytes[at + offset] === byte) &&
      bytes[at + 8] === 3
    ) return at;
  }
  return -1;
}
