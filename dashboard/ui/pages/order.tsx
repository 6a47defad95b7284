/**
 * Contain an address by hand, after a look at what that would cut; if it would
 * cut anything, after a question as well.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ContainAnswer } from "../../api/agent_desk.ts";
import { type ApiError, post } from "../api.ts";
import { Dialog } from "../dialog.tsx";
import { useOnce } from "../once.ts";
import { texts } from "../texts.ts";
import {
  type ContainBody,
  foresee,
  type Foreseen,
  outcomeText,
  Seen,
} from "./rehearsed.tsx";

/** An order that waits for a yes. */
interface Asked {
  readonly order: ContainBody;
  readonly foreseen: Foreseen;
}

/** A form and what came of it. */
export function Order({ onDone }: { readonly onDone: () => void }) {
  const words = texts.measures;
  const [address, setAddress] = useState("");
  const [measure, setMeasure] = useState("block");
  const [minutes, setMinutes] = useState(10);
  const [said, setSaid] = useState<Foreseen>({ text: "" });
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const order = { address: address.trim(), measure, forMs: minutes * 60_000 };
  const failed = (failure: unknown): Foreseen => ({
    text: texts.state.failed + (failure as Error).message,
  });
  const latest = useRef("");
  latest.current = JSON.stringify(order);
  const once = useOnce();
  // What was foreseen of one order is not shown beside another.
  useEffect(() => setSaid({ text: "" }), [address, measure, minutes]);
  const show = async () => {
    const of = latest.current;
    const seen = await foresee(order).catch(failed);
    if (of === latest.current) setSaid(seen);
  };
  const give = async (wanted: ContainBody) => {
    setAsked(undefined);
    try {
      const answer = await post<ContainAnswer>("/contain", {
        ...wanted,
        rehearse: false,
      });
      setSaid({ text: outcomeText(answer) });
      onDone();
    } catch (failure) {
      setSaid(failed(failure));
    }
  };
  const go = async () => {
    try {
      const foreseen = await foresee(order);
      const { rehearsal } = foreseen;
      if (!rehearsal) return setSaid(foreseen);
      const { cut, more } = rehearsal;
      if (cut.length + more === 0) return await give(order);
      setAsked({ order, foreseen });
    } catch (failure) {
      const { status } = failure as ApiError;
      // What was asked for makes no sense, or nobody would do it.
      if (status < 500 || status === 502) return setSaid(failed(failure));
      setAsked({ order, foreseen: { text: words.unseen } });
    }
  };
  return (
    <>
      <section class="card" aria-labelledby="order">
        <h2 id="order">{words.contain}</h2>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            void once(go);
          }}
        >
          <label>
            {words.address}
            <input
              required
              value={address}
              onInput={(event) => setAddress(event.currentTarget.value)}
            />
          </label>
          <label>
            {words.measure}
            <select
              value={measure}
              onChange={(event) => setMeasure(event.currentTarget.value)}
            >
              {Object.entries(words.names).map(([name, text]) => (
                <option key={name} value={name}>{text}</option>
              ))}
            </select>
          </label>
          <label>
            {words.minutes}
            <input
              type="number"
              min={1}
              max={240}
              value={minutes}
              onInput={(event) => setMinutes(Number(event.currentTarget.value))}
            />
          </label>
          <button
            type="button"
            disabled={address === ""}
            onClick={({ currentTarget: { form } }) => {
              if (form?.reportValidity()) void show();
            }}
          >
            {words.rehearse}
          </button>
          <button type="submit" class="strong">{words.go}</button>
        </form>
        <div class="said" role="status">
          <Seen {...said} />
        </div>
      </section>
      {asked && (
        <Dialog
          title={texts.signals.containAsk(asked.order.address)}
          onClose={() => setAsked(undefined)}
        >
          <Seen {...asked.foreseen} />
          <div class="row">
            <button
              type="button"
              class="strong"
              onClick={() => void give(asked.order)}
            >
              {words.go}
            </button>
            <button type="button" onClick={() => setAsked(undefined)}>
              {texts.subject.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
