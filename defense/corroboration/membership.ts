/**
 * Who may vote and who is never contained: the roster's members in good
 * standing at this moment. N of design §7 is the number of those who may vote;
 * observers, who only listen, are no part of it.
 *
 * Bound: the roster's own.
 *
 * @module
 */
import type { MemberView, NodeId } from "../../mesh/mod.ts";
import { type Address, readAddress } from "../address.ts";
import type { Refusal } from "../lease.ts";

/** The roster as the decisions need it. */
export class Membership {
  readonly #self: NodeId;
  #roster: readonly MemberView[] = [];
  #nodes: ReadonlySet<NodeId>;
  #names: ReadonlyMap<NodeId, string> = new Map();
  #addresses: ReadonlyMap<Address, string> = new Map();
  #nodesAt: ReadonlyMap<Address, NodeId> = new Map();
  #untilMs = Infinity;

  constructor(self: NodeId) {
    this.#self = self;
    this.#nodes = new Set([self]);
  }

  /** N: who may vote, this node included unless it is an observer. */
  get size(): number {
    return this.#nodes.size;
  }

  /** All of them. */
  nodes(): Iterable<NodeId> {
    return this.#nodes;
  }

  /** When the next admission ends and the roster must be read again. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Members' addresses with the members' names. Host names are not resolved. */
  get addresses(): ReadonlyMap<Address, string> {
    return this.#addresses;
  }

  /** Whether `node` may vote. */
  has(node: NodeId): boolean {
    return this.#nodes.has(node);
  }

  /** The roster's name for `node`, empty if it has none. */
  nameOf(node: NodeId): string {
    return this.#names.get(node) ?? "";
  }

  /** Addresses of a member. */
  addressesOf(node: NodeId): Address[] {
    return [...this.#nodesAt].filter(([, at]) => at === node)
      .map(([address]) => address);
  }

  /** The member with that address. */
  nodeAt(subject: Address): NodeId | undefined {
    return this.#nodesAt.get(subject);
  }

  /** Why `subject` is never contained, if a member has that address. */
  refusalFor(subject: Address): Refusal | undefined {
    const name = this.#addresses.get(subject);
    if (name === undefined) return undefined;
    return { code: "never_block", matched: `mesh member ${name}` };
  }

  /**
   * Reads the roster, or the same one again at a later time.
   *
   * @returns Nodes that are no members any more.
   */
  read(
    wallMs: number,
    roster: readonly MemberView[] = this.#roster,
  ): NodeId[] {
    this.#roster = roster;
    this.#names = new Map(roster.map(({ node, name }) => [node, name]));
    const live = roster.filter(({ revoked, notAfterMs }) =>
      !revoked && notAfterMs > wallMs
    );
    const before = this.#nodes;
    const isObserver = roster.some(({ node, observer }) =>
      observer && node === this.#self
    );
    const voters = live.filter(({ observer }) => !observer)
      .map(({ node }) => node);
    this.#nodes = new Set(isObserver ? voters : [this.#self, ...voters]);
    this.#untilMs = Math.min(
      Infinity,
      ...live.map(({ notAfterMs }) => notAfterMs),
    );
    const addresses = new Map<Address, string>();
    const nodesAt = new Map<Address, NodeId>();
    for (const member of live) {
      for (const text of member.addresses) {
        const address = cardAddress(text);
        if (!address) continue;
        addresses.set(address, member.name);
        nodesAt.set(address, member.node);
      }
    }
    this.#addresses = addresses;
    this.#nodesAt = nodesAt;
    return [...before].filter((node) => !this.#nodes.has(node));
  }
}

/** The address in `host:port`, `[v6]:port` or a bare address of a card. */
export function cardAddress(text: string): Address | undefined {
  const bracketed = /^\[([^\]]+)\]/.exec(text);
  const plain = /^([^:]+)(?::\d+)?$/.exec(text);
  return readAddress(bracketed?.[1] ?? plain?.[1] ?? text);
}
