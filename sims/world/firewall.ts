/**
 * A kernel's firewall without a kernel: it takes the scripts that production
 * writes, keeps the elements of our sets until their time is over, and judges
 * packets as the rules of `defense/containment/ruleset.ts` do. Whatever it
 * cannot read in a script is rejected, so a writer that strays is found here.
 *
 * @module
 */
import {
  type Address,
  ContainmentError,
  familyOf,
  type Firewall,
  type HeldElement,
  neighbourSet,
  NeverBlock,
  prefix64Of,
  probesMax,
  readElementCommand,
  scanMs,
  type Service,
  serviceText,
} from "../../defense/mod.ts";
import type { VirtualClock } from "./clock.ts";

/** New connections to served ports that a throttled subject gets a minute. */
const throttledPerMinute = 6;
const minuteMs = 60_000;

/** What the kernel does with a first packet. */
export type Verdict = "pass" | "drop";

interface Element {
  readonly address: Address;
  readonly service?: Service;
  readonly untilMs: number;
  readonly comment: string;
}

/** What a script that fails must leave as it was. */
interface Contents {
  readonly present: boolean;
  readonly exempt: string[];
  readonly cautious: boolean;
  readonly sets: Map<string, Map<string, Element>>;
}

/** Sets of one host, and the packets they decide about. */
export class VirtualFirewall implements Firewall {
  readonly #clock: VirtualClock;
  readonly #answerMs: number;
  #present = false;
  #sets = new Map<string, Map<string, Element>>();
  #exempt: string[] = [];
  #never = new NeverBlock([]);
  /** Ports that stay open to members in quarantine. */
  #kept: ReadonlySet<number> = new Set();
  /** A newcomer's first port that nobody serves makes it a suspect. */
  #cautious = false;
  /** Ports not served that each newcomer has tried. */
  readonly #probes = new Map<Address, Set<number>>();
  /** New connections of throttled subjects within the last minute. */
  readonly #opened = new Map<Address, number[]>();
  /** Scripts taken so far. */
  scripts = 0;

  /** @param answerMs From a script to the kernel's answer. */
  constructor(clock: VirtualClock, answerMs: number) {
    this.#clock = clock;
    this.#answerMs = answerMs;
  }

  /**
   * Runs one script: all of it or nothing.
   *
   * @throws {ContainmentError} `nft_rejected` for a command it cannot read.
   */
  async run(script: string): Promise<void> {
    await new Promise<void>((wake) => this.#clock.after(this.#answerMs, wake));
    const before = this.#snapshot();
    for (const line of script.split("\n")) {
      if (line === "" || this.#command(line)) continue;
      this.#restore(before);
      throw new ContainmentError("nft_rejected", { cause: line });
    }
    this.scripts++;
    this.#never = new NeverBlock(
      this.#exempt.map((network) => ({ network, reason: "exempt" })),
    );
  }

  /** What is held, with the time that remains. */
  elements(): Promise<HeldElement[]> {
    if (!this.#present) {
      return Promise.reject(
        new ContainmentError("nft_rejected", { cause: "no such table" }),
      );
    }
    return Promise.resolve(this.held());
  }

  /** The same, for whoever looks at the simulation from outside. */
  held(): HeldElement[] {
    const nowMs = this.#clock.nowMs();
    // Whom the kernel counts how is nothing that is held against anybody.
    const against = [...this.#sets].filter(([set]) => set !== neighbourSet);
    return against.flatMap(([set, elements]) =>
      [...elements.values()].filter(({ untilMs }) => untilMs > nowMs)
        .map(({ untilMs, ...element }) => ({
          set,
          ...element,
          remainingMs: untilMs - nowMs,
        }))
    );
  }

  /**
   * Judges the opening of a connection from `source` to one port.
   *
   * @param repeats Whether the source repeats a SYN that was dropped, as every
   *   TCP does and a SYN scanner does not.
   */
  judge(
    source: Address,
    port: number,
    served: boolean,
    repeats = true,
  ): Verdict {
    if (!this.#present) return "pass";
    const family = familyOf(source);
    // A quarantine stands above the list of those who are never contained.
    if (
      this.#isIn(`quarantined${family}`, source) && !this.#kept.has(port)
    ) return "drop";
    if (this.#never.match(source)) return "pass";
    const prefix = prefix64Of(source);
    const service: Service = { protocol: "tcp", port };
    const isIn = (set: string, where?: Service) =>
      this.#isIn(`${set}${family}`, source, where) ||
      this.#isIn(`${set}${family}`, prefix, where);
    if (isIn("block") || isIn("service_block", service)) return "drop";
    // There are no decoys in this world, so who is steered goes nowhere.
    if (isIn("steer")) return "drop";
    if (
      isIn("service_throttle", service) && this.#judgeRate(prefix) === "drop"
    ) return "drop";
    if (!served) {
      return isIn("scan") || isIn("throttle") || isIn("caution")
        ? this.#suspect(source, family)
        : this.#judgeNewcomer(source, port, family);
    }
    if (isIn("scan") && !repeats) return "drop";
    return isIn("throttle") ? this.#judgeRate(prefix) : "pass";
  }

  #judgeRate(source: Address): Verdict {
    const nowMs = this.#clock.nowMs();
    const recent = (this.#opened.get(source) ?? [])
      .filter((atMs) => nowMs - atMs < minuteMs);
    this.#opened.set(source, recent);
    if (recent.length >= throttledPerMinute) return "drop";
    recent.push(nowMs);
    return "pass";
  }

  #judgeNewcomer(source: Address, port: number, family: 4 | 6): Verdict {
    const sender = this.#senderOf(source);
    const probes = this.#probes.get(sender) ?? new Set();
    this.#probes.set(sender, probes.add(port));
    const most = this.#cautious ? 0 : probesMax;
    return probes.size <= most ? "pass" : this.#suspect(source, family);
  }

  /** Whom the fast path counts an address as. */
  #senderOf(source: Address): Address {
    const prefix = prefix64Of(source);
    return this.#isIn(neighbourSet, prefix) ? source : prefix;
  }

  #suspect(source: Address, family: 4 | 6): Verdict {
    const sender = this.#senderOf(source);
    this.#set(`scan${family}`).set(sender, {
      address: sender,
      untilMs: this.#clock.nowMs() + scanMs,
      comment: "",
    });
    return "drop";
  }

  #isIn(set: string, address: Address, service?: Service): boolean {
    const element = this.#sets.get(set)?.get(keyOf(address, service));
    return element !== undefined && element.untilMs > this.#clock.nowMs();
  }

  #set(name: string): Map<string, Element> {
    const known = this.#sets.get(name);
    if (known) return known;
    const made = new Map<string, Element>();
    this.#sets.set(name, made);
    return made;
  }

  /** Carries out one command; `false` if it cannot be read or must fail. */
  #command(line: string): boolean {
    const element = readElementCommand(line);
    if (element) {
      if (!this.#present) return false;
      const { verb, set, address, service, timeoutMs, comment } = element;
      if (set.startsWith("exempt")) {
        this.#exempt.push(address);
      } else if (verb === "delete") {
        return this.#set(set).delete(keyOf(address, service));
      } else {
        const untilMs = this.#clock.nowMs() + (timeoutMs ?? Infinity);
        // Like the kernel: what is there keeps its time and its comment.
        if (!this.#isIn(set, address, service)) {
          this.#set(set).set(keyOf(address, service), {
            address,
            ...(service && { service }),
            untilMs,
            comment,
          });
        }
      }
      return true;
    }
    const [verb, kind] = line.split(" ", 2);
    if (verb === "add" && kind === "table") return this.#present = true;
    if (!this.#present) return false;
    if (verb === "delete" && kind === "table") {
      this.#present = false;
      this.#sets = new Map();
      this.#exempt = [];
      return true;
    }
    if (verb === "flush" && kind === "set") {
      const name = line.split(" ").at(-1) ?? "";
      if (name.startsWith("exempt")) {
        const family = name.endsWith("6") ? 6 : 4;
        this.#exempt = this.#exempt.filter((network) =>
          (network.includes(":") ? 6 : 4) !== family
        );
      } else this.#sets.delete(name);
      return true;
    }
    const networks = /^add element \S+ \S+ exempt[46] \{ (.*) \}$/.exec(line);
    if (networks?.[1]) {
      this.#exempt.push(...networks[1].split(", "));
      return true;
    }
    if (/^flush chain \S+ \S+ newcomer$/.test(line)) this.#cautious = false;
    if (/^add rule \S+ \S+ newcomer update @scan/.test(line)) {
      this.#cautious = true;
    }
    const kept = /^add rule \S+ \S+ from_quarantined tcp dport \{ (.*) \}/
      .exec(line);
    if (kept?.[1]) this.#kept = new Set(kept[1].split(", ").map(Number));
    return /^(?:add (?:chain|set|rule)|(?:flush|delete|list) chain) /
      .test(line) ||
      // What a host in quarantine would do itself is not played here.
      /^(?:add|delete) element \S+ \S+ (?:alive|quarantine) /.test(line);
  }

  #snapshot(): Contents {
    return {
      present: this.#present,
      exempt: [...this.#exempt],
      cautious: this.#cautious,
      sets: new Map(
        [...this.#sets].map(([name, elements]) => [name, new Map(elements)]),
      ),
    };
  }

  #restore(before: Contents): void {
    this.#present = before.present;
    this.#exempt = before.exempt;
    this.#cautious = before.cautious;
    this.#sets = before.sets;
  }
}

function keyOf(address: Address, service: Service | undefined): string {
  return service ? `${address} ${serviceText(service)}` : address;
}
