/**
 * How much of a core the packet sensor takes: a capture made here from a seed
 * goes through `CaptureReader` and the detection engine as tcpdump's output
 * does on a live host.
 *
 *     deno run --allow-env --allow-sys --v8-flags=--expose-gc \
 *       tests/bench/packets.ts [--connections=400000]
 *
 * - `honest`: connections that open, shake hands and end, as the live filter
 *   shows them (SYN, SYN-ACK, FIN, FIN), 50,000 a second from 2,000 sources;
 * - `flood`: SYNs to closed ports from ever new forged sources at the same
 *   pace, a scanner of 20 ports among them, and one probe in ten minutes
 *   before, between and after;
 * - `sources`: the same from 100, 40,000 and 100,000 sources, beside a bare `Map`
 *   of as many addresses. The engine remembers 50,000, so that with 100,000 in
 *   turn every source is a new one.
 *
 * Asked of us: 50,000 new connections a second on one core, so more than
 * 200,000 packets per CPU-second of the first kind and 50,000 of the second;
 * memory flat; cost flat.
 *
 * @module
 */
import process from "node:process";
import { parseAddress } from "../../defense/address.ts";
import { DetectionEngine } from "../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { CaptureReader } from "../../defense/sensors/capture_reader.ts";
import { lookUpMicros } from "./bare_map.ts";

const perSecond = 50_000;
const startS = Date.UTC(2026, 2, 3) / 1_000;
const host = 0xc6336402; // 198.51.100.2
const served = 443;
const scanner = 0xc0000207; // 192.0.2.7
const slowScanner = 0xc0000208;
const [syn, ack, fin] = [2, 16, 1];

/** A pcap file that grows: little-endian, microseconds, raw IP. */
class Capture {
  readonly #view: DataView;
  #at = 24;
  packets = 0;

  constructor(packets: number) {
    this.#view = new DataView(new ArrayBuffer(24 + packets * 56));
    this.#view.setUint32(0, 0xa1b2c3d4, true);
    this.#view.setUint16(4, 2, true);
    this.#view.setUint16(6, 4, true);
    this.#view.setUint32(16, 65_535, true);
    this.#view.setUint32(20, 101, true);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#at);
  }

  add(
    seconds: number,
    ends: [source: number, port: number, destination: number, port: number],
    flags: number,
    sequence: number,
    acknowledgement: number,
  ): void {
    const view = this.#view;
    const at = this.#at;
    const whole = Math.floor(seconds);
    view.setUint32(at, whole, true);
    view.setUint32(at + 4, Math.floor((seconds - whole) * 1e6), true);
    view.setUint32(at + 8, 40, true);
    view.setUint32(at + 12, 40, true);
    const ip = at + 16;
    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, 40);
    view.setUint16(ip + 8, 0x4006);
    view.setUint32(ip + 12, ends[0]);
    view.setUint32(ip + 16, ends[2]);
    view.setUint16(ip + 20, ends[1]);
    view.setUint16(ip + 22, ends[3]);
    view.setUint32(ip + 24, sequence);
    view.setUint32(ip + 28, acknowledgement);
    view.setUint8(ip + 32, 5 << 4);
    view.setUint8(ip + 33, flags);
    this.#at += 56;
    this.packets++;
  }
}

/** Connections that open and end, with at most 2,000 open at a time. */
function honest(connections: number, sources: number): Capture {
  const capture = new Capture(connections * 4);
  for (let index = 0; index < connections; index++) {
    const seconds = startS + index / perSecond;
    const source = 0x0a000000 + index % sources;
    const port = 1_024 + Math.floor(index / sources) % 60_000;
    const there = [source, port, host, served] as [
      number,
      number,
      number,
      number,
    ];
    const back = [host, served, source, port] as typeof there;
    capture.add(seconds, there, syn, 100, 0);
    capture.add(seconds, back, syn | ack, 900, 101);
    capture.add(seconds, there, fin | ack, 101, 901);
    capture.add(seconds, back, fin | ack, 901, 102);
  }
  return capture;
}

/** Forged SYNs, and two scanners in the middle of them. */
function flood(connections: number): Capture {
  const capture = new Capture(connections + 40);
  const ask = (seconds: number, source: number, port: number) =>
    capture.add(seconds, [source, 40_000, host, port], syn, 7, 0);
  for (let probe = 0; probe < 6; probe++) {
    ask(startS - 3_600 + probe * 600, slowScanner, 100 + probe);
  }
  for (let index = 0; index < connections; index++) {
    const seconds = startS + index / perSecond;
    // A multiplier coprime to 2^24 visits every address once.
    ask(seconds, 0x0b000000 + Math.imul(index, 0x9e3779b1) % 0x1000000, 80);
    if (index >= connections / 2 && index < connections / 2 + 20) {
      ask(seconds, scanner, 200 + index - connections / 2);
    }
  }
  const end = startS + connections / perSecond;
  for (let probe = 0; probe < 6; probe++) {
    ask(end + probe * 600, slowScanner, 110 + probe);
  }
  return capture;
}

/** What is in use after the garbage is gone, if the flag is given. */
function heapUsed(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

/** Reads a capture in pieces of a pipe's size; packets per CPU-second. */
function measure(name: string, capture: Capture): void {
  const engine = new DetectionEngine(embeddedScenarios());
  const reader = new CaptureReader({
    isServed: (port) => port === served,
    numbered: false,
  });
  const alerts = new Map<string, number>();
  let observations = 0;
  const { bytes, packets } = capture;
  const heapBefore = heapUsed();
  let heapHalf = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 65_536) {
    reader.push(bytes.subarray(at, at + 65_536), (seen) => {
      observations++;
      for (const { scenario, subject } of engine.observe(seen)) {
        const key = `${scenario} ${subject.address}`;
        alerts.set(key, (alerts.get(key) ?? 0) + 1);
      }
    });
    if (heapHalf === 0 && at > bytes.length / 2) {
      // Its time counts as ours.
      heapHalf = heapUsed();
    }
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const mib = (value: number) => Math.round((value - heapBefore) / 2 ** 20);
  console.log(
    `${name.padEnd(24)} ${Math.round(packets / seconds).toLocaleString("en")}` +
      ` packets per CPU-second, ${
        (seconds / packets * 1e6).toFixed(2)
      } µs each;` +
      ` ${observations} connections, ${reader.counters.dropped} not followed;` +
      ` heap +${mib(heapHalf)} MiB at half, +${
        mib(heapUsed())
      } MiB at the end;` +
      ` alerts: ${[...alerts.keys()].join(", ") || "none"}`,
  );
}

/** What the machine asks for the look-up of one of so many sources, at random. */
function tellBareMap(sources: number): void {
  const addresses = Array.from(
    { length: sources },
    (_, at) => parseAddress(`10.${at >> 16}.${at >> 8 & 255}.${at & 255}`),
  );
  // A multiplier coprime to all of these numbers of sources.
  const turns = Uint32Array.from(
    { length: 400_000 },
    (_, at) => at * 7_919 % sources,
  );
  const micros = lookUpMicros(addresses, turns, 3);
  console.log(
    `  a bare Map of ${sources.toLocaleString("en")}: ${
      micros.toFixed(2)
    } µs per look-up, of which there is at least one for four packets`,
  );
}

const asked = process.argv.find((word) => word.startsWith("--connections="));
const connections = Number(asked?.split("=")[1] ?? 400_000);
measure("warm-up", honest(20_000, 2_000));
measure("honest, 2,000 sources", honest(connections, 2_000));
measure("flood of forged SYNs", flood(connections));
for (const sources of [100, 40_000, 100_000]) {
  const name = `honest, ${sources.toLocaleString("en")} sources`;
  measure(name, honest(connections, sources));
  tellBareMap(sources);
}
