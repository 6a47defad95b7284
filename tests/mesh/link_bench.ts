/**
 * One link end to end through `Link`: `deno run -A tests/mesh/link_bench.ts`.
 * Asked for: 20,000 sealed cells per second and core on `open`, and what a
 * handshake costs each side, classical and hybrid.
 *
 * The links run on one core without a network: what is measured is queue,
 * records, padding and sealing on one side, opening, records and decoding on
 * the other. Each number is the median of `rounds`.
 *
 * @module
 */
import { LinkPair } from "./link_pair.ts";
import { Link } from "../../mesh/link.ts";
import { encodeLinkMessage } from "../../mesh/wire/link_message.ts";
import { HandshakeState } from "../../mesh/noise/handshake_state.ts";
import { mlKem768 } from "../../mesh/primitives/ml_kem.ts";
import { quantile } from "../bench/quantile.ts";
import {
  classicProtocol,
  guestProtocol,
  memberProtocol,
  pairOptions,
  seededRandom,
  type Side,
} from "./noise/handshake_pair.ts";

const rounds = 15;
const cellsPerRound = 5_000;
const open = { periodMs: 1_000, slotted: false };

function openPair(): LinkPair {
  const pair = new LinkPair({ pace: open });
  pair.run(2_000);
  if (!pair.isOpen) throw new Error("the links did not open");
  return pair;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Cells per second: sent alone, and sent and received on the same core. */
function benchCells(payloadBytes: number): { sent: number; both: number } {
  const { links: [a, b], nowMs } = openPair();
  const bytes = encodeLinkMessage({
    type: "roster_entry",
    entry: new Uint8Array(payloadBytes),
  });
  const sent: number[] = [];
  const both: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cells: Uint8Array[] = [];
    const startMs = performance.now();
    while (cells.length < cellsPerRound) {
      a.push({ bytes, urgency: 0, origin: "bench" });
      for (let cell = a.pulse(nowMs); cell; cell = a.pulse(nowMs)) {
        cells.push(cell);
      }
    }
    const sentMs = performance.now() - startMs;
    let messages = 0;
    for (const cell of cells) messages += b.receive(cell, nowMs).length;
    const bothMs = performance.now() - startMs;
    if (messages !== cells.length) throw new Error("messages were lost");
    sent.push(cells.length / sentMs * 1_000);
    both.push(cells.length / bothMs * 1_000);
  }
  return { sent: median(sent), both: median(both) };
}

/** Milliseconds that each side computes for one handshake. */
function benchHandshake(name: string): Record<Side, number> {
  const spent: Record<Side, number[]> = { initiator: [], responder: [] };
  for (let round = 0; round < 8 * rounds; round++) {
    const options = pairOptions(name);
    const sides: Side[] = ["initiator", "responder"];
    const total = { initiator: 0, responder: 0 };
    const timed = <T>(side: Side, work: () => T): T => {
      const startMs = performance.now();
      const result = work();
      total[side] += performance.now() - startMs;
      return result;
    };
    const state = {
      initiator: timed(
        "initiator",
        () => new HandshakeState(options.initiator),
      ),
      responder: timed(
        "responder",
        () => new HandshakeState(options.responder),
      ),
    };
    let [writer, reader] = sides as [Side, Side];
    while (!state[writer].isComplete) {
      const message = timed(
        writer,
        () => state[writer].writeMessage(new Uint8Array(4)),
      );
      timed(reader, () => state[reader].readMessage(message));
      [writer, reader] = [reader, writer];
    }
    for (const side of sides) {
      timed(side, () => state[side].split());
      spent[side].push(total[side]);
    }
  }
  // The first rounds warm the compiler up.
  return {
    initiator: median(spent.initiator.slice(rounds)),
    responder: median(spent.responder.slice(rounds)),
  };
}

/** The longest that one `compute` of a link holds up its isolate. */
function benchLongestCompute(): number {
  const longest: number[] = [];
  const { compute } = Link.prototype;
  for (let round = 0; round < 8 * rounds; round++) {
    let worst = 0;
    Link.prototype.compute = function (nowMs) {
      const startMs = performance.now();
      const outcomes = compute.call(this, nowMs);
      worst = Math.max(worst, performance.now() - startMs);
      return outcomes;
    };
    openPair();
    Link.prototype.compute = compute;
    longest.push(worst);
  }
  return median(longest.slice(rounds));
}

/** Milliseconds of one call, the median of many. */
function timeOf(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 8 * rounds; round++) {
    const startMs = performance.now();
    work();
    times.push(performance.now() - startMs);
  }
  return median(times.slice(rounds));
}

function benchKem(): void {
  const random = seededRandom(1);
  const pair = mlKem768.generateKeyPair(random);
  const { ciphertext } = mlKem768.encapsulate(pair.public, random);
  const rows: [string, () => unknown][] = [
    ["key pair", () => mlKem768.generateKeyPair(random)],
    ["encapsulate", () => mlKem768.encapsulate(pair.public, random)],
    ["decapsulate", () => mlKem768.decapsulate(pair, ciphertext)],
  ];
  for (const [name, work] of rows) {
    console.log(`ML-KEM-768 ${name.padEnd(12)} ${timeOf(work).toFixed(2)} ms`);
  }
}

/** Prints all of it. */
export function benchLink(): void {
  for (
    const [name, bytes] of [["full", 493], ["alerts of 200", 199]] as const
  ) {
    const { sent, both } = benchCells(bytes);
    console.log(
      `cells, ${name} bytes: ${Math.round(sent)} sealed per second and core, ` +
        `${Math.round(both)} sealed and opened`,
    );
  }
  for (const name of [classicProtocol, memberProtocol, guestProtocol]) {
    const { initiator, responder } = benchHandshake(name);
    console.log(
      `${name}: initiator ${initiator.toFixed(2)} ms, ` +
        `responder ${responder.toFixed(2)} ms`,
    );
  }
  const longest = benchLongestCompute().toFixed(2);
  console.log(`longest computation between two slots: ${longest} ms`);
  benchKem();
}

if (import.meta.main) benchLink();
