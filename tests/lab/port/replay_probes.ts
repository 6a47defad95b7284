/**
 * Probes made of what a genuine member said: its TCP bytes as an observer
 * records them, and its upgrade as somebody would send it again who broke TLS.
 * Whole, cut short, and with single bits flipped.
 *
 * @module
 */
import { safely } from "./byte_probes.ts";
import { textOf } from "./http_text.ts";
import type { Probe } from "./probe.ts";
import { talkRaw, talkTls } from "./talk.ts";
import { shapeOfTls, SignedLength } from "./tls_shape.ts";

/** Bits of a recording that are flipped one by one. */
export const flippedBits = 2_048;

/** The recorded stream again. */
export function recordingProbes(recorded: Uint8Array): Probe[] {
  const probe = probeOfRecording();
  const cuts = [1, 5, 6, 50, 100, 200, 300, 400, 600, 1_000, 2_000];
  return [
    probe("recording, whole", recorded),
    ...cuts.filter((cut) => cut < recorded.length).map((cut) =>
      probe(`recording, first ${cut} bytes`, recorded.subarray(0, cut))
    ),
  ];
}

/**
 * The recorded stream with one bit changed.
 *
 * @param every Only every so many bits, a different one of each byte.
 */
export function flippedRecordingProbes(
  recorded: Uint8Array,
  every: number,
): Probe[] {
  const probe = probeOfRecording();
  return bitsOf(flippedBits, every).map((bit) =>
    probe(`recording, bit ${bit} flipped`, flip(recorded, bit))
  );
}

/** An upgrade whose token is used, with one bit changed, in a TLS of its own. */
export function flippedUpgradeProbes(
  request: Uint8Array,
  every: number,
): Probe[] {
  const text = new TextDecoder("latin1").decode(request);
  const from = text.indexOf("session=") * 8;
  const to = from + "session=".length * 8 + 43 * 8;
  return bitsOf(request.length * 8, 1)
    .filter((bit) => bit % every === 0 || (bit >= from && bit < to))
    .map((bit) => ({
      name: `used upgrade, bit ${bit} flipped`,
      run: async (target) => {
        const parts = [flip(request, bit)];
        return textOf(await safely(() => talkTls(target, { parts })));
      },
    }));
}

function probeOfRecording(): (name: string, bytes: Uint8Array) => Probe {
  const signed = new SignedLength();
  return (name, bytes) => ({
    name,
    run: async (target) => {
      const heard = await talkRaw(target, { parts: [bytes] });
      return `${shapeOfTls(heard.bytes, signed)}\n[${heard.end}]`;
    },
  });
}

function bitsOf(count: number, every: number): number[] {
  const bits: number[] = [];
  for (let nth = 0; nth * every < count; nth++) {
    // Each of the eight bits of a byte gets its turn.
    bits.push(nth * every + (every % 8 === 0 ? nth % 8 : 0));
  }
  return bits;
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
