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
type Kind = typeof kinds[number];

/** An invite as it was made, whatever is chosen since. */
interface Made extends InviteAnswer {
  readonly kind: Kind;
}

/** What became of an invite. */
type Fate =
  | { readonly type: "open" | "cancelled" }
  /** Its name is empty where it is not known. */
  | { readonly type: "used"; readonly name: string };

/** The section. */
export function Join() {
  const words = texts.join;
  const open = useLoaded<{ invites: readonly InviteView[] }>("/invites", {
    everyMs: 10_000,
    news: ({ what }) =>
      what === "invited" || what === "invite_cancelled" ||
      what === "invite_used",
  });
  const [made, setMade] = useState<Made | undefined>(undefined);
  const fate = useFate(made?.id);
  const order = useOrder();
  const [forMs, setForMs] = useState(lives[1]!);
  const [kind, setKind] = useState<Kind>("member");
  const invite = () =>
    order.run(async () => {
      setMade(undefined);
      const answer = await post<InviteAnswer>("/invites", {
        forMs,
        custodian: kind === "custodian",
        observer: kind === "observer",
      });
      setMade({ ...answer, kind });
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
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
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
        <button type="submit" class="strong">{words.make}</button>
      </form>
      <p class={fate.type === "used" ? "said good" : "said"} role="status">
        {fate.type === "open"
          ? order.said
          : fate.type === "used"
          ? words.joined(fate.name)
          : ""}
      </p>
      {made && fate.type === "open" && <Invite made={made} />}
      <h3>{words.open}</h3>
      {open.value
        ? <Open invites={open.value.invites} onDone={open.reload} />
        : <Pending of={open} />}
    </section>
  );
}

/** What has become of the invite that is shown; open as long as none is. */
function useFate(id: string | undefined): Fate {
  const [fate, setFate] = useState<Fate>({ type: "open" });
  useEffect(() => {
    setFate({ type: "open" });
    if (id === undefined) return;
    let used = false;
    let name = "";
    return follow(({ what, detail }) => {
      const own = detail["id"] === id;
      if (what === "invite_cancelled" && own) setFate({ type: "cancelled" });
      // Who has come, told before or after, is who used it.
      const named = what === "member_joined" && !(used && name);
      if (named) name = String(detail["name"] ?? "");
      if (what === "invite_used" && own) used = true;
      else if (!named) return;
      if (used) setFate({ type: "used", name });
    });
  }, [id]);
  return fate;
}

function Invite({ made }: { readonly made: Made }) {
  const words = texts.join;
  const [copied, setCopied] = useState("");
  const observer = made.kind === "observer";
  const left = made.expiresAtMs - nowMs.value;
  const line = `stealthmesh ${
    observer ? "dashboard --join" : "keys join"
  } ${made.invite}`;
  const copy = () =>
    navigator.clipboard.writeText(line).then(
      () => setCopied(words.copied),
      () => setCopied(words.copyByHand),
    );
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
