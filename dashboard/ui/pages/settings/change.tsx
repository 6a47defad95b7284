/**
 * Orders to change the configuration: asked first what they would do, carried
 * out at once where that is harmless, after a question where the machine would
 * begin or cease to stop attacks.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type {
  ChangedLease,
  ConfigAnswer,
  SettingOrder,
  SettingView,
} from "../../../api/config_desk.ts";
import { post } from "../../api.ts";
import { Dialog } from "../../dialog.tsx";
import { measureWords } from "../../measure_words.ts";
import { texts } from "../../texts.ts";
import { clockText } from "../../when.tsx";

/** How long a trial lasts. Our choice: a lunch. */
const trialMs = 3_600_000;
/** Addresses that a question lists. */
const listedMax = 10;

/** What would come of it; changes nothing. */
export function tryChange(
  changes: readonly SettingOrder[],
): Promise<ConfigAnswer> {
  return post<ConfigAnswer>("/config", { changes, dryRun: true });
}

/** Does it. */
export function makeChange(
  changes: readonly SettingOrder[],
  trialMs?: number,
): Promise<ConfigAnswer> {
  return post<ConfigAnswer>("/config", {
    changes,
    ...(trialMs !== undefined && { trialMs }),
  });
}

/** A change that waits for an answer. */
interface Question {
  readonly changes: readonly SettingOrder[];
  readonly mode: "observe" | "enforce";
  readonly would: ConfigAnswer;
  readonly done: string;
}

/** How a part of the page changes something. */
export interface Changer {
  /**
   * Asks or does it.
   *
   * @param done What to say afterwards.
   */
  readonly propose: (
    changes: readonly SettingOrder[],
    done: string,
  ) => Promise<void>;
  /** What came of the last one. */
  readonly said: string;
  /** A question, while one is open. */
  readonly question: JSX.Element | false;
}

/** @param onDone Called with what has changed. */
export function useChanger(
  settings: readonly SettingView[],
  onDone: (changes: readonly SettingOrder[]) => void,
): Changer {
  const words = texts.settings;
  const [said, setSaid] = useState("");
  const [asked, setAsked] = useState<Question | undefined>(undefined);
  const working = async (work: () => Promise<string>) => {
    setSaid(words.saving);
    try {
      setSaid(await work());
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  const carryOut = (
    changes: readonly SettingOrder[],
    done: string,
    forMs?: number,
  ) =>
    working(async () => {
      const { changes: count } = await makeChange(changes, forMs);
      onDone(changes);
      return count === 0 ? words.unchanged : done;
    });
  const propose = async (changes: readonly SettingOrder[], done: string) => {
    let harmless = false;
    await working(async () => {
      const would = await tryChange(changes);
      const [fault] = would.faults;
      if (fault) return texts.state.failed + fault.reason;
      const mode = modeIn(would.settings);
      harmless = mode === modeIn(settings);
      if (!harmless) setAsked({ changes, mode, would, done });
      return "";
    });
    if (harmless) await carryOut(changes, done);
  };
  const close = () => setAsked(undefined);
  return {
    propose,
    said,
    question: asked !== undefined && (
      <ModeQuestion
        {...asked}
        onClose={close}
        onConfirm={() => {
          close();
          void carryOut(asked.changes, asked.done);
        }}
        onTry={() => {
          close();
          void carryOut(asked.changes, words.onTrial, trialMs);
        }}
      />
    ),
  };
}

function modeIn(settings: readonly SettingView[]): "observe" | "enforce" {
  const mode = settings.find(({ name }) => name === "mode")?.value;
  return mode === "enforce" ? mode : "observe";
}

/** What would change right now. */
function ModeQuestion({ mode, would, onClose, onConfirm, onTry }: {
  readonly mode: "observe" | "enforce";
  readonly would: ConfigAnswer;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly onTry: () => void;
}) {
  const words = texts.settings;
  const enforces = mode === "enforce";
  const leases = enforces ? would.begins : would.ends;
  // What leaves the record does not come back.
  const canTry = !would.notes.includes("journal_shortens");
  return (
    <Dialog
      title={enforces ? words.enforceTitle : words.observeTitle}
      onClose={onClose}
    >
      <p>{(enforces ? words.begins : words.ends)(leases.length)}</p>
      <Leases of={leases} />
      {would.notes.map((note) => <p key={note}>{words.notes[note]}</p>)}
      {would.ruleset !== undefined && (
        <details>
          <summary>{words.script}</summary>
          <pre tabIndex={0}>{would.ruleset}</pre>
        </details>
      )}
      {enforces && canTry && <p class="hint">{words.tryItWhat}</p>}
      <div class="row">
        <button type="button" class="strong" onClick={onConfirm}>
          {words.confirm[mode]}
        </button>
        {enforces && canTry && (
          <button type="button" onClick={onTry}>{words.tryIt}</button>
        )}
        <button type="button" onClick={onClose}>{words.cancel}</button>
      </div>
    </Dialog>
  );
}

function Leases({ of }: { readonly of: readonly ChangedLease[] }) {
  const words = texts.settings;
  if (of.length === 0) return null;
  return (
    <ul>
      {of.slice(0, listedMax).map((lease) => (
        <li key={`${lease.subject} ${lease.measure}`} class="text">
          {lease.subject}{" "}
          {words.until(measureWords(lease), clockText(lease.untilMs))}
        </li>
      ))}
      {of.length > listedMax && <li>{words.more(of.length - listedMax)}</li>}
    </ul>
  );
}
