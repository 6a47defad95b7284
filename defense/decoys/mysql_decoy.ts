/**
 * A MariaDB that says hello and denies everybody (MariaDB knowledge base,
 * "Connection": initial handshake packet, handshake response, ERR packet).
 *
 * | octets | packet |
 * | --- | --- |
 * | 3 | length of the payload, little endian |
 * | 1 | sequence number |
 * | … | payload |
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyTalk,
  type DecoyWorld,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf, textOf } from "./octets.ts";

const serverVersion = "5.5.5-10.11.14-MariaDB-0+deb12u2";
const plugin = "mysql_native_password";
/** Long password, connect with database, protocol 4.1, transactions, secure connection. */
const capabilitiesLow = 0xf7ff & ~0x0800;
/** Plugin authentication and what comes with it. */
const capabilitiesHigh = 0x81bf;
/** utf8mb4_general_ci. */
const charset = 45;
const autocommit = 2;
const packetBytesMax = 4_096;
const accessDenied = 1_045;
/** Capabilities, largest packet, character set and 23 octets of nothing. */
const userOffset = 32;

/** One login, refused. */
export class MysqlDecoy implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(packetBytesMax);

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    const random = new Uint8Array(22);
    this.#world.fill(random);
    // A scramble has no zero in it, because zero ends it.
    const scramble = random.subarray(2).map((octet) => octet % 93 + 33);
    const thread = (random[0] ?? 0) + (random[1] ?? 0) * 4;
    return {
      say: packet(0, [
        10,
        ...octetsOf(`${serverVersion}\0`),
        ...[thread & 0xff, thread >> 8, 0, 0],
        ...scramble.subarray(0, 8),
        0,
        ...[capabilitiesLow & 0xff, capabilitiesLow >> 8],
        charset,
        ...[autocommit, 0],
        ...[capabilitiesHigh & 0xff, capabilitiesHigh >> 8],
        scramble.length + 1,
        ...new Uint8Array(10),
        ...scramble.subarray(8),
        0,
        ...octetsOf(`${plugin}\0`),
      ]),
    };
  }

  wake(): DecoyAnswer {
    return silence;
  }

  take(bytes: Uint8Array): DecoyAnswer {
    this.#inbox.push(bytes);
    const { octets } = this.#inbox;
    const length = (octets[0] ?? 0) | (octets[1] ?? 0) << 8 |
      (octets[2] ?? 0) << 16;
    if (octets.length < 4) return silence;
    if (octets.length < 4 + length && !this.#inbox.overfull) return silence;
    const payload = octets.subarray(4, 4 + length);
    const end = payload.indexOf(0, userOffset);
    const user = end < 0
      ? ""
      : noteText(textOf(payload.subarray(userOffset, end)));
    const usesPassword = end >= 0 && (payload[end + 1] ?? 0) > 0;
    const message = `Access denied for user '${user}'@'${this.#world.client}'` +
      ` (using password: ${usesPassword ? "YES" : "NO"})`;
    return {
      say: packet((octets[3] ?? 0) + 1 & 0xff, [
        0xff,
        ...[accessDenied & 0xff, accessDenied >> 8],
        ...octetsOf(`#28000${message}`),
      ]),
      hangUp: true,
      ...(end >= 0 && { notes: [{ kind: "login", user }] }),
    };
  }
}

function packet(sequence: number, payload: readonly number[]): Uint8Array {
  const { length } = payload;
  return Uint8Array.from([
    ...[length & 0xff, length >> 8 & 0xff, length >> 16],
    sequence,
    ...payload,
  ]);
}
