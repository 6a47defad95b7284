/**
 * The packets that open, refuse and end connections, or ask who is there, from
 * a `tcpdump` child: libpcap is on every Linux, and no foreign code enters the
 * process.
 *
 * | the filter keeps | because |
 * | --- | --- |
 * | TCP with SYN, FIN or RST, or without any of these and ACK | opens, ends, probes |
 * | first fragments that end inside a TCP header, IPv6 with extension headers | the flags are elsewhere |
 * | datagrams from high ports to ports below 32768, but 53 and 443 | first packets; those two are too busy where they are served |
 * | ICMP errors, pings and their answers, ARP, Neighbor Discovery | refusals, sweeps |
 *
 * Data and bare acknowledgements pass unseen, so a handshake shows when the
 * source's FIN or RST acknowledges our number. Frames that still carry a VLAN
 * tag (a trunk without VLAN interfaces) pass unseen too; files may have them.
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
const filter = `not host 127.0.0.1 and not host ::1 and (${
  [
    // First: a filter that reads beyond the end of a packet rejects it.
    "ip[6:2] & 0x3fff = 0x2000 and ip[9] = 6 and ip[2:2] < 40",
    "tcp[13] & 7 != 0 or tcp[13] & 23 = 0",
    "ip6[6] = 6 and (ip6[53] & 7 != 0 or ip6[53] & 23 = 0)",
    "ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60",
    "udp and not src portrange 0-1023 and dst portrange 1-32767" +
    " and not dst port 53 and not dst port 443",
    "icmp[0] = 0 or icmp[0] = 3 or icmp[0] = 8 or icmp[0] = 13 or icmp[0] = 14",
    "icmp6 and (ip6[40] = 1 or (ip6[40] >= 128 and ip6[40] <= 136))",
    "arp",
  ].map((part) => `(${part})`).join(" or ")
})`;
/** How often connections that never were answered are told. */
const expireEveryMs = 1_000;
/** How often tcpdump is asked (by SIGUSR1) what the kernel dropped. */
const askEveryMs = 10_000;
/** More than one of its answers. */
const statisticsMax = 500;

/** A running capture. */
export interface PacketCapture {
  trouble(): string | undefined;
  /**
   * `packets` read, of them `malformed`; attempts `dropped` because too many
   * were under way; packets that the kernel `kernelDropped` unread since
   * tcpdump's last start; its `starts`.
   */
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
  let statistics = "";
  let kernelDropped = 0;
  const child: ChildStream = keepRunning({
    command: captureProgram,
    args: [
      ...["-i", device, "-n", "-p", "-U", "--immediate-mode"],
      ...["-s", String(snapBytes), "-B", String(bufferKiB), "-w", "-", filter],
    ],
    onStart: () => capture = reader(),
    onBytes: (bytes) => capture.push(bytes, onSeen),
    onErrorText: (text) => {
      statistics = (statistics + text).slice(-statisticsMax);
      const last = [...statistics.matchAll(/(\d+) packets? dropped by kernel/g)]
        .at(-1);
      if (last) kernelDropped = Number(last[1]);
    },
  });
  const timer = setInterval(
    () => capture.expire(Date.now(), onSeen),
    expireEveryMs,
  );
  const asking = setInterval(() => child.signal("SIGUSR1"), askEveryMs);
  return {
    trouble: () => child.trouble(),
    counters: () => {
      const { packets, malformed, dropped } = capture.counters;
      const { starts } = child.counters;
      return { packets, malformed, dropped, kernelDropped, starts };
    },
    stop: async () => {
      clearInterval(timer);
      clearInterval(asking);
      await child.stop();
    },
  };
}
