/**
 * Keeps asking the kernel which ports are served and who has shaken hands.
 * Its word turns a log line, which anyone might forge, into evidence `E1`,
 * and tells a probe of a dead port from one that is merely unanswered.
 *
 * Deno opens nothing below `/proc` without every permission there is, so
 * `cat` reads the tables for us.
 *
 * Bound: {@linkcode peersMax} peers, the one heard of longest ago dropped.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { parseSocketTable } from "./socket_table.ts";

/** What reads the tables. */
export const tableReader = "cat";
const tables = ["/proc/net/tcp", "/proc/net/tcp6"] as const;

/** Peers remembered. Our choice: some 300 KiB. */
const peersMax = 4_096;
/** A handshake counts as long as a vote does: design §7. */
const peerMs = 600_000;
/** Between two looks when nothing happens, and at the least. Our choice. */
const lookEveryMs = 5_000;
const lookAgainMs = 100;
/** Linux's `ip_local_port_range`: passive FTP and the like listen here for seconds. */
const firstEphemeralPort = 32_768;

/** What the kernel said, and how long ago. */
export class SocketWatch {
  readonly #peers = new Map<Address, number>();
  #listening: ReadonlySet<number> = new Set();
  /** Ports of the look before: two looks must agree that a port is dead. */
  #before: ReadonlySet<number> | undefined;
  #looks = 0;
  #lookedMs = -Infinity;
  #looking = false;
  #timer: ReturnType<typeof setInterval>;
  #second: ReturnType<typeof setTimeout> | undefined;
  #trouble: string | undefined;

  constructor() {
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
    // The second look soon, so that a scan right after the start is seen whole.
    void this.#look().then(() => {
      this.#second = setTimeout(() => void this.#look(), lookAgainMs);
    });
  }

  /** Whether somebody listens on `port`; `undefined` if that is not sure. */
  isServed(port: number): boolean | undefined {
    if (this.#listening.has(port)) return true;
    if (this.#looks < 2 || this.#before?.has(port)) return undefined;
    if (performance.now() - this.#lookedMs > 2 * lookEveryMs) return undefined;
    return port < firstEphemeralPort ? false : undefined;
  }

  /**
   * Whether `address` has lately proved that it receives what we send.
   *
   * @param withinMs Longer where the evidence is older.
   */
  hasShaken(address: Address, withinMs = peerMs): boolean {
    const atMs = this.#peers.get(address);
    return atMs !== undefined && Date.now() - atMs < withinMs;
  }

  /** A packet proved it. */
  shook(address: Address): void {
    this.#peers.delete(address);
    this.#peers.set(address, Date.now());
    if (this.#peers.size <= peersMax) return;
    const [oldest] = this.#peers.keys();
    if (oldest !== undefined) this.#peers.delete(oldest);
  }

  /** Somebody of whom we want to know is talking to a service right now. */
  lookSoon(): void {
    if (performance.now() - this.#lookedMs >= lookAgainMs) void this.#look();
  }

  /** Why the kernel cannot be asked, if so. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#second);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#lookedMs = performance.now();
    try {
      const { stdout } = await new Deno.Command(tableReader, {
        args: [...tables],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).output();
      const { listeningPorts, peers } = parseSocketTable(
        new TextDecoder().decode(stdout),
      );
      this.#before = this.#listening;
      this.#listening = listeningPorts;
      this.#looks++;
      for (const peer of peers) this.shook(peer);
      this.#trouble = undefined;
    } catch (cause) {
      this.#trouble = cause instanceof Error ? cause.message : String(cause);
    } finally {
      this.#looking = false;
    }
  }
}
