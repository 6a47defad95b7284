/**
 * What an owner can do about a membership: another name, an office, or the end,
 * which is confirmed by writing the machine's name.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { MemberAnswer } from "../../api/operator_desk.ts";
import type { NodeView } from "../../api/node_view.ts";
import { post } from "../api.ts";
import { Dialog } from "../dialog.tsx";
import { useOrder } from "../order.ts";
import { texts } from "../texts.ts";

type Asks = "rename" | "promote" | "retire" | "revoke";

/** The section. */
export function MachineOrders({ node, onDone }: {
  readonly node: NodeView;
  readonly onDone: () => void;
}) {
  const words = texts.member;
  const [asks, setAsks] = useState<Asks | undefined>(undefined);
  const [typed, setTyped] = useState("");
  const order = useOrder();
  const close = () => setAsks(undefined);
  const open = (what: Asks) => {
    setTyped("");
    setAsks(what);
  };
  const name = node.name || node.node.slice(0, 8);
  if (node.state === "revoked") {
    return (
      <section class="card" aria-labelledby="orders">
        <h2 id="orders">{words.title}</h2>
        <p>{words.isRevoked}</p>
        <p class="said" role="status">{order.said}</p>
      </section>
    );
  }
  const say = (what: Asks) => {
    close();
    void order.run(async () => {
      const answer = what === "rename"
        ? await post<MemberAnswer>("/members/rename", {
          node: node.node,
          name: typed,
        })
        : await post<MemberAnswer>("/members", { node: node.node, what });
      onDone();
      return answer.holds
        ? words.done[what](what === "rename" ? typed : name)
        : words.voted(answer.votes ?? 0, answer.needed ?? 0);
    });
  };
  const may = {
    rename: typed.trim() !== "" && typed !== node.name,
    revoke: typed === name,
    promote: true,
    retire: true,
  };
  return (
    <section class="card" aria-labelledby="orders">
      <h2 id="orders">{words.title}</h2>
      <div class="row">
        <button type="button" onClick={() => open("rename")}>
          {words.rename}
        </button>
        {!node.custodian && !node.observer && (
          <button
            type="button"
            onClick={() => open("promote")}
          >
            {words.promote}
          </button>
        )}
        {node.custodian && (
          <button type="button" onClick={() => open("retire")}>
            {words.retire}
          </button>
        )}
        <button type="button" class="danger" onClick={() => open("revoke")}>
          {words.revoke}
        </button>
      </div>
      <p class="said" role="status">{order.said}</p>
      {asks && (
        <Dialog title={words.asks[asks](name)} onClose={close}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (may[asks]) say(asks);
            }}
          >
            {words.what[asks].map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            {(asks === "rename" || asks === "revoke") && (
              <label>
                {asks === "rename" ? words.newName : words.typeName(name)}
                <input
                  value={typed}
                  maxLength={63}
                  autoComplete="off"
                  spellcheck={false}
                  onInput={(event) => setTyped(event.currentTarget.value)}
                />
              </label>
            )}
            <div class="row">
              <button
                type="submit"
                class={asks === "revoke" ? "danger" : "strong"}
                disabled={!may[asks]}
              >
                {words[asks]}
              </button>
              <button type="button" onClick={close}>
                {texts.subject.cancel}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  );
}
