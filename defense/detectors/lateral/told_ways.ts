/**
 * First-ever ways summed over the mesh: a machine that nobody watches and that
 * knows a password goes to one member after another, and each of them sees one
 * visitor who is new, as an administrator's new laptop would be.
 *
 * Every member tells who came to it for the first time to administer it, once
 * it has learned who usually does (`lateral_watch.ts`). A source is conspicuous
 * when so many members within 2 min, 15 min or a day were new to it that chance
 * would bring them less often than `chanceMax`, were it a Poisson process of the
 * source's usual rate: a scan statistic (Naus, "The distribution of the size of
 * the maximum cluster of points on a line", JASA 60, 1965). The usual rate is
 * one member a day, or what the source did in the last weeks, if that is more.
 * At one a day, the third member within 2 min is conspicuous, the fourth
 * within 15 min, and the tenth within a day.
 *
 * False alarms: at least 33,000 new members of one source between two, if they
 * come by chance. Who takes over a site in an afternoon, with a new laptop or
 * under a new address, does not come by chance, and is told; see `measure`.
 *
 * Up to f members may lie, and a member can only tell of itself:
 *
 * - What others tell counts once more than f of them do, so at least one is
 *   honest. It is worth a caution, which takes nothing from anybody.
 * - For a throttle the source must be conspicuous with f of the others set
 *   aside, so that it is by what honest members saw. No more is ever asked for.
 *
 * Bounds: `sourcesMax` sources, the one not told of for longest is forgotten;
 * of each, one time for each failure domain.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import { RecentMap } from "../../recent_map.ts";
import type { AdminServiceName } from "./admin_service.ts";

const sourcesMax = 4_096;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Paces of an intruder: in a hurry, steady, patient. As in `movement.ts`. */
const windowsMs = [2 * minuteMs, 15 * minuteMs, dayMs] as const;
/** The design's α, for each window. */
const chanceMax = 1e-5;
/** New members of an honest source in a day, unless it is known for more. */
const usualPerDayMin = 1;
/** Days over which the usual rate is taken, older ones fading. Our choice. */
const usualDays = 7;
/** As long as a first lease: who goes on is told again. */
const quietMs = 10 * minuteMs;

/** Somebody came to a member for the first time. */
export interface ToldWay<Node extends string = string> {
  /** Who signed it, and where the way leads. */
  readonly node: Node;
  /** Its failure domain. */
  readonly domain: string;
  readonly source: Address;
  readonly service: AdminServiceName;
  /** Wall clock milliseconds at the signer. */
  readonly atMs: number;
}

/** A source that goes to more members than chance explains. */
export interface WayFindings<Node extends string = string> {
  /** `throttle` if f liars could not have made it up. */
  readonly measure: "caution" | "throttle";
  /** Natural log of how unlikely it is. */
  readonly score: number;
  /** Where it came for the first time, oldest first. */
  readonly visits: readonly Visit<Node>[];
}

/** One of its first visits. */
export type Visit<Node extends string = string> = Pick<
  ToldWay<Node>,
  "node" | "service" | "atMs"
>;

interface Told<Node extends string> {
  readonly visits: Map<string, Visit<Node>>;
  day: number;
  usualPerDay: number;
  said: { readonly measure: string; readonly atMs: number } | undefined;
}

/** First-ever ways to all members, this one included. */
export class ToldWays<Node extends string = string> {
  #bySource = new RecentMap<Address, Told<Node>>(sourcesMax);

  /**
   * Takes a member's word.
   *
   * @param own The failure domain whose word is ours, and no lie.
   * @param faultBound f, by the size of the mesh.
   * @returns What is conspicuous and was not said a moment ago.
   */
  take(
    { source, domain, node, service, atMs }: ToldWay<Node>,
    own: string,
    faultBound: number,
    wallMs: number,
  ): WayFindings<Node> | undefined {
    const told = this.#bySource.use(source) ?? {
      visits: new Map<string, Visit<Node>>(),
      day: dayOf(wallMs),
      usualPerDay: 0,
      said: undefined,
    };
    this.#bySource.set(source, told);
    learn(told, own, faultBound, wallMs);
    const visit = { node, service, atMs: Math.min(atMs, wallMs) };
    told.visits.set(domain, visit);
    for (const [each, { atMs }] of told.visits) {
      if (wallMs - atMs > dayMs) told.visits.delete(each);
    }
    const perDay = Math.max(usualPerDayMin, told.usualPerDay);
    const newestMs = Math.max(
      ...[...told.visits.values()].map(({ atMs }) => atMs),
    );
    let found: Omit<WayFindings<Node>, "measure"> | undefined;
    let measure: WayFindings["measure"] = "caution";
    for (const windowMs of windowsMs) {
      const visits = [...told.visits].filter(([, { atMs }]) =>
        newestMs - atMs <= windowMs
      );
      const ours = visits.some(([each]) => each === own) ? 1 : 0;
      const others = visits.length - ours;
      const expected = perDay * windowMs / dayMs;
      const counted = ours + (others > faultBound ? others : 0);
      const chance = chanceOfMore(counted - 1, expected);
      if (chance > chanceMax) continue;
      const proven = ours + Math.max(0, others - faultBound);
      if (chanceOfMore(proven - 1, expected) <= chanceMax) measure = "throttle";
      const score = -Math.log(chance);
      if (score <= (found?.score ?? 0)) continue;
      found = {
        score,
        visits: visits.map(([, each]) => each).sort((a, b) => a.atMs - b.atMs),
      };
    }
    if (found === undefined || !isNews(told.said, measure, wallMs)) {
      return undefined;
    }
    told.said = { measure, atMs: wallMs };
    return { measure, ...found };
  }

  /** An operator has judged what was seen of a source so far, or of all. */
  forget(source: Address | "all"): void {
    if (source === "all") this.#bySource = new RecentMap(sourcesMax);
    else this.#bySource.delete(source);
  }
}

/** At the first word of a new day: what the source did before is its habit. */
function learn(
  told: Told<string>,
  own: string,
  faultBound: number,
  wallMs: number,
): void {
  const days = dayOf(wallMs) - told.day;
  if (days < 1) return;
  const visits = [...told.visits]
    .filter(([, { atMs }]) => dayOf(atMs) === told.day);
  const others = visits.filter(([each]) => each !== own).length;
  const proven = visits.length - Math.min(others, faultBound);
  told.usualPerDay += (proven - told.usualPerDay) / usualDays;
  told.usualPerDay *= (1 - 1 / usualDays) ** (days - 1);
  told.day += days;
}

function isNews(
  said: Told<string>["said"],
  measure: WayFindings["measure"],
  wallMs: number,
): boolean {
  if (said === undefined || wallMs - said.atMs >= quietMs) return true;
  // A wall clock that was set back must not stretch the pause.
  if (wallMs < said.atMs) return true;
  return measure === "throttle" && said.measure === "caution";
}

function dayOf(wallMs: number): number {
  return Math.floor(wallMs / dayMs);
}

/** The chance of `count` or more events of a Poisson distribution. */
function chanceOfMore(count: number, expected: number): number {
  if (count <= 0) return 1;
  let logTerm = -expected;
  for (let below = 1; below <= count; below++) {
    logTerm += Math.log(expected / below);
  }
  let term = Math.exp(logTerm);
  let chance = 0;
  // Terms rise up to the mean and then fall, faster and faster.
  for (let at = count; at <= expected || term > chance * 1e-9; at++) {
    chance += term;
    term *= expected / (at + 1);
  }
  return Math.min(Math.max(chance, Number.MIN_VALUE), 1);
}
