/**
 * What was found about this machine, as `stealthmesh doctor` tells it: what is
 * missing first, with what works without it and what to do.
 *
 * @module
 */
import type { FindingsView, FindingView } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { When } from "../when.tsx";

const tones = {
  ok: "good",
  limited: "warn-text",
  missing: "bad-text",
  unknown: "soft",
} as const;

/** The section. */
export function Findings() {
  const read = useLoaded<FindingsView>("/doctor");
  const words = texts.machines;
  const view = read.value;
  return (
    <section class="card" aria-labelledby="doctor">
      <h2 id="doctor">{words.doctor}</h2>
      {!view ? <Pending of={read} /> : (
        <>
          <p class="soft">
            {words.looked} <When ms={view.atMs} />. {words.again}{" "}
            <code>stealthmesh doctor</code>
          </p>
          <FindingList
            findings={[
              ...view.findings.filter(({ verdict }) => verdict !== "ok"),
              ...view.findings.filter(({ verdict }) => verdict === "ok"),
            ]}
          />
        </>
      )}
    </section>
  );
}

/** Findings as they stand. */
export function FindingList({ findings }: {
  readonly findings: readonly (Omit<FindingView, "works"> & {
    readonly works?: string;
  })[];
}) {
  const words = texts.machines;
  if (findings.length === 0) return <p class="soft">{words.nothingFound}</p>;
  return (
    <ul class="plain">
      {findings.map(({ what, verdict, detail, works, nextStep }, row) => (
        <li key={`${what} ${row}`} class="text">
          <span class={tones[verdict]}>{words.verdicts[verdict]}</span>{" "}
          <strong>{what}</strong>: {detail}
          {works && <div class="soft">{texts.now.works}{works}</div>}
          {nextStep && <div>{words.next} {nextStep}</div>}
        </li>
      ))}
    </ul>
  );
}
