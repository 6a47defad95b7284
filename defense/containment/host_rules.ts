/**
 * Measures on this host as part of our table, written only once one of them
 * is ordered. All of them hang on elements with timeouts, so rules that stay
 * behind do nothing.
 *
 * | set | holds |
 * | --- | --- |
 * | `isolated` | control groups of processes that are cut off |
 * | `isolated_sockets4`, `…6` | what such a process had open before |
 * | `isolated_ports` | where it listened before |
 * | `slowed` | interfaces with a limit |
 * | `quarantine` | that this host is quarantined, by family |
 * | `quarantined4`, `…6` | members that are |
 *
 * A socket belongs to the group in which it was made (Linux, `sk_cgrp_data`),
 * so moving a process changes nothing for what it has open: those are named
 * one by one.
 *
 * An interface is limited by policing and not by a queue: no other program's
 * qdisc is touched, and the kernel can end it, which it cannot for a qdisc.
 * Whoever is never contained is not slowed down.
 *
 * @module
 */
import { familyOf, readAddress } from "../address.ts";
import type { HostTarget, ProcessSocket } from "../host_lease.ts";
import { table } from "./families.ts";

/** Elements of one process's sockets; what is beyond is not cut. Our choice. */
export const socketsMax = 1_024;

const sets: readonly string[] = [
  "isolated { type cgroupsv2; flags timeout; size 64; timeout 4h; }",
  ...(["ipv4_addr", "ipv6_addr"] as const).map((type) =>
    `isolated_sockets${
      type === "ipv4_addr" ? 4 : 6
    } { type inet_proto . ${type} . inet_service . ${type} . inet_service; flags timeout; size 16384; timeout 4h; }`
  ),
  "isolated_ports { type inet_proto . inet_service; flags timeout; size 4096; timeout 4h; }",
  "slowed { type ifname; flags timeout; size 64; timeout 4h; }",
  "quarantine { type nf_proto; flags timeout; timeout 4h; }",
  "quarantined4 { type ipv4_addr; flags timeout; size 1024; timeout 4h; }",
  "quarantined6 { type ipv6_addr; flags timeout; size 1024; timeout 4h; }",
];

/** Rate of one interface. */
export interface InterfaceLimit {
  readonly device: string;
  readonly bitsPerSecond: number;
}

/**
 * Chains with their hooks. Out and in come before anybody's filter (0); limits
 * come last on the way out and right after conntrack on the way in.
 */
const chains = {
  host_out: "type filter hook output priority -10; policy accept;",
  host_in: "type filter hook input priority -10; policy accept;",
  host_forward: "type filter hook forward priority -10; policy accept;",
  slow_out: "type filter hook postrouting priority 300; policy accept;",
  slow_in: "type filter hook prerouting priority -140; policy accept;",
} as const;

/**
 * Sets, chains and rules; may be run any number of times.
 *
 * @param limits Interfaces that are slowed down at present.
 * @param keptPorts TCP ports of ours that are open to quarantined members.
 */
export function hostRuleCommands(
  limits: readonly InterfaceLimit[],
  keptPorts: readonly number[],
): string[] {
  const exempt = (direction: "saddr" | "daddr") => [
    `ip ${direction} @exempt4 return`,
    `ip6 ${direction} @exempt6 return`,
  ];
  const socket = (here: "s" | "d", there: "s" | "d") =>
    ([["ip", 4], ["ip6", 6]] as const).map(([family, digit]) =>
      `meta l4proto { tcp, udp } meta l4proto . ${family} ${here}addr . th ${here}port . ${family} ${there}addr . th ${there}port @isolated_sockets${digit} drop`
    );
  const kept = keptPorts.length === 0
    ? []
    : [`tcp dport { ${keptPorts.join(", ")} } return`];
  const rules: Record<keyof typeof chains, string[]> = {
    host_out: [
      'oif "lo" return',
      "socket cgroupv2 level 2 @isolated drop",
      ...socket("s", "d"),
      ...exempt("daddr"),
      "meta nfproto @quarantine drop",
    ],
    host_in: [
      'iif "lo" return',
      "socket cgroupv2 level 2 @isolated drop",
      ...socket("d", "s"),
      "meta l4proto { tcp, udp } meta l4proto . th dport @isolated_ports ct state new drop",
      "ip saddr @quarantined4 jump from_quarantined",
      "ip6 saddr @quarantined6 jump from_quarantined",
      ...exempt("saddr"),
      "meta nfproto @quarantine drop",
    ],
    host_forward: [
      "ip saddr @quarantined4 ct direction original drop",
      "ip6 saddr @quarantined6 ct direction original drop",
      ...exempt("saddr"),
      ...exempt("daddr"),
      "meta nfproto @quarantine drop",
    ],
    slow_out: [...exempt("daddr"), ...limits.map(limitRule("oifname"))],
    slow_in: [...exempt("saddr"), ...limits.map(limitRule("iifname"))],
  };
  // Errors and neighbours keep working, and with them what is kept.
  const fromQuarantined = [
    "ct direction reply return",
    ...kept,
    "meta l4proto { icmp, ipv6-icmp } return",
    "drop",
  ];
  const names = Object.keys(chains) as (keyof typeof chains)[];
  return [
    ...sets.map((set) => `add set ${table} ${set}`),
    `add chain ${table} from_quarantined`,
    ...names.map((name) => `add chain ${table} ${name} { ${chains[name]} }`),
    ...[...names, "from_quarantined"].map((name) =>
      `flush chain ${table} ${name}`
    ),
    ...names.flatMap((name) =>
      rules[name].map((rule) => `add rule ${table} ${name} ${rule}`)
    ),
    ...fromQuarantined.map((rule) =>
      `add rule ${table} from_quarantined ${rule}`
    ),
  ];
}

/** A tenth of a second may pass at once, and never less than two packets. */
function limitRule(name: "iifname" | "oifname") {
  return ({ device, bitsPerSecond }: InterfaceLimit): string => {
    const bytes = Math.ceil(bitsPerSecond / 8);
    const burst = Math.max(Math.ceil(bytes / 10), 3_100);
    return `${name} @slowed ${name} "${device}" limit rate over ${bytes} bytes/second burst ${burst} bytes drop`;
  };
}

/** Elements that a measure hangs on, by set. */
export type HostElements = readonly (readonly [set: string, element: string])[];

/**
 * The elements of one measure.
 *
 * @param group Of an isolated process, as nft names it.
 */
export function elementsOf(
  target: HostTarget,
  group: string,
  sockets: readonly ProcessSocket[],
): HostElements {
  switch (target.kind) {
    case "freeze":
      return [];
    case "isolate":
      return [
        ["isolated", `"${group}"`],
        ...sockets.slice(0, socketsMax).flatMap(socketElement),
      ];
    case "interface":
      return [["slowed", `"${target.device}"`]];
    case "quarantine_self":
      return [["quarantine", "ipv4"], ["quarantine", "ipv6"]];
    case "quarantine_member":
      return target.addresses.map((address) =>
        [`quarantined${familyOf(address)}`, address] as const
      );
  }
}

function socketElement(
  socket: ProcessSocket,
): (readonly [string, string])[] {
  const { protocol } = socket;
  if ("listeningPort" in socket) {
    return [["isolated_ports", `${protocol} . ${socket.listeningPort}`]];
  }
  const here = readAddress(socket.localAddress);
  const there = readAddress(socket.remoteAddress);
  if (here === undefined || there === undefined) return [];
  if (familyOf(here) !== familyOf(there)) return [];
  return [[
    `isolated_sockets${familyOf(here)}`,
    `${protocol} . ${here} . ${socket.localPort} . ${there} . ${socket.remotePort}`,
  ]];
}

/** Puts elements in force for so long from now, whatever was there. */
export function holdCommands(
  elements: HostElements,
  remainingMs: number,
): string[] {
  const timeout = Math.max(1, Math.round(remainingMs));
  return elements.flatMap(([set, element]) => [
    `add element ${table} ${set} { ${element} timeout 1s }`,
    `delete element ${table} ${set} { ${element} }`,
    `add element ${table} ${set} { ${element} timeout ${timeout}ms }`,
  ]);
}

/** Takes elements out, whether they are still there or not. */
export function dropCommands(elements: HostElements): string[] {
  return elements.flatMap(([set, element]) => [
    `add element ${table} ${set} { ${element} timeout 1s }`,
    `delete element ${table} ${set} { ${element} }`,
  ]);
}
