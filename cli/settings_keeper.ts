/**
 * The settings of a running agent: carries out changes that `setting_change.ts`
 * has judged, whole or not at all, keeps them for the next start, and writes
 * down who asked.
 *
 * A change to the never-block list comes before one to the mode, so that nobody
 * who is being protected is contained in between. When `observe` begins,
 * containment removes its whole table, so every measure in force ends at once;
 * none is left to run out.
 *
 * A change may be on trial: it is in force, but not kept, and goes back by
 * itself when its time is over, when the agent stops, or when an operator has to
 * release somebody meanwhile. During a trial only the never-block list changes.
 *
 * Bounds: one change at a time, `waitingMax` wait, a further one is refused; one
 * trial at a time.
 *
 * @module
 */
import type {
  ConfigAnswer,
  ConfigDesk,
  ConfigOrder,
  HostOnly,
  SettingOrder,
  SettingTrial,
  SettingView,
  TrialEnd,
  TrialEnded,
} from "../dashboard/mod.ts";
import type { JournalWriter, Mode, ProtectedEntry } from "../defense/mod.ts";
import type { LoadedConfig } from "./config.ts";
import { type RunTimeSettings, runTimeText } from "./run_time_settings.ts";
import { judgeChanges, settingViews } from "./setting_change.ts";
import {
  type Effects,
  effectsOf,
  type EffectsWorld,
  entriesOf,
  inForce,
  sameItems,
} from "./setting_effects.ts";

/** Who ended a trial because somebody had to be let go. */
export const byRelease = "a release";
/** Changes that wait for the one before; our choice. */
const waitingMax = 16;
/** Until what could not be taken back is tried again. */
const againMs = 60_000;

/** Everything in the agent that a change reaches. */
export interface SettingsWorld extends EffectsWorld {
  /**
   * Decisions reach the kernel from now on, or do not.
   *
   * @throws {Error} If the firewall cannot be used; the mode stays.
   */
  setMode(mode: Mode): Promise<void>;
  /** Replaces what was listed while an agent ran; ends what it covers. */
  list(entries: readonly ProtectedEntry[]): Promise<void>;
  /** Looks for all scenarios but these. */
  watch(off: readonly string[], learning: boolean): void;
  /** Keeps so many days of the journal. */
  retain(days: number): void;
  /** Keeps the text over a restart. */
  save(text: string): Promise<void>;
  readonly journal: JournalWriter;
  wallMs(): number;
  /** Runs `wake` later; the returned function cancels it. */
  after(delayMs: number, wake: () => void): () => void;
}

/** A part of a change, and how to take it back. */
interface Step {
  readonly take: () => Promise<void>;
  readonly back: () => Promise<void>;
}

interface Trial extends SettingTrial {
  /** What is kept meanwhile, and in force again afterwards. */
  readonly before: RunTimeSettings;
  readonly cancel: () => void;
}

const nothingOnTrial: HostOnly = {
  refused: "nothing is on trial",
  nextStep: "change something",
};
const noEffects: Effects = { begins: [], ends: [], notes: [] };

/** The settings of one agent. */
export class SettingsKeeper implements Omit<ConfigDesk, "rollout"> {
  readonly #world: SettingsWorld;
  readonly #base: LoadedConfig["base"];
  readonly #scenarios: ReadonlySet<string>;
  #changed: RunTimeSettings;
  #trial: Trial | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #onTrialEnd: (end: TrialEnd, by: string) => void = () => {};

  /**
   * Knows what the agent was started with.
   *
   * @param scenarios Names of all that there are, also of those switched off.
   */
  constructor(
    { base, changed }: Pick<LoadedConfig, "base" | "changed">,
    scenarios: Iterable<string>,
    world: SettingsWorld,
  ) {
    this.#base = base;
    this.#changed = changed;
    this.#scenarios = new Set(scenarios);
    this.#world = world;
  }

  settings(): readonly SettingView[] {
    return settingViews(this.#base, this.#changed);
  }

  trial(): SettingTrial | undefined {
    if (!this.#trial) return undefined;
    const { names, by, untilMs } = this.#trial;
    return { names, by, untilMs };
  }

  /** Names of scenarios that are not looked for. */
  get off(): ReadonlySet<string> {
    return new Set(inForce(this.#base, this.#changed).off);
  }

  changeConfig(
    order: ConfigOrder,
    by: string,
  ): Promise<ConfigAnswer | HostOnly> {
    return this.#inTurn(() => this.#change(order, by));
  }

  endTrial(end: TrialEnd, by: string): Promise<TrialEnded | HostOnly> {
    return this.#inTurn(() => this.#end(end, by));
  }

  /**
   * Lets a trial last until then, longer or shorter than it was begun for.
   *
   * @param untilMs Wall clock milliseconds.
   */
  prolongTrial(
    untilMs: number,
    by: string,
  ): Promise<SettingTrial | HostOnly> {
    return this.#inTurn(() => {
      const trial = this.#trial;
      if (!trial) return Promise.resolve(nothingOnTrial);
      trial.cancel();
      const cancel = this.#wake(Math.max(0, untilMs - this.#world.wallMs()));
      const prolonged = { ...trial, by, untilMs, cancel };
      this.#trial = prolonged;
      const names = trial.names.join(", ");
      this.#write({ action: "prolong", names, trialUntilMs: untilMs, by });
      return Promise.resolve({ names: trial.names, by, untilMs });
    });
  }

  /** Calls `listener` when a trial has ended, however. */
  watchTrial(listener: (end: TrialEnd, by: string) => void): void {
    this.#onTrialEnd = listener;
  }

  /** An operator had to release somebody: what is on trial goes back. */
  released(): void {
    if (this.#trial) void this.#queue(() => this.#end("revert", byRelease));
  }

  /** Ends the waiting; what is on trial is not kept. */
  stop(): void {
    this.#trial?.cancel();
  }

  #inTurn<T>(work: () => Promise<T | HostOnly>): Promise<T | HostOnly> {
    if (this.#waiting >= waitingMax) {
      return Promise.resolve({
        refused: "too many changes wait",
        nextStep: "try again in a moment",
      });
    }
    return this.#queue(work);
  }

  /** Also in a crowd: what goes back by itself is refused by nobody. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #change(
    { changes, dryRun, trialMs }: ConfigOrder,
    by: string,
  ): Promise<ConfigAnswer | HostOnly> {
    const onTrial = this.#trial;
    const others = changes.some(({ name }) => name !== "neverBlock");
    if (onTrial && (others || trialMs !== undefined)) {
      return {
        refused: `${onTrial.names.join(", ")} is on trial`,
        nextStep: "first keep it (stealthmesh config keep) or take it back " +
          "(stealthmesh config revert)",
      };
    }
    const atMs = this.#world.wallMs();
    const before = this.#changed;
    const scene = {
      base: this.#base,
      scenarios: this.#scenarios,
      by,
      atMs,
    };
    const { next, effective, faults } = judgeChanges(changes, {
      ...scene,
      changed: before,
    });
    const forgets = effective.find(({ name }) => name === "journal.days");
    const wrong = trialMs === undefined || !forgets ? faults : [...faults, {
      index: changes.indexOf(forgets),
      name: forgets.name,
      reason: "what leaves the journal does not come back, so it is no trial",
    }];
    const effects = wrong.length > 0 ? noEffects : await effectsOf(
      inForce(this.#base, before),
      inForce(this.#base, next),
      this.#world,
      dryRun,
    );
    const done = wrong.length === 0 && !dryRun;
    if (done && effective.length > 0) {
      // What was protected during a trial stays so after it.
      const kept = onTrial
        ? judgeChanges(changes, { ...scene, changed: onTrial.before }).next
        : trialMs === undefined
        ? next
        : before;
      const refused = await this.#carryOut(before, next, kept);
      if (refused) return refused;
      if (onTrial) this.#trial = { ...onTrial, before: kept };
      if (trialMs !== undefined) this.#begin(effective, before, by, trialMs);
      this.#note(effective, by, atMs, trialMs);
    }
    const trial = this.trial();
    return {
      done,
      changes: effective.length,
      faults: wrong,
      ...effects,
      settings: settingViews(this.#base, wrong.length > 0 ? before : next),
      ...(trial && { trial }),
    };
  }

  #begin(
    effective: readonly SettingOrder[],
    before: RunTimeSettings,
    by: string,
    trialMs: number,
  ): void {
    const names = [...new Set(effective.map(({ name }) => name))];
    const untilMs = this.#world.wallMs() + trialMs;
    const cancel = this.#wake(trialMs);
    this.#trial = { names, by, untilMs, before, cancel };
  }

  #wake(delayMs: number): () => void {
    let wanted = true;
    const cancel = this.#world.after(
      delayMs,
      () =>
        void this.#queue(async () => {
          // Kept, prolonged or taken back while this waited for its turn.
          if (wanted) await this.#end("revert", "the end of its time");
        }),
    );
    return () => {
      wanted = false;
      cancel();
    };
  }

  async #end(end: TrialEnd, by: string): Promise<TrialEnded | HostOnly> {
    const trial = this.#trial;
    if (!trial) return nothingOnTrial;
    const { names, before } = trial;
    const keeps = end === "keep";
    const refused = keeps
      ? await this.#carryOut(this.#changed, this.#changed, this.#changed)
      : await this.#carryOut(this.#changed, before, before);
    if (refused) {
      // What could not be kept goes on for the time that it has.
      if (keeps) return refused;
      trial.cancel();
      // Kept in force for want of a firewall, or not written for want of room.
      this.#trial = { ...trial, cancel: this.#wake(againMs) };
      return refused;
    }
    trial.cancel();
    this.#trial = undefined;
    this.#write({ action: end, names: names.join(", "), by });
    this.#onTrialEnd(end, by);
    return { ended: end, names };
  }

  /**
   * Puts `next` in force, and keeps `kept` for the next start; what cannot be
   * kept is taken back.
   */
  async #carryOut(
    before: RunTimeSettings,
    next: RunTimeSettings,
    kept: RunTimeSettings,
  ): Promise<HostOnly | undefined> {
    const undo: (() => Promise<void>)[] = [];
    let attempt = "change";
    try {
      for (const step of this.#steps(before, next)) {
        await step.take();
        undo.unshift(step.back);
      }
      attempt = "keep";
      await this.#world.save(runTimeText(kept));
      this.#changed = next;
      // The journal forgets for good, so only once all the rest is done.
      const { days } = inForce(this.#base, next);
      if (days !== inForce(this.#base, before).days) this.#world.retain(days);
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      let nextStep = "nothing was changed; see what this host lacks with: " +
        "stealthmesh doctor";
      try {
        for (const back of undo) await back();
      } catch {
        nextStep = "part of it is in force until the agent starts again";
      }
      return { refused: `cannot ${attempt} it: ${why}`, nextStep };
    }
  }

  #steps(before: RunTimeSettings, next: RunTimeSettings): Step[] {
    const world = this.#world;
    const was = inForce(this.#base, before);
    const is = inForce(this.#base, next);
    const step = (
      differs: boolean,
      take: (to: typeof is) => Promise<void> | void,
    ): Step[] =>
      differs
        ? [{
          take: async () => await take(is),
          back: async () => await take(was),
        }]
        : [];
    return [
      step(
        !sameItems(was.listed, is.listed),
        ({ listed }) => world.list(entriesOf(listed)),
      ),
      step(
        !sameItems(was.off, is.off) || was.learning !== is.learning,
        ({ off, learning }) => world.watch(off, learning === "on"),
      ),
      step(was.mode !== is.mode, ({ mode }) => world.setMode(mode)),
    ].flat();
  }

  #note(
    effective: readonly SettingOrder[],
    by: string,
    atMs: number,
    trialMs: number | undefined,
  ): void {
    for (const { name, action, value } of effective) {
      this.#write({
        name,
        action,
        ...(value !== undefined && { value }),
        ...(trialMs !== undefined && { trialUntilMs: atMs + trialMs }),
        by,
      });
    }
  }

  #write(detail: Readonly<Record<string, string | number>>): void {
    this.#world.journal.append({
      atMs: this.#world.wallMs(),
      stage: "operator",
      subject: "",
      node: "",
      what: "setting",
      detail,
    });
  }
}
