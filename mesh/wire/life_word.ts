/**
 * What members tell each other about who is alive: the payload of a signed
 * message of the mesh's own (`message.ts`, topic `mesh`). Numbers are
 * big-endian.
 *
 * | offset    | size | meaning                                   |
 * | --------- | ---- | ----------------------------------------- |
 * | 0         | 1    | what kind of statement: 1 for words        |
 * | 1         | 4    | written: wall clock seconds of the writer |
 * | 5 + 15 i  | 1    | word: 1 suspect, 2 heard, 3 alive         |
 * | 6 + 15 i  | 8    | about whom: prefix of its node id         |
 * | 14 + 15 i | 6    | life of it that the writer knows          |
 *
 * *Suspect*: its cells stopped coming to me. *Heard*: they come again. *Alive*:
 * said by the node itself, with a life that no suspicion has named yet (SWIM,
 * Das, Gupta & Motivala, DSN 2002, section 4.2, calls it its incarnation). A
 * life is the incarnation of `MeshStart` times 65,536 plus a count; 0 means
 * that none is known.
 *
 * @module
 */
import { nodePrefixBytes } from "../node_id.ts";

/** Words of one message: it fits a cell with its signature. */
export const wordsPerMessageMax = 16;
/** What one incarnation's lives are counted in. */
export const livesPerIncarnation = 65_536;

/** What is said about a member. */
export type LifeWordKind = "suspect" | "heard" | "alive";

/** One word about one member. */
export interface LifeWord {
  readonly kind: LifeWordKind;
  /** 8 bytes, see `nodePrefix`. */
  readonly about: Uint8Array;
  readonly life: number;
}

/** Words and when they were written. */
export interface LifeWords {
  /** Wall clock seconds of the writer. */
  readonly writtenS: number;
  readonly words: readonly LifeWord[];
}

const statement = 1;
const headBytes = 5;
const wordBytes = 15;
const lifeMax = 2 ** 48 - 1;
const kinds: readonly LifeWordKind[] = ["suspect", "heard", "alive"];

/** The bytes of at most `wordsPerMessageMax` words. */
export function encodeLifeWords({ writtenS, words }: LifeWords): Uint8Array {
  const said = words.slice(0, wordsPerMessageMax);
  const bytes = new Uint8Array(headBytes + said.length * wordBytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = statement;
  view.setUint32(1, writtenS);
  for (const [index, { kind, about, life }] of said.entries()) {
    const at = headBytes + index * wordBytes;
    bytes[at] = kinds.indexOf(kind) + 1;
    bytes.set(about.subarray(0, nodePrefixBytes), at + 1);
    const bounded = Math.min(life, lifeMax);
    view.setUint16(at + 9, Math.floor(bounded / 2 ** 32));
    view.setUint32(at + 11, bounded % 2 ** 32);
  }
  return bytes;
}

/** Reads words; undefined unless `encodeLifeWords` could have written them. */
export function decodeLifeWords(bytes: Uint8Array): LifeWords | undefined {
  const count = (bytes.length - headBytes) / wordBytes;
  if (bytes[0] !== statement) return undefined;
  if (!Number.isInteger(count) || count < 1 || count > wordsPerMessageMax) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words: LifeWord[] = [];
  for (let at = headBytes; at < bytes.length; at += wordBytes) {
    const kind = kinds[bytes[at]! - 1];
    if (!kind) return undefined;
    const about = bytes.slice(at + 1, at + 1 + nodePrefixBytes);
    const life = view.getUint16(at + 9) * 2 ** 32 + view.getUint32(at + 11);
    words.push({ kind, about, life });
  }
  return { writtenS: view.getUint32(1), words };
}
