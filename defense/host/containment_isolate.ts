/**
 * The containment isolate (design §4): the only place that runs nft. Started
 * by `spawn_containment.ts` as a worker with no network, no writing, no
 * environment and no programs but nft, `cat` for the kernel's tables that Deno
 * will not open here, `ss`, and those of `process_control.ts`.
 *
 * It takes {@linkcode WallRequest}s and nothing else; whatever does not read as
 * one is counted. Every 60 s it looks again whom this host cannot do without.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { Clock } from "../../mesh/mod.ts";
import { createContainment } from "../containment/containment.ts";
import type { ContainmentControl } from "../containment/containment_control.ts";
import { ContainmentError } from "../containment/containment_error.ts";
import { parseNetwork } from "../containment/network.ts";
import { bootMarkOf } from "../containment/ruleset.ts";
import { type Rehearsal, rehearse } from "../containment/rehearsal.ts";
import { readAddress } from "../address.ts";
import type { Lease, Refusal } from "../lease.ts";
import type { LeaseOutcome, ProtectedEntry } from "../world.ts";
import { currentConnections } from "./current_connections.ts";
import { findHostAddresses, findSessions } from "./host_addresses.ts";
import { NftFirewall } from "./nft_firewall.ts";
import { processesOfHost } from "./process_control.ts";
import { outputOf } from "./program_output.ts";
import { tableReader } from "./socket_watch.ts";
import {
  type ContainmentIsolateReport,
  type WallAnswer,
  type WallOutcome,
  type WallRequest,
  wallRequest,
} from "./wall_messages.ts";

/** Random, and another one after each boot: proc_sys_kernel(5). */
const bootIdFile = "/proc/sys/kernel/random/boot_id";
/** How often the host's own addresses are looked up again; our choice. */
const lookAgainMs = 60_000;

const clock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

const firewall = new NftFirewall();
let containment: ContainmentControl | undefined;
let unread: readonly string[] = [];
let rejected = 0;

self.onmessage = ({ data }: MessageEvent<unknown>): void => {
  const request = wallRequest.safeParse(data);
  if (!request.success) {
    rejected++;
    const id = (data as { id?: unknown } | null)?.id;
    if (typeof id === "number") {
      reply({
        id,
        ok: false,
        code: "",
        detail: request.error.issues[0]?.message ?? "",
      });
    }
    return;
  }
  answer(request.data).then(
    (value) => reply({ id: request.data.id, ok: true, value }),
    (error: unknown) => reply({ id: request.data.id, ...failureOf(error) }),
  );
};

async function answer(request: WallRequest): Promise<unknown> {
  if (request.ask === "start") return await start(request);
  if (!containment) throw new Error("containment has not started");
  switch (request.ask) {
    case "apply":
      // Its warden reads every field again, whatever the type says here.
      return (await containment.apply(request.leases as Lease[])).map(crossing);
    case "release":
      return await containment.release(request.subject);
    case "held":
      return await containment.held();
    case "host_apply":
      return await containment.applyHost(request.order);
    case "host_release":
      return await containment.releaseHost(request.key);
    case "host_leases":
      return containment.hostLeases();
    case "rehearse":
      return await rehearsal(containment, request.lease);
    case "protect":
      return protect(containment, request.entries);
    case "list":
      return await containment.list(request.entries);
    case "spare":
      return containment.spare(request.entries.filter(isReadable));
    case "cautious":
      return containment.beCautious(request.cautious);
    case "entries":
      return containment.protectedEntries();
    case "mode":
      return await containment.setMode(request.mode);
    case "steer":
      return await containment.steerTo(request.plan ?? undefined);
    case "report":
      return await report(containment);
    case "stop":
      try {
        return await containment.stop(request.onExit);
      } finally {
        await firewall.close();
      }
  }
}

async function start(
  request: Extract<WallRequest, { ask: "start" }>,
): Promise<void> {
  if (containment) throw new Error("containment has already started");
  const found = await findHostAddresses();
  unread = found.unread;
  const admins = request.adminAddresses
    .map((text): ProtectedEntry => ({
      network: readAddress(text) ?? text,
      reason: "admin session",
    }))
    .filter(isReadable);
  const processes = await processesOfHost();
  containment = await createContainment({
    firewall,
    clock,
    ...(processes && { processes }),
    mode: request.mode,
    boot: bootMarkOf(await outputOf(tableReader, [bootIdFile])),
    protectedEntries: [
      ...found.entries,
      ...await findSessions(),
      ...admins,
      ...request.protected,
    ],
    listed: request.listed.filter(isReadable),
  });
  setInterval(() => void lookAgain(), lookAgainMs);
}

async function rehearsal(
  control: ContainmentControl,
  asked: unknown,
): Promise<Rehearsal & { refusal?: Refusal }> {
  const judged = control.judge(asked);
  if ("code" in judged) {
    return { cut: [], kept: [], more: 0, refusal: judged };
  }
  return rehearse(judged, await currentConnections());
}

function protect(
  control: ContainmentControl,
  entries: readonly ProtectedEntry[],
): void {
  try {
    control.protect(entries.filter(isReadable));
  } catch (error) {
    // The list is full. Nobody waits for this answer, so the report tells it.
    rejected += entries.length;
    throw error;
  }
}

/** One unreadable network must not leave the others unprotected. */
function isReadable({ network }: ProtectedEntry): boolean {
  try {
    parseNetwork(network);
    return true;
  } catch {
    rejected++;
    return false;
  }
}

async function lookAgain(): Promise<void> {
  const found = await findHostAddresses();
  unread = found.unread;
  if (containment) protect(containment, found.entries);
}

async function report(
  control: ContainmentControl,
): Promise<ContainmentIsolateReport> {
  try {
    await firewall.version();
  } catch {
    // The report says so by an empty version.
  }
  return {
    ...control.report(),
    rejected,
    unread: [...unread],
    nft: firewall.report(),
  };
}

function crossing(outcome: LeaseOutcome): WallOutcome {
  return outcome.applied
    ? { applied: true, lease: { ...outcome.lease }, atMs: outcome.atMs }
    : { applied: false, refusal: outcome.refusal };
}

function failureOf(
  error: unknown,
): { ok: false; code: ContainmentError["code"] | ""; detail: string } {
  return error instanceof ContainmentError
    ? { ok: false, code: error.code, detail: error.detail }
    : { ok: false, code: "", detail: String(error) };
}

function reply(message: WallAnswer): void {
  self.postMessage(message);
}
