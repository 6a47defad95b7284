/**
 * Judges and keeps measures on this host: what the warden is for subjects. An
 * order goes in, commands for our table and moves of processes come out, and
 * what must be spared is asked last.
 *
 * Bounds: {@linkcode heldMax} measures, {@linkcode slotsMax} of them on processes; further
 * orders are refused as `full`.
 *
 * @module
 */
import type { Address } from "../address.ts";
import {
  type HostLease,
  type HostOrder,
  hostOrder,
  type HostOutcome,
  type HostTarget,
  type ProcessView,
  type ProcessWorld,
  targetKey,
} from "../host_lease.ts";
import type { Refusal } from "../lease.ts";
import type { Mode, ProtectedEntry } from "../world.ts";
import {
  dropCommands,
  elementsOf,
  holdCommands,
  type HostElements,
  hostRuleCommands,
  type InterfaceLimit,
} from "./host_rules.ts";
import { NeverBlock, protectionText } from "./never_block.ts";
import { sparedBecause } from "./spared_process.ts";
import { scriptOf } from "./ruleset.ts";
import type { Moment } from "./warden.ts";

/** Measures at once; our choice. */
const heldMax = 32;
/** Processes held at once; our choice. */
export const slotsMax = 16;
/** How the roster's entries of the never-block list begin. */
const memberReason = "mesh member";

interface Held {
  readonly target: HostTarget;
  readonly name: string;
  readonly endsAtMs: number;
  readonly elements: HostElements;
  /** Of a process. */
  readonly slot?: number;
}

/** What an order may lean on. */
export interface HostScene {
  readonly mode: Mode;
  readonly moment: Moment;
  readonly protectedEntries: readonly ProtectedEntry[];
  /** Runs commands of our table; what went wrong, `undefined` if nothing. */
  run(commands: readonly string[]): Promise<string | undefined>;
}

/** Measures on one host. */
export class HostKeeper {
  readonly #processes: ProcessWorld | undefined;
  readonly #held = new Map<string, Held>();

  /** @param processes Absent where processes cannot be touched. */
  constructor(processes?: ProcessWorld) {
    this.#processes = processes;
  }

  /** What is in force. */
  leases({ nowMs, wallMs }: Moment): HostLease[] {
    this.#expire(nowMs);
    return [...this.#held.values()].map(({ target, name, endsAtMs }) => ({
      target,
      name,
      untilMs: wallMs + endsAtMs - nowMs,
    }));
  }

  /** Commands that put everything back into an empty table. */
  restoration(nowMs: number): string[] {
    this.#expire(nowMs);
    if (this.#held.size === 0) return [];
    return [
      ...this.#rules(),
      ...[...this.#held.values()].flatMap(({ elements, endsAtMs }) =>
        holdCommands(elements, endsAtMs - nowMs)
      ),
    ];
  }

  /** Carries out one order, or says why not. */
  async apply(order: unknown, scene: HostScene): Promise<HostOutcome> {
    const read = hostOrder.safeParse(order);
    if (!read.success) {
      const [issue] = read.error.issues;
      return refused({
        code: "invalid",
        detail: `${issue?.path.join(".") || "order"}: ${issue?.message ?? ""}`,
      });
    }
    this.#expire(scene.moment.nowMs);
    const { target } = read.data;
    return "pid" in target
      ? await this.#applyToProcess(target, read.data, scene)
      : await this.#applyToNetwork(target, read.data, scene);
  }

  /**
   * Ends one measure, by its key, or all.
   *
   * @returns How many ended.
   */
  async release(
    key: string,
    { run, moment }: Pick<HostScene, "run" | "moment">,
  ): Promise<number> {
    this.#expire(moment.nowMs);
    const ended = [...this.#held].filter(([each]) =>
      key === "all" || each === key
    );
    for (const [each, { slot, elements }] of ended) {
      if (slot !== undefined) await this.#processes?.letGo(slot);
      if (elements.length > 0) await run(dropCommands(elements));
      this.#held.delete(each);
    }
    return ended.length;
  }

  async #applyToProcess(
    target: Extract<HostTarget, { pid: number }>,
    { forMs, callerPid, dryRun }: HostOrder,
    scene: HostScene,
  ): Promise<HostOutcome> {
    const world = this.#processes;
    if (!world) {
      return refused({ code: "firewall", detail: "no control groups here" });
    }
    const lineage = await world.lineage(target.pid);
    const [process] = lineage;
    if (!process) {
      return refused({ code: "invalid", detail: `no process ${target.pid}` });
    }
    const full = this.#isFull(target);
    if (full) return full;
    const spared = sparedBecause(
      lineage,
      await world.lineage(world.ownPid),
      callerPid === undefined ? [] : await world.lineage(callerPid),
    );
    if (spared !== undefined) {
      const matched = `${process.name} (${spared})`;
      return refused({ code: "never_block", matched });
    }
    if (dryRun) {
      const isolated = target.kind === "isolate";
      const sockets = isolated ? await world.sockets(target.pid) : [];
      const elements = elementsOf(target, "GROUP", sockets);
      return this.#imagine(target, elements, forMs, [
        `# process ${target.pid} goes into a control group, GROUP, ${
          isolated ? "of its own" : "and is frozen"
        }; after ${forMs} ms it is back where it was`,
      ]);
    }
    if (scene.mode === "observe") return refused({ code: "observe" });
    return await this.#hold(target, process, forMs, scene, world);
  }

  async #hold(
    target: Extract<HostTarget, { pid: number }>,
    process: ProcessView,
    forMs: number,
    scene: HostScene,
    world: ProcessWorld,
  ): Promise<HostOutcome> {
    // A process is in one group; the last order counts.
    await this.release(`freeze ${target.pid}`, scene);
    await this.release(`isolate ${target.pid}`, scene);
    const slot = this.#freeSlot();
    try {
      const isolated = target.kind === "isolate";
      const sockets = isolated ? await world.sockets(target.pid) : [];
      const group = await world.hold(process, slot, forMs, !isolated);
      const elements = elementsOf(target, group, sockets);
      const outcome = await this.#keep(
        { target, name: process.name, elements, slot },
        forMs,
        scene,
      );
      if (!outcome.applied) await world.letGo(slot);
      return outcome;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return refused({ code: "firewall", detail });
    }
  }

  async #applyToNetwork(
    target: Exclude<HostTarget, { pid: number }>,
    { forMs, dryRun }: HostOrder,
    scene: HostScene,
  ): Promise<HostOutcome> {
    const full = this.#isFull(target);
    if (full) return full;
    if (target.kind === "interface" && target.device === "lo") {
      return refused({ code: "never_block", matched: "lo (loopback)" });
    }
    if (target.kind === "quarantine_member") {
      const matched = sparedMember(target.addresses, scene.protectedEntries);
      if (matched !== undefined) {
        return refused({ code: "never_block", matched });
      }
    }
    const elements = elementsOf(target, "", []);
    if (dryRun) return this.#imagine(target, elements, forMs, []);
    if (scene.mode === "observe") return refused({ code: "observe" });
    const name = target.kind === "interface"
      ? target.device
      : target.kind === "quarantine_member"
      ? target.name
      : "this host";
    return await this.#keep({ target, name, elements }, forMs, scene);
  }

  async #keep(
    held: Omit<Held, "endsAtMs">,
    forMs: number,
    { moment, run }: HostScene,
  ): Promise<HostOutcome> {
    const { target, name, elements } = held;
    const key = targetKey(target);
    const before = this.#held.get(key);
    this.#held.set(key, { ...held, endsAtMs: moment.nowMs + forMs });
    const detail = elements.length === 0
      ? undefined
      : await run([...this.#rules(), ...holdCommands(elements, forMs)]);
    if (detail !== undefined) {
      if (before) this.#held.set(key, before);
      else this.#held.delete(key);
      return refused({ code: "firewall", detail });
    }
    return {
      applied: true,
      lease: { target, name, untilMs: moment.wallMs + forMs },
    };
  }

  #imagine(
    target: HostTarget,
    elements: HostElements,
    forMs: number,
    comments: readonly string[],
  ): HostOutcome {
    const commands = elements.length === 0
      ? []
      : [...this.#rules(target), ...holdCommands(elements, forMs)];
    return { applied: false, script: scriptOf([...comments, ...commands]) };
  }

  #rules(...more: readonly HostTarget[]): string[] {
    const limits: InterfaceLimit[] = [];
    const ports = new Set<number>();
    const held = [...this.#held.values()].map(({ target }) => target);
    for (const target of [...held, ...more]) {
      if (target.kind === "interface") limits.push(target);
      if (target.kind === "quarantine_member") {
        for (const port of target.keptPorts) ports.add(port);
      }
    }
    return hostRuleCommands(limits, [...ports]);
  }

  #isFull(target: HostTarget): HostOutcome | undefined {
    const held = [...this.#held].filter(([key]) => key !== targetKey(target))
      .map(([, each]) => each);
    const members =
      held.filter((each) => each.target.kind === "quarantine_member").length;
    const tooMany = held.length >= heldMax ||
      ("pid" in target && this.#freeSlot() >= slotsMax) ||
      (target.kind === "quarantine_member" && members >= target.atOnceMax);
    return tooMany ? refused({ code: "full" }) : undefined;
  }

  #freeSlot(): number {
    const used = new Set([...this.#held.values()].map(({ slot }) => slot));
    let slot = 0;
    while (used.has(slot)) slot++;
    return slot;
  }

  #expire(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.#held) {
      if (endsAtMs <= nowMs) this.#held.delete(key);
    }
  }
}

/**
 * What spares a member's addresses from quarantine: whatever is on the
 * never-block list for another reason than being a member.
 */
function sparedMember(
  addresses: readonly Address[],
  entries: readonly ProtectedEntry[],
): string | undefined {
  const others = new NeverBlock(
    entries.filter(({ reason }) => !reason.startsWith(memberReason)),
  );
  for (const address of addresses) {
    const entry = others.match(address);
    if (entry) return protectionText(entry);
  }
  return undefined;
}

function refused(refusal: Refusal): HostOutcome {
  return { applied: false, refusal };
}
