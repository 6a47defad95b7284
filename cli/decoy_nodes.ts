/**
 * Which steered clients meet the decoys of another member: all of them, where
 * the configuration names one (`decoys.node`), and those that an operator sent
 * to one (`contain --to`). A member is named; where it is reached is asked of
 * the roster for each client, so one that moves is followed, and one that is
 * revoked is left. A member that does not take a client is not asked again for
 * {@linkcode pauseMs}: until then they meet the decoys of this host.
 *
 * Bounds: {@linkcode ordersMax} orders, the oldest forgotten; one verdict for
 * each member that was tried.
 *
 * @module
 */
import { type Address, cardAddress } from "../defense/mod.ts";
import type { Admission, MemberReach } from "../defense/host/mod.ts";
import type { MemberHealth, MemberView, NodeId } from "../mesh/mod.ts";
import { memberNamed, type NobodyNamed } from "./member_named.ts";

/** How long a member is left alone that did not take a client; our choice. */
const pauseMs = 30_000;
/** As many as there may be leases. */
const ordersMax = 1_000;

/** What the choice leans on. */
export interface DecoyNodesWorld {
  readonly self: NodeId;
  /** `decoys.node` of the configuration; empty: this host. */
  readonly node: string;
  /** Where members take clients. */
  readonly port: number;
  readonly members: () => readonly MemberView[];
  readonly wallMs: () => number;
}

/** A member that may take clients. */
export interface DecoyNode {
  /** Who. */
  readonly node: NodeId;
  /** What it calls itself, or its id. */
  readonly name: string;
  /** Where its card says that it is. */
  readonly addresses: readonly Address[];
}

/** How a member stands that is to take clients. */
export interface DecoyNodeState {
  /** What it calls itself, or how it was asked for. */
  readonly name: string;
  /** Why its clients meet the decoys of this host; empty if they need not. */
  readonly trouble: string;
}

/** Where steered clients go. */
export class DecoyNodes {
  readonly #world: DecoyNodesWorld;
  /** By subject; `self` stands for this host. */
  readonly #orders = new Map<Address, { node: NodeId; untilMs: number }>();
  /** Members that did not take a client, by what people call them. */
  readonly #failed = new Map<string, { why: string; sinceMs: number }>();

  constructor(world: DecoyNodesWorld) {
    this.#world = world;
  }

  /** The member that an operator means, or why nobody can be. */
  find(text: string): DecoyNode | NobodyNamed {
    const { self, wallMs } = this.#world;
    const member = memberNamed(text, this.#world.members());
    if ("refused" in member) return member;
    const name = member.name || member.node;
    if (member.notAfterMs <= wallMs()) {
      return { refused: `the membership of "${name}" has ended` };
    }
    const addresses = [
      ...new Set(
        member.addresses.map(cardAddress)
          .filter((address) => address !== undefined),
      ),
    ];
    if (member.node !== self && addresses.length === 0) {
      return { refused: `"${name}" has no address to be met under` };
    }
    return { node: member.node, name, addresses };
  }

  /** An operator's order for one subject. */
  send(subject: Address, { node }: DecoyNode, untilMs: number): void {
    this.#orders.delete(subject);
    this.#orders.set(subject, { node, untilMs });
    if (this.#orders.size <= ordersMax) return;
    for (const oldest of this.#orders.keys()) {
      this.#orders.delete(oldest);
      break;
    }
  }

  /** An operator let go of a subject, or of all. */
  forget(subject: Address | "all"): void {
    if (subject === "all") this.#orders.clear();
    else this.#orders.delete(subject);
  }

  /** Where a steered subject's next connection goes. */
  placeOf(subject: Address): Admission {
    const { self, port, wallMs } = this.#world;
    const order = this.#orders.get(subject);
    if (order && order.untilMs <= wallMs()) this.#orders.delete(subject);
    const wanted = order && order.untilMs > wallMs()
      ? order.node
      : this.#world.node;
    if (wanted === "" || wanted === self) return { to: "here" };
    const found = this.find(wanted);
    if ("refused" in found || found.node === self) return { to: "here" };
    const { name, addresses } = found;
    const failed = this.#failed.get(name);
    if (failed && wallMs() - failed.sinceMs < pauseMs) return { to: "here" };
    return { to: "member", name, door: { addresses, port } };
  }

  /** Whether somebody who comes from there may bring clients. */
  admitMember(source: Address): Admission {
    const member = this.#present().find(({ node, addresses }) =>
      node !== this.#world.self &&
      addresses.some((text) => cardAddress(text) === source)
    );
    return member
      ? { to: "here", steeredBy: member.name || member.node }
      : { to: "nobody" };
  }

  /** Every address from which clients may be brought, sorted. */
  addresses(): Address[] {
    const addresses = new Set<Address>();
    for (const { node, addresses: texts } of this.#present()) {
      if (node === this.#world.self) continue;
      for (const text of texts) {
        const address = cardAddress(text);
        if (address !== undefined) addresses.add(address);
      }
    }
    return [...addresses].sort();
  }

  /** How it went to bring a client to a member. */
  reached({ name, why }: MemberReach): void {
    if (why === "") this.#failed.delete(name);
    else this.#failed.set(name, { why, sinceMs: this.#world.wallMs() });
  }

  /** The members that are to take clients, and what keeps them from it. */
  states(health: readonly MemberHealth[]): DecoyNodeState[] {
    const { self, node, wallMs } = this.#world;
    const asked = new Set<string>(node === "" ? [] : [node]);
    for (const order of this.#orders.values()) {
      if (order.untilMs > wallMs()) asked.add(order.node);
    }
    const states = new Map<string, string>();
    for (const text of asked) {
      const found = this.find(text);
      if ("refused" in found) states.set(text, found.refused);
      else if (found.node !== self) {
        states.set(found.name, this.#troubleOf(found, health));
      }
    }
    return [...states].map(([name, trouble]) => ({ name, trouble }));
  }

  #troubleOf(
    { node, name }: DecoyNode,
    health: readonly MemberHealth[],
  ): string {
    const state = health.find((each) => each.node === node)?.state;
    if (state === "late" || state === "gone") return `it is ${state}`;
    const failed = this.#failed.get(name);
    return failed === undefined
      ? ""
      : `it did not take the last client (${failed.why}); it has to enforce, with decoys.members: true`;
  }

  #present(): MemberView[] {
    const nowMs = this.#world.wallMs();
    return this.#world.members().filter(({ revoked, notAfterMs }) =>
      !revoked && notAfterMs > nowMs
    );
  }
}
