/**
 * Who is cut off from all but the mesh, where somebody has to decide what
 * becomes of it.
 *
 * @module
 */
import type { StatusView } from "../../api/agent_desk.ts";
import type { CutOff } from "../../api/cut_off.ts";
import { cutOffHere, cutOffSource } from "../cut_off_words.ts";
import { texts } from "../texts.ts";
import { Left } from "../when.tsx";

/** Machines that are named; design §7 lets a tenth of them be cut off. */
const namedMax = 5;

/** A line for each; nothing where nobody is. */
export function CutOffNow({ cutOff, members }: {
  readonly cutOff: readonly (readonly [string, readonly CutOff[]])[];
  readonly members: StatusView["members"];
}) {
  const words = texts.quarantine;
  if (cutOff.length === 0) return null;
  return (
    <ul class="plain">
      {cutOff.slice(0, namedMax).map(([node, [word]]) => (
        word && (
          <li key={node} class="text">
            <strong>
              {members.find((each) => each.node === node)?.name ||
                node.slice(0, 8)}
            </strong>: {words.inForce}, {cutOffSource(word)};{" "}
            {texts.subject.endsIn} <Left untilMs={word.untilMs} />.{" "}
            {cutOffHere(word)} <a href={`/machines/${node}`}>{words.decide}</a>
          </li>
        )
      ))}
      {cutOff.length > namedMax && (
        <li>
          <a href="/machines">{words.more(cutOff.length - namedMax)}</a>
        </li>
      )}
    </ul>
  );
}
