/**
 * Whether answers come as fast from one port as from another, and as fast to
 * one request as to another.
 *
 * @module
 */
import { type AnswerTimes, quantileOf } from "./answer_times.ts";
import { mannWhitney } from "./mann_whitney.ts";

/**
 * Within one process two kinds of request are alike if chance explains the
 * difference (p > 0.01), or if it is so near to the difference within the page
 * alone that one answer tells nothing: 0.03 more means that who bets on each
 * answer wins three times more in 100.
 */
const pMin = 0.01;
const aucBeyondPageMax = 0.03;
/**
 * What the gate may cost beside the page alone, microseconds. NOT
 * indistinguishable: reading the cookie and asking the gate make each answer
 * alike some 13 to 32 µs of 100 later once the engine has compiled them, which
 * `mesh/host/warm_gate.ts` sees to (interpreted, as on a port that is seldom
 * asked, it was twice to three times that). A thousand answers show it to whoever
 * has the same machine without a mesh beside it (AUC 0.62 to 0.77; two processes
 * of the page alone, whose heaps and caches had other luck, were at 0.53 to 0.73
 * in the same runs, either way round). Our choice: twice that, against the mean
 * of both, and what these two are apart themselves (up to 45 µs in some runs).
 */
const gateMicrosecondsMax = 26;

/** Lines for the reader, and what is not alike. */
export interface TimeVerdict {
  readonly lines: readonly string[];
  readonly unlike: readonly string[];
}

/**
 * Judges the times of three ports, `ours: …`, `page: …` and `twin: …`, with the
 * same kinds of request each, one of them `nowhere`.
 */
export function judgeTimes(times: AnswerTimes): TimeVerdict {
  const of = (side: string, kind: string) =>
    times.get(`${side}: ${kind}`) ?? [];
  const kinds = [...times.keys()].filter((name) => name.startsWith("ours: "))
    .map((name) => name.slice("ours: ".length));
  const lines: string[] = [];
  const unlike: string[] = [];
  for (const kind of kinds) {
    const nowhere = mannWhitney(of("ours", kind), of("ours", "nowhere"));
    const page = mannWhitney(of("ours", kind), of("page", kind));
    const twin = mannWhitney(of("twin", kind), of("page", kind));
    const [mid, p90] = [0.5, 0.9].map((share) =>
      quantileOf(of("ours", kind), share).toFixed(0)
    );
    const [one, other] = ["page", "twin"].map((side) =>
      quantileOf(of(side, kind), 0.5)
    ) as [number, number];
    lines.push(
      `${kind}: median ${mid} µs, p90 ${p90} (page ${
        one.toFixed(0)
      }, its twin ${other.toFixed(0)}); AUC ${shown(nowhere)} to nowhere, ` +
        `${shown(page)} to the page (its twin ${shown(twin)})`,
    );
    // Random bytes take the page alone and the sender longer than the same again.
    const usual = ["page", "twin"].reduce(
      (sum, side) =>
        sum + mannWhitney(of(side, kind), of(side, "nowhere")).auc / 2,
      0,
    );
    if (nowhere.p < pMin && Math.abs(nowhere.auc - usual) > aucBeyondPageMax) {
      unlike.push(`${kind} and nowhere`);
    }
    const costs = quantileOf(of("ours", kind), 0.5) - (one + other) / 2;
    if (Math.abs(costs) > gateMicrosecondsMax + Math.abs(one - other)) {
      unlike.push(`${kind} here and on the page`);
    }
  }
  return { lines, unlike };
}

function shown({ auc, p }: { auc: number; p: number }): string {
  return `${auc.toFixed(3)} p=${p.toFixed(3)}`;
}
