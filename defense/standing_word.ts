/**
 * What holds of the operator's word at this moment, all signals together: how
 * watchful to be, whom never to contain, whose deeds are dismissed, which settings
 * to try. Decisions ask
 * it as {@linkcode Guidance}.
 *
 * Bound: that of `signal_table.ts`.
 *
 * @module
 */
import type { Address } from "./address.ts";
import {
  alwaysProtected,
  NeverBlock,
  protectionText,
} from "./containment/never_block.ts";
import type { Guidance } from "./corroboration/guidance.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { standDown } from "./corroboration/verdict.ts";
import type { SettingsTrial } from "./agent_event.ts";
import { prefix64Of } from "./prefix64.ts";
import { addresses } from "./setting_order.ts";
import type { Alertness } from "./signal.ts";
import { carryOut } from "./signal_acts.ts";
import type { HeldSignal } from "./signal_table.ts";
import type { Turn } from "./turn.ts";
import type { ProtectedEntry } from "./world.ts";

/** Whether what names one address is about a subject: itself, or its /64. */
export function concerns(named: Address, subject: Address): boolean {
  return named === subject || prefix64Of(subject) === named ||
    prefix64Of(named) === subject;
}

/** What holds while signals last. */
export class StandingWord {
  readonly #judgement: Judgement;
  #alertness: Alertness = "usual";
  #spared = new NeverBlock();
  #sparedText = "[]";
  /** Id of the signal by which settings are on trial here; empty: none. */
  #trial = "";
  #acquittals: readonly {
    readonly subject: Address | "all";
    readonly untilMs: number;
  }[] = [];

  /** From now on `judgement` is guided by it. */
  constructor(judgement: Judgement) {
    this.#judgement = judgement;
    this.#guide();
  }

  /** How watchful this host is. */
  get alertness(): Alertness {
    return this.#alertness;
  }

  /** Follows the signals that are active, the one issued first first. */
  settle(active: readonly HeldSignal[], turn: Turn): void {
    let alertness: Alertness = "usual";
    const spared: ProtectedEntry[] = [];
    const acquittals: { subject: Address | "all"; untilMs: number }[] = [];
    let trial: SettingsTrial | undefined;
    for (const { signal, scope, restored } of active) {
      const { order, untilMs } = signal;
      if (order.what === "caution" || order.what === "stand_down") {
        alertness = order.what;
      } else if (order.what === "never") {
        const end = new Date(untilMs).toISOString();
        const where = scope === "host" ? "on this host" : "everywhere";
        const reason = `operator's word ${where} until ${end}`;
        spared.push({ network: order.network, reason });
      } else if (order.what === "release") {
        acquittals.push({ subject: order.subject, untilMs });
      } else if (
        // What was on trial goes back with a restart, and stays so.
        order.what === "trial" && !restored &&
        addresses(order, this.#judgement.self)
      ) {
        const { id, by } = signal;
        trial = { id, by, changes: order.changes, untilMs };
      }
    }
    this.#acquittals = acquittals;
    this.#spare(spared, active, turn);
    this.#changeTo(alertness, turn);
    this.#try(trial, turn);
  }

  #try(trial: SettingsTrial | undefined, turn: Turn): void {
    const id = trial?.id ?? "";
    if (id === this.#trial) return;
    this.#trial = id;
    turn.others.push({ type: "try_settings", trial });
  }

  #spare(
    entries: readonly ProtectedEntry[],
    active: readonly HeldSignal[],
    turn: Turn,
  ): void {
    const text = JSON.stringify(entries);
    if (text === this.#sparedText) return;
    this.#sparedText = text;
    this.#spared = new NeverBlock(entries);
    turn.others.push({ type: "spare", entries });
    const judgement = this.#judgement;
    for (const standing of judgement.standings.all()) {
      if (judgement.guidance.sparedBy(standing.subject) === undefined) continue;
      judgement.lift(standing, turn, "never");
    }
    // An exception that ends early leaves what was ordered before it.
    for (const { signal } of active) {
      const { order } = signal;
      if (order.what !== "contain") continue;
      const subject = judgement.subjectOf(order.subject);
      if (judgement.refusalFor(subject)) continue;
      if (judgement.standings.get(subject)?.term("operator")) continue;
      carryOut(signal, judgement, false, turn);
    }
  }

  #changeTo(alertness: Alertness, turn: Turn): void {
    const before = this.#alertness;
    if (alertness === before) return;
    this.#alertness = alertness;
    this.#guide();
    turn.others.push({ type: "alertness", alertness });
    const judgement = this.#judgement;
    if (alertness === "stand_down") {
      standDown(judgement, turn);
      for (const { member, subject } of judgement.quarantines.voted()) {
        judgement.quarantines.release(member);
        turn.others.push({ type: "readmit", member });
        const ended = { ended: "stand_down" };
        turn.record("undone", "quarantine", subject, ended, member);
      }
    } else if (before === "stand_down") {
      for (const standing of judgement.standings.all()) {
        judgement.askAgain(standing, turn);
      }
    }
  }

  /** Tells decisions what holds. */
  #guide(): void {
    const guidance: Guidance = {
      standDown: this.#alertness === "stand_down",
      sparedBy: (subject) => {
        const entry = this.#spared.match(subject);
        // What every list begins with is containment's to tell.
        return entry &&
            !alwaysProtected.some(({ network }) => network === entry.network)
          ? protectionText(entry)
          : undefined;
      },
      acquits: (subject, wallMs) =>
        this.#acquittals.some((each) =>
          each.untilMs > wallMs &&
          (each.subject === "all" || concerns(each.subject, subject))
        ),
    };
    this.#judgement.guidance = guidance;
  }
}
