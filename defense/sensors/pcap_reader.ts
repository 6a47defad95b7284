/**
 * Streaming reader of libpcap captures
 * (draft-ietf-opsawg-pcap; also what `tcpdump -w -` writes):
 *
 * | offset | size | header of the file |
 * | --- | --- | --- |
 * | 0 | 4 | magic: a1b2c3d4 (µs) or a1b23c4d (ns), in the writer's byte order |
 * | 4 | 12 | version, zone, accuracy: not used |
 * | 16 | 4 | longest packet |
 * | 20 | 4 | link type in the low 16 bits |
 *
 * | offset | size | header of a packet |
 * | --- | --- | --- |
 * | 0 | 4 | seconds |
 * | 4 | 4 | µs or ns |
 * | 8 | 4 | bytes captured, which follow |
 * | 12 | 4 | bytes on the wire |
 *
 * A patched tcpdump of old (magic a1b2cd34) adds 8 bytes to this header.
 *
 * A file that is no capture, or a length that cannot be, ends the reading:
 * there is no way to find the next packet. Bound: one packet of
 * `packetBytesMax` waits at a time.
 *
 * @module
 */
import { ByteQueue } from "./byte_queue.ts";

/** Takes one packet: it stands in `bytes` from `start` to `end` for now. */
export type PacketSink = (
  atMs: number,
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

/** Reads captures; one implementation per file format. */
export interface PacketSource {
  /** Takes bytes of the file in order. */
  push(chunk: Uint8Array, onPacket: PacketSink): void;
  /** The file has ended. */
  end(): void;
  /** Why reading stopped or what was passed over; empty when all is well. */
  readonly complaints: readonly string[];
  /** Records that made no sense. */
  readonly malformed: number;
}

/** tcpdump's own bound (MAXIMUM_SNAPLEN). */
export const packetBytesMax = 262_144;
const fileHeaderBytes = 24;
const packetHeaderBytes = 16;
const patchedHeaderBytes = 24;

/** Reads one libpcap file. */
export class PcapReader implements PacketSource {
  readonly complaints: string[] = [];
  malformed = 0;
  readonly #queue = new ByteQueue();
  #state: "start" | "packets" | "stopped" = "start";
  #littleEndian = true;
  #fractionsPerMs = 1_000;
  #linkType = 0;
  #headerBytes = packetHeaderBytes;
  #offset = 0;

  push(chunk: Uint8Array, onPacket: PacketSink): void {
    if (this.#state === "stopped") return;
    const queue = this.#queue;
    queue.push(chunk);
    if (this.#state === "start") {
      if (queue.length < fileHeaderBytes) return;
      this.#readFileHeader();
    }
    while (
      this.#state === "packets" && queue.length >= this.#headerBytes
    ) {
      const captured = queue.u32(8, this.#littleEndian);
      if (captured > packetBytesMax) {
        this.#stop(`a packet of ${captured} bytes cannot be`);
        return;
      }
      if (queue.length < this.#headerBytes + captured) return;
      const seconds = queue.u32(0, this.#littleEndian);
      const fraction = queue.u32(4, this.#littleEndian);
      const atMs = seconds * 1_000 +
        Math.floor(fraction / this.#fractionsPerMs);
      const start = queue.start + this.#headerBytes;
      onPacket(atMs, this.#linkType, queue.bytes, start, start + captured);
      this.#drop(this.#headerBytes + captured);
    }
  }

  end(): void {
    if (this.#state === "start") this.#stop("shorter than its header");
    else if (this.#state === "packets" && this.#queue.length > 0) {
      this.#stop("ends inside a packet");
    }
  }

  #readFileHeader(): void {
    const magic = this.#queue.u32(0, false);
    this.#littleEndian = (magic & 0xffff) === 0xb2a1;
    const own = this.#littleEndian ? this.#queue.u32(0, true) : magic;
    if (own !== 0xa1b2c3d4 && own !== 0xa1b23c4d && own !== 0xa1b2cd34) {
      this.#stop("not a pcap file");
      return;
    }
    const isNanoseconds = own === 0xa1b23c4d;
    if (own === 0xa1b2cd34) this.#headerBytes = patchedHeaderBytes;
    this.#fractionsPerMs = isNanoseconds ? 1_000_000 : 1_000;
    this.#linkType = this.#queue.u32(20, this.#littleEndian) & 0xffff;
    this.#drop(fileHeaderBytes);
    this.#state = "packets";
  }

  #drop(bytes: number): void {
    this.#queue.drop(bytes);
    this.#offset += bytes;
  }

  #stop(reason: string): void {
    this.complaints.push(`at byte ${this.#offset}: ${reason}`);
    this.malformed++;
    this.#state = "stopped";
    this.#queue.drop(this.#queue.length);
  }
}
