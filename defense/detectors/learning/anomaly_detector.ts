/**
 * The optional learning detector: off unless an operator asks for it. It learns
 * how connections usually look, each feature by itself and given the service
 * (HBOS: Goldstein and Dengel 2012, streaming), and says how rare a new one is
 * and in what. By design §6 that is worth `ln 4` of evidence at most: it can
 * never make an alert, only bring one a little nearer.
 *
 * It learns from everything that it sees, an attack included, but what it
 * holds for rare counts a tenth: a flood of oddities does not become usual
 * at once.
 *
 * Bounds: one histogram per feature and service, 50 of these; `FlowFeatures`'s
 * sources. Cost per connection: a constant.
 *
 * @module
 */
import { DecayingHistogram } from "./decaying_histogram.ts";
import {
  type Bins,
  binsMax,
  type FeatureName,
  featureNames,
  type Flow,
  FlowFeatures,
} from "./flow_features.ts";

/** Most that an oddity is worth, design §6. */
export const anomalyNatsMax = Math.log(4);
/** Connections before it says anything. Our choice: p is no finer than 1/n. */
export const trainedAfter = 400;
/** Rarer than one in a hundred is odd: our choice. */
const oddShare = 0.01;
/** Connections after which one counts half: days on a quiet host. */
const memory = 50_000;
/** One in so many odd connections is learned. */
const oddLearnedOneIn = 10;
/** Scores are kept in steps of this many nats. */
const scoreStep = 0.1;
const scoreBins = 1_024;
/** Services that have histograms: see `flow_features.ts`. */
const servicesMax = 50;
/** With fewer connections than this a service is judged like all others. */
const givenAfter = 30;
/** From this feature on it is the source that is described, not the service. */
const sourceFeatures = featureNames.indexOf("pace of the source") - 1;

/** How odd a connection is. */
export interface Oddity {
  /** Share of connections that were at least as odd, above 0. */
  readonly p: number;
  /** Evidence, 0 to `ln 4`. */
  readonly nats: number;
  /** Sum of the surprises of the features, nats. */
  readonly score: number;
  /** What is odd about it, most first; at most three, none if it is usual. */
  readonly because: readonly FeatureName[];
}

const usual: Oddity = { p: 1, nats: 0, score: 0, because: [] };

/** Learns and judges, connection by connection. */
export class AnomalyDetector {
  readonly #features = new FlowFeatures();
  readonly #service = new DecayingHistogram(binsMax, memory);
  readonly #all = newHistograms();
  readonly #given = new Map<number, DecayingHistogram[]>();
  readonly #scores = new DecayingHistogram(scoreBins, memory);
  #taken = 0;
  #odd = 0;

  /** Connections judged so far. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Judges one connection, then learns from it.
   *
   * @param learn Whether to learn; a bench that scores does not.
   */
  take(flow: Flow, learn = true): Oddity {
    const bins = this.#features.take(flow);
    const surprises = this.#surprises(bins);
    const score = surprises.reduce((sum, each) => sum + each, 0);
    const scoreBin = Math.min(scoreBins - 1, Math.floor(score / scoreStep));
    const p = this.#scores.shareFrom(scoreBin);
    const odd = this.#taken >= trainedAfter && p < oddShare;
    if (learn) {
      this.#taken++;
      if (!odd || ++this.#odd % oddLearnedOneIn === 0) {
        this.#learn(bins);
        this.#scores.add(scoreBin);
      }
    }
    if (!odd) {
      return this.#taken < trainedAfter ? usual : { ...usual, p, score };
    }
    const nats = Math.min(anomalyNatsMax, Math.log(oddShare / p));
    return { p, nats, score, because: reasons(surprises) };
  }

  #surprises([service = 0, ...rest]: Bins): number[] {
    const given = this.#given.get(service);
    return [
      this.#service.surprise(service),
      ...rest.map((bin, index) => {
        if (bin === undefined) return 0;
        const own = index < sourceFeatures ? given?.[index] : undefined;
        const enough = own !== undefined && own.total >= givenAfter;
        return (enough ? own : this.#all[index])?.surprise(bin) ?? 0;
      }),
    ];
  }

  #learn([service = 0, ...rest]: Bins): void {
    this.#service.add(service);
    let given = this.#given.get(service);
    if (!given && this.#given.size < servicesMax) {
      this.#given.set(service, given = newHistograms());
    }
    for (const [index, bin] of rest.entries()) {
      if (bin === undefined) continue;
      this.#all[index]?.add(bin);
      if (index < sourceFeatures) given?.[index]?.add(bin);
    }
  }
}

/** One for each feature but the service itself. */
function newHistograms(): DecayingHistogram[] {
  return featureNames.slice(1).map(() =>
    new DecayingHistogram(binsMax, memory)
  );
}

/** The features that carry the score. */
function reasons(surprises: readonly number[]): FeatureName[] {
  const total = surprises.reduce((sum, each) => sum + each, 0);
  return surprises
    .map((nats, index) => ({ nats, name: featureNames[index] }))
    .filter(({ nats }) => nats > 0.15 * total)
    .sort((a, b) => b.nats - a.nats)
    .slice(0, 3)
    .flatMap(({ name }) => name ?? []);
}
