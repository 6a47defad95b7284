/**
 * What a measure would cut: the connections of this moment, from the kernel's
 * own tables, held against a lease as the rules of our table would (`ruleset.ts`,
 * `service_rules.ts`). Nothing is changed.
 *
 * Conntrack knows who opened a connection and what passes through to others;
 * the socket table knows the program. Where conntrack cannot be read, or does
 * not track, who opened is taken from the port: the side that listens was
 * dialled.
 *
 * Bound: {@linkcode connectionsMax} connections of the subject; more are counted.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";
import type { Lease } from "../lease.ts";
import { isPrefix64, prefix64Of } from "../prefix64.ts";
import type { Service } from "../service.ts";

/** Shown at most; our choice, more than anybody reads. */
export const connectionsMax = 500;

/** One connection that is open now. */
export interface CurrentConnection {
  /** What it is carried by. */
  readonly protocol: Service["protocol"];
  /** Who opened it. */
  readonly from: Address;
  /** Port on that side. */
  readonly fromPort: number;
  /** Who was dialled. */
  readonly to: Address;
  /** Port that was dialled. */
  readonly toPort: number;
  /** Port that answers, where destination NAT made it another. */
  readonly servedPort?: number;
  /** `sshd (811)`; absent where it is unreadable, or another host's. */
  readonly program?: string;
}

/** What would become of a subject's connections. */
export interface Rehearsal {
  /** Those that would end. */
  readonly cut: readonly CurrentConnection[];
  /** Those of the subject that would go on. */
  readonly kept: readonly CurrentConnection[];
  /** Further ones, not listed. */
  readonly more: number;
}

/** Holds connections against a lease. */
export function rehearse(
  lease: Pick<Lease, "subject" | "measure" | "service">,
  connections: readonly CurrentConnection[],
): Rehearsal {
  const isSubject = (address: Address) =>
    address === lease.subject ||
    (isPrefix64(lease.subject) && prefix64Of(address) === lease.subject);
  const all = connections.filter(({ from, to }) =>
    isSubject(from) || isSubject(to)
  );
  const isCut = (each: CurrentConnection) =>
    // The milder measures meet first packets alone.
    (lease.measure === "block" || lease.measure === "steer") &&
    isSubject(each.from) &&
    meets(each, lease.service);
  const shown = all.slice(0, connectionsMax);
  return {
    cut: shown.filter(isCut),
    kept: shown.filter((each) => !isCut(each)),
    more: all.length - shown.length,
  };
}

function meets(
  { protocol, toPort, servedPort }: CurrentConnection,
  service: Service | undefined,
): boolean {
  return service === undefined ||
    (service.protocol === protocol &&
      (service.port === toPort || service.port === servedPort));
}

/** Puts the tables together: conntrack's word counts, sockets name programs. */
export function joinTables(
  tracked: readonly CurrentConnection[],
  sockets: readonly CurrentConnection[],
): CurrentConnection[] {
  const programs = new Map(sockets.map((each) => [keyOf(each), each]));
  const joined = tracked.map((each): CurrentConnection => {
    // The socket is bound to what answers, and may believe the other way round.
    const there = { ...each, toPort: each.servedPort ?? each.toPort };
    const key = programs.has(keyOf(there))
      ? keyOf(there)
      : keyOf(turned(there));
    const program = programs.get(key)?.program;
    programs.delete(key);
    return program === undefined ? each : { ...each, program };
  });
  return [...joined, ...programs.values()];
}

function turned(
  { protocol, from, fromPort, to, toPort }: CurrentConnection,
): CurrentConnection {
  return { protocol, from: to, fromPort: toPort, to: from, toPort: fromPort };
}

/** A host has one connection of each port with each port of each peer. */
function keyOf(
  { protocol, from, fromPort, to, toPort }: CurrentConnection,
): string {
  return `${protocol} ${from} ${fromPort} ${to} ${toPort}`;
}

/** `src=… dst=… sport=… dport=…`, as it was opened and as it is answered. */
const trackedLine =
  /^ipv[46]\s+\d+ (tcp|udp)\s.*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+) dport=\d+/;
/** Ends of connections that are only remembered. */
const overStates = /\s(?:TIME_WAIT|CLOSE)\s/;

/** Reads `/proc/net/nf_conntrack`. */
export function parseTracked(text: string): CurrentConnection[] {
  return text.split("\n").flatMap((line): CurrentConnection[] => {
    const match = trackedLine.exec(line);
    if (!match || overStates.test(line)) return [];
    const from = readAddress(match[2] ?? "");
    const to = readAddress(match[3] ?? "");
    if (from === undefined || to === undefined) return [];
    const toPort = Number(match[5]);
    const servedPort = Number(match[7]);
    return [{
      protocol: match[1] === "udp" ? "udp" : "tcp",
      from,
      fromPort: Number(match[4]),
      to,
      toPort,
      ...(servedPort === toPort ? {} : { servedPort }),
    }];
  });
}

/** `tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:40000 users:(("sshd",pid=811,fd=4))` */
const socketLine =
  /^(tcp|udp)\s+(\S+)\s+\d+\s+\d+\s+(\S+):(\d+|\*)\s+(\S+):(\d+|\*)(?:\s+users:\(\("([^"]*)",pid=(\d+))?/;
const openStates = new Set(["ESTAB", "SYN-RECV", "CLOSE-WAIT", "FIN-WAIT-1"]);

/** Reads what `ss -Htunap` prints. */
export function parseSockets(text: string): CurrentConnection[] {
  const listening = new Set<string>();
  const open: RegExpExecArray[] = [];
  for (const line of text.split("\n")) {
    const match = socketLine.exec(line);
    if (!match) continue;
    const [, protocol, state = "", , port] = match;
    if (state === "LISTEN") listening.add(`${protocol} ${port}`);
    else if (openStates.has(state)) open.push(match);
  }
  return open.flatMap((match): CurrentConnection[] => {
    const [, protocol, , local = "", port, remote = "", far, name, pid] = match;
    const here = readAddress(local);
    const there = readAddress(remote);
    if (here === undefined || there === undefined) return [];
    const connection: CurrentConnection = {
      protocol: protocol === "udp" ? "udp" : "tcp",
      from: here,
      fromPort: Number(port),
      to: there,
      toPort: Number(far),
    };
    return [{
      ...(listening.has(`${protocol} ${port}`)
        ? turned(connection)
        : connection),
      ...(name === undefined ? {} : { program: `${name} (${pid})` }),
    }];
  });
}
