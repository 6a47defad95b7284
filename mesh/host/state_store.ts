/**
 * What a node keeps over restarts, as files under one private directory. All
 * of them are private (0600 in 0700), replaced whole or not at all, and refused
 * when anyone else could have read or changed them.
 *
 * | file | holds |
 * | --- | --- |
 * | `keys.cbor` | this node's keys, current and previous generation |
 * | `mesh.cbor` | mesh id and mesh secret |
 * | `roster.cbor` | every roster entry known |
 * | `invites.cbor` | invites this host handed out that are still open |
 * | `certificate.cbor` | TLS certificate and its key |
 * | `operator.cbor` | operator key, on the host that founded the mesh |
 * | `next_operator.cbor` | a key that is to become the operator's, until it is |
 * | `counters.cbor` | last incarnation, last card |
 * | `pace.cbor` | the operator's choice of a profile, the leakage account |
 * | `settings.json` | what was changed while an agent ran; its text is `cli/`'s |
 *
 * Writers take turns: within a process in the order of their calls, between
 * processes (an agent and `stealthmesh keys`) by a lock on `.lock`. There is no
 * queue of values; who writes waits.
 *
 * @module
 */
import type { OpenInvite } from "../mesh.ts";
import type { Certificate } from "./certificate.ts";
import { Flaw } from "./field_reader.ts";
import {
  isThere,
  openPrivateDirectory,
  readPrivateFile,
  temporaryName,
  writePrivateFile,
} from "./private_file.ts";
import { systemRandom } from "./random.ts";
import {
  openSeed,
  passphraseCost,
  type ScryptCost,
  type SealedSeed,
  sealSeed,
} from "./sealed_seed.ts";
import { StateError } from "./state_error.ts";
import {
  certificateFormat,
  countersFormat,
  decodeState,
  encodeState,
  invitesFormat,
  type KeptCounters,
  type KeptKeys,
  type KeptMesh,
  type KeptPace,
  keysFormat,
  meshFormat,
  nextOperatorFormat,
  operatorFormat,
  paceFormat,
  rosterFormat,
  type StateFormat,
} from "./state_format.ts";

const lockName = ".lock";

/** The files of one state directory. */
export class StateStore {
  /** Absolute path, without a slash at the end. */
  readonly directory: string;
  readonly #uid: number | null;
  /** The write that was called last; the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(directory: string, uid: number | null) {
    this.directory = directory;
    this.#uid = uid;
  }

  /**
   * Opens a state directory, making it where it is missing. Asks the runtime
   * for the user id (`--allow-sys=uid`).
   *
   * @throws {StateError} `too_open`, `not_ours`, `unreadable`, `unwritable`,
   * `disk_full`.
   */
  static async open(directory: string): Promise<StateStore> {
    const uid = Deno.uid();
    const bare = directory.replace(/(?<=.)\/+$/, "");
    await openPrivateDirectory(bare, uid);
    return new StateStore(bare, uid);
  }

  /**
   * The paths that a running agent goes on using: it reads the directory, and
   * writes the roster, the open invites, the leakage account, its own keys and
   * the counter of its cards when it rotates, and the lock. What makes the mesh
   * (its secret, the operator key, the certificate) it does not write.
   *
   * @param texts Names that {@linkcode writeText} will be called with.
   */
  pathsOfRunningAgent(
    ...texts: readonly string[]
  ): { read: string[]; write: string[] } {
    const written = [
      rosterFormat,
      invitesFormat,
      paceFormat,
      keysFormat,
      countersFormat,
    ]
      .map(({ kind }) => `${kind}.cbor`)
      .concat(texts)
      .flatMap((name) => [name, temporaryName(name)]);
    return {
      read: [this.directory],
      write: [lockName, ...written].map((name) => `${this.directory}/${name}`),
    };
  }

  /** Whether a node has kept its keys in `directory`. */
  static exists(directory: string): Promise<boolean> {
    return isThere(`${directory}/keys.cbor`);
  }

  /**
   * This node's keys.
   *
   * @throws {StateError} As every `read…` here; `missing` before `keys init`
   * or `keys join`.
   */
  readKeys(): Promise<KeptKeys> {
    return this.#read(keysFormat);
  }
  /**
   * Keeps this node's keys.
   *
   * @throws {StateError} As every `write…` here: `disk_full`, `unwritable`.
   */
  writeKeys(keys: KeptKeys): Promise<void> {
    return this.#write(keysFormat, keys);
  }
  /** The mesh this node belongs to. */
  readMesh(): Promise<KeptMesh> {
    return this.#read(meshFormat);
  }
  /** Keeps which mesh this node belongs to. */
  writeMesh(mesh: KeptMesh): Promise<void> {
    return this.#write(meshFormat, mesh);
  }
  /** This node's TLS certificate and key. */
  readCertificate(): Promise<Certificate> {
    return this.#read(certificateFormat);
  }
  /** Keeps this node's TLS certificate and key. */
  writeCertificate(certificate: Certificate): Promise<void> {
    return this.#write(certificateFormat, certificate);
  }
  /** Encoded roster entries; none where nothing was kept yet. */
  readRoster(): Promise<readonly Uint8Array[]> {
    return this.#readOr(rosterFormat, []);
  }
  /**
   * Keeps the roster.
   *
   * @throws {RangeError} If there are more than `rosterEntriesMax` entries.
   */
  writeRoster(entries: readonly Uint8Array[]): Promise<void> {
    return this.#write(rosterFormat, entries);
  }
  /** Open invites; none where nothing was kept yet. */
  readInvites(): Promise<readonly OpenInvite[]> {
    return this.#readOr(invitesFormat, []);
  }
  /**
   * Replaces the open invites; see `updateInvites`.
   *
   * @throws {RangeError} If there are more than `openInvitesMax`.
   */
  writeInvites(invites: readonly OpenInvite[]): Promise<void> {
    return this.#write(invitesFormat, invites);
  }

  /**
   * Changes the open invites in one turn, so that an agent that uses one up
   * and a command that adds one do not undo each other.
   */
  updateInvites(
    change: (invites: readonly OpenInvite[]) => readonly OpenInvite[],
  ): Promise<void> {
    return this.#inTurn(async () => {
      await this.#replace(invitesFormat, change(await this.readInvites()));
    });
  }

  /** The choice of a profile and what has leaked; nothing before the first run. */
  readPace(): Promise<KeptPace> {
    return this.#readOr(paceFormat, {});
  }
  /** Keeps the choice of a profile and what has leaked. */
  writePace(pace: KeptPace): Promise<void> {
    return this.#write(paceFormat, pace);
  }

  /** Keeps a text of its caller's under a name of its own. */
  writeText(name: string, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    return this.#inTurn(() => writePrivateFile(this.directory, name, bytes));
  }

  /** Whether this host keeps the operator key. */
  hasOperator(): Promise<boolean> {
    return isThere(this.#path(operatorFormat));
  }

  /**
   * The operator's 32-byte seed.
   *
   * @throws {StateError} `passphrase_needed` or `wrong_passphrase`, besides
   * what every `read…` throws.
   */
  readOperator(passphrase?: string): Promise<Uint8Array> {
    return this.#readSeed(operatorFormat, passphrase);
  }

  /** Whether this host keeps a key that is to become the operator's. */
  hasNextOperator(): Promise<boolean> {
    return isThere(this.#path(nextOperatorFormat));
  }

  /** The seed of the key that is to become the operator's; as `readOperator`. */
  readNextOperator(passphrase?: string): Promise<Uint8Array> {
    return this.#readSeed(nextOperatorFormat, passphrase);
  }

  /** Keeps a seed beside the operator's; as `writeOperator`. */
  writeNextOperator(
    seed: Uint8Array,
    passphrase?: string,
    cost: ScryptCost = passphraseCost,
  ): Promise<void> {
    return this.#writeSeed(nextOperatorFormat, seed, passphrase, cost);
  }

  /** The next operator key takes the place of the operator's, sealed or not. */
  adoptNextOperator(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#replace(operatorFormat, await this.#read(nextOperatorFormat));
      await Deno.remove(this.#path(nextOperatorFormat));
    });
  }

  /**
   * Keeps the operator's seed, sealed where there is a passphrase.
   *
   * @throws {RangeError} If the passphrase is empty.
   */
  writeOperator(
    seed: Uint8Array,
    passphrase?: string,
    cost: ScryptCost = passphraseCost,
  ): Promise<void> {
    return this.#writeSeed(operatorFormat, seed, passphrase, cost);
  }

  /**
   * The incarnation of a start that happens now: larger than any before, also
   * when the clock was set back. When the file is lost, the clock carries on.
   *
   * @param wallMs Wall clock milliseconds.
   * @returns Seconds since 1970, or one more than last time.
   */
  nextIncarnation(wallMs: number): Promise<number> {
    return this.#count("incarnation", wallMs);
  }

  /** The sequence number of the address card signed now; as `nextIncarnation`. */
  nextCardSeq(wallMs: number): Promise<number> {
    return this.#count("cardSeq", wallMs);
  }

  #count(which: keyof KeptCounters, wallMs: number): Promise<number> {
    return this.#inTurn(async () => {
      const none: KeptCounters = { incarnation: 0, cardSeq: 0 };
      const kept = await this.#readOr(countersFormat, none);
      const next = Math.max(kept[which] + 1, Math.floor(wallMs / 1_000));
      await this.#replace(countersFormat, { ...kept, [which]: next });
      return next;
    });
  }

  async #read<T>(format: StateFormat<T>): Promise<T> {
    const file = this.#path(format);
    const bytes = await readPrivateFile(file, this.#uid);
    try {
      return decodeState(format, bytes);
    } catch (cause) {
      if (!(cause instanceof Flaw)) throw cause;
      throw new StateError(cause.code, {
        attempt: "read",
        file,
        what: cause.message,
        nextStep: cause.code === "wrong_version"
          ? "Update stealthmesh on this host"
          : `Restore it from a backup, or move it away: mv ${file} ${file}.bad`,
      }, { cause });
    }
  }

  async #readOr<T>(format: StateFormat<T>, none: T): Promise<T> {
    try {
      return await this.#read(format);
    } catch (error) {
      if (error instanceof StateError && error.code === "missing") return none;
      throw error;
    }
  }

  async #readSeed(
    format: StateFormat<SealedSeed>,
    passphrase: string | undefined,
  ): Promise<Uint8Array> {
    const kept = await this.#read(format);
    if (!kept.sealed) return kept.seed;
    const file = this.#path(format);
    if (passphrase === undefined) {
      throw new StateError("passphrase_needed", {
        attempt: "read",
        file,
        what: "the operator key is sealed under a passphrase",
        nextStep: "Give it on standard input or with: --passphrase-file FILE",
      });
    }
    const seed = await openSeed(kept, passphrase);
    if (seed) return seed;
    throw new StateError("wrong_passphrase", {
      attempt: "read",
      file,
      what: "this is not the passphrase it was sealed under",
      nextStep: "Try again; nothing is lost by a wrong one",
    });
  }

  async #writeSeed(
    format: StateFormat<SealedSeed>,
    seed: Uint8Array,
    passphrase: string | undefined,
    cost: ScryptCost,
  ): Promise<void> {
    const kept = passphrase === undefined
      ? { sealed: false as const, seed }
      : await sealSeed(seed, passphrase, systemRandom, cost);
    await this.#write(format, kept);
  }

  #write<T>(format: StateFormat<T>, value: T): Promise<void> {
    return this.#inTurn(() => this.#replace(format, value));
  }

  // Async, so that what cannot be encoded is a rejection, too.
  async #replace<T>(format: StateFormat<T>, value: T): Promise<void> {
    const bytes = encodeState(format, value);
    await writePrivateFile(this.directory, `${format.kind}.cbor`, bytes);
  }

  /** Runs `work` when all earlier work of this store and others is done. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(() => this.#locked(work));
    // The next in line waits for this one, and does not mind how it went.
    this.#turn = run.catch(() => {});
    return run;
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const lock = await this.#openLock();
    try {
      await lock.lock(true);
      return await work();
    } finally {
      lock.close();
    }
  }

  async #openLock(): Promise<Deno.FsFile> {
    const file = `${this.directory}/${lockName}`;
    try {
      return await Deno.open(file, { write: true, create: true, mode: 0o600 });
    } catch (cause) {
      throw new StateError("unwritable", {
        attempt: "write",
        file,
        what: cause instanceof Error ? cause.message : String(cause),
        nextStep: `See who may write there with: ls -ld ${this.directory}`,
      }, { cause });
    }
  }

  #path<T>(format: StateFormat<T>): string {
    return `${this.directory}/${format.kind}.cbor`;
  }
}
