/**
 * What the detectors have learned of this host, kept over restarts in one file
 * of the state directory. It is no secret and no treasure: without it, or with
 * a damaged one, the silent week begins anew.
 *
 * @module
 */

/** A file with what was learned. */
export class LearnedFile {
  readonly #file: string;
  readonly #beside: string;

  /**
   * Reads and writes nothing yet.
   *
   * @param directory The state directory.
   */
  constructor(directory: string) {
    this.#file = `${directory}/learned`;
    this.#beside = `${directory}/learned.new`;
  }

  /** What must be readable and writable while the agent runs. */
  get paths(): readonly string[] {
    return [this.#file, this.#beside];
  }

  /** What was kept; `undefined` if nothing can be read. */
  read(): Uint8Array | undefined {
    try {
      return Deno.readFileSync(this.#file);
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps `bytes` instead of what was kept.
   *
   * @throws {Error} If it cannot be written; what was kept is unharmed.
   */
  write(bytes: Uint8Array): void {
    Deno.writeFileSync(this.#beside, bytes, { mode: 0o600 });
    Deno.renameSync(this.#beside, this.#file);
  }
}
