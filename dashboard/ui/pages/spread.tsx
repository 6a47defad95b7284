/**
 * How word of one address came to this machine: chosen from a list, played in
 * the picture, and in numbers below.
 *
 * @module
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { EventPage } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { go, place } from "../place.ts";
import { texts } from "../texts.ts";
import { momentOf, type WordMoment, wordsAbout } from "../topology/spread.ts";
import { clockText } from "../when.tsx";

/** A replay takes this long whatever happened. Our choice. */
const replayMs = 6_000;
const eventsRead = 500;

/** A list, a button and a table. */
export function Spread({ subjects, self, nameOf, onMoment, onPlay }: {
  readonly subjects: readonly string[];
  readonly self: string;
  readonly nameOf: (node: string) => string;
  readonly onMoment: (moment: readonly WordMoment[]) => void;
  readonly onPlay: () => void;
}) {
  const text = texts.mesh;
  // The newest when one came: a newer one takes the eye off nothing.
  const first = useRef<string | undefined>(undefined);
  first.current ??= subjects[0];
  const subject = place.value.searchParams.get("about") ?? first.current;
  const listed = subject === undefined || subjects.includes(subject)
    ? subjects
    : [subject, ...subjects];
  return (
    <section class="card" aria-labelledby="spread">
      <h2 id="spread">{text.spread}</h2>
      {subject === undefined ? <p class="soft">{texts.now.quiet}</p> : (
        <>
          <label>
            {text.about}
            <select
              value={subject}
              onChange={(event) => {
                go(
                  `/mesh?about=${
                    encodeURIComponent(event.currentTarget.value)
                  }`,
                  true,
                );
                onMoment([]);
              }}
            >
              {listed.map((each) => <option key={each}>{each}</option>)}
            </select>
          </label>
          <Replay {...{ subject, self, nameOf, onMoment, onPlay }} />
        </>
      )}
    </section>
  );
}

function Replay({ subject, self, nameOf, onMoment, onPlay }: {
  readonly subject: string;
  readonly self: string;
  readonly nameOf: (node: string) => string;
  readonly onMoment: (moment: readonly WordMoment[]) => void;
  readonly onPlay: () => void;
}) {
  const text = texts.mesh;
  const page = useLoaded<EventPage>(
    `/events?subject=${encodeURIComponent(subject)}&limit=${eventsRead}`,
    { news: (event) => event.subject === subject },
  );
  const words = useMemo(
    () => wordsAbout(page.value?.events ?? [], self),
    [page.value, self],
  );
  const [playing, setPlaying] = useState(false);
  useEffect(() => setPlaying(false), [subject]);
  useEffect(() => {
    if (!playing) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const startMs = performance.now() - (still ? replayMs : 0);
    let frame = requestAnimationFrame(function turn(nowMs) {
      const progress = Math.min(1, (nowMs - startMs) / replayMs);
      onMoment(momentOf(words, progress));
      if (progress < 1) frame = requestAnimationFrame(turn);
      else setPlaying(false);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, words]);
  const firstMs = Math.min(...words.map(({ seenMs }) => seenMs));
  return (
    <>
      <div class="row">
        <button
          type="button"
          class="strong"
          disabled={words.length === 0 || playing}
          onClick={() => {
            onPlay();
            setPlaying(true);
          }}
        >
          {text.play}
        </button>
        <a href={`/subject/${encodeURIComponent(subject)}`}>{text.story}</a>
      </div>
      <ol class="words">
        {words.map(({ node, seenMs, heardMs }) => (
          <li key={node} class="text">
            {text.word(
              nameOf(node),
              clockText(seenMs),
              (seenMs - firstMs) / 1_000,
              node === self ? undefined : (heardMs - seenMs) / 1_000,
            )}
          </li>
        ))}
      </ol>
      <p class="soft">{text.ways}</p>
    </>
  );
}
