/**
 * A port that is open and says nothing: what a steered subject finds wherever
 * no other decoy stands, so that its scan learns nothing from it.
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyTalk,
  noteText,
  silence,
} from "./decoy.ts";
import { textOf } from "./octets.ts";

/** Our choice: longer than a version probe waits, short enough to be cheap. */
const patienceMs = 30_000;

/** Listens, waits, hangs up. */
export class OpenDecoy implements DecoyTalk {
  #heard = false;

  begin(): DecoyAnswer {
    return { wakeMs: patienceMs };
  }

  take(bytes: Uint8Array): DecoyAnswer {
    if (this.#heard) return silence;
    this.#heard = true;
    return { notes: [{ kind: "request", text: noteText(textOf(bytes)) }] };
  }

  wake(): DecoyAnswer {
    return { hangUp: true };
  }
}
