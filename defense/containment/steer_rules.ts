/**
 * How connections of a subject end at a decoy of this host instead of where
 * they were meant to go: two chains of destination NAT, and the doors that
 * keep everybody else away from the decoys.
 *
 * | chain | before | sends to a decoy |
 * | --- | --- | --- |
 * | `steer_all` | anyone's destination NAT, so that published ports of containers count as ours | every TCP connection of subjects under `steer` |
 * | `steer_strays` | our own rules, after anyone's destination NAT | TCP connections of subjects under `caution` or `throttle` to ports nobody serves |
 *
 * The original port is not visible to the listener, so each service has a
 * decoy port of its own, and one more stands for all other ports. A first
 * packet that is no plain SYN is no connection and meets the rules of
 * `ruleset.ts`, as do UDP and everything while there is no decoy.
 *
 * A decoy's port takes only what these chains sent there: whatever comes
 * straight to it is dropped, protected addresses included, so to everyone
 * else it is a port without an answer.
 *
 * One port more is for members that bring whom they steer to the decoys of this
 * host (`host/member_decoy.ts`); to everyone else it is as silent.
 *
 * All this ends with the agent's signs of life (`alive`), because a port that
 * was a decoy's may be anybody's next; `steer` then drops.
 *
 * @module
 */
import { type Address, familyOf } from "../address.ts";
import { families, subjectMatches, table } from "./families.ts";

/** Where steered connections end: ports of this host's decoys. */
export interface SteerPlan {
  /** The decoy's port for each port that an attacker may ask for. */
  readonly services: readonly (readonly [asked: number, decoy: number])[];
  /** The decoy's port for every other one. */
  readonly others: number;
  /** Where other members bring whom they steer; absent where they may not. */
  readonly members?: {
    /** The port. */
    readonly port: number;
    /** Their addresses: nobody else reaches it. */
    readonly addresses: readonly Address[];
  };
}

/** Ports in one plan; our choice. */
export const steeredPortsMax = 64;
/** Members' addresses in one plan: 500 members with eight each. Our choice. */
export const bringersMax = 4_096;

/** What the rules depend on. */
interface Steering {
  readonly socketLookup: boolean;
  readonly steer?: SteerPlan;
}

/** Hooks in which nat chains stand; priorities as nft counts them. */
const hooks = {
  // dstnat is -100; lower comes first.
  steer_all: "type nat hook prerouting priority -110; policy accept;",
  steer_strays: "type nat hook prerouting priority -95; policy accept;",
} as const;

/** Writes both chains anew, or takes them away where there is no plan. */
export function steerCommands(steering: Steering): string[] {
  const { steer, socketLookup } = steering;
  const names = Object.keys(hooks) as (keyof typeof hooks)[];
  return [
    // Added first, because deleting what is absent would fail the script.
    ...names.flatMap((name) => [
      `add chain ${table} ${name}`,
      `flush chain ${table} ${name}`,
      `delete chain ${table} ${name}`,
    ]),
    ...(steer === undefined ? [] : names.flatMap((name) => [
      `add chain ${table} ${name} { ${hooks[name]} }`,
      ...natRules(name, steer, socketLookup).map((rule) =>
        `add rule ${table} ${name} ${rule}`
      ),
    ])),
  ];
}

function natRules(
  name: keyof typeof hooks,
  plan: SteerPlan,
  socketLookup: boolean,
): string[] {
  const first = [
    'iif "lo" return',
    "meta nfproto != @alive return",
    ...families.map(({ saddr, digit }) => `${saddr} @exempt${digit} return`),
    "fib daddr type != local return",
    "tcp flags & (syn|ack|rst|fin) != syn return",
  ];
  if (name === "steer_all") return [...first, ...redirects("steer", plan)];
  // Without the question which ports are served nobody can be a stray.
  if (!socketLookup) return [];
  return [
    ...first,
    "socket wildcard 0 return",
    "socket wildcard 1 return",
    ...redirects("throttle", plan),
    ...redirects("caution", plan),
  ];
}

function redirects(set: string, { services, others }: SteerPlan): string[] {
  const map = services.map(([asked, decoy]) => `${asked} : ${decoy}`)
    .join(", ");
  return subjectMatches.flatMap(({ saddr, digit }) => {
    const subject = `meta l4proto tcp ${saddr} @${set}${digit}`;
    return [
      ...(services.length === 0
        ? []
        : [`${subject} redirect to :tcp dport map { ${map} }`]),
      `${subject} redirect to :${others}`,
    ];
  });
}

/**
 * First in `guard`: nobody comes to a decoy by himself, and to the door for
 * members nobody but they.
 */
export function doorRules(steer: SteerPlan | undefined): string[] {
  if (steer === undefined) return [];
  return [
    `meta nfproto @alive ${
      toDecoy(steer)
    } ct direction original ct status & dnat == 0 drop`,
    ...memberRules(steer.members),
  ];
}

function memberRules(members: SteerPlan["members"]): string[] {
  if (members === undefined) return [];
  const known = new Set(members.addresses);
  return families.map(({ saddr, digit }) => {
    const theirs = [...known].filter((each) => familyOf(each) === digit);
    const stranger = theirs.length === 0
      ? `meta nfproto ipv${digit}`
      : `${saddr} != { ${theirs.join(", ")} }`;
    return `meta nfproto @alive ${stranger} tcp dport ${members.port} fib daddr type local ct direction original drop`;
  });
}

/** What becomes of packets of connections that a steered subject opened. */
export function divertedRules(steer: SteerPlan | undefined): string[] {
  return [
    ...(steer === undefined ? [] : [sentRule(steer)]),
    "drop",
  ];
}

/** In `guard`, before milder measures count a decoy as a service. */
export function strayRules(steer: SteerPlan | undefined): string[] {
  return steer === undefined ? [] : [sentRule(steer)];
}

function sentRule(steer: SteerPlan): string {
  return `${toDecoy(steer)} ct status & dnat == dnat accept`;
}

function toDecoy({ services, others }: SteerPlan): string {
  const ports = new Set([...services.map(([, decoy]) => decoy), others]);
  return `tcp dport { ${[...ports].join(", ")} }`;
}
