/**
 * What this node shows of itself to the mesh: its first keys, the certificate
 * of its port, and the signed address card that names both.
 *
 * @module
 */
import {
  generateKeyMaterial,
  nodeIdOf,
  type NodeKeys,
  writeCard,
} from "../mesh/mod.ts";
import {
  type Certificate,
  makeCertificate,
  type StateStore,
  systemRandom,
} from "../mesh/host/mod.ts";
import { splitHostPort } from "./host_addresses.ts";

/** What of the configuration a node's card says. */
export interface CardWords {
  readonly name: string;
  /** `host:port` each. */
  readonly addresses: readonly string[];
}

/** Keys of a node that is not a member yet; kept nowhere. */
export function makeFirstKeys(): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  const node = nodeIdOf(material.signing.public);
  return { ...material, node, generation: 0 };
}

/** A certificate for the hosts of the card's addresses; kept nowhere. */
export function makeOwnCertificate(
  { name, addresses }: CardWords,
  nowMs: number,
): Promise<Certificate> {
  const hosts = addresses.map((address) => splitHostPort(address).hostname);
  return makeCertificate({
    name: name.replace(/[^A-Za-z0-9.-]/g, "-"),
    hosts: [...new Set(hosts)],
    nowMs,
  }, systemRandom);
}

/**
 * Signs the next card of this node. The state directory only keeps count of
 * the cards; the roster that takes the card is the caller's.
 */
export async function writeOwnCard(
  store: StateStore,
  o: {
    readonly meshId: Uint8Array;
    readonly keys: NodeKeys;
    readonly words: CardWords;
    readonly certificate: Certificate;
    readonly nowMs: number;
    /** The agent signs cards, too, while its membership runs out. */
    readonly seqMin?: number;
  },
): Promise<Uint8Array> {
  const { meshId, keys, words, certificate, nowMs, seqMin = 0 } = o;
  return writeCard({
    meshId,
    keys,
    seq: Math.max(seqMin, await store.nextCardSeq(nowMs)),
    name: words.name,
    addresses: words.addresses,
    certificate: certificate.der,
  });
}
