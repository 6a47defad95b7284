/**
 * Logins of FTP, read off the control connection in captured packets
 * (RFC 959): the password command, and the server's reply 230 (logged in) or
 * 530 (not logged in). Replies to other commands, such as "530 Please login",
 * are no failures.
 *
 * The names and passwords are in the clear there; only the name is kept.
 * Commands that a client splits over packets are not put together.
 *
 * Bound: `connectionsMax` control connections; the longest silent is dropped.
 *
 * @module
 */
import type { AuthFailure, AuthSuccess } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import type { PacketReader } from "./packet.ts";

const controlPort = 21;
const connectionsMax = 4_096;
/** Longest line that is looked at; RFC 959 knows no bound. */
const lineBytesMax = 256;
const userLengthMax = 128;
const latin1 = new TextDecoder("latin1");

interface Login {
  user: string;
  /** A password was sent and not answered yet. */
  waiting: boolean;
}

/** The logins under way. */
export class FtpLogins {
  readonly #logins = new RecentMap<string, Login>(connectionsMax);

  /**
   * Takes one TCP packet.
   *
   * @param bytes What the packet was read from.
   * @returns What the reply in it says, if it is one.
   */
  take(
    packet: PacketReader,
    bytes: Uint8Array,
    atMs: number,
    line?: number,
  ): AuthFailure | AuthSuccess | undefined {
    const { payloadStart, payloadEnd } = packet;
    if (payloadEnd - payloadStart < 4) return undefined;
    const isReply = packet.sourcePort === controlPort;
    if (!isReply && packet.destinationPort !== controlPort) return undefined;
    const text = latin1.decode(
      bytes.subarray(
        payloadStart,
        Math.min(payloadEnd, payloadStart + lineBytesMax),
      ),
    );
    if (!isReply) {
      this.#takeCommands(packet, text);
      return undefined;
    }
    const key =
      `${packet.destination} ${packet.destinationPort} ${packet.source}`;
    const login = this.#logins.get(key);
    const code = text.slice(0, 3);
    if (!login?.waiting || (code !== "530" && code !== "230")) return undefined;
    login.waiting = false;
    return {
      kind: code === "530" ? "auth_failure" : "auth_success",
      atMs,
      service: "ftp",
      source: packet.destination,
      ...(login.user === "" ? {} : { user: login.user }),
      ...(line === undefined ? {} : { line }),
    };
  }

  #takeCommands(packet: PacketReader, text: string): void {
    for (const command of text.split("\r\n")) {
      const verb = command.slice(0, 5).toUpperCase();
      if (verb !== "USER " && verb !== "PASS ") continue;
      const login = this.#login(packet);
      if (verb === "PASS ") login.waiting = true;
      else {
        login.user = command.slice(5, 5 + userLengthMax).trim();
        login.waiting = false;
      }
    }
  }

  #login(packet: PacketReader): Login {
    const key = `${packet.source} ${packet.sourcePort} ${packet.destination}`;
    let login = this.#logins.use(key);
    if (login === undefined) {
      login = { user: "", waiting: false };
      this.#logins.set(key, login);
    }
    return login;
  }
}
