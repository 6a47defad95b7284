/**
 * Measures against one service for one subject, as part of our table: sets
 * keyed by address, protocol and port, and the chain that reads them.
 *
 * | set | holds |
 * | --- | --- |
 * | `service_block4`, `…6` | who may not reach which port |
 * | `service_throttle4`, `…6` | who gets six new connections a minute there |
 *
 * They are asked before destination NAT, so the port is the one that the
 * subject dialled: a port that Docker publishes is named as the world knows
 * it. They are asked again after it, for a port that is redirected to another
 * of this host, which is the one that the service listens on. As everywhere,
 * only what the subject opened is touched.
 *
 * @module
 */
import type { Measure } from "../lease.ts";
import { subjectMatches, table } from "./families.ts";

/** Measures that make sense for one service; caution hides what is none. */
export const serviceMeasures = [
  "throttle",
  "block",
] as const satisfies readonly Measure[];

/** Sets of leases on services and the measure that each stands for. */
export const serviceSets: ReadonlyMap<string, Measure> = new Map(
  serviceMeasures.toReversed().flatMap((measure) =>
    ([4, 6] as const).map((digit) =>
      [`service_${measure}${digit}`, measure] as const
    )
  ),
);

/** The rules. */
export const serviceChain = "services";
/** Where they are asked first. */
const dialledChain = "dialled";
/** Before destination NAT (-100), after conntrack (-200). */
const priority = -110;

/** The sets, for `size` leases each. */
export function serviceSetCommands(size: number): string[] {
  return [...serviceSets.keys()].map((name) => {
    const type = name.endsWith("4") ? "ipv4_addr" : "ipv6_addr";
    return `add set ${table} ${name} { type ${type} . inet_proto . inet_service; size ${size}; flags timeout; timeout 4h; }`;
  });
}

/** Creates the chains; they may exist. */
export function serviceChainCommands(): string[] {
  return [
    `add chain ${table} ${serviceChain}`,
    `add chain ${table} ${dialledChain} { type filter hook prerouting priority ${priority}; policy accept; }`,
    `flush chain ${table} ${dialledChain}`,
    `flush chain ${table} ${serviceChain}`,
  ];
}

/**
 * Fills the chains.
 *
 * @param limited Chain that lets six new connections through.
 */
export function serviceRuleCommands(limited: string): string[] {
  const port = "meta l4proto . th dport";
  const services = subjectMatches.flatMap(({ saddr, digit }) => [
    `${saddr} . ${port} @service_block${digit} ct direction original drop`,
    `${saddr} . ${port} @service_block${digit} ct state invalid drop`,
    `${saddr} . ${port} @service_throttle${digit} ct state new jump ${limited}`,
  ]);
  const dialled = [
    'iif "lo" return',
    "meta l4proto != { tcp, udp } return",
    "ip saddr @exempt4 return",
    "ip6 saddr @exempt6 return",
    `jump ${serviceChain}`,
  ];
  return [
    ...services.map((rule) => `add rule ${table} ${serviceChain} ${rule}`),
    ...dialled.map((rule) => `add rule ${table} ${dialledChain} ${rule}`),
  ];
}

/** In the guard, for what is addressed to this host. */
export const redirectedRule =
  `meta l4proto { tcp, udp } ct status dnat jump ${serviceChain}`;
