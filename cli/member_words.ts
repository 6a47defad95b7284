/**
 * Members asked how they are, and asking: questions of this host's operator go
 * out, questions of others are answered. Nothing is asked unless somebody looks.
 *
 * Bounds: `openMax` questions without an answer, further ones are not asked;
 * the last word of each of `knownMax` members; one answer to a member in
 * `pauseMs`, what it asks sooner is dropped.
 *
 * @module
 */
import {
  decodeSelf,
  encodeQuestion,
  encodeWord,
  RecentMap,
  type SelfWord,
} from "../defense/mod.ts";
import type { Mesh, NodeId } from "../mesh/mod.ts";

/** What a member said, and when it was heard here. */
export interface HeardWord {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  readonly word: SelfWord;
}

/** What the questions lean on. */
export interface MemberWordsParts {
  readonly mesh: Pick<Mesh, "send">;
  readonly wallMs: () => number;
  /** How this host is. */
  readonly describe: () => Promise<SelfWord>;
}

const openMax = 32;
const knownMax = 512;
/** Our choice: who reloads a page is answered, who floods is not. */
const pauseMs = 1_000;

interface Open {
  readonly to: NodeId;
  readonly resolve: (heard: HeardWord | undefined) => void;
}

/** Questions and words. */
export class MemberWords {
  readonly #parts: MemberWordsParts;
  readonly #open = new Map<number, Open>();
  readonly #heard = new RecentMap<NodeId, HeardWord>(knownMax);
  readonly #answered = new RecentMap<NodeId, number>(knownMax);
  #asked = 0;

  constructor(parts: MemberWordsParts) {
    this.#parts = parts;
  }

  /**
   * Asks a member; settles with its word, or never. The owner bounds the wait,
   * and says so with the signal.
   */
  ask(to: NodeId, signal: AbortSignal): Promise<HeardWord | undefined> {
    if (this.#open.size >= openMax) return Promise.resolve(undefined);
    const number = this.#asked++;
    const { promise, resolve } = Promise.withResolvers<HeardWord | undefined>();
    this.#open.set(number, { to, resolve });
    signal.addEventListener("abort", () => {
      if (this.#open.delete(number)) resolve(undefined);
    });
    const payload = encodeQuestion(number);
    this.#parts.mesh.send({ type: "tell", to, payload, urgency: 1 });
    return promise;
  }

  /** The last word of a member, however old. */
  last(node: NodeId): HeardWord | undefined {
    return this.#heard.get(node);
  }

  /** A member told us something; whether it was a question or a word. */
  told(from: NodeId, payload: Uint8Array): boolean {
    const message = decodeSelf(payload);
    if (!message) return false;
    if (message.kind === "question") void this.#answer(from, message.number);
    else {
      const open = this.#open.get(message.number);
      if (open?.to !== from) return true;
      this.#open.delete(message.number);
      const heard = { atMs: this.#parts.wallMs(), word: message.word };
      this.#heard.set(from, heard);
      open.resolve(heard);
    }
    return true;
  }

  async #answer(to: NodeId, number: number): Promise<void> {
    const { mesh, wallMs, describe } = this.#parts;
    const nowMs = wallMs();
    const lastMs = this.#answered.get(to);
    if (lastMs !== undefined && Math.abs(nowMs - lastMs) < pauseMs) return;
    this.#answered.set(to, nowMs);
    const payload = encodeWord(number, await describe());
    mesh.send({ type: "tell", to, payload, urgency: 1 });
  }
}
