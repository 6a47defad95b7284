/**
 * Asks once more before a person or a receiver is taken away.
 *
 * @module
 */
import { Dialog } from "../../dialog.tsx";
import { texts } from "../../texts.ts";

/** The question; nothing is taken away by closing it. */
export function LeaveDialog({ name, meaning, onLeave, onClose }: {
  readonly name: string;
  /** What follows from it, in words. */
  readonly meaning: string;
  readonly onLeave: () => void;
  readonly onClose: () => void;
}) {
  const words = texts.settings;
  return (
    <Dialog title={words.removeAsk(name)} onClose={onClose}>
      <p>{meaning}</p>
      <div class="row">
        <button type="button" class="strong" onClick={onLeave}>
          {words.remove}
        </button>
        <button type="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </Dialog>
  );
}
