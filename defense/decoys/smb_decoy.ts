/**
 * A file server up to its negotiate response: [MS-SMB2] 2.2.3 and 2.2.4 over
 * direct TCP (2.1), with the multi-protocol negotiate of [MS-SMB2] 3.3.5.3.
 * Whatever comes next is denied.
 *
 * | octets | message |
 * | --- | --- |
 * | 1 + 3 | 0, and the length big endian |
 * | 64 | header: 0xFE `SMB`, … |
 * | 64 | negotiate response |
 * | … | security token: SPNEGO that offers NTLM (RFC 4178) |
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyTalk,
  type DecoyWorld,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf, textOf } from "./octets.ts";

const messageBytesMax = 4_096;
const smb1 = "\xffSMB";
const smb2 = "\xfeSMB";
const smb1Negotiate = 0x72;
/** STATUS_ACCESS_DENIED: [MS-ERREF] 2.3.1. */
const accessDenied = 0xc000_0022;
/** Dialects: [MS-SMB2] 2.2.4; the wildcard asks a SMB 1 client to ask again. */
const dialectAny = 0x02ff;
const dialect302 = 0x0302;
/** Signing is possible; 1 MiB for each kind of transfer. */
const signingEnabled = 1;
const transferBytes = 1_048_576;
/** Windows counts 100 ns since 1601: [MS-DTYP] 2.3.3. */
const fileTimeOffsetMs = 11_644_473_600_000n;

/** SPNEGO NegTokenInit with the one mechanism NTLMSSP (1.3.6.1.4.1.311.2.2.10). */
const token = Uint8Array.from([
  ...[0x60, 0x1c, 0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02],
  ...[0xa0, 0x12, 0x30, 0x10, 0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a],
  ...[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a],
]);

/** Negotiates, and denies. */
export class SmbDecoy implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(messageBytesMax);
  readonly #serverId = new Uint8Array(16);

  constructor(world: DecoyWorld) {
    this.#world = world;
    world.fill(this.#serverId);
  }

  begin(): DecoyAnswer {
    return silence;
  }

  wake(): DecoyAnswer {
    return silence;
  }

  take(bytes: Uint8Array): DecoyAnswer {
    this.#inbox.push(bytes);
    const { octets } = this.#inbox;
    if (octets[0] !== undefined && octets[0] !== 0) return { hangUp: true };
    if (octets.length < 4) return silence;
    const length = (octets[1] ?? 0) << 16 | (octets[2] ?? 0) << 8 |
      (octets[3] ?? 0);
    if (length > messageBytesMax - 4) return { hangUp: true };
    if (octets.length < 4 + length) return silence;
    return this.#answer(this.#inbox.shift(4 + length).subarray(4));
  }

  #answer(message: Uint8Array): DecoyAnswer {
    const protocol = textOf(message.subarray(0, 4));
    if (protocol === smb1 && message[4] === smb1Negotiate) {
      // Each dialect is 2, its name and 0: [MS-CIFS] 2.2.4.52.1.
      const dialects = textOf(message.subarray(35)).split("\0")
        .filter((each) => each.startsWith("\x02"))
        .map((each) => each.slice(1));
      const text = `negotiate ${dialects.join(", ")}`.slice(0, 256);
      const notes = [{ kind: "request", text }] as const;
      // As a server on which version 1 is switched off.
      if (!dialects.some((name) => name.startsWith("SMB 2"))) {
        return { hangUp: true, notes };
      }
      return { say: this.#negotiated(dialectAny, 0), notes };
    }
    if (protocol !== smb2 || message.length < 64) return { hangUp: true };
    const view = new DataView(message.buffer, message.byteOffset);
    const command = view.getUint16(12, true);
    if (command === 0) {
      return {
        say: this.#negotiated(dialect302, view.getUint8(24)),
        notes: [{ kind: "request", text: "negotiate SMB 2/3" }],
      };
    }
    return {
      say: denied(message, command),
      hangUp: true,
      notes: [{ kind: "request", text: `SMB2 command ${command}` }],
    };
  }

  #negotiated(dialect: number, messageId: number): Uint8Array {
    const message = new Uint8Array(64 + 64 + token.length);
    const view = header(message, 0, 0, messageId);
    view.setUint16(64, 65, true);
    view.setUint16(66, signingEnabled, true);
    view.setUint16(68, dialect, true);
    message.set(this.#serverId, 72);
    for (const at of [92, 96, 100]) view.setUint32(at, transferBytes, true);
    const nowMs = BigInt(Math.round(this.#world.wallMs()));
    view.setBigUint64(104, (nowMs + fileTimeOffsetMs) * 10_000n, true);
    view.setUint16(120, 128, true);
    view.setUint16(122, token.length, true);
    message.set(token, 128);
    return framed(message);
  }
}

/** Writes a response's header: [MS-SMB2] 2.2.1.2. */
function header(
  message: Uint8Array,
  status: number,
  command: number,
  messageId: number,
): DataView {
  message.set(octetsOf(smb2));
  const view = new DataView(message.buffer);
  view.setUint16(4, 64, true);
  view.setUint32(8, status, true);
  view.setUint16(12, command, true);
  view.setUint16(14, 1, true);
  // Flags: a response.
  view.setUint32(16, 1, true);
  view.setUint8(24, messageId);
  return view;
}

/** An error response: [MS-SMB2] 2.2.2. */
function denied(request: Uint8Array, command: number): Uint8Array {
  const message = new Uint8Array(64 + 9);
  const view = header(message, accessDenied, command, request[24] ?? 0);
  view.setUint16(64, 9, true);
  return framed(message);
}

function framed(message: Uint8Array): Uint8Array {
  const { length } = message;
  return Uint8Array.from([
    ...[0, length >> 16 & 0xff, length >> 8 & 0xff, length & 0xff],
    ...message,
  ]);
}
