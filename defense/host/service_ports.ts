/**
 * Which port a service listens on: `ss` names the programs behind the kernel's
 * listening sockets (ss(8), `-Htlnp`), and a service of a log line is the
 * program that wrote it.
 *
 * A program with several ports, or several addresses that are not alike, is
 * not narrowed down: its port is unknown.
 *
 * @module
 */
import type { Service } from "../service.ts";
import { outputOf } from "./program_output.ts";

/** Program that names programs. */
export const portLister = "ss";

/** Between two looks when nothing happens. Our choice. */
const lookEveryMs = 60_000;
/** Between two looks for a service that was not there. */
const lookAgainMs = 5_000;

/** `LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=811,fd=3))` */
const listener = /^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)\s+\S+\s+users:\((.*)\)\s*$/;
const program = /\("([^"]*)",pid=\d+,fd=\d+\)/g;

/** Reads what `ss -Htlnp` prints: TCP ports by program. */
export function parseListeners(text: string): Map<string, Set<number>> {
  const ports = new Map<string, Set<number>>();
  for (const line of text.split("\n")) {
    const match = listener.exec(line);
    if (!match) continue;
    for (const [, name = ""] of (match[2] ?? "").matchAll(program)) {
      const known = ports.get(name);
      if (known) known.add(Number(match[1]));
      else ports.set(name, new Set([Number(match[1])]));
    }
  }
  return ports;
}

/** Keeps asking. */
export class ServicePorts {
  #ports: ReadonlyMap<string, ReadonlySet<number>> = new Map();
  #lookedMs = -Infinity;
  #looking = false;
  #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
    void this.#look();
  }

  /** Where `name` listens, if at one port that is known. */
  serviceOf(name: string): Service | undefined {
    const ports = this.#ports.get(name);
    const sinceMs = performance.now() - this.#lookedMs;
    if (!ports && sinceMs >= lookAgainMs) void this.#look();
    const [port, ...others] = ports ?? [];
    if (port === undefined || others.length > 0) return undefined;
    return { protocol: "tcp", port };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#lookedMs = performance.now();
    // Without `ss` every port is unknown, and whole addresses are contained.
    this.#ports = parseListeners(await outputOf(portLister, ["-Htlnp"]));
    this.#looking = false;
  }
}
