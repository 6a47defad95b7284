/**
 * An operator's orders about the agent's own host: names become addresses,
 * containment is asked, and what came of it is written down.
 *
 * @module
 */
import type {
  HostMeasureAnswer,
  HostMeasureOrder,
  HostRequest,
} from "../dashboard/mod.ts";
import {
  type Address,
  type HostTarget,
  type JournalWriter,
  readAddress,
  targetKey,
} from "../defense/mod.ts";
import type { ContainmentIsolate } from "../defense/host/mod.ts";
import type { MemberView, NodeId } from "../mesh/mod.ts";
import { splitHostPort } from "./host_addresses.ts";
import { memberNamed, type NobodyNamed } from "./member_named.ts";

/** What the orders lean on. */
export interface HostDeskParts {
  readonly self: NodeId;
  readonly containment: ContainmentIsolate;
  readonly journal: JournalWriter;
  readonly wallMs: () => number;
  readonly members: () => readonly MemberView[];
  /** Where members reach this host, `[::]:8443`. */
  readonly listen: string;
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
    this.#note("operator", "release_host", { what, ended });
    return ended;
  }

  #targetOf(request: HostRequest): HostTarget | NobodyNamed {
    if (request.kind !== "quarantine") return request;
    if (request.member === undefined) return { kind: "quarantine_self" };
    const members = this.#parts.members();
    const meant = memberNamed(request.member, members);
    if ("refused" in meant) return meant;
    if (meant.node === this.#parts.self) return { kind: "quarantine_self" };
    const addresses = meant.addresses.flatMap((text): Address[] => {
      const address = readAddress(splitHostPort(text).hostname);
      return address === undefined ? [] : [address];
    });
    if (addresses.length === 0) {
      return { refused: `"${request.member}" has no address to be met under` };
    }
    const present = members.filter(({ revoked }) => !revoked).length;
    return {
      kind: "quarantine_member",
      name: meant.name || meant.node,
      addresses: [...new Set(addresses)],
      keptPorts: [splitHostPort(this.#parts.listen).port],
      atOnceMax: Math.max(1, Math.floor(present / 10)),
    };
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
