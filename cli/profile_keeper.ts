/**
 * Keeps the right profile in force in a running agent: the operator's choice,
 * else the calendar's, else the configured one, each at the time that
 * `mesh/profile_switch.ts` allows; and keeps the choice and the leakage account
 * over restarts.
 *
 * This is the only place that orders the mesh to change its pace. It hears from
 * the operator and the clock, and of nothing that is detected.
 *
 * An operator's choice lasts, restarts included, until it is taken back
 * (`stealthmesh profile configured`): a site on a mobile link must not return
 * to a fast pace because a host was rebooted.
 *
 * Bound: one save at a time and one waiting; the newer replaces the older.
 *
 * @module
 */
import type {
  ProfileAnswer,
  ProfileOrder,
  ProfileView,
} from "../dashboard/mod.ts";
import {
  choicesOf,
  earliestSwitchMs,
  judgeSwitch,
  type Leakage,
  type Mesh,
  nextChange,
  profileAt,
  type ProfileChange,
  type ProfileName,
  profiles,
  type SwitchState,
} from "../mesh/mod.ts";
import type { KeptPace } from "../mesh/host/mod.ts";
import type { ProfilePlan } from "./profile_setting.ts";

/** What the keeper stands on. */
export interface ProfileKeeperOptions {
  readonly plan: ProfilePlan;
  /** From the last run. */
  readonly kept: KeptPace;
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
  readonly save: (pace: KeptPace) => Promise<void>;
  readonly onTrouble: (message: string) => void;
}

/** How often the calendar is looked at; its changes fall on whole minutes. */
const lookMs = 60_000;
/** An operator may choose any. */
const allProfiles = Object.keys(profiles).length;

/** The profile of one agent. */
export class ProfileKeeper {
  /** What the mesh is to be started with. */
  readonly startProfile: ProfileName;
  readonly #o: ProfileKeeperOptions;
  #chosen: ProfileName | undefined;
  #state: SwitchState;
  #sinceMs: number;
  #leakage: Leakage | undefined;
  #mesh: Pick<Mesh, "send"> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #waiting: KeptPace | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: ProfileKeeperOptions) {
    const { kept, wallMs } = options;
    this.#o = options;
    this.#chosen = kept.chosen;
    this.#leakage = kept.leakage;
    const nowMs = wallMs();
    const wanted = this.#wanted(nowMs);
    const last = kept.leakage && stateOf(kept.leakage);
    // What is configured counts at once; the calendar keeps to once a day.
    const waits = last && this.#chosenBy() === "calendar" &&
      judgeSwitch(last, wanted, nowMs, false).type === "refused";
    this.startProfile = waits ? last.profile : wanted;
    const same = last?.profile === this.startProfile;
    this.#state = same ? last : {
      profile: this.startProfile,
      switchedAtMs: last && nowMs,
    };
    this.#sinceMs = same ? kept.leakage?.sinceMs ?? nowMs : nowMs;
  }

  /** The account as last heard; absent before the first run has said it. */
  get leakage(): Leakage | undefined {
    return this.#leakage;
  }

  /** Follows the calendar from now on. */
  run(mesh: Pick<Mesh, "send">): void {
    this.#mesh = mesh;
    this.#timer = setInterval(() => this.look(), lookMs);
  }

  /** Does what the calendar wants, if it is time. */
  look(): void {
    const nowMs = this.#o.wallMs();
    const wanted = this.#wanted(nowMs);
    const verdict = judgeSwitch(this.#state, wanted, nowMs, false);
    if (verdict.type !== "allowed") return;
    const { calendar } = this.#o.plan;
    this.#switch(wanted, calendar ? choicesOf(calendar) : allProfiles, nowMs);
  }

  /** The profile as it stands. */
  view(): ProfileView {
    const { plan } = this.#o;
    const nowMs = this.#o.wallMs();
    const notBeforeMs = earliestSwitchMs(this.#state.switchedAtMs, nowMs);
    const next = this.#next(nowMs);
    return {
      inForce: this.#state.profile,
      sinceMs: this.#sinceMs,
      chosenBy: this.#chosenBy(),
      configured: this.#configured(nowMs),
      ...(next && { next }),
      ...(notBeforeMs > nowMs && { notBeforeMs }),
      ...(plan.calendar && { timeZone: plan.calendar.timeZone }),
      ...(plan.far && { far: plan.far }),
    };
  }

  /** Carries out an operator's order, or says why not. */
  order({ profile, force, dryRun }: ProfileOrder): ProfileAnswer {
    const nowMs = this.#o.wallMs();
    const from = this.#state.profile;
    const to = profile === "configured" ? this.#configured(nowMs) : profile;
    const verdict = judgeSwitch(this.#state, to, nowMs, force);
    const bits = verdict.type === "allowed" ? Math.log2(allProfiles) : 0;
    if (verdict.type !== "refused" && !dryRun) {
      this.#chosen = profile === "configured" ? undefined : profile;
      if (verdict.type === "allowed") this.#switch(to, allProfiles, nowMs);
      this.#save();
    }
    return { ...verdict, from, to, bits, dryRun, profile: this.view() };
  }

  /** The mesh said what has leaked. */
  said(leakage: Leakage): void {
    this.#leakage = leakage;
    this.#save();
  }

  /** Ends when what waits is written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
  }

  #switch(profile: ProfileName, choices: number, nowMs: number): void {
    this.#state = { profile, switchedAtMs: nowMs };
    this.#sinceMs = nowMs;
    this.#mesh?.send({ type: "use_profile", profile, choices });
  }

  #wanted(nowMs: number): ProfileName {
    return this.#chosen ?? this.#configured(nowMs);
  }

  #configured(nowMs: number): ProfileName {
    const { calendar, fixed } = this.#o.plan;
    return calendar ? profileAt(calendar, nowMs) : fixed;
  }

  #chosenBy(): ProfileView["chosenBy"] {
    if (this.#chosen !== undefined) return "operator";
    return this.#o.plan.calendar ? "calendar" : "configuration";
  }

  /** The next switch that comes by itself. */
  #next(nowMs: number): ProfileChange | undefined {
    const { calendar } = this.#o.plan;
    if (this.#chosen !== undefined || !calendar) return undefined;
    const profile = profileAt(calendar, nowMs);
    if (profile === this.#state.profile) return nextChange(calendar, nowMs);
    const atMs = earliestSwitchMs(this.#state.switchedAtMs, nowMs);
    return { atMs: Math.max(atMs, nowMs), profile };
  }

  #save(): void {
    this.#waiting = {
      ...(this.#chosen && { chosen: this.#chosen }),
      ...(this.#leakage && { leakage: this.#leakage }),
    };
    this.#saving ??= this.#saveAll().finally(() => this.#saving = undefined);
  }

  async #saveAll(): Promise<void> {
    while (this.#waiting !== undefined) {
      const pace = this.#waiting;
      this.#waiting = undefined;
      try {
        await this.#o.save(pace);
      } catch (error) {
        this.#o.onTrouble(
          error instanceof Error ? error.message : String(error),
        );
      }
    }
  }
}

function stateOf({ profile, sinceMs, switches }: Leakage): SwitchState {
  return { profile, switchedAtMs: switches > 0 ? sinceMs : undefined };
}
