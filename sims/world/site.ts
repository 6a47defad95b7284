/**
 * A simulated business: machines founded into one mesh as `keys init`,
 * `keys invite` and `keys join` would do it, on one network, under one clock.
 *
 * Virtual time moves event by event. Production code also awaits; between two
 * events the site lets what was awaited run to its end, so a history does not
 * depend on the machine it is played on.
 *
 * @module
 */
import {
  type Address,
  type OperatorAuthority,
  parseAddress,
  type ProtectedEntry,
  type Scenario,
} from "../../defense/mod.ts";
import {
  ed25519Verify,
  type ProfileName,
  type Signer,
} from "../../mesh/mod.ts";
import { mondayMs, VirtualClock } from "./clock.ts";
import { foundMembers } from "./founding.ts";
import {
  type Answer,
  type HostEntry,
  type LoginAnswer,
  type LoginAttempt,
  VirtualHost,
} from "./host.ts";
import { VirtualNetwork } from "./network.ts";
import { SeededRandom } from "./random.ts";
import { officeDelay } from "./weather.ts";

/** Longest chain of awaits between an event and its last effect, doubled. */
const turnsAfterEvent = 48;
const meshPort = 8443;
/** What a business is made of. */
export interface SitePlan {
  readonly seed: string;
  readonly nodes: number;
  readonly profile: ProfileName;
  /** Ports that every machine serves, the mesh's own included. */
  readonly served: readonly number[];
  /** Ports that one machine serves besides. */
  readonly servedToo?: (index: number) => readonly number[];
  readonly scenarios: readonly Scenario[];
  /** Never contained, besides the members themselves. */
  readonly protectedEntries: readonly ProtectedEntry[];
  /** Another operator's word than that of the founded mesh. */
  readonly operator?: OperatorAuthority;
}

/** The business, running. */
export class Site {
  readonly clock: VirtualClock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  /** Everything that every journal took, in order. */
  readonly entries: HostEntry[] = [];
  #hosts: readonly VirtualHost[] = [];
  #operator: Signer | undefined;

  private constructor(seed: string) {
    this.random = new SeededRandom(seed);
    this.network = new VirtualNetwork(
      this.clock,
      this.random.fork("network"),
      officeDelay,
    );
  }

  /** The machines, the founder first. */
  get hosts(): readonly VirtualHost[] {
    return this.#hosts;
  }

  /** The operator's key, which no machine holds. */
  get operator(): Signer {
    if (!this.#operator) throw new Error("Cannot sign before the founding");
    return this.#operator;
  }

  /** The machine at an address, if it is one of ours. */
  hostAt(address: Address): VirtualHost | undefined {
    return this.#hosts.find((host) => host.address === address);
  }

  /** A connection attempt to a machine, seen at both ends if both are ours. */
  probe(to: VirtualHost, source: Address, port: number): Answer {
    const answer = to.probe(source, port);
    this.hostAt(source)?.opened(to.address, port, answer);
    return answer;
  }

  /** A login at a machine, seen at both ends if both are ours. */
  login(to: VirtualHost, attempt: LoginAttempt): LoginAnswer {
    const answer = to.login(attempt);
    this.hostAt(attempt.source)?.opened(
      to.address,
      attempt.port,
      answer === "filtered" ? answer : "open",
    );
    return answer;
  }

  /** Founds the mesh and starts every machine. */
  static async open(plan: SitePlan): Promise<Site> {
    const site = new Site(plan.seed);
    const founded = foundMembers(
      Array.from({ length: plan.nodes }, (_, index) => ({
        name: `host-${index + 1}`,
        listen: `${addressOf(index)}:${meshPort}`,
      })),
      site.random,
      mondayMs,
    );
    site.#operator = founded.operator;
    const starting = founded.members.map(({ keys, name, listen }, index) =>
      VirtualHost.start(
        {
          name,
          address: addressOf(index),
          listen,
          served: new Set([
            ...plan.served,
            ...plan.servedToo?.(index) ?? [],
            meshPort,
          ]),
          start: {
            keys,
            meshId: founded.meshId,
            meshSecret: founded.meshSecret,
            roster: founded.roster,
            invites: [],
            profile: plan.profile,
            incarnation: 1,
          },
          scenarios: plan.scenarios,
          protectedEntries: plan.protectedEntries,
          operator: plan.operator ?? {
            verify: (bytes, signature) =>
              ed25519Verify(founded.operator.public, bytes, signature),
          },
        },
        site.clock,
        site.network,
        site.random.fork(`node ${name}`),
        (entry) => site.entries.push(entry),
      )
    );
    let started: readonly VirtualHost[] | undefined;
    void Promise.all(starting).then((hosts) => started = hosts);
    await settle();
    while (!started) await site.step(site.clock.nowMs() + 1);
    site.#hosts = started;
    return site;
  }

  /**
   * Lets the next event happen if it is due by `untilMs`, and everything that
   * was awaiting it.
   *
   * @returns Whether one happened.
   */
  async step(untilMs: number): Promise<boolean> {
    const happened = this.clock.step(untilMs);
    await settle();
    return happened;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsAfterEvent; turn++) await undefined;
}

/** Machine `index` of a site: `10.0.0.1` and on. */
export function addressOf(index: number): Address {
  const number = index + 1;
  return parseAddress(`10.0.${number >> 8}.${number & 255}`);
}
