/**
 * Contain an address by hand, after a look at what that would cut.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { ContainAnswer } from "../../api/agent_desk.ts";
import { post } from "../api.ts";
import { texts } from "../texts.ts";

interface Said {
  readonly text: string;
  readonly rehearsal?: NonNullable<ContainAnswer["rehearsal"]>;
}

/** A form and what came of it. */
export function Order({ onDone }: { readonly onDone: () => void }) {
  const words = texts.measures;
  const [address, setAddress] = useState("");
  const [measure, setMeasure] = useState("block");
  const [minutes, setMinutes] = useState(10);
  const [said, setSaid] = useState<Said>({ text: "" });
  const order = async (rehearse: boolean) => {
    try {
      const answer = await post<ContainAnswer>("/contain", {
        address,
        measure,
        forMs: minutes * 60_000,
        rehearse,
      });
      setSaid(whatCameOf(answer));
      if (!rehearse) onDone();
    } catch (failure) {
      setSaid({ text: texts.state.failed + (failure as Error).message });
    }
  };
  return (
    <section class="card" aria-labelledby="order">
      <h2 id="order">{words.contain}</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void order(false);
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
          onClick={() => void order(true)}
        >
          {words.rehearse}
        </button>
        <button type="submit" class="strong">{words.go}</button>
      </form>
      <div class="said" role="status">
        <p>{said.text}</p>
        {said.rehearsal && <Rehearsed {...said.rehearsal} />}
      </div>
    </section>
  );
}

function whatCameOf({ outcome, rehearsal }: ContainAnswer): Said {
  const words = texts.measures;
  if (rehearsal) return { text: words.cut(rehearsal.cut.length), rehearsal };
  if (!outcome || outcome.applied) return { text: words.contained };
  const { code } = outcome.refusal;
  return { text: words.refused(texts.subject.refusals[code] ?? code) };
}

function Rehearsed({ cut, kept, more }: NonNullable<Said["rehearsal"]>) {
  const words = texts.measures;
  return (
    <>
      <ul>
        {cut.map((each) => (
          <li key={`${each.fromPort} ${each.toPort}`} class="text">
            {words.connection(
              `${each.from} ${each.fromPort}`,
              `${each.to} ${each.toPort}`,
              each.program ?? each.protocol,
            )}
          </li>
        ))}
      </ul>
      <p>{words.kept(kept.length)}</p>
      {more > 0 && <p>{words.more(more)}</p>}
    </>
  );
}
