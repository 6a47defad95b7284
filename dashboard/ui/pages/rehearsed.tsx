/**
 * What an order would cut on this machine, were it given now.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { ContainAnswer } from "../../api/agent_desk.ts";
import { post } from "../api.ts";
import { texts } from "../texts.ts";

/** An address to contain, as the API takes it. */
export interface ContainBody {
  readonly address: string;
  readonly measure: string;
  /** How long, in milliseconds. */
  readonly forMs: number;
}

/** Connections that would be cut, and those that would stay. */
type Rehearsal = NonNullable<ContainAnswer["rehearsal"]>;

/** What is known of an order before it is given. */
export interface Foreseen {
  /** In a line. */
  readonly text: string;
  readonly rehearsal?: Rehearsal;
}

/** Asks what it would do; nothing is done. */
export async function foresee(order: ContainBody): Promise<Foreseen> {
  const answer = await post<ContainAnswer>("/contain", {
    ...order,
    rehearse: true,
  });
  const { rehearsal } = answer;
  return rehearsal
    ? { text: texts.measures.cut(rehearsal.cut.length), rehearsal }
    : { text: outcomeText(answer) };
}

/** What came of an order that was given, in a line. */
export function outcomeText({ outcome }: ContainAnswer): string {
  const words = texts.measures;
  if (!outcome || outcome.applied) return words.contained;
  const { code } = outcome.refusal;
  return words.refused(texts.subject.refusals[code] ?? code);
}

/**
 * The same while one still chooses; it keeps its place. What was foreseen of
 * one choice is not shown beside another.
 */
export function Foresight({ order }: { readonly order: ContainBody }) {
  const [foreseen, setForeseen] = useState<Foreseen | undefined>(undefined);
  useEffect(() => {
    let left = false;
    setForeseen(undefined);
    foresee(order).then(
      (found) => !left && setForeseen(found),
      (failure) =>
        !left && setForeseen({ text: texts.state.failed + failure.message }),
    );
    return () => left = true;
  }, [order.address, order.measure]);
  return (
    <div role="status" class="foresight" tabIndex={0}>
      <Seen {...foreseen ?? { text: texts.measures.looking }} />
    </div>
  );
}

/** What was foreseen, with the connections themselves. */
export function Seen({ text, rehearsal }: Foreseen) {
  return (
    <>
      <p>{text}</p>
      {rehearsal && <Rehearsed {...rehearsal} />}
    </>
  );
}

function Rehearsed({ cut, kept, more }: Rehearsal) {
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
