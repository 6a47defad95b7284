/**
 * Newcomers summed over the mesh: what this host's detectors counted is told
 * to the others, as the sum of the day so far, and what the others tell goes to our
 * detectors as far as it counts (`detectors/told_tallies.ts`).
 *
 * Bound: `scenariosMax` scenarios of our own; further ones are counted and not
 * told.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import { encodeMessage, type TallyMessage, wireName } from "./alert_codec.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { faultBound } from "./corroboration/quorum.ts";
import { dayOf, ToldTallies } from "./detectors/told_tallies.ts";
import { NewcomerTally } from "./detectors/newcomer_tally.ts";
import type { Turn } from "./turn.ts";

/** As many as others take. */
const scenariosMax = 4;

/** Tells and hears tallies. */
export class CampaignTallies {
  readonly #judgement: Judgement;
  readonly #told = new ToldTallies<NodeId>();
  #day = -1;
  #own = new Map<string, NewcomerTally>();

  constructor(judgement: Judgement) {
    this.#judgement = judgement;
  }

  /** Our detectors counted this since they last said so. */
  tell(scenario: string, news: NewcomerTally, turn: Turn): void {
    if (news.isEmpty) return;
    const day = dayOf(turn.wallMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#own = new Map();
    }
    const name = wireName(scenario);
    const known = this.#own.get(name);
    if (known === undefined && this.#own.size >= scenariosMax) {
      return this.#judgement.count("untold_tally");
    }
    const tally = known ?? new NewcomerTally();
    tally.merge(news);
    this.#own.set(name, tally);
    this.#judgement.count("told_tally");
    turn.others.push({
      type: "publish",
      payload: encodeMessage({
        kind: "tally",
        scenario: name,
        atMs: turn.wallMs,
        tally,
      }),
      urgency: 2,
      replaces: `tally ${name}`,
    });
  }

  /** Another member told this; that it is fresh is known. */
  hear(node: NodeId, message: TallyMessage, turn: Turn): void {
    const judgement = this.#judgement;
    const news = this.#told.take(
      { ...message, node, domain: judgement.domainOf(node) },
      faultBound(judgement.members.size),
      turn.wallMs,
    );
    if (typeof news === "string") {
      return judgement.count(`rejected_tally_${news}`);
    }
    judgement.count("heard_tally");
    if (news.isEmpty) return;
    const { scenario } = message;
    turn.others.push({ type: "tally", scenario, tally: news });
  }
}
