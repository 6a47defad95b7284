/**
 * The keys of this machine: how old, when they are replaced, and replacing them
 * now.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { KeysView } from "../../api/operator_desk.ts";
import { post } from "../api.ts";
import { Dialog } from "../dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { useOrder } from "../order.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { spanText } from "../when.tsx";

/** The section. */
export function HostKeys() {
  const keys = useLoaded<KeysView>("/keys", {
    everyMs: 60_000,
    news: ({ what }) => what === "keys_rotated",
  });
  const words = texts.keys;
  const [asks, setAsks] = useState(false);
  const order = useOrder();
  const view = keys.value;
  const rotate = () => {
    setAsks(false);
    void order.run(async () => {
      const { generation } = await post<KeysView>("/keys/rotate");
      keys.reload();
      return words.rotated(generation);
    });
  };
  return (
    <section class="card" aria-labelledby="keys">
      <h2 id="keys">{words.title}</h2>
      {!view ? <Pending of={keys} /> : (
        <>
          <p>
            {words.inUse(spanText(Date.now() - view.sinceMs))},{" "}
            {words.generation(view.generation)}. {words.next(
              spanText(view.nextRotationMs - Date.now()),
              new Date(view.nextRotationMs).toLocaleDateString(),
            )}
          </p>
          <p>
            {words.member(
              new Date(view.membershipUntilMs).toLocaleDateString(),
            )} {view.certificateUntilMs !== undefined && words.certificate(
              new Date(view.certificateUntilMs).toLocaleDateString(),
            )}
          </p>
          <p>{words.operator[view.operatorKey]}</p>
          <button type="button" onClick={() => setAsks(true)}>
            {words.rotate}
          </button>
        </>
      )}
      <p class="said" role="status">{order.said}</p>
      {asks && (
        <Dialog title={words.rotateAsk} onClose={() => setAsks(false)}>
          <p>{words.rotateWhat}</p>
          <div class="row">
            <button type="button" class="strong" onClick={rotate}>
              {words.rotate}
            </button>
            <button type="button" onClick={() => setAsks(false)}>
              {texts.subject.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
