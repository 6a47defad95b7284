/**
 * Signs with the operator's key inside a running agent: the key is read for the
 * one signature, with the passphrase that the order brought along where it is
 * sealed, and forgotten.
 *
 * Bounds: one passphrase is tried at a time, because each try takes scrypt's
 * memory; after {@linkcode wrongMax} wrong ones in a row none for a minute, so that
 * nobody can guess through an agent.
 *
 * @module
 */
import { ed25519Signer, type Roster, type Signer } from "../mesh/mod.ts";
import { StateError, type StateStore } from "../mesh/host/mod.ts";

/** Wrong passphrases in a row that are taken. Our choice. */
export const wrongMax = 5;
const pauseMs = 60_000;

/** Why nothing was signed. */
export interface NotSigned {
  /** Name of the problem in the API. */
  readonly kind: "refused" | "too_many";
  /** Why, in one sentence. */
  readonly refused: string;
  /** Whether a passphrase would help. */
  readonly sealed: boolean;
}

/** Where the key may lie. */
type KeyStore = Pick<
  StateStore,
  "hasOperator" | "readOperator" | "hasNextOperator" | "readNextOperator"
>;

/** The operator's key of this host, as its agent may use it. */
export class OperatorSeal {
  readonly #store: KeyStore;
  readonly #roster: Pick<Roster, "operator">;
  readonly #nowMs: () => number;
  #wrong = 0;
  #untilMs = -Infinity;
  #busy = false;

  /** @param nowMs Monotonic: a wall clock may be set. */
  constructor(
    store: KeyStore,
    roster: Pick<Roster, "operator">,
    nowMs: () => number,
  ) {
    this.#store = store;
    this.#roster = roster;
    this.#nowMs = nowMs;
  }

  /** Whether the key is not here, here, or here under a passphrase. */
  async state(): Promise<"absent" | "open" | "sealed"> {
    const opened = await this.#open(undefined);
    if (!("refused" in opened)) return "open";
    return opened.sealed ? "sealed" : "absent";
  }

  /** Why nobody can sign here, whatever the passphrase; undefined if one can. */
  async refusal(): Promise<NotSigned | undefined> {
    const opened = await this.#open(undefined);
    return "refused" in opened && !opened.sealed ? opened : undefined;
  }

  /** Signs, or says why not. */
  async sign(
    bytes: Uint8Array,
    passphrase: string | undefined,
  ): Promise<Uint8Array | NotSigned> {
    const opened = await this.#open(undefined);
    if (!("refused" in opened)) return opened.sign(bytes);
    if (!opened.sealed || passphrase === undefined) return opened;
    if (this.#busy || this.#nowMs() < this.#untilMs) {
      return {
        kind: "too_many",
        refused: "passphrases are tried one at a time, and few",
        sealed: true,
      };
    }
    this.#busy = true;
    try {
      const signer = await this.#open(passphrase);
      if (!("refused" in signer)) {
        this.#wrong = 0;
        return signer.sign(bytes);
      }
      if (signer.sealed && ++this.#wrong >= wrongMax) {
        this.#wrong = 0;
        this.#untilMs = this.#nowMs() + pauseMs;
      }
      return signer;
    } finally {
      this.#busy = false;
    }
  }

  async #open(passphrase: string | undefined): Promise<Signer | NotSigned> {
    const refused = (why: string, sealed = false): NotSigned => ({
      kind: "refused",
      refused: why,
      sealed,
    });
    const store = this.#store;
    let last = refused("the operator's key is not on this host");
    const keys = [
      [() => store.hasOperator(), () => store.readOperator(passphrase)],
      // One that custodians voted in waits beside the old one.
      [() => store.hasNextOperator(), () => store.readNextOperator(passphrase)],
    ] as const;
    for (const [isThere, read] of keys) {
      if (!await isThere()) continue;
      try {
        const signer = ed25519Signer(await read());
        if (signer.public.toHex() === this.#roster.operator.toHex()) {
          return signer;
        }
        last = refused("the key on this host is not the operator's (any more)");
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        if (error.code === "passphrase_needed") {
          last = refused(
            "the operator's key is sealed: say its passphrase",
            true,
          );
        } else if (error.code === "wrong_passphrase") {
          last = refused(
            "the passphrase is not that of the operator's key",
            true,
          );
        } else last = refused(error.message);
      }
    }
    return last;
  }
}
