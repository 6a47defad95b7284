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
  parseAddress,
  type ProtectedEntry,
  type Scenario,
} from "../../defense/mod.ts";
import {
  countersignAdmission,
  ed25519Signer,
  foundMesh,
  generateKeyMaterial,
  inviteKeys,
  type NodeId,
  nodeIdOf,
  type NodeKeys,
  type ProfileName,
  writeAdmission,
  writeCard,
  writeInvite,
} from "../../mesh/mod.ts";
import { VirtualClock } from "./clock.ts";
import { type HostEntry, VirtualHost } from "./host.ts";
import { VirtualNetwork } from "./network.ts";
import { SeededRandom } from "./random.ts";
import { officeDelay } from "./weather.ts";

/** 2026-01-05T09:00:00Z, a Monday morning: any fixed moment would do. */
const wallStartMs = Date.UTC(2026, 0, 5, 9);
/** Longest chain of awaits between an event and its last effect, doubled. */
const turnsAfterEvent = 48;
const dayMs = 86_400_000;
const meshPort = 8443;
/** An empty DER sequence: virtual connections are not inside TLS. */
const noCertificate = Uint8Array.of(0x30, 0x00);

/** What a business is made of. */
export interface SitePlan {
  readonly seed: string;
  readonly nodes: number;
  readonly profile: ProfileName;
  /** Ports that every machine serves, the mesh's own included. */
  readonly served: readonly number[];
  readonly scenarios: readonly Scenario[];
  /** Never contained, besides the members themselves. */
  readonly protectedEntries: readonly ProtectedEntry[];
}

/** The business, running. */
export class Site {
  readonly clock: VirtualClock = new VirtualClock(wallStartMs);
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  /** Everything that every journal took, in order. */
  readonly entries: HostEntry[] = [];
  #hosts: readonly VirtualHost[] = [];

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

  /** Founds the mesh and starts every machine. */
  static async open(plan: SitePlan): Promise<Site> {
    const site = new Site(plan.seed);
    const members = foundMembers(plan, site.random);
    const starting = members.map(({ keys, name, address }) =>
      VirtualHost.start(
        {
          name,
          address,
          listen: `${address}:${meshPort}`,
          served: new Set([...plan.served, meshPort]),
          start: {
            keys,
            meshId: members.meshId,
            meshSecret: members.meshSecret,
            roster: members.roster,
            invites: [],
            profile: plan.profile,
            incarnation: 1,
          },
          scenarios: plan.scenarios,
          protectedEntries: plan.protectedEntries,
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

interface FoundedMember {
  readonly keys: NodeKeys;
  readonly name: string;
  readonly address: Address;
}

type Founded = FoundedMember[] & {
  meshId: Uint8Array;
  meshSecret: Uint8Array;
  roster: Uint8Array[];
};

/** Machine `index` of a site: `10.0.0.1` and on. */
export function addressOf(index: number): Address {
  const number = index + 1;
  return parseAddress(`10.0.${number >> 8}.${number & 255}`);
}

function foundMembers({ nodes }: SitePlan, random: SeededRandom): Founded {
  const draw = (bytes: number, label: string) => {
    const drawn = new Uint8Array(bytes);
    random.fork(label).fill(drawn);
    return drawn;
  };
  const members = Array.from({ length: nodes }, (_, index): FoundedMember => {
    const material = generateKeyMaterial(random.fork(`keys ${index}`));
    const node: NodeId = nodeIdOf(material.signing.public);
    return {
      keys: { node, generation: 0, ...material },
      name: `host-${index + 1}`,
      address: addressOf(index),
    };
  });
  const [founder, ...joiners] = members;
  if (!founder) throw new RangeError("Cannot open a site without machines");
  const operator = ed25519Signer(draw(32, "operator"));
  const times = { nowMs: wallStartMs, validMs: 365 * dayMs };
  const { keys, name } = founder;
  const { meshId, entries } = foundMesh({ operator, keys, name, ...times });
  for (const { keys, name } of joiners) {
    const invite = inviteKeys(draw(32, `invite ${name}`));
    entries.push(writeInvite({
      meshId,
      signer: operator,
      by: "operator",
      inviteId: invite.id,
      expiresAtMs: wallStartMs + dayMs,
    }));
    const admission = countersignAdmission(
      writeAdmission({ meshId, invite: invite.signer, keys, name, ...times }),
      { meshId, by: founder.keys, nowMs: wallStartMs },
    );
    if (admission) entries.push(admission);
  }
  for (const { keys, name, address } of members) {
    entries.push(writeCard({
      meshId,
      keys,
      seq: 1,
      name,
      addresses: [`${address}:${meshPort}`],
      certificate: noCertificate,
    }));
  }
  const meshSecret = draw(32, "mesh secret");
  return Object.assign(members, { meshId, meshSecret, roster: entries });
}
