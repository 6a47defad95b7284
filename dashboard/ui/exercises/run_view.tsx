/**
 * One simulation: how far it is, what happens, its report, and another one
 * beside it.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type {
  SimulationDetail,
  SimulationRun,
} from "../../api/simulation_desk.ts";
import { remove } from "../api.ts";
import { may } from "../may.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { Comparison } from "./comparison.tsx";
import { kindName, outcomeOf } from "./figure_words.ts";
import { ReportView } from "./report_view.tsx";
import { useSimulation } from "./use_simulations.ts";

/** @param others Runs that it may be compared with. */
export function RunView({ id, others }: {
  readonly id: string;
  readonly others: readonly SimulationRun[];
}) {
  const loaded = useSimulation(id);
  const words = texts.exercises;
  const detail = loaded.value;
  return (
    <section class="card" aria-labelledby="run">
      <h2 id="run">{detail ? kindName(detail.run.kind) : words.title}</h2>
      {detail
        ? <Whole detail={detail} others={others} />
        : <Pending of={loaded} />}
    </section>
  );
}

function Whole({ detail, others }: {
  readonly detail: SimulationDetail;
  readonly others: readonly SimulationRun[];
}) {
  const words = texts.exercises;
  const { run, report } = detail;
  const [said, setSaid] = useState("");
  const { text, tone } = outcomeOf(run);
  const open = run.endedMs === undefined;
  const cancel = async () => {
    try {
      await remove(`/simulations/${run.id}`);
      setSaid(words.cancelled);
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <>
      <p class="text">
        <strong class={tone}>{text}</strong>
        {" · "}
        {[
          words.sizeOf(run.machines, run.seconds),
          words.seedOf(run.seed),
          words.by(run.by),
        ].filter(Boolean).join(", ")}
      </p>
      <div class="row progress">
        <progress
          max={1}
          value={open ? run.done : 1}
          aria-label={words.running(run.done)}
        />
        {may("DELETE", `/v1/simulations/${run.id}`) && (
          <button
            type="button"
            disabled={!open}
            onClick={() => void cancel()}
          >
            {words.cancel}
          </button>
        )}
      </div>
      <p class="said" role="status">{said}</p>
      <Story detail={detail} />
      {report && <ReportView report={report} />}
      {report && <Comparison run={run} others={others} />}
    </>
  );
}

/** Of a fixed height: lines that come push nothing away. */
function Story({ detail }: { readonly detail: SimulationDetail }) {
  const words = texts.exercises;
  const { story, storyDropped, run } = detail;
  const box = useRef<HTMLDivElement>(null);
  const open = run.endedMs === undefined;
  useEffect(() => {
    const at = box.current;
    // Follows what comes, until somebody scrolls up to read.
    if (!at || !open) return;
    const below = at.scrollHeight - at.scrollTop - at.clientHeight;
    if (below < 120) at.scrollTop = at.scrollHeight;
  }, [story.length, open]);
  return (
    <>
      <h3 id="happens">{words.story}</h3>
      <div
        class="happens"
        ref={box}
        tabIndex={0}
        role="region"
        aria-labelledby="happens"
      >
        {story.length === 0
          ? (
            <p class="soft">
              {open ? words.noStory : words.noStoryEver}
            </p>
          )
          : (
            <ol>
              {story.map(({ atMs, host, text }, line) => (
                <li key={line} class="text">
                  <span class="soft number">
                    {words.after((atMs / 1_000).toFixed(3))}
                  </span>{" "}
                  <strong>{host}</strong> {text}
                </li>
              ))}
            </ol>
          )}
        {storyDropped > 0 && <p>{words.storyMore(storyDropped)}</p>}
      </div>
    </>
  );
}
