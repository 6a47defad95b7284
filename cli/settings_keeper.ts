/**
 * The settings of a running agent: carries out changes that `setting_change.ts`
 * has judged, whole or not at all, keeps them for the next start, and writes
 * down who asked.
 *
 * A change to the never-block list comes before one to the mode, so
 * that nobody who is being protected is contained in between. When `observe`
 * begins, containment removes its whole table, so every measure in force ends
 * at once; none is left to run out.
 *
 * Bound: one change at a time, `waitingMax` wait; a further one is refused.
 *
 * @module
 */
import type {
  ChangedLease,
  ConfigAnswer,
  ConfigDesk,
  ConfigNote,
  ConfigOrder,
  HostOnly,
  SettingOrder,
  SettingView,
} from "../dashboard/mod.ts";
import {
  type JournalWriter,
  type Lease,
  type LeaseView,
  type Mode,
  NeverBlock,
  type ProtectedEntry,
} from "../defense/mod.ts";
import type { LoadedConfig } from "./config.ts";
import type { SettingName } from "./config_source.ts";
import {
  overlay,
  type RunTimeSettings,
  runTimeText,
  valueIn,
} from "./run_time_settings.ts";
import { judgeChanges, settingViews } from "./setting_change.ts";

/** Why an entry is on the list. */
export const operatorsList = "operator's list";

/** Changes that wait for the one before; our choice. */
const waitingMax = 16;

/** Everything in the agent that a change reaches. */
export interface SettingsWorld {
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
  /** Measures as the agent sees them. */
  leases(): readonly LeaseView[];
  /** Measures on this host itself that are in force. */
  hostMeasures(): Promise<number>;
  /** Whether steered clients meet decoys. */
  hasDecoys(): boolean;
  /** What would be told to the firewall. */
  ruleset(leases: readonly Lease[], listed: readonly ProtectedEntry[]): Promise<
    string
  >;
  readonly journal: JournalWriter;
  wallMs(): number;
}

/** A part of a change, and how to take it back. */
interface Step {
  readonly take: () => Promise<void>;
  readonly back: () => Promise<void>;
}

/** The settings of one agent. */
export class SettingsKeeper implements ConfigDesk {
  readonly #world: SettingsWorld;
  readonly #base: LoadedConfig["base"];
  readonly #scenarios: ReadonlySet<string>;
  #changed: RunTimeSettings;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

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

  /** Names of scenarios that are not looked for. */
  get off(): ReadonlySet<string> {
    return new Set(this.#in(this.#changed).off);
  }

  changeConfig(
    order: ConfigOrder,
    by: string,
  ): Promise<ConfigAnswer | HostOnly> {
    if (this.#waiting >= waitingMax) {
      return Promise.resolve({
        refused: "too many changes wait",
        nextStep: "try again in a moment",
      });
    }
    this.#waiting++;
    const turn = this.#last.then(() => this.#change(order, by))
      .finally(() => this.#waiting--);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #change(
    { changes, dryRun }: ConfigOrder,
    by: string,
  ): Promise<ConfigAnswer | HostOnly> {
    const atMs = this.#world.wallMs();
    const { next, effective, faults } = judgeChanges(changes, {
      base: this.#base,
      changed: this.#changed,
      scenarios: this.#scenarios,
      by,
      atMs,
    });
    const wrong = faults.length > 0;
    const before = this.#changed;
    const effects = wrong
      ? { begins: [], ends: [], notes: [] }
      : await this.#effects(before, next, dryRun);
    if (!wrong && !dryRun && effective.length > 0) {
      const refused = await this.#carryOut(before, next);
      if (refused) return refused;
      this.#note(effective, by, atMs);
    }
    const shown = wrong ? before : next;
    return {
      done: !wrong && !dryRun,
      changes: effective.length,
      faults,
      ...effects,
      settings: settingViews(this.#base, shown),
    };
  }

  /** Does it and keeps it; what cannot be kept is taken back. */
  async #carryOut(
    before: RunTimeSettings,
    next: RunTimeSettings,
  ): Promise<HostOnly | undefined> {
    const undo: (() => Promise<void>)[] = [];
    let attempt = "change";
    try {
      for (const step of this.#steps(before, next)) {
        await step.take();
        undo.unshift(step.back);
      }
      attempt = "keep";
      await this.#world.save(runTimeText(next));
      this.#changed = next;
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
    const was = this.#in(before);
    const is = this.#in(next);
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
      // The journal forgets for good, so only once all the rest is done.
      step(was.mode !== is.mode, ({ mode }) => world.setMode(mode)),
      step(was.days !== is.days, ({ days }) => world.retain(days)),
    ].flat();
  }

  /** Which measures would begin and end, and what else to know. */
  async #effects(
    before: RunTimeSettings,
    next: RunTimeSettings,
    dryRun: boolean,
  ): Promise<
    Pick<ConfigAnswer, "begins" | "ends" | "notes" | "ruleset">
  > {
    const was = this.#in(before);
    const is = this.#in(next);
    const list = new NeverBlock(entriesOf(is.listed));
    const all = this.#world.leases();
    const begins = all.filter(({ state, subject }) =>
      is.mode === "enforce" && was.mode === "observe" && state === "would" &&
      !list.match(subject)
    );
    const ends = all.filter(({ state, subject }) =>
      state !== "would" && was.mode === "enforce" &&
      (is.mode === "observe" || list.match(subject) !== undefined)
    );
    const notes: ConfigNote[] = [];
    const enforces = is.mode === "enforce" && was.mode === "observe";
    if (enforces && !this.#world.hasDecoys()) {
      notes.push("decoys_at_next_start");
    }
    const rests = is.mode === "observe" && was.mode === "enforce";
    if (rests && await this.#world.hostMeasures() > 0) {
      notes.push("host_measures_end");
    }
    if (!sameItems(was.listed, is.listed)) notes.push("listed_here_only");
    if (was.off.some((name) => !is.off.includes(name))) {
      notes.push("scenario_begins_anew");
    }
    if (is.days < was.days) notes.push("journal_shortens");
    const ruleset = dryRun && enforces
      ? await this.#world.ruleset(begins.map(leaseOf), entriesOf(is.listed))
      : undefined;
    return {
      begins: begins.map(changedLease),
      ends: ends.map(changedLease),
      notes,
      ...(ruleset !== undefined && { ruleset }),
    };
  }

  #note(
    effective: readonly SettingOrder[],
    by: string,
    atMs: number,
  ): void {
    for (const { name, action, value } of effective) {
      this.#world.journal.append({
        atMs,
        stage: "operator",
        subject: "",
        node: "",
        what: "setting",
        detail: { name, action, ...(value !== undefined && { value }), by },
      });
    }
  }

  #in(changed: RunTimeSettings) {
    const settings = overlay(this.#base, changed);
    const value = <T>(name: SettingName) => valueIn(settings, name) as T;
    return {
      mode: value<Mode>("mode"),
      learning: value<"off" | "on">("learning"),
      days: value<number>("journal.days"),
      off: value<readonly string[]>("scenarios.off"),
      listed: Object.keys(changed.neverBlock),
    };
  }
}

/** What was listed while an agent ran, as containment takes it. */
export function entriesOf(networks: readonly string[]): ProtectedEntry[] {
  return networks.map((network) => ({ network, reason: operatorsList }));
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function changedLease(
  { subject, measure, service, untilMs }: LeaseView,
): ChangedLease {
  return { subject, measure, ...(service && { service }), untilMs };
}

function leaseOf(
  { subject, measure, service, untilMs, cause }: LeaseView,
): Lease {
  return { subject, measure, ...(service && { service }), untilMs, cause };
}
