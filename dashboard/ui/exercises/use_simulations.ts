/**
 * Simulations as the page knows them: read once, kept up with by what is told
 * live. A run that is looked at is read whole, then its story grows line by
 * line.
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type {
  SimulationDetail,
  SimulationKind,
  SimulationNews,
  SimulationRun,
} from "../../api/simulation_desk.ts";
import { get } from "../api.ts";
import { followSimulations } from "../live.ts";
import { type Loaded, useLoaded } from "../loaded.ts";

/** News of one run within the time of a request; five come a second. */
const meanwhileMax = 100;

/** What can be played, and what was. */
export interface Simulations {
  readonly kinds: readonly SimulationKind[];
  readonly runs: readonly SimulationRun[];
}

/** All of them, as they are now. */
export function useSimulations(): Loaded<Simulations> {
  const loaded = useLoaded<Simulations>("/simulations");
  const [news, setNews] = useState<ReadonlyMap<string, SimulationRun>>(
    new Map(),
  );
  const { reload } = loaded;
  useEffect(() =>
    followSimulations((told) => {
      // Too much was missed.
      if (!told) return reload();
      setNews((known) => new Map(known).set(told.run.id, told.run));
    }), [reload]);
  const { value } = loaded;
  if (!value) return loaded;
  const known = new Set(value.runs.map(({ id }) => id));
  const added = [...news.values()].filter(({ id }) => !known.has(id));
  const runs = [
    ...added,
    ...value.runs.map((run) => newerOf(run, news.get(run.id))),
  ].sort((a, b) => b.orderedMs - a.orderedMs);
  return { ...loaded, value: { ...value, runs } };
}

/** A run with its story and its report. */
export function useSimulation(id: string): Loaded<SimulationDetail> {
  const [value, setValue] = useState<SimulationDetail | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  /** What was told while it was read. */
  const meanwhile = useRef<SimulationNews[]>([]);
  const asked = useRef(0);
  const reload = useCallback(() => {
    const number = ++asked.current;
    get<SimulationDetail>(`/simulations/${id}`).then((detail) => {
      // A later answer lacks nothing of this one.
      if (number !== asked.current) return;
      setValue(meanwhile.current.reduce(grown, detail));
      setError(undefined);
    }, (failure) => {
      if (number === asked.current) setError(String(failure.message));
    });
  }, [id]);
  useEffect(() => {
    setValue(undefined);
    setError(undefined);
    meanwhile.current = [];
    reload();
    return followSimulations((told) => {
      if (!told) return reload();
      if (told.run.id !== id) return;
      // At its end there is a report, and a story that lacks nothing.
      if (told.run.endedMs !== undefined) return reload();
      meanwhile.current = [...meanwhile.current, told].slice(-meanwhileMax);
      setValue((known) => known && grown(known, told));
    });
  }, [id, reload]);
  return { value, error, reload };
}

function grown(
  known: SimulationDetail,
  { seq, run, lines }: SimulationNews,
): SimulationDetail {
  return seq <= known.seq
    ? known
    : { ...known, seq, run, story: [...known.story, ...lines] };
}

function newerOf(
  known: SimulationRun,
  told: SimulationRun | undefined,
): SimulationRun {
  if (!told || known.endedMs !== undefined) return known;
  const further = told.endedMs !== undefined ||
    known.startedMs === undefined || told.done >= known.done;
  return further ? told : known;
}
