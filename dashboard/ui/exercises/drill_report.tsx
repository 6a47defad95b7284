/**
 * Who heard a drill, when, and what each would have done; and how that was the
 * time before.
 *
 * @module
 */
import type {
  DrillDetail,
  DrillMember,
  DrillView,
} from "../../api/drill_view.ts";
import { texts } from "../texts.ts";
import { ReachChart } from "./reach_chart.tsx";

/** @param before The drill before it, if there was one. */
export function DrillReport({ drill, before }: {
  readonly drill: DrillDetail;
  readonly before: DrillView | undefined;
}) {
  const words = texts.exercises.drill;
  const { ms } = texts.exercises.units;
  const { subject, heard, of, running, members } = drill;
  const { halfMs = 0, mostMs = 0, lastMs = 0 } = drill;
  return (
    <>
      <h2 id="drill" class="text">{words.about(subject)}</h2>
      <p aria-live="polite">
        <strong>{words.heard(heard, of)}</strong>
        {running && `; ${words.running}`}.
      </p>
      <p>
        {heard === 0
          ? running ? words.waiting : words.silent(of)
          : words.spread(ms(halfMs), ms(mostMs), ms(lastMs))}{" "}
        {heard > 0 && !running && words.silent(of - heard)}
      </p>
      {before && !running && <p>{changeOf(drill, before)}</p>}
      {heard > 0 && (
        <ReachChart
          id="reach"
          title={words.chart}
          summary={words.heard(heard, of)}
          lines={[{
            name: words.heardAfter,
            atMs: members.flatMap(({ heardAfterMs }) => heardAfterMs ?? []),
          }]}
          of={of}
          untilText={ms}
        />
      )}
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="drill">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.machine}</th>
              <th scope="col">{words.heardAfter}</th>
              <th scope="col" class="wide">{words.answered}</th>
              <th scope="col" class="wide">{words.hops}</th>
              <th scope="col">{words.would}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member.node}>
                <th scope="row" class="text" title={member.node}>
                  {member.name || member.node.slice(0, 8)}
                </th>
                <td class="number">{msOrDash(member.heardAfterMs)}</td>
                <td class="number wide">{msOrDash(member.answeredAfterMs)}</td>
                <td class="number wide">{member.hops ?? "–"}</td>
                <td class="text">{wouldOf(member, running)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a href={`/subject/${encodeURIComponent(subject)}`}>{words.story}</a>
      </p>
    </>
  );
}

/** What is unlike the drill before, in words. */
function changeOf(now: DrillView, before: DrillView): string {
  const words = texts.exercises.drill;
  const { ms } = texts.exercises.units;
  if (now.heard !== before.heard || now.of !== before.of) {
    return words.better(before.heard, now.heard);
  }
  const later = (now.lastMs ?? 0) - (before.lastMs ?? 0);
  if (later === 0) return words.same;
  return later < 0 ? words.faster(ms(-later)) : words.slower(ms(later));
}

function msOrDash(value: number | undefined): string {
  return value === undefined ? "–" : texts.exercises.units.ms(value);
}

function wouldOf(member: DrillMember, running: boolean): string {
  const words = texts.exercises.drill;
  const { would, needed = 0, mode, state = "unknown" } = member;
  if (would === undefined) {
    const { states } = texts.mesh;
    const known = states[state as keyof typeof states] ?? state;
    return running ? "…" : words.noAnswer(known);
  }
  if (member.protected) return words.listed;
  const measure = texts.measures.names[would] ?? words.nothing;
  const then = words.then(measure, needed);
  return mode === "observe" ? words.watching(then) : then;
}
