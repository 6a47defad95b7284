/**
 * An intruder inside the network with the right password: looks for a way into
 * a machine, logs in, and goes on to the next. He keeps book of which machines
 * he was on and when.
 *
 * @module
 */
import { type Address, parseAddress } from "../../defense/mod.ts";
import {
  type AdminPort,
  adminPorts,
  type Foothold,
  type LateralScenario,
} from "../lateral_scenario.ts";
import type { VirtualHost } from "../world/host.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Site } from "../world/site.ts";

/** A machine inside the network that has no agent. */
const workstation = parseAddress("10.0.200.77");

/** What one machine let the intruder do. */
export interface IntrusionGain {
  /** Name of the machine. */
  readonly host: string;
  /** When he got in, milliseconds since his first move; absent: never. */
  takenMs?: number;
  /** Connections that it did not answer. */
  filtered: number;
}

/** An intrusion under way. */
export interface Intrusion {
  readonly startMs: number;
  readonly source: Address;
  /** Machines he goes to, in the order of the site, with what they let happen. */
  readonly gains: readonly IntrusionGain[];
}

/** When an intrusion of the longest kind is over, milliseconds. */
export function intrusionEndMs(
  { startMs, stepMs, patience, restMs }: LateralScenario,
  nodes: number,
): number {
  return startMs + nodes * patience * stepMs + restMs;
}

/** Sets the intruder on his way. */
export function startIntrusion(
  scenario: LateralScenario,
  { place, looks }: Foothold,
  site: Site,
  random: SeededRandom,
): Intrusion {
  const own = place === "member" ? site.hosts.at(-1) : undefined;
  const source = own?.address ?? workstation;
  const targets = site.hosts.filter((host) => host !== own);
  const gains = targets.map(({ name }): IntrusionGain => ({
    host: name,
    filtered: 0,
  }));
  const { startMs } = scenario;
  const intruder = new Intruder(scenario, source, looks, site, startMs);
  const left = random.shuffled(targets).map((host) => ({
    host,
    gain: gains[targets.indexOf(host)] ?? { host: host.name, filtered: 0 },
    tries: 0,
  }));
  site.clock.after(startMs, () => intruder.work(left));
  return { startMs, source, gains };
}

interface Target {
  readonly host: VirtualHost;
  readonly gain: IntrusionGain;
  tries: number;
}

class Intruder {
  readonly #scenario: LateralScenario;
  readonly #source: Address;
  readonly #looks: boolean;
  readonly #site: Site;
  readonly #startMs: number;

  constructor(
    scenario: LateralScenario,
    source: Address,
    looks: boolean,
    site: Site,
    startMs: number,
  ) {
    this.#scenario = scenario;
    this.#source = source;
    this.#looks = looks;
    this.#site = site;
    this.#startMs = startMs;
  }

  /** Goes to the next machine, until there is none left. */
  work(left: Target[]): void {
    const target = left.shift();
    if (!target) return;
    const { clock } = this.#site;
    clock.after(this.#scenario.stepMs, () => this.work(left));
    const after = (way: AdminPort | undefined) => {
      target.tries++;
      if (way && this.#login(target, way)) return;
      if (target.tries < this.#scenario.patience) left.push(target);
    };
    if (this.#looks) this.#look(target, after);
    else after(adminPorts[0]);
  }

  /** Tries every port, then tells the first that is open. */
  #look(
    { host, gain }: Target,
    found: (way: AdminPort | undefined) => void,
  ): void {
    const { clock } = this.#site;
    const { lookMs } = this.#scenario;
    let open: AdminPort | undefined;
    adminPorts.forEach((way, index) => {
      clock.after(index * lookMs, () => {
        const answer = this.#site.probe(host, this.#source, way.port);
        if (answer === "filtered") gain.filtered++;
        if (answer === "open") open ??= way;
      });
    });
    clock.after(adminPorts.length * lookMs, () => found(open));
  }

  #login({ host, gain }: Target, { port, service }: AdminPort): boolean {
    const answer = this.#site.login(host, {
      source: this.#source,
      port,
      service,
      user: this.#scenario.account,
      exists: true,
      right: true,
    });
    if (answer === "filtered") gain.filtered++;
    if (answer !== "accepted") return false;
    gain.takenMs = this.#site.clock.nowMs() - this.#startMs;
    return true;
  }
}
