/**
 * What several detectors have learned, as one run of bytes:
 *
 * | offset | size | |
 * | --- | --- | --- |
 * | 0 | 1 | 2 |
 * | 1 | 4 | length of the first part, big-endian |
 * | 5 | | first part: `first_contact_baseline.ts` |
 * | | | second part, to the end: `lateral_memory.ts` |
 *
 * An older run has the first part alone, which begins with 1.
 *
 * @module
 */

/** The parts, of which an older run lacks the second. */
export interface LearnedParts {
  readonly contacts: Uint8Array;
  readonly lateral?: Uint8Array;
}

const version = 2;
const headerBytes = 5;

/** As one run of bytes. */
export function joinLearned(
  contacts: Uint8Array,
  lateral: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(headerBytes + contacts.length + lateral.length);
  bytes[0] = version;
  new DataView(bytes.buffer).setUint32(1, contacts.length);
  bytes.set(contacts, headerBytes);
  bytes.set(lateral, headerBytes + contacts.length);
  return bytes;
}

/** Takes it apart; what the parts hold is their readers' question. */
export function splitLearned(bytes: Uint8Array): LearnedParts {
  if (bytes[0] !== version || bytes.length < headerBytes) {
    return { contacts: bytes };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = headerBytes + view.getUint32(1);
  return {
    contacts: bytes.subarray(headerBytes, end),
    lateral: bytes.subarray(end),
  };
}
