/**
 * Remote calls and logins in captured TCP connections: SMB (445, and 139
 * behind NetBIOS, RFC 1002), DCE/RPC straight over TCP on any port, WinRM
 * (HTTP to `/wsman`, MS-WSMV) and the first packet of a remote desktop
 * (X.224 in TPKT, MS-RDPBCGR 2.2.1.1).
 *
 * A connection is known by what its client sends first. Each kind of call is
 * told once in a connection.
 *
 * Bounds: `conversationsMax` connections (and as many from odd ports), each with some 25 KiB at most (see
 * `segment_order.ts`, `message_stream.ts`); the longest silent is dropped.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { Observation } from "../../observation.ts";
import { RecentMap } from "../../recent_map.ts";
import { type PacketReader, tcpFlags } from "../packet.ts";
import {
  commonHeaderBytes,
  fragmentBytes,
  RpcAssociation,
  startsAssociation,
} from "./dce_rpc.ts";
import { type Framing, MessageStream } from "./message_stream.ts";
import { SegmentOrder } from "./segment_order.ts";
import { isSmb1, readSmb1 } from "./smb1_message.ts";
import { isSmb2, readSmb2 } from "./smb2_message.ts";
import { SmbSession } from "./smb_session.ts";

/** Connections followed at a time. */
export const conversationsMax = 1_024;
/** Kinds of call that one connection tells. */
const toldMax = 64;
const userLengthMax = 128;
const desktopPort = 3_389;
const smbPorts: ReadonlySet<number> = new Set([139, 445]);
const latin1 = new TextDecoder("latin1");

/** Takes what was seen. */
type Sink = (seen: Observation) => void;

/** Where and when: of the packet that is being read. */
interface Moment {
  atMs: number;
  line: number | undefined;
  tell: Sink;
}

/** Direction towards the server, and back. */
interface Conversation {
  readonly requests: { order: SegmentOrder; stream: MessageStream };
  readonly answers?: { order: SegmentOrder; stream: MessageStream };
}

/** NetBIOS session service: a type, and a length of 24 bits. */
const netBios: Framing = {
  headerBytes: 8,
  lengthOf: (header) => {
    const [type = 0, high = 0, middle = 0, low = 0] = header;
    const length = high << 16 | middle << 8 | low;
    if (type === 0) {
      // fe SMB 2, ff SMB 1, fd encrypted, fc compressed.
      const isSmb = (header[4] ?? 0) >= 0xfc && header[5] === 0x53 &&
        header[6] === 0x4d && header[7] === 0x42;
      return isSmb ? length + 4 : undefined;
    }
    // Session request, answers to it, keep-alive: most of them empty.
    return type >= 0x81 && type <= 0x85 ? length + 4 : undefined;
  },
};

const dceRpc: Framing = {
  headerBytes: commonHeaderBytes,
  lengthOf: (header) => fragmentBytes(header, 0),
};

/** The connections under way. */
export class RemoteCalls {
  readonly #conversations = new RecentMap<string, Conversation>(
    conversationsMax,
  );
  /** Who opened a connection from a port at which SMB is served, lest it hide there. */
  readonly #oddClients = new RecentMap<string, true>(conversationsMax);
  readonly #moment: Moment = { atMs: 0, line: undefined, tell: () => {} };

  /** Takes one TCP packet, which `packet` has read from `bytes`. */
  take(
    packet: PacketReader,
    bytes: Uint8Array,
    atMs: number,
    line: number | undefined,
    tell: Sink,
  ): void {
    const { payloadStart: start, payloadEnd: end, flags } = packet;
    if (flags & tcpFlags.syn) {
      if (!(flags & tcpFlags.ack)) this.#open(packet);
      return;
    }
    if (end <= start) return;
    this.#moment.atMs = atMs;
    this.#moment.line = line;
    this.#moment.tell = tell;
    const isBack = smbPorts.has(packet.sourcePort) &&
      !this.#oddClients.has(keyOf(packet, false));
    const key = keyOf(packet, isBack);
    const conversation = this.#conversations.use(key) ??
      (isBack ? undefined : this.#begin(key, packet, bytes, start, end));
    const way = isBack ? conversation?.answers : conversation?.requests;
    way?.order.push(packet.sequence, bytes, start, end, way.stream);
  }

  #open(packet: PacketReader): void {
    if (this.#conversations.size > 0) {
      this.#conversations.delete(keyOf(packet, false));
    }
    if (!smbPorts.has(packet.sourcePort)) return;
    this.#oddClients.delete(keyOf(packet, true));
    this.#oddClients.set(keyOf(packet, false), true);
  }

  #begin(
    key: string,
    packet: PacketReader,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Conversation | undefined {
    const { source, destination } = packet;
    if (smbPorts.has(packet.destinationPort)) {
      return this.#add(key, this.#smb(source, destination));
    }
    switch (bytes[start]) {
      case 5:
        return startsAssociation(bytes, start)
          ? this.#add(key, this.#rpc(source, destination))
          : undefined;
      case 0x50: // "P"
        if (isWsman(bytes, start, end)) {
          this.#once(key, source, destination, "winrm", "wsman", "");
        }
        return undefined;
      case 3: {
        const user = readDesktopRequest(bytes, start, end);
        // Industrial controllers begin alike, without a cookie, on port 102.
        const isDesktop = user !== undefined &&
          (user !== "" || packet.destinationPort === desktopPort);
        if (isDesktop) {
          this.#call(source, destination, "rdp", "connect", user);
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #add(key: string, conversation: Conversation): Conversation {
    this.#conversations.set(key, conversation);
    return conversation;
  }

  #smb(source: Address, destination: Address): Conversation {
    const session = new SmbSession();
    const told = new Set<string>();
    const read = (message: Uint8Array) => {
      const steps = isSmb2(message, 4)
        ? readSmb2(message, 4)
        : isSmb1(message, 4)
        ? readSmb1(message, 4)
        : [];
      for (const step of steps) {
        const found = session.take(step, message);
        if (found?.what === "login") {
          this.#login(source, destination, found);
        } else if (found?.what === "call") {
          const { service, operation } = found.call;
          if (isNews(told, service, operation)) {
            this.#call(source, destination, service, operation, "");
          }
        }
      }
    };
    const way = () => ({
      order: new SegmentOrder(),
      stream: new MessageStream(netBios, read),
    });
    return { requests: way(), answers: way() };
  }

  #rpc(source: Address, destination: Address): Conversation {
    const association = new RpcAssociation();
    const told = new Set<string>();
    const stream = new MessageStream(dceRpc, (message) => {
      const call = association.take(message, 0, message.length);
      if (call !== undefined && isNews(told, call.service, call.operation)) {
        this.#call(source, destination, call.service, call.operation, "");
      }
    });
    return { requests: { order: new SegmentOrder(), stream } };
  }

  /** Tells the first request of a connection that needs no following. */
  #once(
    key: string,
    source: Address,
    destination: Address,
    service: string,
    operation: string,
    user: string,
  ): void {
    const stream = new MessageStream(dceRpc, () => {});
    this.#add(key, { requests: { order: new SegmentOrder(), stream } });
    this.#call(source, destination, service, operation, user);
  }

  #call(
    source: Address,
    destination: Address,
    service: string,
    operation: string,
    user: string,
  ): void {
    const { atMs, line, tell } = this.#moment;
    tell({
      kind: "remote_call",
      atMs,
      service,
      operation,
      source,
      destination,
      ...(user !== "" && { user }),
      ...(line !== undefined && { line }),
    });
  }

  #login(
    source: Address,
    destination: Address,
    found: { accepted: boolean; user: string; unknownUser: boolean },
  ): void {
    const { atMs, line, tell } = this.#moment;
    const user = found.user.slice(0, userLengthMax);
    const common = {
      atMs,
      service: "smb",
      source,
      target: destination,
      user,
      ...(line !== undefined && { line }),
    };
    if (found.accepted) tell({ kind: "auth_success", ...common });
    else if (found.unknownUser) {
      tell({ kind: "auth_failure", ...common, unknownUser: true });
    } else tell({ kind: "auth_failure", ...common });
  }
}

function isNews(
  told: Set<string>,
  service: string,
  operation: string,
): boolean {
  const name = `${service} ${operation}`;
  if (told.has(name) || told.size >= toldMax) return false;
  told.add(name);
  return true;
}

/** Always client first. */
function keyOf(packet: PacketReader, isBack: boolean): string {
  const { source, sourcePort, destination, destinationPort } = packet;
  return isBack
    ? `${destination} ${destinationPort} ${source} ${sourcePort}`
    : `${source} ${sourcePort} ${destination} ${destinationPort}`;
}

/** `POST /wsman` and `POST /WSMAN?…`. */
function isWsman(bytes: Uint8Array, start: number, end: number): boolean {
  const text = latin1.decode(bytes.subarray(start, Math.min(end, start + 12)));
  return /^POST \/wsman(?:[ ?/]|$)/i.test(text);
}

/**
 * TPKT (version 3, length), X.224 connection request (code e0), and perhaps a
 * cookie with the beginning of the account's name.
 *
 * @returns The account, empty if not named; `undefined` if this is something else.
 */
function readDesktopRequest(
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  if (end - start < 11 || bytes[start + 1] !== 0) return undefined;
  const length = (bytes[start + 2] ?? 0) << 8 | (bytes[start + 3] ?? 0);
  if (length !== end - start || bytes[start + 5] !== 0xe0) return undefined;
  const text = latin1.decode(bytes.subarray(start + 11, end));
  return /^Cookie: mstshash=([^\r\n]{1,64})\r\n/.exec(text)?.[1] ?? "";
}
