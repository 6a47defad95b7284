/**
 * Reads messages of the old SMB (MS-CIFS 2.2.3, MS-SMB 2.2.4):
 *
 * | offset | size | header |
 * | --- | --- | --- |
 * | 0 | 4 | ff, `SMB` |
 * | 4 | 1 | command |
 * | 5 | 4 | status, in answers |
 * | 9 | 1 | flags: 80 answer |
 * | 10 | 2 | flags: 8000 Unicode |
 * | 24 | 2 | tree number |
 * | 30 | 2 | message number |
 * | 32 | 1 | count of the 16-bit words that follow |
 *
 * Of a chain of commands ("AndX") the first is read, and the one that matters
 * of a login with a share behind it.
 *
 * @module
 */
import { readNtlmUser } from "./ntlm_login.ts";
import type { SmbStep } from "./smb_session.ts";

const headerBytes = 32;
/** Commands of one chain that are read. */
const chainMax = 4;
const command = {
  transaction: 0x25,
  writeAndX: 0x2f,
  sessionSetupAndX: 0x73,
  treeConnectAndX: 0x75,
  createAndX: 0xa2,
  none: 0xff,
} as const;
const andX: ReadonlySet<number> = new Set([
  command.writeAndX,
  command.sessionSetupAndX,
  command.treeConnectAndX,
  command.createAndX,
]);
/** TRANS_TRANSACT_NMPIPE, MS-CIFS 2.2.5. */
const transactPipe = 0x26;
/** Data, append, everything, write. */
const writeAccess = 0x2 | 0x4 | 0x10000000 | 0x40000000;
const directoryOption = 1;
const nameBytesMax = 1_024;
const utf16 = new TextDecoder("utf-16le");
const latin1 = new TextDecoder("latin1");

/** Whether a message of this dialect begins at `at`. */
export function isSmb1(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] === 0x53 &&
    bytes[at + 2] === 0x4d && bytes[at + 3] === 0x42;
}

/** Reads the message from `start`; what is cut short is passed over. */
export function* readSmb1(
  whole: Uint8Array,
  start: number,
): Generator<SmbStep, void, void> {
  const bytes = whole.subarray(start);
  if (bytes.length < headerBytes + 3 || !isSmb1(bytes, 0)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isAnswer = ((bytes[9] ?? 0) & 0x80) !== 0;
  let code = bytes[4] ?? command.none;
  let words = headerBytes;
  for (let count = 0; count < chainMax; count++) {
    const wordBytes = (bytes[words] ?? 0) * 2;
    if (words + 1 + wordBytes + 2 > bytes.length) return;
    const step = isAnswer
      ? readAnswer(view, code)
      : readRequest(bytes, view, code, words + 1, wordBytes);
    if (step !== undefined) {
      yield step.step === "write"
        ? { ...step, start: step.start + start, end: step.end + start }
        : step;
    }
    if (!andX.has(code) || wordBytes < 4) return;
    code = bytes[words + 1] ?? command.none;
    const next = view.getUint16(words + 3, true);
    if (code === command.none || next <= words) return;
    words = next;
  }
}

function readAnswer(view: DataView, code: number): SmbStep | undefined {
  const status = view.getUint32(5, true);
  const message = messageNumber(view);
  if (code === command.sessionSetupAndX) {
    return { step: "log_in_answered", message, status };
  }
  if (code !== command.treeConnectAndX || status !== 0) return undefined;
  const tree = view.getUint16(24, true);
  return { step: "share_connected", message, tree };
}

/** @param at Where the words begin. */
function readRequest(
  bytes: Uint8Array,
  view: DataView,
  code: number,
  at: number,
  wordBytes: number,
): SmbStep | undefined {
  const isUnicode = (view.getUint16(10, true) & 0x8000) !== 0;
  const data = at + wordBytes + 2;
  const message = messageNumber(view);
  switch (code) {
    case command.sessionSetupAndX: {
      const user = readNtlmUser(bytes);
      return user === undefined ? undefined : { step: "log_in", message, user };
    }
    case command.treeConnectAndX: {
      if (wordBytes < 8) return undefined;
      const path = textAt(
        bytes,
        data + view.getUint16(at + 6, true),
        isUnicode,
      );
      return { step: "connect_share", message, path };
    }
    case command.createAndX: {
      if (wordBytes < 48) return undefined;
      const options = view.getUint32(at + 39, true);
      return {
        step: "open",
        tree: view.getUint16(24, true),
        name: textAt(bytes, data, isUnicode),
        writes: (view.getUint32(at + 15, true) & writeAccess) !== 0 &&
          (options & directoryOption) === 0,
      };
    }
    case command.writeAndX: {
      if (wordBytes < 24) return undefined;
      return written(
        bytes,
        view.getUint16(at + 4, true),
        view.getUint16(at + 22, true),
        view.getUint16(at + 20, true),
      );
    }
    case command.transaction: {
      if (wordBytes < 32 || view.getUint16(at + 28, true) !== transactPipe) {
        return undefined;
      }
      return written(
        bytes,
        view.getUint16(at + 30, true),
        view.getUint16(at + 24, true),
        view.getUint16(at + 22, true),
      );
    }
    default:
      return undefined;
  }
}

function written(
  bytes: Uint8Array,
  file: number,
  start: number,
  length: number,
): SmbStep {
  const end = Math.min(bytes.length, start + length);
  return { step: "write", file: String(file), start, end };
}

/** Unicode begins at an even offset from the header, and ends with a zero. */
function textAt(bytes: Uint8Array, start: number, isUnicode: boolean): string {
  const aligned = isUnicode ? start + start % 2 : start;
  const room = bytes.subarray(aligned, aligned + nameBytesMax);
  const text = (isUnicode ? utf16 : latin1).decode(room);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function messageNumber(view: DataView): string {
  return String(view.getUint16(30, true));
}
