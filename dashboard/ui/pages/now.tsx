/**
 * Is the business safe: what is contained and until when, what needs a
 * decision, who is there.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { LeaseView } from "../../../defense/mod.ts";
import type {
  AlertPage,
  AlertRecord,
  StatusView,
} from "../../api/agent_desk.ts";
import { useAlertNews } from "../alert_news.ts";
import { AlertNewsBar } from "../alert_news_bar.tsx";
import { AlertChart } from "../chart/alert_chart.tsx";
import { early, recentMax } from "../early.ts";
import { useLoaded } from "../loaded.ts";
import { measureWords } from "../measure_words.ts";
import { Pending } from "../state.tsx";
import { techniqueOf } from "../texts/techniques.ts";
import { texts } from "../texts.ts";
import { Left, When } from "../when.tsx";
import { cutOffsOf } from "../../api/cut_off.ts";
import { CutOffMark } from "../cut_off_mark.tsx";
import { CutOffNow } from "./cut_off_now.tsx";
import { stateOf } from "./member_state.ts";
import { SignalStrip } from "./signal_strip.tsx";

/** The page. */
export function Now() {
  const status = useLoaded<StatusView>(early.status, {
    everyMs: 5_000,
    mesh: true,
    news: ({ what }) =>
      what === "lease" || what === "signal" || what === "quarantine",
  });
  const view = status.value;
  if (!view) {
    return (
      <>
        <h1>{texts.pages.now}</h1>
        <Pending of={status} />
      </>
    );
  }
  const { leases, mode } = view.agent;
  const isHeld = ({ state }: LeaseView) => state !== "would";
  // Who stands down still says what it would do.
  const held = mode === "observe" ? [] : leases.filter(isHeld);
  const would = mode === "observe"
    ? leases
    : leases.filter((each) => !isHeld(each));
  return (
    <>
      <h1>{texts.pages.now}</h1>
      <Verdict view={view} />
      <SignalStrip view={view} onDone={status.reload} />
      <AlertChart />
      <div class="cards">
        {mode === "enforce" && (
          <Leases id="in-force" title={texts.now.inForce} leases={held}>
            {texts.now.contained(0)}
          </Leases>
        )}
        {(mode === "observe" || would.length > 0) && (
          <Leases id="would-be" title={texts.now.wouldBe} leases={would}>
            {texts.now.would(0)}
          </Leases>
        )}
        <Recent />
        <section class="card" aria-labelledby="members">
          <h2 id="members">{texts.now.members}</h2>
          <Members view={view} />
        </section>
      </div>
    </>
  );
}

/** A list of measures, or why it is empty. */
function Leases({ id, title, leases, children }: {
  readonly id: string;
  readonly title: string;
  readonly leases: readonly LeaseView[];
  readonly children: string;
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {leases.length === 0 ? <p class="soft">{children}</p> : (
        <ul>
          {leases.map((lease) => (
            <li
              class="text"
              key={`${lease.subject} ${lease.cause} ${measureWords(lease)}`}
            >
              <a href={`/subject/${encodeURIComponent(lease.subject)}`}>
                {lease.subject}
              </a>{" "}
              {measureWords(lease)}, <Left untilMs={lease.untilMs} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Members that are listed; those in most trouble first. */
const membersMax = 12;

/** Who is there; those who are not stand first. */
function Members({ view }: { readonly view: StatusView }) {
  const cutOffs = cutOffsOf(view);
  const members = view.members.filter(({ revoked }) => !revoked)
    .map((member) => ({
      member,
      state: stateOf(member, view),
      cutOff: cutOffs.get(member.node) ?? [],
    }));
  const up = members.filter(({ state }) => state.up).length;
  const calmness = ({ state, cutOff }: typeof members[number]) =>
    state.lost ? 0 : cutOff.length > 0 ? 1 : state.up ? 3 : 2;
  const listed = members.toSorted((a, b) => calmness(a) - calmness(b))
    .slice(0, membersMax);
  return (
    <>
      <p>{texts.now.up(up, members.length)}</p>
      <ul>
        {listed.map(({ member, state, cutOff }) => (
          <li key={member.node} class="text">
            {member.name} <span class={state.tone}>{state.text}</span>{" "}
            <CutOffMark words={cutOff} />
          </li>
        ))}
      </ul>
      {members.length > membersMax && <a href="/mesh">{texts.now.allMembers}
      </a>}
    </>
  );
}

/** What was seen last. News waits behind a button that has its place already. */
function Recent() {
  const read = useLoaded<AlertPage>(early.recent);
  const news = useAlertNews(read, recentMax);
  const { newest, newer, missed, clear } = news;
  const [shown, setShown] = useState<readonly AlertRecord[]>([]);
  const words = texts.now;
  useEffect(() => {
    if (read.value) setShown(read.value.alerts);
  }, [read.value]);
  const show = () => {
    if (missed) return read.reload();
    setShown([...newer, ...shown].slice(0, recentMax));
    clear();
  };
  // Where nothing is to be read yet, nothing can jump.
  useEffect(() => {
    if (read.value && shown.length === 0 && newest) show();
  }, [read.value, newest]);
  return (
    <section class="card recent" aria-labelledby="recent">
      <h2 id="recent">{words.recent}</h2>
      <AlertNewsBar
        news={news}
        told={newest && told(newest)}
        into=".recent ul"
        onShow={show}
      />
      {!read.value && <Pending of={read} />}
      {read.value && shown.length === 0 && <p class="soft">{words.quiet}</p>}
      <ul tabIndex={-1} aria-labelledby="recent">
        {shown.map((alert) => (
          <li class="text" key={alert.seq}>
            <a href={`/subject/${encodeURIComponent(alert.subject)}`}>
              {told(alert)}
            </a>{" "}
            <span class="soft">
              <When ms={alert.atMs} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function told(alert: AlertRecord): string {
  const { summary, subject, technique, observations } = alert;
  return summary || `${subject} ${techniqueOf(technique).deed(observations)}`;
}

/** Members without a sign of life that are named. */
const lostMax = 5;

function Verdict({ view }: { readonly view: StatusView }) {
  const { agent, shortcomings } = view;
  const watching = agent.mode === "observe";
  const standsDown = agent.alertness === "stand_down";
  const contained = new Set(
    agent.leases.filter(({ state }) => watching || state !== "would")
      .map(({ subject }) => subject),
  ).size;
  const lost = view.members
    .filter((member) => !member.revoked && stateOf(member, view).lost)
    .map(({ name }) => name);
  const cutOff = [...cutOffsOf(view)];
  const tone = lost.length + cutOff.length > 0
    ? "bad"
    : watching || contained || standsDown
    ? "warn"
    : "";
  const lostText = lost.length > 0 && texts.now.lost(
    lost.slice(0, lostMax).join(", "),
    Math.max(0, lost.length - lostMax),
  );
  const containedText = texts.now.contained(contained);
  // What is worst, in one line.
  const headline = watching
    ? texts.now.watching
    : lostText || (cutOff.length > 0
      ? texts.now.cutOff(cutOff.length)
      : tone === ""
      ? texts.now.calm
      : containedText);
  return (
    <section class={`card verdict ${tone}`} aria-live="polite">
      <p class="headline text">{headline}</p>
      {watching && (
        <p>
          {texts.now.would(contained)}{" "}
          <a href="/settings">{texts.now.enforce}</a>
        </p>
      )}
      {!watching && headline !== containedText && <p>{containedText}</p>}
      {lostText && headline !== lostText && <p class="text">{lostText}</p>}
      <CutOffNow cutOff={cutOff} members={view.members} />
      {shortcomings.length > 0 && (
        <details>
          <summary>{texts.now.lacks}</summary>
          <ul>
            {shortcomings.map(({ what, works }) => (
              <li key={what}>
                {what}. <span class="soft">{texts.now.works}{works}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
