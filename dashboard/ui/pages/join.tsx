/**
 * Letting a machine in: an invite as a picture and as one line to paste, which
 * is told this once; the invites that are open; and the machine as it comes.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { InviteAnswer, InviteView } from "../../api/operator_desk.ts";
import { post, remove } from "../api.ts";
import { follow } from "../live.ts";
import { useLoaded } from "../loaded.ts";
import { useOrder } from "../order.ts";
import { QrPicture } from "../qr_picture.tsx";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { Left, nowMs } from "../when.tsx";

const minuteMs = 60_000;
/** How long an invite may work. Our choice; the longest is the roster's. */
const lives = [
  10 * minuteMs,
  60 * minuteMs,
  1_440 * minuteMs,
  10_080 * minuteMs,
];
const kinds = ["member", "observer", "custodian"] as const;

/** The section. */
export function Join() {
  const words = texts.join;
  const open = useLoaded<{ invites: readonly InviteView[] }>("/invites", {
    everyMs: 10_000,
    news: ({ what }) =>
      what === "invited" || what === "invite_cancelled" ||
      what === "invite_used",
  });
  const [made, setMade] = useState<InviteAnswer | undefined>(undefined);
  const order = useOrder();
  const [forMs, setForMs] = useState(lives[1]!);
  const [kind, setKind] = useState<typeof kinds[number]>("member");
  const invite = () =>
    order.run(async () => {
      setMade(undefined);
      setMade(
        await post<InviteAnswer>("/invites", {
          forMs,
          custodian: kind === "custodian",
          observer: kind === "observer",
        }),
      );
      open.reload();
      return words.made;
    });
  return (
    <section class="card" aria-labelledby="join">
      <h2 id="join">{words.title}</h2>
      <p>{words.what}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void invite();
        }}
      >
        <label>
          {words.as}
          <select
            value={kind}
            onChange={(event) =>
              setKind(event.currentTarget.value as typeof kind)}
          >
            {kinds.map((each) => (
              <option key={each} value={each}>{words.kinds[each]}</option>
            ))}
          </select>
        </label>
        <label>
          {words.works}
          <select
            value={forMs}
            onChange={(event) => setForMs(Number(event.currentTarget.value))}
          >
            {lives.map((each) => (
              <option key={each} value={each}>{words.life(each)}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="strong" disabled={order.busy}>
          {words.make}
        </button>
      </form>
      <p class="said" role="status">{order.said}</p>
      {made && <Invite made={made} observer={kind === "observer"} />}
      <h3>{words.open}</h3>
      {open.value
        ? <Open invites={open.value.invites} onDone={open.reload} />
        : <Pending of={open} />}
    </section>
  );
}

function Invite({ made, observer }: {
  readonly made: InviteAnswer;
  readonly observer: boolean;
}) {
  const words = texts.join;
  const [copied, setCopied] = useState("");
  const [used, setUsed] = useState(false);
  const [name, setName] = useState("");
  useEffect(() =>
    follow(({ what, detail }) => {
      const called = detail["name"];
      if (what === "member_joined" && typeof called === "string") {
        setName(called);
      }
      if (what === "invite_used" && detail["id"] === made.id) setUsed(true);
    }), [made.id]);
  const left = made.expiresAtMs - nowMs.value;
  const line = `stealthmesh ${
    observer ? "dashboard --join" : "keys join"
  } ${made.invite}`;
  const copy = () =>
    navigator.clipboard.writeText(line).then(
      () => setCopied(words.copied),
      () => setCopied(words.copyByHand),
    );
  if (used) {
    return <p class="good" role="status">{words.joined(name)}</p>;
  }
  return (
    <div class="invite">
      <QrPicture svg={made.qr} alt={words.qr} />
      <div>
        <p>{observer ? words.onObserver : words.on}</p>
        <pre class="line" tabIndex={0} aria-label={words.line}>{line}</pre>
        <div class="row">
          <button type="button" onClick={() => void copy()}>
            {words.copy}
          </button>
          <span role="status">{copied}</span>
        </div>
        <p class="soft">{words.secret}</p>
        <p>
          {left > 0
            ? (
              <>
                {words.waiting} <Left untilMs={made.expiresAtMs} />.
              </>
            )
            : words.over}
        </p>
      </div>
    </div>
  );
}

function Open({ invites, onDone }: {
  readonly invites: readonly InviteView[];
  readonly onDone: () => void;
}) {
  const words = texts.join;
  const order = useOrder();
  const cancel = (id: string) =>
    order.run(async () => {
      await remove(`/invites/${id}`);
      onDone();
      return words.cancelled;
    });
  return (
    <>
      {invites.length === 0 && <p class="soft">{words.none}</p>}
      <ul class="plain">
        {invites.map(({ id, expiresAtMs }) => (
          <li key={id} class="row">
            <span>
              <code>{id.slice(0, 8)}</code>, {words.endsIn}{" "}
              <Left untilMs={expiresAtMs} />
            </span>
            <button
              type="button"
              disabled={order.busy}
              aria-label={words.cancelThis(id.slice(0, 8))}
              onClick={() => void cancel(id)}
            >
              {words.cancel}
            </button>
          </li>
        ))}
      </ul>
      <p class="said" role="status">{order.said}</p>
    </>
  );
}
