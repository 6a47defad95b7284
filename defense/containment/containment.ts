/**
 * The warden at work: leases in, firewall scripts out, one at a time, over
 * whatever firewall the world has. The containment isolate runs it over nft,
 * the simulator over a virtual one.
 *
 * The table is written when the mode becomes `enforce` and removed when it
 * stops being so; in `observe` nothing is written at all. A script that the
 * firewall rejects is taken as a sign that somebody flushed our table: the
 * ruleset and everything in force are then written anew, once, with it. The
 * same follows when the firewall says that somebody touched its rules and the
 * entry chain is not as we left it.
 *
 * Bound: {@linkcode queueMax} calls wait; further leases are refused as `full`.
 *
 * @module
 */
import type { Clock } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import type { Lease, Refusal } from "../lease.ts";
import type { HostLease, HostOutcome } from "../host_lease.ts";
import { isPrefix64, prefix64Of } from "../prefix64.ts";
import type {
  HeldElement,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
} from "../world.ts";
import type {
  CheckingFirewall,
  ContainmentControl,
  ContainmentOptions,
  ContainmentReport,
} from "./containment_control.ts";
import { detailOf, isRejection } from "./containment_error.ts";
import { outcomeOf } from "./lease_outcome.ts";
import { aliveCommands, aliveMs, farewellCommands } from "./fast_path.ts";
import { HostKeeper, type HostScene } from "./host_keeper.ts";
import {
  endCommands,
  releaseAllCommands,
  releaseCommands,
} from "./lease_commands.ts";
import {
  type BootMark,
  exemptCommands,
  heldMax,
  layoutProbe,
  removalCommands,
  rulesetCommands,
  type RulesetFeatures,
  scriptOf,
} from "./ruleset.ts";
import { proveNeverBlock } from "./self_test.ts";
import type { SteerPlan } from "./steer_rules.ts";
import { TableGuard } from "./table_guard.ts";
import { findFeatures, findTable } from "./table_survey.ts";
import { leaseOfElement, type Moment, Warden } from "./warden.ts";

/** Calls that may wait for the firewall; our choice. */
const queueMax = 256;

/**
 * Starts containment: proves the never-block rule, and in `enforce` writes the
 * table and takes over the leases that the kernel still holds.
 *
 * @throws {ContainmentError} If `enforce` is asked for and cannot be had.
 * @throws {SyntaxError} If a protected network cannot be read.
 */
export async function createContainment(
  { firewall, clock, mode, boot, protectedEntries, listed = [], processes }:
    ContainmentOptions,
): Promise<ContainmentControl> {
  const warden = new Warden({ mode: "observe", protectedEntries });
  warden.list(listed);
  const host = new HostKeeper(processes);
  const containment = new SerialContainment(
    ...[firewall, clock, warden, host, boot] as const,
  );
  if (mode === "enforce") await containment.setMode(mode);
  return containment;
}

class SerialContainment implements ContainmentControl {
  readonly #firewall: CheckingFirewall;
  readonly #clock: Clock;
  readonly #warden: Warden;
  readonly #host: HostKeeper;
  #features: RulesetFeatures;
  /** The last call in line; each waits for the one before it. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #cancelAlive: () => void = () => {};
  readonly #guard: TableGuard;
  #proven: number;
  #restored = 0;
  #failed = 0;
  #lastError = "";

  constructor(
    firewall: CheckingFirewall,
    clock: Clock,
    warden: Warden,
    host: HostKeeper,
    boot: BootMark | undefined,
  ) {
    this.#features = { socketLookup: true, ...(boot && { boot }) };
    this.#firewall = firewall;
    this.#guard = new TableGuard(firewall, (error) => {
      this.#note(error, undefined);
    });
    this.#clock = clock;
    this.#warden = warden;
    this.#host = host;
    this.#proven = this.#prove();
  }

  apply(leases: readonly Lease[]): Promise<LeaseOutcome[]> {
    if (this.#waiting >= queueMax) {
      const outcomes = leases.map((lease): LeaseOutcome => ({
        applied: false,
        lease,
        refusal: { code: "full" },
      }));
      return Promise.resolve(outcomes);
    }
    return this.#inTurn(() => this.#apply(leases));
  }

  release(subject: Address | "all"): Promise<number> {
    return this.#inTurn(async () => {
      const before = await this.#held();
      const ended = before.filter((lease) =>
        subject === "all" || lease.subject === subject ||
        // The kernel's fast path catches single addresses of a /64.
        (isPrefix64(subject) && prefix64Of(lease.subject) === subject)
      );
      const subjects = new Set(ended.map((lease) => lease.subject));
      for (const each of [subject, ...subjects]) this.#warden.release(each);
      if (ended.length === 0 || this.#warden.mode === "observe") return 0;
      const commands = subject === "all" ? releaseAllCommands() : [
        ...[...subjects].flatMap(releaseCommands),
        ...ended.flatMap((lease) =>
          lease.service
            ? endCommands(lease.subject, lease.measure, lease.service)
            : []
        ),
      ];
      const detail = await this.#attempt(commands);
      return detail === undefined ? ended.length : 0;
    });
  }

  held(): Promise<Lease[]> {
    return this.#inTurn(() => this.#held());
  }

  protect(entries: readonly ProtectedEntry[]): void {
    const { grown, endings } = this.#warden.protect(entries);
    if (!grown || this.#warden.mode === "observe") return;
    void this.#inTurn(() =>
      this.#attempt([
        ...exemptCommands(this.#warden.protectedEntries),
        ...endings,
      ])
    );
  }

  list(entries: readonly ProtectedEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      const endings = this.#warden.list(entries);
      this.#proven = this.#prove();
      if (this.#warden.mode === "observe") return;
      await this.#attempt([
        ...exemptCommands(this.#warden.protectedEntries),
        ...endings,
      ]);
    });
  }

  spare(entries: readonly ProtectedEntry[]): void {
    const endings = this.#warden.spare(entries);
    if (this.#warden.mode === "observe") return;
    void this.#inTurn(() =>
      this.#attempt([
        ...exemptCommands(this.#warden.protectedEntries),
        ...endings,
      ])
    );
  }

  beCautious(cautious: boolean): void {
    void this.#inTurn(async () => {
      if (cautious === (this.#features.cautious ?? false)) return;
      const { cautious: _, ...others } = this.#features;
      this.#features = { ...others, ...(cautious && { cautious }) };
      if (this.#warden.mode === "observe") return;
      await this.#attempt(this.#ruleset());
      await this.#guard.note();
    });
  }

  protectedEntries(): readonly ProtectedEntry[] {
    return this.#warden.protectedEntries;
  }

  applyHost(order: unknown): Promise<HostOutcome> {
    return this.#inTurn(() => this.#host.apply(order, this.#hostScene()));
  }

  releaseHost(key: string): Promise<number> {
    return this.#inTurn(() => this.#host.release(key, this.#hostScene()));
  }

  hostLeases(): HostLease[] {
    return this.#host.leases(this.#moment());
  }

  judge(lease: unknown): Lease | Refusal {
    const judgement = this.#warden.rehearse(lease, this.#moment());
    return judgement.granted ? judgement.lease : judgement.refusal;
  }

  setMode(mode: Mode): Promise<void> {
    return this.#inTurn(async () => {
      if (mode === this.#warden.mode) return;
      if (mode === "enforce") return await this.#enforce();
      await this.#host.release("all", this.#hostScene());
      await this.#firewall.run(scriptOf(removalCommands()));
      this.#rest();
      this.#warden.release("all");
      this.#warden.mode = "observe";
    });
  }

  steerTo(plan: SteerPlan | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const { steer: _, ...others } = this.#features;
      const features = { ...others, ...(plan && { steer: plan }) };
      if (this.#warden.mode === "enforce") {
        const entries = this.#warden.protectedEntries;
        await this.#firewall.run(scriptOf(rulesetCommands(entries, features)));
        await this.#guard.note();
      }
      this.#features = features;
    });
  }

  stop(onExit: "remove" | "keep"): Promise<void> {
    return this.#inTurn(async () => {
      this.#rest();
      if (this.#warden.mode === "observe") return;
      // Nobody would be there to look after a frozen process.
      await this.#host.release("all", this.#hostScene());
      this.#warden.mode = "observe";
      await this.#firewall.run(
        scriptOf(onExit === "remove" ? removalCommands() : farewellCommands()),
      );
    });
  }

  report(): ContainmentReport {
    return {
      mode: this.#warden.mode,
      socketLookup: this.#features.socketLookup,
      decoys: this.#features.steer !== undefined,
      held: this.#warden.countHeld(this.#clock.nowMs()),
      proven: this.#proven,
      restored: this.#restored,
      failed: this.#failed,
      lastError: this.#lastError,
    };
  }

  async #apply(leases: readonly Lease[]): Promise<LeaseOutcome[]> {
    // What one call may hold; the rest finds the table full anyway.
    const plan = this.#warden.judge(leases.slice(0, heldMax), this.#moment());
    const detail = plan.commands.length === 0
      ? undefined
      : await this.#attempt(plan.commands);
    if (detail === undefined) this.#warden.confirm(plan.holdings);
    const atMs = this.#clock.wallMs();
    return leases.map((lease, index) =>
      outcomeOf(lease, plan.judgements[index], detail, atMs)
    );
  }

  /** Writes the table, keeping what a compatible one holds. */
  async #enforce(): Promise<void> {
    const { steer, boot, cautious } = this.#features;
    const entries = this.#warden.protectedEntries;
    this.#features = {
      ...await findFeatures(this.#firewall, entries),
      ...(boot && { boot }),
      ...(steer && { steer }),
      ...(cautious && { cautious }),
    };
    const { compatible, elements } = await findTable(this.#firewall, boot);
    const endings = this.#warden.adopt(elements, this.#moment());
    await this.#firewall.run(scriptOf([
      ...(compatible ? [] : removalCommands()),
      ...this.#ruleset(),
      ...(compatible ? endings : this.#warden.restoration(this.#clock.nowMs())),
    ]));
    this.#warden.mode = "enforce";
    this.#stayAlive();
    await this.#guard.note();
    this.#watch();
  }

  async #held(): Promise<Lease[]> {
    try {
      return this.#leasesOf(await this.#firewall.elements());
    } catch (error) {
      // In observe there may be no table, no right to look, and no nft.
      if (this.#warden.mode === "observe") return [];
      if (!isRejection(error)) return this.#note(error, []);
    }
    if (await this.#attempt([]) !== undefined) return [];
    try {
      return this.#leasesOf(await this.#firewall.elements());
    } catch (error) {
      return this.#note(error, []);
    }
  }

  #leasesOf(elements: readonly HeldElement[]): Lease[] {
    const moment = this.#moment();
    return elements.flatMap((element) => leaseOfElement(element, moment) ?? []);
  }

  /**
   * Runs commands, or just looks if the table is there; where it turns out to
   * be damaged, writes it anew with them.
   *
   * @returns What went wrong, `undefined` if nothing.
   */
  async #attempt(commands: readonly string[]): Promise<string | undefined> {
    try {
      await this.#firewall.run(
        scriptOf(commands.length === 0 ? [layoutProbe()] : commands),
      );
      return undefined;
    } catch (error) {
      if (!isRejection(error)) return this.#note(error, detailOf(error));
    }
    return await this.#restore(commands);
  }

  /** Writes the table and all that is in force anew, and then `commands`. */
  async #restore(commands: readonly string[]): Promise<string | undefined> {
    try {
      await this.#firewall.run(scriptOf([
        ...removalCommands(),
        ...this.#ruleset(),
        ...this.#warden.restoration(this.#clock.nowMs()),
        ...this.#host.restoration(this.#clock.nowMs()),
        ...commands,
      ]));
      this.#restored++;
      await this.#guard.note();
      return undefined;
    } catch (error) {
      return this.#note(error, detailOf(error));
    }
  }

  /** Looks after the table whenever somebody touched its rules. */
  #watch(): void {
    this.#guard.watch(() => {
      void this.#inTurn(async () => {
        if (this.#warden.mode === "observe") return;
        if (await this.#guard.isTampered()) await this.#restore([]);
      });
    });
  }

  #rest(): void {
    this.#cancelAlive();
    this.#guard.stop();
  }

  #ruleset(): string[] {
    return rulesetCommands(this.#warden.protectedEntries, this.#features);
  }

  /** Tells the kernel every third of the way that somebody still watches. */
  #stayAlive(): void {
    this.#cancelAlive();
    this.#cancelAlive = this.#clock.after(aliveMs / 3, () => {
      void this.#inTurn(async () => {
        if (this.#warden.mode === "observe") return;
        await this.#attempt(aliveCommands());
        this.#stayAlive();
      });
    });
  }

  #note<Value>(error: unknown, value: Value): Value {
    this.#failed++;
    this.#lastError = detailOf(error);
    return value;
  }

  #prove(): number {
    const { protectedEntries } = this.#warden;
    return proveNeverBlock(this.#warden, protectedEntries, this.#moment());
  }

  #hostScene(): HostScene {
    return {
      mode: this.#warden.mode,
      moment: this.#moment(),
      protectedEntries: this.#warden.protectedEntries,
      run: (commands) => this.#attempt(commands),
    };
  }

  #moment(): Moment {
    return { nowMs: this.#clock.nowMs(), wallMs: this.#clock.wallMs() };
  }

  /** Runs `call` after all that were asked for before it. */
  #inTurn<Value>(call: () => Promise<Value>): Promise<Value> {
    this.#waiting++;
    const turn = this.#last.then(call).finally(() => this.#waiting--);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
