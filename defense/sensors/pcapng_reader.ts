/**
 * Streaming reader of pcapng captures (draft-ietf-opsawg-pcapng): blocks of
 *
 * | offset | size | |
 * | --- | --- | --- |
 * | 0 | 4 | type |
 * | 4 | 4 | length of the whole block, a multiple of 4 |
 * | 8 | length − 12 | body |
 * | length − 4 | 4 | length again |
 *
 * Read are section headers (byte order), interface descriptions (link type,
 * time resolution and offset) and packets (enhanced, simple and the obsolete
 * kind); other blocks are passed over. Bounds: one block of `blockBytesMax`
 * waits at a time, larger ones are skipped as they come; `interfacesMax`
 * interfaces in a section, packets of further ones are passed over.
 *
 * @module
 */
import { ByteQueue } from "./byte_queue.ts";
import {
  packetBytesMax,
  type PacketSink,
  type PacketSource,
} from "./pcap_reader.ts";

const blockTypes = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;
const orderMark = 0x1a2b3c4d;
const blockBytesMax = packetBytesMax + 65_536;
const interfacesMax = 256;
const optionResolution = 9;
const optionOffset = 14;
/** Complaints that are worded; further ones are only counted. */
const complaintsMax = 16;

interface Interface {
  readonly linkType: number;
  /** Ticks of its clock in a millisecond. */
  readonly ticksPerMs: number;
  readonly offsetMs: number;
}

/** Reads one pcapng file. */
export class PcapngReader implements PacketSource {
  readonly complaints: string[] = [];
  malformed = 0;
  readonly #queue = new ByteQueue();
  #littleEndian = true;
  #interfaces: Interface[] = [];
  #sawSection = false;
  #stopped = false;
  /** Bytes of a too large block that are still to come. */
  #skip = 0;
  #offset = 0;
  #lastMs = 0;

  push(chunk: Uint8Array, onPacket: PacketSink): void {
    if (this.#stopped) return;
    const queue = this.#queue;
    queue.push(chunk);
    for (;;) {
      if (this.#skip > 0) this.#skip -= this.#drop(this.#skip);
      if (this.#skip > 0 || queue.length < 12) return;
      const isSection = queue.u32(0, false) === blockTypes.section;
      if (isSection && !this.#readByteOrder()) return;
      if (!this.#sawSection) return this.#stop("not a pcapng file");
      const type = queue.u32(0, this.#littleEndian);
      const length = queue.u32(4, this.#littleEndian);
      if (length < 12 || length % 4 !== 0) {
        return this.#stop(`a block of ${length} bytes cannot be`);
      }
      if (length > blockBytesMax) {
        this.#skip = length;
        continue;
      }
      if (queue.length < length) return;
      if (queue.u32(length - 4, this.#littleEndian) !== length) {
        return this.#stop("the two lengths of a block differ");
      }
      this.#readBlock(type, length, onPacket);
      this.#drop(length);
    }
  }

  end(): void {
    if (this.#stopped) return;
    if (this.#queue.length > 0 || this.#skip > 0) {
      this.#stop("ends inside a block");
    } else if (!this.#sawSection) this.#stop("empty");
  }

  /** A section states its own byte order. */
  #readByteOrder(): boolean {
    const big = this.#queue.u32(8, false) === orderMark;
    this.#littleEndian = this.#queue.u32(8, true) === orderMark;
    if (!big && !this.#littleEndian) {
      this.#stop("a section without a byte order");
      return false;
    }
    this.#sawSection = true;
    return true;
  }

  #readBlock(type: number, length: number, onPacket: PacketSink): void {
    switch (type) {
      case blockTypes.section:
        this.#interfaces = [];
        return;
      case blockTypes.interface:
        return this.#readInterface(length);
      case blockTypes.enhancedPacket:
        return this.#readPacket(length, this.#word(8), onPacket);
      case blockTypes.obsoletePacket:
        return this.#readPacket(
          length,
          this.#queue.u16(8, this.#littleEndian),
          onPacket,
        );
      case blockTypes.simplePacket: {
        const [only] = this.#interfaces;
        if (length < 16 || only === undefined) return this.#complain("packet");
        const captured = Math.min(this.#word(8), length - 16);
        return this.#tell(this.#lastMs, only, 12, captured, onPacket);
      }
    }
  }

  #readInterface(length: number): void {
    if (length < 20) return this.#complain("interface");
    const linkType = this.#queue.u16(8, this.#littleEndian);
    let ticksPerMs = 1_000;
    let offsetMs = 0;
    for (let at = 16; at + 4 <= length - 4;) {
      const code = this.#queue.u16(at, this.#littleEndian);
      const size = this.#queue.u16(at + 2, this.#littleEndian);
      if (code === 0 || at + 4 + size > length - 4) break;
      if (code === optionResolution && size === 1) {
        const power = this.#queue.byte(at + 4);
        const ticks = power & 128 ? 2 ** (power & 127) : 10 ** power;
        ticksPerMs = ticks / 1_000;
      } else if (code === optionOffset && size === 8) {
        const low = this.#word(this.#littleEndian ? at + 4 : at + 8);
        const high = this.#word(this.#littleEndian ? at + 8 : at + 4) | 0;
        offsetMs = (high * 2 ** 32 + low) * 1_000;
      }
      at += 4 + size + (4 - size % 4) % 4;
    }
    if (this.#interfaces.length < interfacesMax) {
      this.#interfaces.push({ linkType, ticksPerMs, offsetMs });
    }
  }

  /** The enhanced and the obsolete kind differ only in the interface's place. */
  #readPacket(length: number, index: number, onPacket: PacketSink): void {
    const from = this.#interfaces[index];
    if (length < 32 || from === undefined) return this.#complain("packet");
    const captured = this.#word(20);
    if (captured > length - 32) return this.#complain("packet");
    const ticks = this.#word(12) * 2 ** 32 + this.#word(16);
    // 64 bits of nanoseconds do not fit a number; the error is below a µs.
    const atMs = Math.floor(ticks / from.ticksPerMs + from.offsetMs + 0.001);
    this.#tell(atMs, from, 28, captured, onPacket);
  }

  #tell(
    atMs: number,
    from: Interface,
    at: number,
    captured: number,
    onPacket: PacketSink,
  ): void {
    if (!(Math.abs(atMs) < 8.64e15)) return this.#complain("time");
    this.#lastMs = atMs;
    const start = this.#queue.start + at;
    onPacket(atMs, from.linkType, this.#queue.bytes, start, start + captured);
  }

  #word(at: number): number {
    return this.#queue.u32(at, this.#littleEndian);
  }

  #drop(bytes: number): number {
    const dropped = this.#queue.drop(bytes);
    this.#offset += dropped;
    return dropped;
  }

  /** One block makes no sense, the next may. */
  #complain(what: string): void {
    this.malformed++;
    if (this.complaints.length >= complaintsMax) return;
    this.complaints.push(`at byte ${this.#offset}: impossible ${what}`);
  }

  #stop(reason: string): void {
    this.complaints.push(`at byte ${this.#offset}: ${reason}`);
    this.malformed++;
    this.#stopped = true;
    this.#queue.drop(this.#queue.length);
  }
}
