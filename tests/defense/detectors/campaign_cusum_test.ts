import { equal, ok, throws } from "node:assert/strict";
import { logBetaBinomial } from "../../../defense/detectors/beta_binomial.ts";
import { CampaignCusum } from "../../../defense/detectors/campaign_cusum.ts";

const parameters = {
  benign: { a: 1, b: 19 },
  attack: { a: 2, b: 2 },
  groupSize: 10,
  threshold: 11.5,
  halfLifeMs: 2 * 86_400_000,
};

Deno.test("logBetaBinomial() sums to one over all counts", () => {
  const choose = (n: number, k: number): number =>
    k === 0 ? 1 : choose(n - 1, k - 1) * n / k;
  let sum = 0;
  for (let k = 0; k <= 10; k++) {
    sum += choose(10, k) * Math.exp(logBetaBinomial(k, 10, { a: 1, b: 19 }));
  }
  ok(Math.abs(sum - 1) < 1e-12);
  // A uniform chance makes every count as likely: 1 / 11.
  const uniform = logBetaBinomial(3, 10, { a: 1, b: 1 });
  ok(Math.abs(choose(10, 3) * Math.exp(uniform) - 1 / 11) < 1e-12);
});

Deno.test("CampaignCusum.take() is on after eight failures in a row", () => {
  const cusum = new CampaignCusum(parameters);
  const on = Array.from({ length: 12 }, (_, at) => cusum.take(true, at));
  equal(on.indexOf(true), 7);
  equal(cusum.changeMs, 0);
});

Deno.test("CampaignCusum.take() says when the change came", () => {
  const cusum = new CampaignCusum(parameters);
  for (let at = 0; at < 40; at++) cusum.take(false, at);
  for (let at = 40; at < 60; at++) cusum.take(true, at);
  equal(cusum.isOn, true);
  equal(cusum.changeMs, 40);
});

Deno.test("CampaignCusum.take() ends when newcomers get in again, or in time", () => {
  const cusum = new CampaignCusum(parameters);
  for (let at = 0; at < 100; at++) cusum.take(true, at);
  let left = 0;
  while (cusum.take(false, 100 + left)) left++;
  ok(left < 80, `${left} good newcomers were needed`);
  const other = new CampaignCusum(parameters);
  for (let at = 0; at < 12; at++) other.take(true, at);
  equal(other.take(true, 30 * 86_400_000), false);
});

Deno.test("CampaignCusum.take() is hardly ever on while one in twenty fails", () => {
  let state = 88_172_645;
  const unit = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const cusum = new CampaignCusum(parameters);
  let alarms = 0;
  let wasOn = false;
  for (let at = 0; at < 100_000; at++) {
    const isOn = cusum.take(unit() < 0.05, at * 60_000);
    if (isOn && !wasOn) alarms++;
    wasOn = isOn;
  }
  ok(alarms <= 1, `${alarms} false alarms in 100,000 newcomers`);
});

Deno.test("CampaignCusum refuses a test that cannot be", () => {
  throws(() => new CampaignCusum({ ...parameters, threshold: 0 }), RangeError);
});
