/**
 * Which program of this host holds a connection to another's administrative
 * port: asked of the kernel, through `ss` (iproute2), at the moment such a
 * connection opens.
 *
 * The kernel tells sockets by inode, and whose an inode is stands in
 * `/proc/PID/fd`, which Deno opens to nobody without every permission there
 * is; `ss -p` walks it for us. Without root it names only programs of our own
 * user. A connection that ends within the 20 ms or so that `ss` takes has no
 * name.
 *
 * Bounds: `ownersMax` connections, the one seen longest ago dropped; one look
 * at a time, at most every `lookAgainMs`.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";
import { adminPorts } from "../detectors/lateral/admin_service.ts";
import { RecentMap } from "../recent_map.ts";

/** What reads the sockets. */
export const ownerReader = "ss";

const ownersMax = 1_024;
const lookAgainMs = 200;
/** A name is longer only by mistake (`TASK_COMM_LEN` is 16). */
const nameLengthMax = 32;

/** `10.0.0.2:22` or `[2001:db8::2]:22`, then `users:(("ssh",pid=7,fd=3))`. */
const socketLine =
  /\s(\S{2,64}):(\d{1,5})\s+users:\(\("((?:[^"\\]|\\.){1,64})",pid=(\d{1,10})/;

/** A program that holds a connection. */
export interface ConnectionOwner {
  readonly destination: Address;
  readonly port: number;
  /** `ssh (pid 7)`. */
  readonly name: string;
}

/** Reads what `ss -Htnp` prints; lines without a program are passed over. */
export function parseSocketOwners(text: string): ConnectionOwner[] {
  return text.split("\n").flatMap((line) => {
    const [, host = "", port = "", name = "", pid = ""] =
      socketLine.exec(line) ?? [];
    const destination = readAddress(host);
    if (destination === undefined) return [];
    const known = `${name.slice(0, nameLengthMax)} (pid ${pid})`;
    return [{ destination, port: Number(port), name: known }];
  });
}

/** Programs that opened connections lately. */
export class ConnectionOwners {
  readonly #owners = new RecentMap<string, string>(ownersMax);
  #looking = false;
  /** Another connection opened since the look began. */
  #again = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #trouble: string | undefined;

  /** A connection to an administrative port opens right now. */
  lookSoon(): void {
    if (this.#looking) this.#again = true;
    else void this.#look();
  }

  /** The program that opened a connection there, if it was seen. */
  ownerOf(destination: Address, port: number): string | undefined {
    return this.#owners.get(`${destination} ${port}`);
  }

  /** Why programs cannot be named, if so. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#again = false;
    try {
      const ports = adminPorts.map((port) => `dport = :${port}`).join(" or ");
      const { stdout } = await new Deno.Command(ownerReader, {
        args: ["-Htnp", `( ${ports} )`],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).output();
      const owners = parseSocketOwners(new TextDecoder().decode(stdout));
      for (const { destination, port, name } of owners) {
        this.#owners.set(`${destination} ${port}`, name);
      }
      this.#trouble = undefined;
    } catch (cause) {
      this.#trouble = cause instanceof Error ? cause.message : String(cause);
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = false;
      if (this.#again) void this.#look();
    }, lookAgainMs);
  }
}
