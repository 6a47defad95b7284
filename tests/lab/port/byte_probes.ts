/**
 * Probes below HTTP: random bytes, silence, drips, broken handshakes, plain
 * HTTP on the TLS port.
 *
 * @module
 */
import { seededRandom } from "../../mesh/virtual_world.ts";
import type { Probe } from "./probe.ts";
import { textOf } from "./http_text.ts";
import { type Heard, latin1, type Talk, talkRaw, talkTls } from "./talk.ts";
import { shapeOfTls, SignedLength } from "./tls_shape.ts";

/** Around each power of two, and some odd ones, up to 65,536. */
const sizes = [
  ...[
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    15,
    16,
    17,
    31,
    33,
    64,
    100,
    127,
    129,
    255,
    256,
    257,
  ],
  ...[511, 512, 513, 1_000, 1_023, 1_025, 2_048, 4_095, 4_097, 8_192, 16_384],
  ...[16_385, 20_000, 32_767, 32_769, 50_000, 65_535, 65_536],
];

/** The same bytes for both ports. */
export function randomBytes(seed: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  seededRandom(seed).fill(bytes);
  return bytes;
}

/**
 * Everything below HTTP.
 *
 * @param clientHello The first record of an ordinary client.
 */
export function byteProbes(clientHello: Uint8Array): Probe[] {
  const signed = new SignedLength();
  const raw = (name: string, talk: Talk): Probe => ({
    name,
    run: async (target) => {
      const heard = await talkRaw(target, talk);
      return `${shapeOfTls(heard.bytes, signed)}\n[${heard.end}]`;
    },
  });
  const inside = (name: string, talk: Talk): Probe => ({
    name,
    run: async (target) => textOf(await safely(() => talkTls(target, talk))),
  });
  return [
    ...sizes.flatMap((size) => {
      const bytes = randomBytes(`random ${size}`, size);
      return [
        raw(`${size} random bytes`, { parts: [bytes] }),
        raw(`${size} random bytes, then half-close`, {
          parts: [bytes],
          then: "half_close",
        }),
        inside(`${size} random bytes inside TLS`, { parts: [bytes] }),
      ];
    }),
    raw("connect and stay silent", { parts: [] }),
    raw("connect and half-close", { parts: [], then: "half_close" }),
    inside("shake hands and stay silent", { parts: [] }),
    inside("shake hands and half-close", { parts: [], then: "half_close" }),
    raw("one byte a second of a hello", {
      parts: [...clientHello.subarray(0, 5)].map((each) => Uint8Array.of(each)),
      pauseMs: 1_000,
    }),
    inside("one byte a second of a request", {
      parts: [..."GET /"].map(latin1),
      pauseMs: 1_000,
    }),
    raw("a hello byte by byte", {
      parts: [...clientHello].map((each) => Uint8Array.of(each)),
      pauseMs: 1,
    }),
    raw("a hello, then silence", { parts: [clientHello] }),
    raw("a hello, then half-close", {
      parts: [clientHello],
      then: "half_close",
    }),
    raw("a hello twice", { parts: [clientHello, clientHello] }),
    raw("half a hello, then half-close", {
      parts: [clientHello.subarray(0, 90)],
      then: "half_close",
    }),
    raw("a hello, then random bytes", {
      parts: [clientHello, randomBytes("after hello", 600)],
      pauseMs: 20,
    }),
    raw("half a hello, then gone", {
      parts: [clientHello.subarray(0, 90)],
      then: "close",
    }),
    raw("an alert", { parts: [Uint8Array.fromHex("15030100020228")] }),
    raw("application data first", {
      parts: [Uint8Array.fromHex("1703030010" + "44".repeat(16))],
    }),
    raw("an SSL 2 hello", {
      parts: [
        Uint8Array.fromHex(
          "802e0100020015000000100100800200800300800400800500800600400700c0" +
            "55".repeat(16),
        ),
      ],
    }),
    raw("plain HTTP", { parts: [latin1("GET / HTTP/1.1\r\nhost: a\r\n\r\n")] }),
    raw("a plain upgrade", {
      parts: [latin1(
        "GET /live HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n" +
          "connection: Upgrade\r\n\r\n",
      )],
    }),
    raw("an SSH banner", { parts: [latin1("SSH-2.0-OpenSSH_9.2\r\n")] }),
    raw("an HTTP/2 preface in the clear", {
      parts: [latin1("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
    }),
  ];
}

/** A port that refuses the handshake has been heard, too. */
export async function safely(talk: () => Promise<Heard>): Promise<Heard> {
  try {
    return await talk();
  } catch (error) {
    return { bytes: latin1(`${error}`), end: "closed" };
  }
}
