/**
 * `deno task bench:ml`: the learning detector on labelled flows, beside a rule
 * of one line. Trained on one part, scored on another, learning nothing there.
 *
 * The flows are a sample of what hosts did, so false alarms per host-day are of
 * the sampled flows; the share of honest flows that are flagged does not
 * depend on that.
 *
 * @module
 */
import { AnomalyDetector } from "../../../defense/detectors/learning/anomaly_detector.ts";
import { reportLent } from "./lent_suspicion.ts";
import { type LabelledFlow, readCic, readNslKdd } from "./labelled_flows.ts";

interface Row {
  readonly label: string;
  flows: number;
  odd: number;
  nats: number;
  ruled: number;
}

const directory = Deno.args[0] ??
  new URL("../../../../shared/data/flows", import.meta.url).pathname;

const cic = await readCic(`${directory}/cicids2017-improved/share.csv`);
report("CIC-IDS2017, corrected labels", cic);
reportLent(cic);
report(
  "NSL-KDD, 20 % of the training part",
  await readNslKdd(`${directory}/nsl-kdd/KDDTrain+_20Percent.txt`),
);

function report(title: string, flows: readonly LabelledFlow[]): void {
  const training = flows.filter(({ part }) => part === "train");
  const detector = new AnomalyDetector();
  const answered = new Set<string>();
  const reasons = new Map<string, Map<string, number>>();
  for (const { flow } of training) {
    detector.take(flow);
    if (flow.outcome === "accepted") answered.add(serviceOf(flow));
  }
  const rows = new Map<string, Row>();
  const hostDays = new Set<string>();
  for (const { flow, part, label } of flows) {
    if (part !== "score") continue;
    const { nats, because } = detector.take(flow, false);
    const row = rows.get(label) ??
      { label, flows: 0, odd: 0, nats: 0, ruled: 0 };
    rows.set(label, row);
    row.flows++;
    row.nats += nats;
    if (nats > 0) row.odd++;
    // The rule: a service that nobody was ever served.
    if (!answered.has(serviceOf(flow))) row.ruled++;
    if (label === "benign") {
      hostDays.add(`${flow.source} ${Math.floor(flow.atMs / 86_400_000)}`);
    }
    if (nats > 0) {
      const counts = reasons.get(label) ?? new Map<string, number>();
      reasons.set(label, counts);
      const why = because.join(" + ");
      counts.set(why, (counts.get(why) ?? 0) + 1);
    }
  }
  console.log(`${title}: trained on ${training.length} honest flows`);
  console.log(
    "  label                       flows   flagged  mean nats   one rule   mostly because of",
  );
  for (const row of [...rows.values()].sort((a, b) => b.flows - a.flows)) {
    const [why = ""] = [...reasons.get(row.label) ?? []]
      .sort(([, a], [, b]) => b - a)[0] ?? [];
    console.log(
      `  ${row.label.padEnd(24)} ${String(row.flows).padStart(8)} ${
        percent(row.odd / row.flows)
      } ${(row.nats / row.flows).toFixed(3).padStart(10)} ${
        percent(row.ruled / row.flows)
      }   ${why}`,
    );
  }
  const honest = rows.get("benign");
  if (honest && hostDays.size > 1) {
    const days = hostDays.size;
    console.log(
      `  false alarms per host-day (${days}): learned ${
        (honest.odd / days).toFixed(3)
      }, one rule ${(honest.ruled / days).toFixed(3)}`,
    );
  }
}

function serviceOf(
  { protocol, port }: { protocol: string; port: number },
): string {
  return `${protocol}/${port}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(9);
}
