/**
 * How often an honest first contact fails on this host, by port: learned in a
 * silent week, then kept. Jung et al. (2004, section 4.2) take one chance for
 * a whole site; a port whose service is down half of the time, or that peers
 * of a program long closed still ask for, would make scanners of honest
 * clients.
 *
 * The chance is the mean of a Beta distribution: `priorStrength` contacts of
 * the paper's kind (one in five fails) and those seen. It stays between
 * `chanceMin` and `chanceMax`: what is learned only ever spares, since a quiet
 * week proves little about the next; and whoever teaches it lies can make scans
 * slower to see, not invisible: at 0.6 a failure is still worth ln(0.8/0.6),
 * and 40 of them a scan.
 *
 * Bounds: `portsMax` ports, later ones share one count; the caller lets each
 * source teach it `lessonsMax` contacts.
 *
 * @module
 */

/** Ports with a count of their own; our choice. */
export const portsMax = 1_024;
/** Contacts that one source may teach; our choice. */
export const lessonsMax = 4;
/** How long it learns, and the detector that learns is silent. */
export const learnMs = 7 * 86_400_000;
const priorStrength = 20;
const priorChance = 0.2;
const chanceMin = 0.2;
const chanceMax = 0.6;
const version = 1;
const headerBytes = 10;
const portBytes = 10;

interface Count {
  contacts: number;
  failures: number;
}

/** What first contacts of honest sources come to. */
export class FirstContactBaseline {
  readonly #ports = new Map<number, Count>();
  readonly #others: Count = { contacts: 0, failures: 0 };
  #sinceMs: number | undefined;

  /** Wall clock milliseconds of the first lesson. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  /** Whether it still learns at `nowMs`. */
  isLearning(nowMs: number): boolean {
    return this.#sinceMs === undefined || nowMs - this.#sinceMs < learnMs;
  }

  /** Takes one first contact. */
  learn(port: number, failed: boolean, atMs: number): void {
    this.#sinceMs ??= atMs;
    const count = this.#countOf(port);
    count.contacts++;
    if (failed) count.failures++;
  }

  /** Chance that an honest first contact with `port` fails. */
  failureChance(port: number): number {
    const { contacts, failures } = this.#ports.get(port) ?? this.#others;
    const chance = (failures + priorStrength * priorChance) /
      (contacts + priorStrength);
    return Math.min(Math.max(chance, chanceMin), chanceMax);
  }

  /**
   * As bytes to keep: version (1), zero (1), since (8), then for each port
   * port (2), contacts (4), failures (4), all big-endian; port 0 stands for
   * the others.
   */
  encode(): Uint8Array<ArrayBuffer> {
    const counts = [[0, this.#others] as const, ...this.#ports];
    const bytes = new Uint8Array(headerBytes + counts.length * portBytes);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, version);
    view.setFloat64(2, this.#sinceMs ?? NaN);
    counts.forEach(([port, { contacts, failures }], index) => {
      const at = headerBytes + index * portBytes;
      view.setUint16(at, port);
      view.setUint32(at + 2, contacts);
      view.setUint32(at + 6, failures);
    });
    return bytes;
  }

  /** Reads it back; `undefined` if the bytes are none of ours. */
  static decode(bytes: Uint8Array): FirstContactBaseline | undefined {
    const body = bytes.length - headerBytes;
    if (body < portBytes || body % portBytes !== 0 || bytes[0] !== version) {
      return undefined;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const baseline = new FirstContactBaseline();
    const sinceMs = view.getFloat64(2);
    if (Number.isFinite(sinceMs)) baseline.#sinceMs = sinceMs;
    for (let at = headerBytes; at < bytes.length; at += portBytes) {
      const port = view.getUint16(at);
      const count = port === 0 ? baseline.#others : baseline.#countOf(port);
      count.contacts = view.getUint32(at + 2);
      count.failures = Math.min(view.getUint32(at + 6), count.contacts);
    }
    return baseline;
  }

  #countOf(port: number): Count {
    if (port === 0) return this.#others;
    const known = this.#ports.get(port);
    if (known !== undefined) return known;
    if (this.#ports.size >= portsMax) return this.#others;
    const count = { contacts: 0, failures: 0 };
    this.#ports.set(port, count);
    return count;
  }
}
