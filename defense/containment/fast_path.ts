/**
 * The kernel's own answer to a port scan: rules that count the distinct ports
 * nobody listens on that a source has tried, and fall silent in the very packet
 * that crosses the threshold, before any detector has seen one.
 *
 * | set | holds | ends |
 * | --- | --- | --- |
 * | `probes` | (source, port) pairs tried where nobody listens | 10 min |
 * | `count` | how many a source has tried | 10 min |
 * | `scan` | suspects: sources over the threshold | 60 s after the last try |
 * | `grey` | first SYNs of suspects to served ports | 15 s |
 * | `alive` | that somebody still watches | 3 min |
 *
 * All of it may be forged: anybody can send packets in another's name (E0).
 * So a suspect loses nothing that it needs. Ports that are not served do not
 * answer it; a served port lets its connections go on, and a new one begins
 * at the second SYN of the same sequence number, which every TCP sends after
 * a second (RFC 6298) and a scanner does not: nmap repeats a probe under
 * another number, from another port, and long before (first-SYN dropping, as
 * in protection against floods). What a suspect's address is denied for good
 * is decided by a detector that has seen a handshake.
 *
 * What is counted: SYN, and ACK or FIN+ACK that belong to no connection, and
 * datagrams, to a port without a socket. FIN, NULL and Xmas probes (no ACK: no
 * TCP sends these but as a first SYN, RFC 9293 §3.10.7) are dropped at once.
 * Not counted: RST, which is never answered; SYN-ACK, the echo of somebody
 * who forged *our* address; datagrams from a well-known port to a high one,
 * late answers to questions of ours.
 *
 * A sender of IPv6 is its whole /64, except among neighbours
 * (`neighbour_networks.ts`): an address for each probe gains nothing.
 *
 * Bounds: 65,536 pairs and sources, 4,096 suspects. A full set ends its rule
 * before the verdict, so a flood of forged sources makes the fast path blind,
 * not unjust.
 *
 * @module
 */
import { families, subjectMatches, table } from "./families.ts";
import { countedSenders } from "./neighbour_networks.ts";

/**
 * Distinct ports not served that a newcomer may try before the kernel falls
 * silent. An honest client with a wrong port or two gets its RST; what a
 * third costs it is an answer, not a service. Our choice.
 */
export const probesMax = 2;
/** How long the kernel keeps a suspect after its last probe; our choice. */
export const scanMs = 60_000;
/** The fast path stops this long after the last sign of life; our choice. */
export const aliveMs = 180_000;
/** How long a suspect's first SYN is remembered: repeated after 1, 3, 7 s. */
const greyMs = 15_000;

/** Sets in which the fast path keeps its suspects. */
export const fastPathSets: readonly string[] = ["scan4", "scan6"];

/** Sets of the fast path that are keyed by the subject alone. */
export const fastPathCounts: readonly string[] = ["count4", "count6"];

/** Chains of the fast path, those that are jumped to first. */
export const fastPathChains = [
  "odd",
  "grey",
  "served",
  "suspect",
  "warned",
  "newcomer",
] as const;
/** One of them. */
export type FastPathChain = typeof fastPathChains[number];

/** The sets, as commands that may be applied any number of times. */
export function fastPathSetCommands(): string[] {
  const set = (name: string, body: string) =>
    `add set ${table} ${name} { ${body} }`;
  return [
    ...families.flatMap(({ digit, type, saddr }) => [
      set(
        `scan${digit}`,
        `type ${type}; size 4096; flags dynamic,timeout; timeout ${scanMs}ms;`,
      ),
      set(
        `probes${digit}`,
        `type ${type} . inet_service; size 65536; flags dynamic,timeout; timeout 10m;`,
      ),
      set(
        `count${digit}`,
        `type ${type}; size 65536; flags dynamic,timeout; timeout 10m;`,
      ),
      set(
        `grey${digit}`,
        `typeof ${
          firstSynKey(saddr)
        }; size 65536; flags dynamic,timeout; timeout ${greyMs}ms;`,
      ),
    ]),
    set("alive", "type nf_proto; flags timeout;"),
  ];
}

/** Says that somebody still watches: the fast path lives {@linkcode aliveMs} more. */
export function aliveCommands(): string[] {
  const element = (timeout: number) =>
    `{ ipv4 timeout ${timeout}ms, ipv6 timeout ${timeout}ms }`;
  return [
    // Added first so that the deletion cannot fail; see `lease_commands.ts`.
    `add element ${table} alive ${element(aliveMs)}`,
    `delete element ${table} alive { ipv4, ipv6 }`,
    `add element ${table} alive ${element(aliveMs)}`,
  ];
}

/** Leaves leases to run out, but starts nothing new without us. */
export function farewellCommands(): string[] {
  return [`flush set ${table} alive`];
}

const opening =
  "meta nfproto @alive meta l4proto { tcp, udp } ct state { new, invalid }";

/**
 * Rules of the entry chain that come before the measures of leases, so that a
 * first SYN dropped here is not counted there. To whom caution or throttle
 * applies, ports not served never answer; trying three still makes a suspect.
 */
export function suspectRules(): string[] {
  return subjectMatches.flatMap(({ digit, saddr }) => [
    `${opening} ${saddr} @scan${digit} jump suspect`,
    `${opening} ${saddr} @throttle${digit} jump warned`,
    `${opening} ${saddr} @caution${digit} jump warned`,
  ]);
}

/** The rule of the entry chain that comes last, when no lease has decided. */
export function newcomerRule(): string {
  return `${opening} jump newcomer`;
}

/**
 * Rules of the fast path's own chains.
 *
 * @param cautious Whether a newcomer's first port that nobody serves makes it a
 * suspect, and not only one more than {@linkcode probesMax}.
 */
export function fastPathRules(
  cautious: boolean,
): Record<FastPathChain, string[]> {
  const each = (
    rules: (counted: typeof countedSenders[number]) => string[],
  ): string[] => countedSenders.flatMap(rules);
  const isReset = "tcp flags & rst == rst return";
  const isEcho = "tcp flags & (syn | ack) == (syn | ack) return";
  const isLateAnswer = "udp sport < 1024 udp dport >= 1024";
  // Silence costs a late answer nothing, and is no reason for suspicion.
  const noLateAnswer = `${isLateAnswer} drop`;
  const count = ({ digit, where, sender }: typeof countedSenders[number]) =>
    `${where}add @probes${digit} { ${sender} . th dport } update @count${digit} { ${sender} limit rate over 1/hour burst ${probesMax} packets } update @scan${digit} { ${sender} } drop`;
  const suspect = ({ digit, where, sender }: typeof countedSenders[number]) =>
    `${where}update @scan${digit} { ${sender} } drop`;
  const tried = ({ digit, where, sender }: typeof countedSenders[number]) =>
    `${where}${sender} . th dport @probes${digit}`;
  return {
    odd: ["tcp flags & (syn | ack) == 0 drop"],
    // A repeated SYN comes from the very address, whoever counts as one.
    grey: families.flatMap(({ digit, saddr }) => [
      `${firstSynKey(saddr)} @grey${digit} return`,
      `add @grey${digit} { ${firstSynKey(saddr)} } drop`,
    ]),
    served: [
      "meta l4proto udp return",
      // Steered to a decoy by address translation: that is answer enough.
      "ct status dnat return",
      "tcp flags & (fin | syn | rst | ack) == syn goto grey",
      // A listener on every address is no connection that conntrack forgot.
      "socket wildcard 1 drop",
    ],
    suspect: [
      isReset,
      "socket wildcard 0 goto served",
      "socket wildcard 1 goto served",
      noLateAnswer,
      ...each((counted) => [suspect(counted)]),
      // The set is full.
      "drop",
    ],
    warned: [
      isReset,
      "socket wildcard 0 return",
      "socket wildcard 1 return",
      noLateAnswer,
      ...each((counted) => [`${tried(counted)} drop`, count(counted)]),
      "drop",
    ],
    newcomer: [
      isReset,
      isEcho,
      `${isLateAnswer} return`,
      "socket wildcard 0 return",
      "socket wildcard 1 return",
      ...each((counted) =>
        cautious
          ? [suspect(counted)]
          : [`${tried(counted)} goto odd`, count(counted)]
      ),
      "goto odd",
    ],
  };
}

/** What a repeated SYN has in common with the first, and no other has. */
function firstSynKey(saddr: string): string {
  return `${saddr} . tcp sport . tcp dport . tcp sequence`;
}
