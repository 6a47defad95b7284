/**
 * What an owner can do about a measure: end it, after a question, or learn how
 * to keep an address out of all measures for good.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Explanation } from "../../../defense/mod.ts";
import { post } from "../api.ts";
import { Dialog } from "../dialog.tsx";
import { texts } from "../texts.ts";

/** Two buttons and what came of them. */
export function Undo({ about, onDone }: {
  readonly about: Pick<Explanation, "subject" | "leases" | "protectedBy">;
  readonly onDone: () => void;
}) {
  const words = texts.subject;
  const { subject, leases, protectedBy } = about;
  const [open, setOpen] = useState<"release" | "us" | undefined>(undefined);
  const [said, setSaid] = useState("");
  const close = () => setOpen(undefined);
  const release = async () => {
    close();
    setSaid(words.releasing);
    try {
      const { ended } = await post<{ ended: number }>("/release", {
        address: subject,
      });
      setSaid(ended > 0 ? words.released : words.releasedNothing);
      onDone();
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <>
      <div class="row">
        <button
          type="button"
          class="strong"
          disabled={leases.length === 0}
          onClick={() => setOpen("release")}
        >
          {words.release}
        </button>
        <button type="button" onClick={() => setOpen("us")}>{words.us}</button>
      </div>
      <p class="said" role="status">{said}</p>
      {open === "release" && (
        <Dialog title={words.releaseAsk(subject)} onClose={close}>
          <p>{words.releaseWhat}</p>
          <div class="row">
            <button
              type="button"
              class="strong"
              onClick={() =>
                void release()}
            >
              {words.release}
            </button>
            <button type="button" onClick={close}>{words.cancel}</button>
          </div>
        </Dialog>
      )}
      {open === "us" && (
        <Dialog title={words.usTitle(subject)} onClose={close}>
          {protectedBy === undefined
            ? (
              <>
                <p>{words.usWhat}</p>
                <pre tabIndex={0}>{`neverBlock:\n  - "${subject}"`}</pre>
                <p>{words.usThen}</p>
                {leases.length > 0 && <p>{words.usAlso}</p>}
              </>
            )
            : <p>{words.usProtected}</p>}
          <button type="button" onClick={close}>{words.close}</button>
        </Dialog>
      )}
    </>
  );
}
