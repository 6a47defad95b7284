/**
 * How a prober talks to a port: writes some bytes, maybe slowly, maybe hanging
 * up half-way, and takes down what comes back and how it ends.
 *
 * @module
 */
import type { Target } from "./probe.ts";

/** What to say, and how. */
export interface Talk {
  /** Bytes, in this order. */
  readonly parts: readonly Uint8Array[];
  /** Pause before each part but the first. */
  readonly pauseMs?: number;
  /** After the last part: wait, say no more, or cut the line. */
  readonly then?: "wait" | "half_close" | "close";
}

/** What came back. */
export interface Heard {
  readonly bytes: Uint8Array;
  /** Whether the port hung up, cut the line or was still there at the end. */
  readonly end: "closed" | "reset" | "open";
}

/**
 * How long silence is taken for the last word. On the loopback every answer
 * that does not depend on a timer is there within a few milliseconds.
 */
const quietMs = 400;
const answerBytesMax = 1 << 20;

/** Over TCP. */
export async function talkRaw(target: Target, talk: Talk): Promise<Heard> {
  const { port } = target;
  return await talkOn(
    await Deno.connect({ hostname: "127.0.0.1", port }),
    talk,
  );
}

/** Over TLS, once the handshake is done. */
export async function talkTls(
  target: Target,
  talk: Talk,
  alpn: string[] = ["http/1.1"],
): Promise<Heard> {
  const connection = await Deno.connectTls({
    hostname: "127.0.0.1",
    port: target.port,
    caCerts: [target.certificatePem],
    alpnProtocols: alpn,
  });
  return await talkOn(connection, talk);
}

async function talkOn(connection: Deno.Conn, talk: Talk): Promise<Heard> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let end: Heard["end"] = "open";
  let heardAtMs = performance.now();
  const reading = (async () => {
    const buffer = new Uint8Array(65_536);
    try {
      while (size < answerBytesMax) {
        const count = await connection.read(buffer);
        if (count === null) break;
        heardAtMs = performance.now();
        chunks.push(buffer.slice(0, count));
        size += count;
      }
      end = "closed";
    } catch (error) {
      // Ours, from `close` below, says nothing about the port.
      if (end === "open" && !(error instanceof Deno.errors.BadResource)) {
        end = /close_notify|UnexpectedEof/.test(`${error}`)
          ? "closed"
          : "reset";
      }
    }
  })();
  try {
    for (const [nth, part] of talk.parts.entries()) {
      if (nth > 0 && talk.pauseMs) await pause(talk.pauseMs);
      for (let at = 0; at < part.length;) {
        at += await connection.write(part.subarray(at));
      }
    }
    if (talk.then === "half_close") await connection.closeWrite();
  } catch {
    // The port hung up before we were done: the reader knows how.
  }
  if (talk.then !== "close") {
    heardAtMs = Math.max(heardAtMs, performance.now());
    await Promise.race([reading, untilQuiet(() => heardAtMs)]);
  }
  const result = { bytes: joined(chunks), end: end as Heard["end"] };
  connection.close();
  await reading;
  return result;
}

async function untilQuiet(heardAtMs: () => number): Promise<void> {
  for (;;) {
    const leftMs = heardAtMs() + quietMs - performance.now();
    if (leftMs <= 0) return;
    await pause(leftMs);
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Text as bytes, one each. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
