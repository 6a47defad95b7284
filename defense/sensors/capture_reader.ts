/**
 * From the bytes of a capture to what was seen in it: tells pcap from pcapng,
 * reads the packets, and follows connections, FTP logins and remote calls. Serves a file
 * and the output of a running `tcpdump -w - -U` alike.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import {
  ConnectionTable,
  type ConnectionTableOptions,
} from "./connection_table.ts";
import { FtpLogins } from "./ftp_login.ts";
import { PacketReader, tcpFlags } from "./packet.ts";
import { type PacketSource, PcapReader } from "./pcap_reader.ts";
import { PcapngReader } from "./pcapng_reader.ts";
import { RemoteCalls } from "./rpc/remote_calls.ts";

/** Flags of which only SYN stands in a connection's first packet. */
const openingMask = tcpFlags.syn | tcpFlags.ack | tcpFlags.rst | tcpFlags.fin;

/** How a capture is read. */
export interface CaptureReaderOptions extends ConnectionTableOptions {
  /** Whether to number what was seen by its packet; true for files. */
  readonly numbered?: boolean;
  /** Takes each packet that opens a TCP connection, before its outcome is known. */
  readonly onOpening?: (packet: PacketReader) => void;
}

/** What became of the packets so far. */
export interface CaptureCounters {
  readonly packets: number;
  /** Packets, or records of the file, that are cut short or impossible. */
  readonly malformed: number;
  /** Connections dropped because too many were under way. */
  readonly dropped: number;
  /** Wall clock milliseconds of the earliest packet; NaN before the first. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Takes what was seen. */
export type ObservationSink = (seen: Observation) => void;

/** Reads one capture. */
export class CaptureReader {
  readonly #table: ConnectionTable;
  readonly #packet = new PacketReader();
  readonly #ftp = new FtpLogins();
  readonly #calls = new RemoteCalls();
  readonly #numbered: boolean;
  readonly #onOpening: CaptureReaderOptions["onOpening"];
  #source: PacketSource | undefined;
  #packets = 0;
  #malformed = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor(options: CaptureReaderOptions = {}) {
    this.#table = new ConnectionTable(options);
    this.#numbered = options.numbered ?? true;
    this.#onOpening = options.onOpening;
  }

  /** Takes bytes of the capture in order. */
  push(chunk: Uint8Array, tell: ObservationSink): void {
    if (chunk.length === 0) return;
    // The first byte is enough: no magic number of pcap begins as pcapng's does.
    this.#source ??= chunk[0] === 0x0a ? new PcapngReader() : new PcapReader();
    this.#source.push(chunk, (atMs, linkType, bytes, start, end) => {
      this.#packets++;
      if (atMs < this.#firstMs) this.#firstMs = atMs;
      if (atMs > this.#lastMs) this.#lastMs = atMs;
      const line = this.#numbered ? this.#packets : undefined;
      const kind = this.#packet.read(bytes, start, end, linkType);
      if (kind === "malformed") {
        this.#malformed++;
        return;
      }
      this.#table.take(this.#packet, kind, atMs, line, tell);
      if (kind !== "tcp") return;
      const { flags } = this.#packet;
      if (this.#onOpening && (flags & openingMask) === tcpFlags.syn) {
        this.#onOpening(this.#packet);
      }
      const login = this.#ftp.take(this.#packet, bytes, atMs, line);
      if (login !== undefined) tell(login);
      this.#calls.take(this.#packet, bytes, atMs, line, tell);
    });
  }

  /** Tells what has waited too long at `nowMs`; for times without packets. */
  expire(nowMs: number, tell: ObservationSink): void {
    this.#table.expire(nowMs, tell);
  }

  /** The capture has ended: tells all that still waits. */
  end(tell: ObservationSink): void {
    this.#source ??= new PcapReader();
    this.#source.end();
    this.#table.end(tell);
  }

  /** Why reading stopped or what was passed over. */
  get complaints(): readonly string[] {
    return this.#source?.complaints ?? [];
  }

  /** What became of the packets so far. */
  get counters(): CaptureCounters {
    return {
      packets: this.#packets,
      malformed: this.#malformed + (this.#source?.malformed ?? 0),
      dropped: this.#table.dropped,
      firstMs: Number.isFinite(this.#firstMs) ? this.#firstMs : NaN,
      lastMs: Number.isFinite(this.#lastMs) ? this.#lastMs : NaN,
    };
  }
}
