/**
 * Judges leases. The decisions of containment, without the firewall: what is
 * asked for goes in, the refusals and one script of what may be done come out.
 *
 * Nothing that a caller says is believed: every field is validated again,
 * and the never-block list is asked last.
 *
 * @module
 */
import * as z from "zod";
import { type Address, readAddress } from "../address.ts";
import {
  type Lease,
  type LeaseCause,
  leaseMsMax,
  type Measure,
  measures,
  type Refusal,
} from "../lease.ts";
import { serviceProtocols } from "../service.ts";
import type { HeldElement, Mode, ProtectedEntry } from "../world.ts";
import { endCommands, grantCommands } from "./lease_commands.ts";
import { type Holding, keyOf, LeaseTable } from "./lease_table.ts";
import { NeverBlock, protectionText } from "./never_block.ts";
import { fastPathSets } from "./fast_path.ts";
import { leaseSets } from "./ruleset.ts";
import { serviceMeasures, serviceSets } from "./service_rules.ts";

/** Every cause there is. */
export const leaseCauses = [
  "own",
  "mesh",
  "operator",
] as const satisfies readonly LeaseCause[];

/** A port of a protocol, as it crosses a wall. */
export const serviceSchema = z.object({
  protocol: z.enum(serviceProtocols),
  port: z.int().min(1).max(65_535),
});

const leaseSchema = z.object({
  subject: z.string().max(64).transform((text, context) => {
    const address = readAddress(text);
    if (address === text) return address;
    context.addIssue({ code: "custom", message: "not a canonical address" });
    return z.NEVER;
  }),
  measure: z.enum(measures),
  service: serviceSchema.optional(),
  untilMs: z.number(),
  cause: z.enum(leaseCauses),
}).refine(
  ({ measure, service }) => !service || isServiceMeasure(measure),
  { path: ["service"], message: "this measure has none" },
).transform(({ service, ...lease }): Lease => ({
  ...lease,
  ...(service && { service }),
}));

/** Both clocks at one moment. */
export interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** What became of one lease in judgement. */
export type Judgement =
  | { readonly granted: true; readonly lease: Lease }
  | { readonly granted: false; readonly refusal: Refusal };

/** A judgement on several leases. */
export interface Plan {
  /** One for each lease, in order. */
  readonly judgements: readonly Judgement[];
  /** What to tell the kernel; empty if nothing was granted. */
  readonly commands: readonly string[];
  /** What is in force once the kernel has agreed; for {@linkcode Warden.confirm}. */
  readonly holdings: readonly Holding[];
}

/** The machine behind the wall. */
export class Warden {
  mode: Mode;
  readonly #neverBlock: NeverBlock;
  /** Exceptions that have an end, which others keep. */
  #spared = new NeverBlock();
  readonly #table = new LeaseTable();

  constructor(
    options: {
      readonly mode: Mode;
      readonly protectedEntries: readonly ProtectedEntry[];
    },
  ) {
    this.mode = options.mode;
    this.#neverBlock = new NeverBlock(options.protectedEntries);
  }

  /** The whole never-block list, no network twice. */
  get protectedEntries(): readonly ProtectedEntry[] {
    const { entries } = this.#neverBlock;
    const known = new Set(entries.map(({ network }) => network));
    const spared = this.#spared.entries.filter(({ network }) =>
      !known.has(network)
    );
    return spared.length === 0 ? entries : [...entries, ...spared];
  }

  /** What protects `address`, if anything does. */
  protectorOf(address: Address): ProtectedEntry | undefined {
    return this.#neverBlock.match(address) ?? this.#spared.match(address);
  }

  /** Judges leases; nothing is in force before {@linkcode confirm}. */
  judge(leases: readonly unknown[], moment: Moment): Plan {
    this.#table.expire(moment.nowMs);
    const holdings = new Map<string, Holding>();
    const added = new Set<string>();
    const judgements = leases.map((lease): Judgement => {
      const read = readLease(lease, moment.wallMs);
      if ("code" in read) return { granted: false, refusal: read };
      const key = keyOf(read);
      const present = holdings.get(key) ??
        this.#table.get(read);
      if (
        this.mode === "enforce" && !present &&
        !this.#table.hasRoomFor(added.size + 1)
      ) return { granted: false, refusal: { code: "full" } };
      const matched = this.protectorOf(read.subject);
      if (matched) {
        const refusal: Refusal = {
          code: "never_block",
          matched: protectionText(matched),
        };
        return { granted: false, refusal };
      }
      if (this.mode === "observe") {
        return { granted: false, refusal: { code: "observe" } };
      }
      if (!present) added.add(key);
      const holding = prolong(present, read, moment);
      holdings.set(key, holding);
      return { granted: true, lease: leaseOf(holding, moment) };
    });
    return {
      judgements,
      holdings: [...holdings.values()],
      commands: [...holdings.values()].flatMap((holding) =>
        grantCommands(holding, holding.endsAtMs - moment.nowMs)
      ),
    };
  }

  /** Judges one lease as `enforce` would, for a rehearsal. */
  rehearse(lease: unknown, moment: Moment): Judgement {
    const imagined = new Warden({
      mode: "enforce",
      protectedEntries: this.protectedEntries,
    });
    const [judgement] = imagined.judge([lease], moment).judgements;
    return judgement ?? { granted: false, refusal: { code: "full" } };
  }

  /** The kernel has agreed: these are in force. */
  confirm(holdings: readonly Holding[]): void {
    for (const holding of holdings) this.#table.set(holding);
  }

  /** Commands that put back everything in force into an empty table. */
  restoration(nowMs: number): string[] {
    this.#table.expire(nowMs);
    return this.#table.all().flatMap((holding) =>
      grantCommands(holding, holding.endsAtMs - nowMs)
    );
  }

  /**
   * Takes over what the kernel still holds from an earlier life of this agent.
   *
   * @returns Commands that end what may not be held.
   */
  adopt(elements: readonly HeldElement[], moment: Moment): string[] {
    const endings: string[] = [];
    for (const element of elements) {
      if (fastPathSets.includes(element.set)) continue;
      const lease = leaseOfElement(element, moment);
      if (lease === undefined) continue;
      const { subject, measure, service } = lease;
      if (this.protectorOf(subject) || !this.#table.hasRoomFor(1)) {
        endings.push(...endCommands(subject, measure, service));
        continue;
      }
      const lastingMs = Math.min(element.remainingMs, leaseMsMax);
      this.#table.set(holdingOf(lease, moment.nowMs + lastingMs));
    }
    return endings;
  }

  /**
   * Protects more networks.
   *
   * @returns Whether the list has grown, and commands that end what was in
   *   force against someone who is now protected.
   * @throws {SyntaxError} If a network cannot be read.
   */
  protect(
    entries: readonly ProtectedEntry[],
  ): { readonly grown: boolean; readonly endings: string[] } {
    const grown = this.#neverBlock.add(entries);
    return { grown, endings: grown ? this.#endProtected() : [] };
  }

  /**
   * Replaces what the operator has listed while we run, and that alone.
   *
   * @returns Commands that end what was in force against someone who is now
   *   protected.
   * @throws {SyntaxError} If a network cannot be read; the list stays.
   * @throws {RangeError} If there are too many; the list stays.
   */
  list(entries: readonly ProtectedEntry[]): string[] {
    this.#neverBlock.list(entries);
    return this.#endProtected();
  }

  /**
   * Protects exactly these networks besides, until told others.
   *
   * @returns Commands that end what was in force against someone who is now
   *   protected.
   * @throws {SyntaxError} If a network cannot be read.
   */
  spare(entries: readonly ProtectedEntry[]): string[] {
    this.#spared = new NeverBlock(entries);
    return this.#endProtected();
  }

  /** Forgets what is held against whoever is protected. */
  #endProtected(): string[] {
    const endings: string[] = [];
    for (const holding of this.#table.all()) {
      const { subject, measure, service } = holding;
      if (!this.protectorOf(subject)) continue;
      endings.push(...endCommands(subject, measure, service));
      this.#table.delete(holding);
    }
    return endings;
  }

  /** Forgets a subject's measures, or all. */
  release(subject: Address | "all"): void {
    this.#table.release(subject);
  }

  /** Measures in force. */
  countHeld(nowMs: number): number {
    this.#table.expire(nowMs);
    return this.#table.all().length;
  }
}

function readLease(lease: unknown, wallMs: number): Lease | Refusal {
  const read = leaseSchema.safeParse(lease);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "lease";
    return { code: "invalid", detail: `${where}: ${issue?.message ?? ""}` };
  }
  const remainingMs = read.data.untilMs - wallMs;
  if (remainingMs <= 0) {
    return { code: "invalid", detail: "untilMs: already over" };
  }
  if (remainingMs > leaseMsMax) {
    return {
      code: "invalid",
      detail: `untilMs: more than ${leaseMsMax} ms from now`,
    };
  }
  return read.data;
}

/** A measure in force is never shortened, except by the operator. */
function prolong(
  present: Holding | undefined,
  lease: Lease,
  { nowMs, wallMs }: Moment,
): Holding {
  const endsAtMs = nowMs + lease.untilMs - wallMs;
  if (present && lease.cause !== "operator" && present.endsAtMs > endsAtMs) {
    return present;
  }
  return holdingOf(lease, endsAtMs);
}

function holdingOf(
  { subject, measure, service, cause }: Lease,
  endsAtMs: number,
): Holding {
  return { subject, measure, ...(service && { service }), cause, endsAtMs };
}

function leaseOf(
  { endsAtMs, ...holding }: Holding,
  { nowMs, wallMs }: Moment,
): Lease {
  return { ...holding, untilMs: wallMs + endsAtMs - nowMs };
}

function isServiceMeasure(measure: Measure): boolean {
  return (serviceMeasures as readonly Measure[]).includes(measure);
}

/**
 * An element of our sets as the lease it stands for.
 *
 * What the kernel's fast path suspects is under a caution of our own. A comment that is
 * no cause was typed by a person.
 *
 * @returns `undefined` for an element of any other set.
 */
export function leaseOfElement(
  { set, address, service, remainingMs, comment }: HeldElement,
  { wallMs }: Pick<Moment, "wallMs">,
): Lease | undefined {
  const untilMs = wallMs + remainingMs;
  if (fastPathSets.includes(set)) {
    return { subject: address, measure: "caution", untilMs, cause: "own" };
  }
  const measure = service ? serviceSets.get(set) : leaseSets.get(set);
  if (measure === undefined) return undefined;
  const cause = leaseCauses.find((known) => known === comment) ?? "operator";
  return {
    subject: address,
    measure,
    ...(service && { service }),
    untilMs,
    cause,
  };
}
