/**
 * Reads a capture of the bridge the way an observer would: when, from whom to
 * whom, how many bytes, and what the header of the first TLS record says.
 * Nothing inside TLS is used.
 *
 * A file in classic pcap format (draft-ietf-opsawg-pcap), Ethernet, IPv4, TCP.
 * `defense/sensors/pcap_reader.ts` looks for connections and has no use for
 * lengths, so this is a reader of its own.
 *
 * @module
 */

/** Bytes of a cell's TLS record, from the one who accepted the link. */
export const acceptorRecordBytes = 538;
/** The same from the one who dialled: WebSocket clients mask (RFC 6455, 5.3). */
export const diallerRecordBytes = 542;

/** Every segment of one direction between two nodes, in order of time. */
export interface Flow {
  readonly from: number;
  readonly to: number;
  /** Epoch milliseconds of each segment. */
  readonly atMs: number[];
  /** TCP payload of each segment. */
  readonly bytes: number[];
  /** Cells in each segment; 0 for an acknowledgement or anything else. */
  readonly cells: number[];
  /** Segments that repeat what was sent before. */
  readonly repeated: number[];
  /** When a connection between the two began (SYN), epoch milliseconds. */
  readonly beganMs: number[];
}

/** What was seen on the wire between the nodes of one mesh. */
export class Wire {
  readonly #flows = new Map<number, Flow>();
  readonly #numberOf = new Map<number, number>();
  readonly #sentTo = new Map<string, number>();

  /** @param addresses IPv4 address of each node. */
  constructor(addresses: readonly string[]) {
    for (const [index, address] of addresses.entries()) {
      this.#numberOf.set(addressNumber(address), index);
    }
  }

  /** All directions that carried cells. */
  flows(): Flow[] {
    return [...this.#flows.values()].filter(({ cells }) =>
      cells.some((count) => count > 0)
    );
  }

  /** The direction back. */
  back({ from, to }: Flow): Flow | undefined {
    return this.#flows.get(to * flowBase + from);
  }

  /** Takes one packet; packets of other meshes are passed over. */
  take(atMs: number, frame: DataView): void {
    if (frame.byteLength < 54 || frame.getUint16(12) !== 0x0800) return;
    const from = this.#numberOf.get(frame.getUint32(26));
    const to = this.#numberOf.get(frame.getUint32(30));
    if (from === undefined || to === undefined) return;
    const tcpAt = 14 + 4 * (frame.getUint8(14) & 15);
    const headBytes = 4 * (frame.getUint8(tcpAt + 12) >> 4);
    const bytes = frame.getUint16(16) - (tcpAt - 14) - headBytes;
    const flow = this.#flow(from, to);
    if (frame.getUint8(tcpAt + 13) & 2) flow.beganMs.push(atMs);
    const at = flow.atMs.push(atMs) - 1;
    flow.bytes.push(bytes);
    flow.cells.push(cellsOf(frame, tcpAt + headBytes, bytes));
    if (bytes === 0) return;
    const ports = `${frame.getUint32(tcpAt)} ${from} ${to}`;
    const end = (frame.getUint32(tcpAt + 4) + bytes) >>> 0;
    const before = this.#sentTo.get(ports);
    if (before !== undefined && ((end - before) | 0) <= 0) {
      flow.repeated.push(at);
    } else this.#sentTo.set(ports, end);
  }

  #flow(from: number, to: number): Flow {
    const key = from * flowBase + to;
    let flow = this.#flows.get(key);
    if (!flow) {
      flow = {
        from,
        to,
        atMs: [],
        bytes: [],
        cells: [],
        repeated: [],
        beganMs: [],
      };
      this.#flows.set(key, flow);
    }
    return flow;
  }
}

const flowBase = 4_096;
/** TLS 1.3 application data, whatever is inside (RFC 8446, section 5.1). */
const applicationData = 0x17;
const recordHeadBytes = 5;

function cellsOf(frame: DataView, at: number, bytes: number): number {
  const size = bytes % acceptorRecordBytes === 0
    ? acceptorRecordBytes
    : diallerRecordBytes;
  if (bytes === 0 || bytes % size !== 0) return 0;
  if (at + recordHeadBytes > frame.byteLength) return 0;
  const fits = frame.getUint8(at) === applicationData &&
    frame.getUint16(at + 3) === size - recordHeadBytes;
  return fits ? bytes / size : 0;
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

const fileHeadBytes = 24;
const packetHeadBytes = 16;
const nanosecondMagic = 0xa1b23c4d;
const microsecondMagic = 0xa1b2c3d4;

/**
 * Reads a capture and gives each packet to every wire.
 *
 * @returns Packets read.
 * @throws {SyntaxError} If it is no capture of this machine's byte order.
 */
export async function readCapture(
  path: string,
  wires: readonly Wire[],
): Promise<number> {
  using file = await Deno.open(path);
  let packets = 0;
  let rest = new Uint8Array(0);
  let divisor = 0;
  for await (const chunk of file.readable) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    if (divisor === 0) {
      if (bytes.length < fileHeadBytes) {
        rest = bytes;
        continue;
      }
      const magic = view.getUint32(0, true);
      if (magic === nanosecondMagic) divisor = 1e6;
      else if (magic === microsecondMagic) divisor = 1e3;
      else throw new SyntaxError(`Cannot read ${path}: no pcap file`);
      at = fileHeadBytes;
    }
    while (at + packetHeadBytes <= bytes.length) {
      const kept = view.getUint32(at + 8, true);
      const frameAt = at + packetHeadBytes;
      if (frameAt + kept > bytes.length) break;
      const atMs = view.getUint32(at, true) * 1e3 +
        view.getUint32(at + 4, true) / divisor;
      const frame = new DataView(bytes.buffer, frameAt, kept);
      for (const wire of wires) wire.take(atMs, frame);
      packets++;
      at = frameAt + kept;
    }
    rest = bytes.slice(at);
  }
  return packets;
}
