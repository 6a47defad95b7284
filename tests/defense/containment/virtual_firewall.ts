/**
 * A firewall for tests: sets with timeouts on a clock that stands still until
 * told otherwise, all or nothing as in the kernel.
 *
 * @module
 */
import type { Clock } from "../../../mesh/mod.ts";
import type { CheckingFirewall } from "../../../defense/containment/containment_control.ts";
import { ContainmentError } from "../../../defense/containment/containment_error.ts";
import {
  type ElementCommand,
  readElementCommand,
} from "../../../defense/containment/lease_commands.ts";
import { serviceText } from "../../../defense/service.ts";
import type { HeldElement } from "../../../defense/world.ts";

/** A clock that moves when told. */
export class StillClock implements Clock {
  #nowMs = 1_000;
  wallOffsetMs = 1_700_000_000_000;
  #wakes: { atMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }
  wallMs(): number {
    return this.wallOffsetMs + this.#nowMs;
  }
  after(delayMs: number, wake: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, wake };
    this.#wakes.push(entry);
    return () => this.#wakes = this.#wakes.filter((each) => each !== entry);
  }
  /** Moves on and wakes who is due. */
  advance(byMs: number): void {
    this.#nowMs += byMs;
    const due = this.#wakes.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#wakes = this.#wakes.filter((each) => !due.includes(each));
    for (const { wake } of due) wake();
  }
}

type Element = Pick<ElementCommand, "address" | "service" | "comment"> & {
  readonly endsAtMs: number;
};
type Sets = Map<string, Map<string, Element>>;

/** Holds our table, or none. */
export class VirtualFirewall implements CheckingFirewall {
  readonly scripts: string[] = [];
  #sets: Sets | undefined;
  #guard = 0;
  readonly #watchers = new Set<() => void>();
  /** What the next script fails with. */
  failure: ContainmentError | undefined;
  /** Words in a checked script that this kernel does not know. */
  unknownWord = "";
  readonly #clock: StillClock;

  constructor(clock: StillClock) {
    this.#clock = clock;
  }

  get hasTable(): boolean {
    return this.#sets !== undefined;
  }

  /** The number of the ruleset, which counts up as rules are written. */
  guard(): Promise<string> {
    return this.#sets
      ? Promise.resolve(`${this.#guard}`)
      : Promise.reject(rejected("no such table"));
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** As somebody's `nft flush table inet stealthmesh` does: sets stay. */
  flushRules(): void {
    this.#guard++;
    this.#tell();
  }

  #tell(): void {
    for (const changed of this.#watchers) changed();
  }

  /** As somebody's `nft flush ruleset` does. */
  flushRuleset(): void {
    this.#sets = undefined;
    this.#tell();
  }

  check(script: string): Promise<void> {
    return this.unknownWord !== "" && script.includes(this.unknownWord)
      ? Promise.reject(rejected(`unknown ${this.unknownWord}`))
      : Promise.resolve();
  }

  run(script: string): Promise<void> {
    if (this.failure) {
      const failure = this.failure;
      this.failure = undefined;
      return Promise.reject(failure);
    }
    let sets: Sets | undefined = structuredClone(this.#sets);
    for (const line of script.trimEnd().split("\n")) {
      if (line.startsWith("add table ")) sets ??= new Map();
      else if (!sets) return Promise.reject(rejected("no such table"));
      else if (line.startsWith("delete table ")) sets = undefined;
      else if (!this.#runInTable(sets, line)) {
        return Promise.reject(rejected(`no such element: ${line}`));
      }
    }
    this.scripts.push(script);
    this.#sets = sets;
    if (script.includes("add rule ")) {
      this.#guard++;
      this.#tell();
    }
    return Promise.resolve();
  }

  #runInTable(sets: Sets, line: string): boolean {
    const [, chainVerb, chain] = /^(add|list) chain \S+ \S+ (\w+)/.exec(line) ??
      [];
    // A chain is kept as a set that nothing is ever in.
    if (chainVerb === "list") return sets.has(`chain ${chain}`);
    if (chainVerb === "add") sets.set(`chain ${chain}`, new Map());
    const added = /^add set \S+ \S+ (\w+)/.exec(line)?.[1];
    if (added !== undefined && !sets.has(added)) sets.set(added, new Map());
    const flushed = /^flush set \S+ \S+ (\w+)/.exec(line)?.[1];
    if (flushed !== undefined) sets.get(flushed)?.clear();
    const command = readElementCommand(line);
    if (!command) return true;
    const set = sets.get(command.set);
    if (!set) return false;
    const { verb, address, service, timeoutMs = Infinity, comment } = command;
    const key = service ? `${address} ${serviceText(service)}` : address;
    if (verb === "delete") return set.delete(key);
    if (!set.has(key)) {
      const endsAtMs = this.#clock.nowMs() + timeoutMs;
      set.set(key, {
        address,
        ...(service && { service }),
        endsAtMs,
        comment,
      });
    }
    return true;
  }

  elements(): Promise<HeldElement[]> {
    if (!this.#sets) return Promise.reject(rejected("no such table"));
    return Promise.resolve(
      [...this.#sets].filter(([set]) =>
        !set.startsWith("exempt") && set !== "neighbours6"
      )
        .flatMap(([set, elements]) =>
          [...elements.values()].map(({ endsAtMs, ...element }) => ({
            set,
            ...element,
            remainingMs: endsAtMs - this.#clock.nowMs(),
          }))
        ).filter(({ remainingMs }) => remainingMs > 0),
    );
  }
}

/** A rejection with these words. */
export function rejected(words: string): ContainmentError {
  return new ContainmentError("nft_rejected", { cause: words });
}
