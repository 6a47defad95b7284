/**
 * The kernel's firewall, through nft: short scripts over a console that stays
 * open, long ones and all failures of the console through a process of their
 * own. Either way a script is one transaction.
 *
 * What nft says is never parsed for meaning, except whether it lacks rights;
 * sets are read as JSON.
 *
 * @module
 */
import * as z from "zod";
import { readAddress } from "../address.ts";
import type { CheckingFirewall } from "../containment/containment_control.ts";
import {
  ContainmentError,
  isRejection,
} from "../containment/containment_error.ts";
import { fastPathSets } from "../containment/fast_path.ts";
import { guardChain, leaseSets, table } from "../containment/ruleset.ts";
import { serviceSets } from "../containment/service_rules.ts";
import { serviceSchema } from "../containment/warden.ts";
import type { HeldElement } from "../world.ts";
import { watchRules } from "./rule_monitor.ts";
import {
  type ConsoleAnswer,
  ConsoleSilence,
  lineBytesMax,
  nftCommand,
  NftConsole,
  startFailure,
} from "./nft_console.ts";

/** Consoles that may fail in a row before scripts go without one. */
const consoleFailuresMax = 3;

const setListing = z.object({
  nftables: z.array(z.object({
    set: z.object({
      name: z.string(),
      elem: z.array(z.unknown()).optional(),
    }).optional(),
  })),
});

const timedElement = z.object({
  elem: z.object({
    val: z.union([
      z.string(),
      z.object({
        concat: z.tuple([z.string(), z.string(), z.number()]),
      }),
    ]),
    expires: z.number().optional(),
    comment: z.string().optional(),
  }),
});

/** How scripts have reached the kernel; for `doctor`. */
export interface NftReport {
  /** A console is open, or may be opened. */
  readonly console: boolean;
  /** Consoles that died or fell silent. */
  readonly consoleFailures: number;
  /** First line of `nft --version`; empty before `version` was asked. */
  readonly version: string;
}

/** nft of this network namespace. */
export class NftFirewall implements CheckingFirewall {
  #console: NftConsole | undefined;
  #consoleFailures = 0;
  #failuresInARow = 0;
  #version = "";

  /** Runs a script as one transaction. */
  async run(script: string): Promise<void> {
    const line = script.trim().split("\n").join("; ");
    const answer = line.length > lineBytesMax
      ? undefined
      : await this.#ask(line, 0);
    if (answer) return refuse(answer.complaint);
    // Every script of ours may run twice: the silent console may have run it.
    await runAlone(["-f", "-"], script);
  }

  /** Asks the kernel whether it would take the script; changes nothing. */
  async check(script: string): Promise<void> {
    await runAlone(["-c", "-f", "-"], script);
  }

  /**
   * Timed elements of the lease sets and of the fast path. A table of another
   * layout may lack some of them.
   *
   * @throws {ContainmentError} If there are none of our sets, or no rights.
   */
  async elements(): Promise<HeldElement[]> {
    const found: HeldElement[] = [];
    const names = [
      ...leaseSets.keys(),
      ...serviceSets.keys(),
      ...fastPathSets,
    ];
    let missing = 0;
    for (const name of names) {
      try {
        found.push(...await this.#elementsOf(name));
      } catch (error) {
        if (!isRejection(error) || ++missing === names.length) throw error;
      }
    }
    return found;
  }

  /** Tells of changes to our rules, whoever made them. */
  watch(changed: () => void): () => void {
    const stop = watchRules(changed);
    return () => void stop();
  }

  /** The entry chain as nft lists it, with the kernel's numbers of its rules. */
  async guard(): Promise<string> {
    const command = `list chain ${table} ${guardChain}`;
    const answer = await this.#ask(command, 1);
    if (answer) refuse(answer.complaint);
    // The same text from either, or who answers would look like a change.
    return answer?.replies[0]?.trim() ??
      (await runAlone(["-j", command], "")).trim();
  }

  async #elementsOf(set: string): Promise<HeldElement[]> {
    // One set per line: nft 1.0.6 cannot list two in one transaction.
    const command = `list set ${table} ${set}`;
    const answer = await this.#ask(command, 1);
    if (answer) refuse(answer.complaint);
    const text = answer?.replies[0] ?? await runAlone(["-j", command], "");
    return readSetListing(text);
  }

  /** What nft is there. */
  async version(): Promise<string> {
    this.#version = (await runAlone(["--version"], "")).trim();
    return this.#version;
  }

  /** How scripts have reached the kernel. */
  report(): NftReport {
    return {
      console: this.#failuresInARow < consoleFailuresMax,
      consoleFailures: this.#consoleFailures,
      version: this.#version,
    };
  }

  /** Ends the console; the table stays. */
  async close(): Promise<void> {
    await this.#console?.close();
    this.#console = undefined;
  }

  /** @returns `undefined` if there is no console to answer. */
  async #ask(
    line: string,
    expected: number,
  ): Promise<ConsoleAnswer | undefined> {
    if (this.#failuresInARow >= consoleFailuresMax) return undefined;
    if (!this.#console?.alive) this.#console = new NftConsole();
    try {
      const answer = await this.#console.run(line, expected);
      this.#failuresInARow = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof ConsoleSilence)) throw error;
      this.#consoleFailures++;
      this.#failuresInARow++;
      return undefined;
    }
  }
}

/**
 * Reads the JSON of `nft -j list set`. An element without an end of its own
 * has none; whoever typed it gets the longest time there is.
 */
export function readSetListing(json: string): HeldElement[] {
  const found: HeldElement[] = [];
  for (const { set } of setListing.parse(JSON.parse(json)).nftables) {
    for (const entry of set?.elem ?? []) {
      const timed = timedElement.safeParse(entry);
      // Elements without a timeout are bare strings.
      const { val, expires, comment } = timed.success
        ? timed.data.elem
        : { val: String(entry), expires: undefined, comment: undefined };
      const [text, ...rest] = typeof val === "string" ? [val] : val.concat;
      const address = readAddress(text);
      if (!set || address === undefined) continue;
      const [protocol, port] = rest;
      const service = serviceSchema.safeParse({ protocol, port });
      found.push({
        set: set.name,
        address,
        ...(service.success && { service: service.data }),
        remainingMs: expires === undefined ? Infinity : expires * 1_000,
        comment: comment ?? "",
      });
    }
  }
  return found;
}

/** Runs nft once. */
async function runAlone(args: string[], script: string): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    const child = nftCommand(args, "piped").spawn();
    const input = child.stdin.getWriter();
    const fed = input.write(new TextEncoder().encode(script))
      .then(() => input.close());
    // nft may end before it has read everything; its own word is the better.
    [output] = await Promise.all([child.output(), fed.catch(() => {})]);
  } catch (error) {
    throw startFailure(error);
  }
  if (!output.success) {
    const text = new TextDecoder().decode(output.stderr);
    refuse(text || `nft ended with code ${output.code}`);
  }
  return new TextDecoder().decode(output.stdout);
}

/** @throws {ContainmentError} Unless `complaint` is empty. */
function refuse(complaint: string): void {
  if (complaint === "") return;
  const denied = /Operation not permitted|must be root|Permission denied/i
    .test(complaint);
  throw new ContainmentError(denied ? "nft_denied" : "nft_rejected", {
    cause: complaint,
  });
}
