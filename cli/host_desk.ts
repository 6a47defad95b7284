/**
 * Orders about the agent's own host, an operator's and those of the mesh's vote:
 * names become addresses, containment is asked, and what came of an operator's
 * is written down.
 *
 * @module
 */
import type {
  HostMeasureAnswer,
  HostMeasureOrder,
  HostRequest,
} from "../dashboard/mod.ts";
import {
  type HostTarget,
  type JournalWriter,
  type QuarantineOutcome,
  quarantineTarget,
  targetKey,
} from "../defense/mod.ts";
import type { ContainmentIsolate } from "../defense/host/mod.ts";
import type { MemberView, NodeId } from "../mesh/mod.ts";
import { splitHostPort } from "./host_addresses.ts";
import { memberNamed, type NobodyNamed } from "./member_named.ts";

/** What the orders lean on. */
export interface HostDeskParts {
  readonly self: NodeId;
  readonly containment: Pick<
    ContainmentIsolate,
    "applyHost" | "releaseHost" | "hostLeases"
  >;
  readonly journal: JournalWriter;
  readonly wallMs: () => number;
  readonly members: () => readonly MemberView[];
  /** Where members reach this host, `[::]:8443`. */
  readonly listen: string;
  /** Told of members that the operator lets back in. */
  readonly onReadmitted: (member: NodeId) => void;
}

/** Carries out orders about this host. */
export class HostDesk {
  readonly #parts: HostDeskParts;

  constructor(parts: HostDeskParts) {
    this.#parts = parts;
  }

  /** Does what is asked, or says why not. */
  async contain(
    { request, forMs, callerPid, dryRun }: HostMeasureOrder,
  ): Promise<HostMeasureAnswer | NobodyNamed> {
    const target = this.#targetOf(request);
    if ("refused" in target) return target;
    const what = targetKey(target);
    const outcome = await this.#parts.containment.applyHost({
      target,
      forMs,
      ...(callerPid !== undefined && { callerPid }),
      dryRun,
    });
    if (dryRun) return { outcome };
    this.#note("operator", "contain_host", { what, forMs });
    if (outcome.applied) {
      const { name, untilMs } = outcome.lease;
      this.#note("done", "host_lease", { what, name, untilMs });
    } else if ("refusal" in outcome) {
      this.#note("refused", "host_lease", { what, ...outcome.refusal });
    }
    return { outcome };
  }

  /** Ends what was asked for; how many measures ended. */
  async release(request: HostRequest): Promise<number | NobodyNamed> {
    const target = this.#targetOf(request);
    if ("refused" in target) return target;
    const what = targetKey(target);
    const ended = await this.#parts.containment.releaseHost(what);
    if (target.kind === "quarantine_member") this.#readmit(target.name);
    this.#note("operator", "release_host", { what, ended });
    return ended;
  }

  /** Cuts off a member that the mesh has agreed on; whoever asks writes it down. */
  async quarantine(
    member: NodeId,
    untilMs: number,
  ): Promise<QuarantineOutcome> {
    const target = this.#targetOf({ kind: "quarantine", member });
    if ("refused" in target) {
      const refusal = { code: "invalid", detail: target.refused } as const;
      return { applied: false, refusal };
    }
    // What an operator ordered for longer is not cut short.
    const held = await this.#parts.containment.hostLeases();
    const isHeld = held.some((lease) =>
      targetKey(lease.target) === targetKey(target) && lease.untilMs >= untilMs
    );
    if (isHeld) return { applied: true };
    const forMs = untilMs - this.#parts.wallMs();
    const order = { target, forMs };
    const outcome = await this.#parts.containment.applyHost(order);
    if (outcome.applied) return { applied: true };
    const refusal = "refusal" in outcome
      ? outcome.refusal
      : { code: "invalid", detail: "only a dry run" } as const;
    return { applied: false, refusal };
  }

  /** Lets a member back in, or this host, by the operator's word to all. */
  async readmit(member: NodeId): Promise<void> {
    const target = this.#targetOf({ kind: "quarantine", member });
    if ("refused" in target) return;
    await this.#parts.containment.releaseHost(targetKey(target));
  }

  #readmit(name: string): void {
    const member = memberNamed(name, this.#parts.members());
    if ("node" in member) this.#parts.onReadmitted(member.node);
  }

  #targetOf(request: HostRequest): HostTarget | NobodyNamed {
    if (request.kind !== "quarantine") return request;
    if (request.member === undefined) return { kind: "quarantine_self" };
    const members = this.#parts.members();
    const meant = memberNamed(request.member, members);
    if ("refused" in meant) return meant;
    if (meant.node === this.#parts.self) return { kind: "quarantine_self" };
    const { port } = splitHostPort(this.#parts.listen);
    return quarantineTarget(meant, members, port) ??
      { refused: `"${request.member}" has no address to be met under` };
  }

  #note(
    stage: "operator" | "done" | "refused",
    what: string,
    detail: Record<string, unknown>,
  ): void {
    const atMs = this.#parts.wallMs();
    const entry = { atMs, stage, subject: "", node: "", what, detail };
    this.#parts.journal.append(entry);
  }
}
