/**
 * The packets that open, refuse and end TCP connections, from a `tcpdump`
 * child: libpcap is on every Linux, and no foreign code enters the process.
 *
 * The filter keeps what decides a connection's outcome: SYN, SYN-ACK, RST,
 * FIN, and packets without any flag. Data and bare acknowledgements pass
 * unseen, so a handshake shows when the source's FIN or RST acknowledges
 * our number.
 *
 * When we are killed, tcpdump notices at the next packet that passes its
 * filter, which it can no longer write; nft and journalctl end at once.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Observation } from "../observation.ts";
import { CaptureReader } from "../sensors/capture_reader.ts";
import type { PacketReader } from "../sensors/packet.ts";
import { type ChildStream, keepRunning } from "./child_stream.ts";

/** Program that captures. */
export const captureProgram = "tcpdump";
/** Enough for every header we read: link, IPv6 with options, TCP. */
const snapBytes = 128;
/**
 * The kernel's buffer, KiB, all of it resident. 4 MiB hold some 20,000 packets
 * of `snapBytes` and their headers: a tenth of a second of 200,000 packets/s.
 * What a flood drops after that is counted, and decides nothing: a scanner is
 * judged within its first ten packets.
 */
const bufferKiB = 4_096;
/** TCP flags sit at byte 13 of its header, byte 53 after a plain IPv6 one. */
const filter = "not host 127.0.0.1 and not host ::1 and (" +
  "tcp[13] & 7 != 0 or tcp[13] & 63 = 0 or " +
  "(ip6[6] = 6 and (ip6[53] & 7 != 0 or ip6[53] & 63 = 0)))";
/** How often connections that never were answered are told. */
const expireEveryMs = 1_000;

/** A running capture. */
export interface PacketCapture {
  trouble(): string | undefined;
  counters(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * Starts capturing.
 *
 * @param device Name of an interface, or `any`.
 * @param onOpening Takes the first packet of each TCP connection.
 */
export function startCapture(
  device: string,
  isServed: (port: number, destination: Address) => boolean | undefined,
  onSeen: (seen: Observation) => void,
  onOpening?: (packet: PacketReader) => void,
): PacketCapture {
  const reader = () =>
    new CaptureReader({
      isServed,
      numbered: false,
      ...(onOpening !== undefined && { onOpening }),
    });
  let capture = reader();
  const child: ChildStream = keepRunning({
    command: captureProgram,
    args: [
      ...["-i", device, "-n", "-p", "-U", "--immediate-mode"],
      ...["-s", String(snapBytes), "-B", String(bufferKiB), "-w", "-", filter],
    ],
    onStart: () => capture = reader(),
    onBytes: (bytes) => capture.push(bytes, onSeen),
  });
  const timer = setInterval(
    () => capture.expire(Date.now(), onSeen),
    expireEveryMs,
  );
  return {
    trouble: () => child.trouble(),
    counters: () => {
      const { packets, malformed, dropped } = capture.counters;
      return { packets, malformed, dropped, starts: child.counters.starts };
    },
    stop: async () => {
      clearInterval(timer);
      await child.stop();
    },
  };
}
