/**
 * Reads messages of SMB 2 and 3 (MS-SMB2 2.2):
 *
 * | offset | size | header |
 * | --- | --- | --- |
 * | 0 | 4 | fe, `SMB` |
 * | 8 | 4 | status, in answers |
 * | 12 | 2 | command |
 * | 16 | 4 | flags: 1 answer |
 * | 20 | 4 | where the next message of this compound begins; 0 if none |
 * | 24 | 8 | message number |
 * | 36 | 4 | tree number |
 *
 * The body begins at 64; offsets in it count from the header.
 *
 * @module
 */
import { readNtlmUser } from "./ntlm_login.ts";
import type { SmbStep } from "./smb_session.ts";

const headerBytes = 64;
/** Messages of one compound that are read. */
const compoundMax = 16;
const command = {
  sessionSetup: 1,
  treeConnect: 3,
  create: 5,
  write: 9,
  ioctl: 11,
} as const;
/** FSCTL_PIPE_TRANSCEIVE, MS-FSCC 2.3. */
const pipeTransceive = 0x0011c017;
/** Data, append, everything, write (MS-SMB2 2.2.13.1.1). */
const writeAccess = 0x2 | 0x4 | 0x10000000 | 0x40000000;
const directoryOption = 1;
const utf16 = new TextDecoder("utf-16le");

/** Whether a message of this dialect begins at `at`. */
export function isSmb2(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xfe && bytes[at + 1] === 0x53 &&
    bytes[at + 2] === 0x4d && bytes[at + 3] === 0x42;
}

/** Reads the messages from `start`; what is cut short is passed over. */
export function* readSmb2(
  bytes: Uint8Array,
  start: number,
): Generator<SmbStep, void, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let count = 0; count < compoundMax; count++) {
    if (start + headerBytes > bytes.length || !isSmb2(bytes, start)) return;
    const next = view.getUint32(start + 20, true);
    const end = next === 0
      ? bytes.length
      : Math.min(bytes.length, start + next);
    const isAnswer = (view.getUint32(start + 16, true) & 1) !== 0;
    const step = isAnswer
      ? readAnswer(view, start)
      : readRequest(bytes.subarray(0, end), view, start);
    if (step !== undefined) yield step;
    if (next < headerBytes) return;
    start += next;
  }
}

function readAnswer(view: DataView, at: number): SmbStep | undefined {
  const message = messageNumber(view, at);
  const code = view.getUint32(at + 8, true);
  switch (view.getUint16(at + 12, true)) {
    case command.sessionSetup:
      return { step: "log_in_answered", message, status: code };
    case command.treeConnect: {
      if (code !== 0) return undefined;
      const tree = view.getUint32(at + 36, true);
      return { step: "share_connected", message, tree };
    }
    default:
      return undefined;
  }
}

function readRequest(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): SmbStep | undefined {
  const body = at + headerBytes;
  const room = bytes.length - body;
  const message = messageNumber(view, at);
  switch (view.getUint16(at + 12, true)) {
    case command.sessionSetup: {
      const user = readNtlmUser(bytes.subarray(body));
      return user === undefined ? undefined : { step: "log_in", message, user };
    }
    case command.treeConnect: {
      if (room < 8) return undefined;
      const path = textAt(bytes, view, at, body + 4);
      return { step: "connect_share", message, path };
    }
    case command.create: {
      if (room < 56) return undefined;
      const options = view.getUint32(body + 40, true);
      return {
        step: "open",
        tree: view.getUint32(at + 36, true),
        name: textAt(bytes, view, at, body + 44),
        writes: (view.getUint32(body + 24, true) & writeAccess) !== 0 &&
          (options & directoryOption) === 0,
      };
    }
    case command.write: {
      if (room < 32) return undefined;
      const start = at + view.getUint16(body + 2, true);
      const length = view.getUint32(body + 4, true);
      return written(bytes, body + 16, start, length);
    }
    case command.ioctl: {
      if (room < 32) return undefined;
      if (view.getUint32(body + 4, true) !== pipeTransceive) return undefined;
      const start = at + view.getUint32(body + 24, true);
      const length = view.getUint32(body + 28, true);
      return written(bytes, body + 8, start, length);
    }
    default:
      return undefined;
  }
}

function written(
  bytes: Uint8Array,
  fileAt: number,
  start: number,
  length: number,
): SmbStep {
  const file = String.fromCharCode(...bytes.subarray(fileAt, fileAt + 16));
  const end = Math.min(bytes.length, start + length);
  return { step: "write", file, start, end };
}

/** Offset (from the header) and length in bytes of a text stand at `field`. */
function textAt(
  bytes: Uint8Array,
  view: DataView,
  header: number,
  field: number,
): string {
  const start = header + view.getUint16(field, true);
  const end = start + view.getUint16(field + 2, true);
  return utf16.decode(bytes.subarray(start, Math.min(end, bytes.length)));
}

function messageNumber(view: DataView, at: number): string {
  return `${view.getUint32(at + 28, true)}.${view.getUint32(at + 24, true)}`;
}
