import { type AnswerTimes, quantileOf } from "./answer_times.ts";
import { mannWhitney } from "./mann_whitney.ts";
export function judgeTimes(times: AnswerTimes): string {
  const all = [...times];
  const base = all[0]![1];
  const page = all.at(-2)![1];
  return all.map(([n, s]) =>
    `\n${n} ${[.1, .5, .9].map((q) => quantileOf(s, q).toFixed(0))} ${
      JSON.stringify(mannWhitney(s, base))
    } ${JSON.stringify(mannWhitney(s, page))}`
  ).join("");
}
