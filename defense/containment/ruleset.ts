/**
 * The whole of our nftables table, as text: sets whose elements the kernel
 * ends by itself, and the rules that read them (design §7, §8). Nothing
 * outside `table inet stealthmesh` is ever named.
 *
 * The text is a list of one-line commands that may be applied any number of
 * times: sets are added, never flushed, so leases in force survive; chains
 * are flushed and written anew in the same transaction.
 *
 * | set | holds | ends |
 * | --- | --- | --- |
 * | `exempt` | the never-block list | when rewritten |
 * | `block`, `steer`, `throttle`, `caution` | leases; comment: their cause | with the lease |
 * | `service_block`, `service_throttle` | leases on one service, `service_rules.ts` | with the lease |
 * | `rate` | connections of throttled subjects | 60 s |
 *
 * and those of `fast_path.ts`. Each set stands twice, `…4` and `…6`, except
 * `alive` and `neighbours6` (`neighbour_networks.ts`).
 *
 * The rules run in `prerouting` just after destination NAT. What is forwarded
 * elsewhere (containers, virtual machines) is then no longer addressed to us
 * and only a block applies to it, or `steer`, which is a block of all that
 * `steer_rules.ts` does not send to a decoy. Measures match only what the subject
 * opened: conntrack's original direction, or, for the milder ones, the first
 * packet. A packet that conntrack finds invalid belongs to no connection of
 * ours and falls under the measure too. Connections older than this table are
 * conntrack's guess: it takes whoever is heard first for the opener.
 *
 * @module
 */
import { type Measure, measures } from "../lease.ts";
import { familyOf, readAddress } from "../address.ts";
import type { ProtectedEntry } from "../world.ts";
import { families, senderPrefix, subjectMatches, table } from "./families.ts";
import {
  aliveCommands,
  fastPathChains,
  fastPathCounts,
  fastPathRules,
  fastPathSetCommands,
  newcomerRule,
  suspectRules,
} from "./fast_path.ts";
import {
  neighbourCommands,
  neighbourSetCommand,
} from "./neighbour_networks.ts";
import {
  redirectedRule,
  serviceChainCommands,
  serviceRuleCommands,
  serviceSetCommands,
} from "./service_rules.ts";
import {
  divertedRules,
  doorRules,
  steerCommands,
  type SteerPlan,
  strayRules,
} from "./steer_rules.ts";

export { table };
/** An empty chain of this name says which layout a table follows. */
export const layoutChain = "layout_2";
/** How the name of an empty chain begins that says in which boot it was written. */
const bootChain = "boot_";
/** Leases in force at once; our choice. Further ones are refused as `full`. */
export const heldMax = 1_000;

/** What the kernel at hand can do. */
export interface RulesetFeatures {
  /**
   * The `socket` expression, by which the kernel itself knows which ports are
   * served. Without it there is no caution and no fast path, and throttle
   * limits all new connections.
   */
  readonly socketLookup: boolean;
  /** Where the decoys of this host listen; absent while none is running. */
  readonly steer?: SteerPlan;
  /** The operator raised caution: the first port not served makes a suspect. */
  readonly cautious?: boolean;
  /** Which boot of this host it is; absent where nothing is written for good. */
  readonly boot?: BootMark;
}

/** Names one boot of a host, in letters, digits and underscores. */
export type BootMark = string & { readonly __brand: "BootMark" };

/** A boot's mark from whatever the kernel calls it. */
export function bootMarkOf(bootId: string): BootMark {
  return (bootId.replace(/[^0-9a-z]/gi, "").slice(0, 32) ||
    "unknown") as BootMark;
}

/** Sets of leases and the measure that each stands for, strongest first. */
export const leaseSets: ReadonlyMap<string, Measure> = new Map(
  measures.toReversed().flatMap((measure) =>
    families.map(({ digit }) => [`${measure}${digit}`, measure] as const)
  ),
);

/** Sets that rules fill as packets pass, keyed by the subject alone. */
export const countingSets: readonly string[] = [
  "rate4",
  "rate6",
  ...fastPathCounts,
];

/** Every command that makes the table what it should be. */
export function rulesetCommands(
  protectedEntries: readonly ProtectedEntry[],
  features: RulesetFeatures,
): string[] {
  return [
    `add table ${table}`,
    `add chain ${table} ${layoutChain}`,
    ...(features.boot
      ? [`add chain ${table} ${bootChain}${features.boot}`]
      : []),
    ...setCommands(),
    ...exemptCommands(protectedEntries),
    ...aliveCommands(),
    ...chainCommands(features),
    ...steerCommands(features),
  ];
}

function setCommands(): string[] {
  const commands = families.flatMap(({ digit, type }) => [
    set(`exempt${digit}`, `type ${type}; flags interval; auto-merge;`),
    ...measures.map((name) =>
      // The default timeout ends what somebody added by hand without one.
      set(
        `${name}${digit}`,
        `type ${type}; size ${heldMax + 24}; flags timeout; timeout 4h;`,
      )
    ),
    set(
      `rate${digit}`,
      `type ${type}; size 4096; flags dynamic,timeout; timeout 60s;`,
    ),
  ]);
  return [
    ...commands,
    neighbourSetCommand(),
    ...serviceSetCommands(heldMax + 24),
    ...fastPathSetCommands(),
  ];
}

function set(name: string, body: string): string {
  return `add set ${table} ${name} { ${body} }`;
}

/** Makes the `exempt` sets, and what follows from them, hold exactly `entries`. */
export function exemptCommands(entries: readonly ProtectedEntry[]): string[] {
  const exempt = families.flatMap(({ digit }) => {
    const networks = entries.map(({ network }) => network)
      .filter((network) => familyOfNetwork(network) === digit);
    const name = `exempt${digit}`;
    return [
      `flush set ${table} ${name}`,
      ...(networks.length === 0
        ? []
        : [`add element ${table} ${name} { ${networks.join(", ")} }`]),
    ];
  });
  return [...exempt, ...neighbourCommands(entries)];
}

function familyOfNetwork(network: string): 4 | 6 {
  const address = readAddress(network.replace(/\/\d+$/, ""));
  if (address === undefined) {
    throw new TypeError(`Not a network of the never-block list: ${network}`);
  }
  return familyOf(address);
}

/** The entry chain. */
export const guardChain = "guard";
/** Chains in the order in which they are created. */
const chains = [
  "unserved",
  "limited",
  "throttled",
  "diverted",
  ...fastPathChains,
  "guard",
] as const;
/** After destination NAT (-100), before any filter (0). */
const guardPriority = -90;

function chainCommands(
  { socketLookup, steer, cautious = false }: RulesetFeatures,
): string[] {
  const rules: Record<typeof chains[number], string[]> = {
    unserved: socketLookup
      ? ["socket wildcard 0 return", "socket wildcard 1 return", "drop"]
      : [],
    limited: throttleRules(),
    throttled: ["jump unserved", "jump limited"],
    diverted: divertedRules(steer),
    ...fastPathRules(cautious),
    guard: guardRules(socketLookup, steer),
  };
  if (!socketLookup) { for (const chain of fastPathChains) rules[chain] = []; }
  const hook =
    `type filter hook prerouting priority ${guardPriority}; policy accept;`;
  return [
    ...chains.map((name) =>
      `add chain ${table} ${name}${name === "guard" ? ` { ${hook} }` : ""}`
    ),
    ...serviceChainCommands(),
    // Entry first: a chain that is still jumped to may be flushed, not removed.
    ...chains.toReversed().map((name) => `flush chain ${table} ${name}`),
    ...chains.flatMap((name) =>
      rules[name].map((rule) => `add rule ${table} ${name} ${rule}`)
    ),
    ...serviceRuleCommands("limited"),
  ];
}

function guardRules(
  fastPath: boolean,
  steer: SteerPlan | undefined,
): string[] {
  const each = (rule: (family: typeof families[number]) => string[]) =>
    families.flatMap(rule);
  const opening = "meta l4proto { tcp, udp } ct state { new, invalid }";
  return [
    'iif "lo" return',
    ...doorRules(steer),
    ...each(({ saddr, digit }) => [`${saddr} @exempt${digit} return`]),
    ...subjectMatches.flatMap(({ saddr, digit }) =>
      cut(`${saddr} @block${digit}`)
    ),
    ...subjectMatches.flatMap(({ saddr, digit }) => [
      `${saddr} @steer${digit} ct direction original jump diverted`,
      `${saddr} @steer${digit} ct state invalid drop`,
    ]),
    "fib daddr type != local return",
    ...strayRules(steer),
    redirectedRule,
    ...(fastPath ? suspectRules() : []),
    ...subjectMatches.flatMap(({ saddr, digit }) => [
      `${saddr} @throttle${digit} ${opening} jump throttled`,
      `${saddr} @caution${digit} ${opening} jump unserved`,
    ]),
    ...(fastPath ? [newcomerRule()] : []),
  ];
}

function cut(subject: string): string[] {
  return [
    `${subject} ct direction original drop`,
    `${subject} ct state invalid drop`,
  ];
}

/**
 * Six new connections, then none until the element ends 60 s after the first.
 * A token bucket (`limit rate 6/minute`) would let 12 through in the first
 * minute, or, with a burst of one, fail a browser that opens two at once. A
 * /64 counts as one sender.
 */
function throttleRules(): string[] {
  return families.map(({ saddr, digit }) =>
    `ct state new add @rate${digit} { ${
      digit === 6 ? senderPrefix : saddr
    } limit rate over 1/day burst 6 packets } drop`
  );
}

/** Ends the table and everything in it; succeeds where there is none. */
export function removalCommands(): string[] {
  return [`add table ${table}`, `delete table ${table}`];
}

/** Fails in the kernel if the table is absent or follows another layout. */
export function layoutProbe(): string {
  return `list chain ${table} ${layoutChain}`;
}

/** Fails in the kernel if the table was not written in this boot. */
export function bootProbe(boot: BootMark): string {
  return `list chain ${table} ${bootChain}${boot}`;
}

/** One script of many commands; runs as one transaction. */
export function scriptOf(commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join("");
}
