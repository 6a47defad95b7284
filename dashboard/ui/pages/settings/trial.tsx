/**
 * What is on trial: in force, and going back by itself unless it is kept.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type {
  SettingTrial,
  TrialEnd,
  TrialEnded,
} from "../../../api/config_desk.ts";
import { post } from "../../api.ts";
import { texts } from "../../texts.ts";
import { clockText } from "../../when.tsx";

/** A line above the parts, while there is something to say. */
export function Trial({ trial, owner, onEnded }: {
  readonly trial: SettingTrial | undefined;
  readonly owner: boolean;
  readonly onEnded: () => void;
}) {
  const words = texts.settings;
  const [said, setSaid] = useState("");
  const end = async (how: TrialEnd) => {
    try {
      await post<TrialEnded>("/config/trial", { end: how });
      setSaid(how === "keep" ? words.kept : words.wentBack);
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
    onEnded();
  };
  return (
    <div role="status">
      {trial
        ? (
          <div class="card verdict warn">
            <p class="text">
              {words.trial(
                trial.names.map((name) => words.named[name] ?? name).join(", "),
                trial.by,
                clockText(trial.untilMs),
              )}
            </p>
            {owner && (
              <div class="row">
                <button
                  type="button"
                  class="strong"
                  onClick={() => void end("keep")}
                >
                  {words.keep}
                </button>
                <button type="button" onClick={() => void end("revert")}>
                  {words.goBack}
                </button>
              </div>
            )}
          </div>
        )
        : said && <p>{said}</p>}
    </div>
  );
}
