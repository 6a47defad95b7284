/**
 * What somebody who records the wire may have learnt, in sentences.
 *
 * @module
 */
import type { LeakageReport } from "../../../mesh/mod.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { spanText } from "../when.tsx";

/** The section. */
export function Leaks() {
  const read = useLoaded<LeakageReport>("/leakage", { everyMs: 60_000 });
  const words = texts.leaks;
  return (
    <section class="card" aria-labelledby="leaks">
      <h2 id="leaks">{words.title}</h2>
      {read.value ? <Account leakage={read.value} /> : <Pending of={read} />}
    </section>
  );
}

function Account({ leakage }: { readonly leakage: LeakageReport }) {
  const words = texts.leaks;
  const { bits, switches, slotsMissed, slotsFired, linkEnds } = leakage;
  const ended = linkEnds.rotation + linkEnds.roster;
  return (
    <>
      <p>{words.always}</p>
      <ul>
        <li>{words.switches(switches, Math.ceil(bits.switches))}</li>
        <li>
          {words.missed(
            slotsMissed,
            slotsMissed + slotsFired,
            Math.ceil(bits.missedSlots),
          )}
        </li>
        <li>{words.ended(ended)}</li>
        <li>{words.guests(leakage.enrolments, leakage.starts)}</li>
        {leakage.cellsOffClock > 0 && (
          <li class="warn-text">{words.open(leakage.cellsOffClock)}</li>
        )}
      </ul>
      {leakage.sinceMs > 0 && (
        <p class="soft">
          {words.profile(
            leakage.profile,
            spanText(Date.now() - leakage.sinceMs),
          )}
        </p>
      )}
    </>
  );
}
