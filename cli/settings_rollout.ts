/**
 * Settings that the operator orders for several machines by a signal, as this
 * machine carries them out: through its own keeper of settings, by its own rules.
 * What a flag fixes stays, what is on trial goes back by itself, and a further
 * stage of the same changes goes on with the trial instead of beginning anew.
 *
 * One after the other, in the order in which the signals hold; of those that
 * wait only the last counts, so nothing piles up.
 *
 * @module
 */
import type {
  KeptSettings,
  OrderedChange,
  SelfWord,
  SettingsTrial,
} from "../defense/mod.ts";
import { sameChanges } from "../defense/mod.ts";
import { byRelease, type SettingsKeeper } from "./settings_keeper.ts";

/** What became of the last order, as it is told to whoever asks. */
export type RolloutWord = NonNullable<SelfWord["settings"]>;

/** What the signals of settings lean on. */
export interface SettingsRolloutParts {
  readonly settings: Pick<
    SettingsKeeper,
    "changeConfig" | "endTrial" | "prolongTrial" | "trial" | "watchTrial"
  >;
  readonly wallMs: () => number;
  /** Why this machine obeys no such order; absent: it does. */
  readonly deaf?: string;
}

/** Carries out what signals say about settings. */
export class SettingsRollout {
  readonly #parts: SettingsRolloutParts;
  /** What is on trial here by a signal. */
  #onTrial: readonly OrderedChange[] | undefined;
  /** The signal that it is on trial by. */
  #trialId = "";
  /** What went back here because somebody had to be let go. */
  #spoiled: readonly OrderedChange[] | undefined;
  #word: RolloutWord | undefined;
  #last: Promise<void> = Promise.resolve();
  #wanted = 0;

  constructor(parts: SettingsRolloutParts) {
    this.#parts = parts;
    parts.settings.watchTrial((end, by) => this.#ended(end, by));
  }

  /** What became of the last order; absent before the first. */
  get word(): RolloutWord | undefined {
    return this.#word;
  }

  /** By a signal something was on trial here before this start. */
  restarted(id: string): void {
    this.#word = { id, state: "back", why: "the agent was started again" };
  }

  /** These are on trial from now on; absent: none. */
  try(trial: SettingsTrial | undefined): Promise<void> {
    const wanted = ++this.#wanted;
    return this.#inTurn(async () => {
      // Another came meanwhile, and it alone counts.
      if (wanted !== this.#wanted) return;
      await (trial ? this.#begin(trial) : this.#takeBack("by signal"));
    });
  }

  /** These hold for good. */
  keep(kept: KeptSettings): Promise<void> {
    return this.#inTurn(() => this.#keep(kept));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    // What an order comes to grief over must not stop the next one.
    return this.#last = this.#last.then(work).catch((error) => {
      const why = error instanceof Error ? error.message : String(error);
      if (this.#word) this.#word = { ...this.#word, state: "refused", why };
    });
  }

  async #begin({ id, by, changes, untilMs }: SettingsTrial): Promise<void> {
    const { settings, wallMs, deaf } = this.#parts;
    this.#word = { id, state: "refused", why: deaf ?? "not yet carried out" };
    if (deaf !== undefined) return;
    this.#spoiled = undefined;
    const who = authorOf(by);
    if (this.#onTrial && sameChanges(this.#onTrial, changes)) {
      const answer = await settings.prolongTrial(untilMs, who);
      if (!("refused" in answer)) this.#trialId = id;
      this.#tell(id, "refused" in answer ? answer : "trial");
      return;
    }
    await this.#takeBack(who);
    const trialMs = untilMs - wallMs();
    // By this machine's clock it is over already.
    if (trialMs <= 0) return this.#tell(id, "back", "its time is over");
    await this.#change(id, "trial", { changes, trialMs }, who);
  }

  async #keep({ id, by, changes }: KeptSettings): Promise<void> {
    const { settings, deaf } = this.#parts;
    this.#word = { id, state: "refused", why: deaf ?? "not yet carried out" };
    if (deaf !== undefined) return;
    if (this.#spoiled && sameChanges(this.#spoiled, changes)) {
      // Who keeps it elsewhere does not know of it, or would name it again.
      return this.#tell(id, "refused", `it went back here by ${byRelease}`);
    }
    const who = authorOf(by);
    if (this.#onTrial && sameChanges(this.#onTrial, changes)) {
      // Before the end is heard of, or it would read as one of the trial.
      this.#onTrial = undefined;
      const ended = await settings.endTrial("keep", who);
      if (!("refused" in ended)) return this.#tell(id, "kept");
      if (settings.trial()) {
        // It goes on, and its end is to be heard of.
        [this.#onTrial, this.#trialId] = [changes, id];
        return this.#tell(id, ended);
      }
    }
    await this.#takeBack(who);
    await this.#change(id, "kept", { changes }, who);
  }

  /** Changes settings and tells what came of it. */
  async #change(
    id: string,
    done: "trial" | "kept",
    order: {
      readonly changes: readonly OrderedChange[];
      readonly trialMs?: number;
    },
    who: string,
  ): Promise<void> {
    const { settings } = this.#parts;
    const answer = await settings.changeConfig(
      { ...order, dryRun: false },
      who,
    );
    if ("refused" in answer) return this.#tell(id, answer);
    const [fault] = answer.faults;
    if (fault) return this.#tell(id, "refused", faultText(fault));
    if (answer.changes === 0) return this.#tell(id, "same");
    if (done === "trial") [this.#onTrial, this.#trialId] = [order.changes, id];
    this.#tell(id, done);
  }

  async #takeBack(by: string): Promise<void> {
    if (!this.#onTrial) return;
    const { settings } = this.#parts;
    await settings.endTrial("revert", by);
    // Where it could not be taken back, its end is still to come.
    if (!settings.trial()) this.#onTrial = undefined;
  }

  /** A trial has ended here; perhaps by itself, or by who works at this machine. */
  #ended(end: "keep" | "revert", by: string): void {
    if (!this.#onTrial || !this.#word) return;
    if (by === byRelease) this.#spoiled = this.#onTrial;
    this.#onTrial = undefined;
    const { id } = this.#word;
    // The last word may be on an order that could not be carried out meanwhile.
    if (id !== this.#trialId) return;
    this.#word = { id, state: end === "keep" ? "kept" : "back", why: by };
  }

  #tell(
    id: string,
    state: RolloutWord["state"] | { readonly refused: string },
    why = "",
  ): void {
    this.#word = typeof state === "string"
      ? { id, state, why }
      : { id, state: "refused", why: state.refused };
  }
}

function authorOf(by: string): string {
  return `a signal (${by === "" ? "the command line" : by})`;
}

function faultText(
  { name, reason }: { readonly name: string; readonly reason: string },
): string {
  return `${name}: ${reason}`;
}
