/**
 * What really crossed a lab host's wire: a capture by `tcpdump`, read as text.
 *
 * @module
 */
import type { LabChild, LabHost } from "./lab_network.ts";

/** One TCP segment. */
export interface Segment {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** tcpdump's letters: `S`, `S.`, `R.`, … */
  readonly flags: string;
}

const line =
  /^(\d+\.\d+) IP (\d+\.\d+\.\d+\.\d+)\.(\d+) > (\d+\.\d+\.\d+\.\d+)\.(\d+): Flags \[([^\]]+)\]/;

/** A capture in progress. */
export class LabCapture {
  readonly #child: LabChild;

  private constructor(child: LabChild) {
    this.#child = child;
  }

  /** Starts capturing TCP segments with SYN or RST on the host. */
  static async start(host: LabHost): Promise<LabCapture> {
    const child = host.start([
      ...["tcpdump", "-i", "eth0", "-n", "-tt", "-l", "--immediate-mode"],
      "tcp[13] & 6 != 0",
    ]);
    for (let tries = 0; tries < 600; tries++) {
      if (child.output().includes("listening on")) return new LabCapture(child);
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`Cannot capture: ${child.output()}`);
  }

  /** Ends the capture and reads it. */
  async stop(): Promise<Segment[]> {
    // The last segments may still be in the pipe.
    await new Promise((wake) => setTimeout(wake, 500));
    await this.#child.stop();
    return this.#child.output().split("\n").flatMap((text) => {
      const match = line.exec(text);
      if (!match) return [];
      const [
        ,
        at,
        source = "",
        sourcePort,
        destination = "",
        port,
        flags = "",
      ] = match;
      return [{
        atMs: Number(at) * 1_000,
        source,
        sourcePort: Number(sourcePort),
        destination,
        destinationPort: Number(port),
        flags,
      }];
    });
  }
}

/** What a prober learned of a target from the answers on its wire. */
export function learned(
  segments: readonly Segment[],
  prober: string,
  target: string,
): { ports: Set<number>; open: Set<number>; firstProbeMs: number } {
  const answers = segments.filter(({ source, destination }) =>
    source === target && destination === prober
  );
  const probes = segments.filter(({ source, destination }) =>
    source === prober && destination === target
  );
  return {
    ports: new Set(answers.map(({ sourcePort }) => sourcePort)),
    open: new Set(
      answers.filter(({ flags }) => flags === "S.").map(({ sourcePort }) =>
        sourcePort
      ),
    ),
    firstProbeMs: Math.min(...probes.map(({ atMs }) => atMs)),
  };
}
