/**
 * Containment on a host of its own, and what its tests ask of it and of the
 * attacker beside it. Root, `ip`, `nft` and `nmap` needed.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import type { Lease } from "../../../defense/lease.ts";
import type { Service } from "../../../defense/service.ts";
import type { LeaseOutcome, ProtectedEntry } from "../../../defense/world.ts";
import { labMissing, NetworkLab, type Peer, victim } from "./network_lab.ts";

/** What came of a connection, and its number at the peer. */
export type Connected = { outcome: string; id: number };

/** How long a peer waits before it calls silence silence. */
export const waitMs = 600;

/** A test with a network of its own; `host` is in the victim's namespace. */
export function kernelTest(
  name: string,
  check: (lab: NetworkLab, host: Peer) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: labMissing,
    async fn() {
      await using lab = await NetworkLab.create();
      await check(lab, lab.peer("v"));
    },
  });
}

/** Starts containment on a host. */
export function enforce(
  host: Peer,
  entries: ProtectedEntry[] = [],
): Promise<unknown> {
  return host.tell({
    do: "spawn",
    mode: "enforce",
    protected: entries,
    onExit: "remove",
  });
}

/** Asks for one lease, which must be granted. */
export async function apply(
  host: Peer,
  measure: Lease["measure"],
  subject: string,
  forMs = 60_000,
  service?: Service,
): Promise<void> {
  const [outcome] = await host.tell<LeaseOutcome[]>({
    do: "apply",
    leases: [{ subject, measure, forMs, ...(service && { service }) }],
  });
  ok(outcome?.applied, JSON.stringify(outcome));
}

/** Tries one connection. */
export function connect(
  peer: Peer,
  address: string,
  port: number,
): Promise<Connected> {
  return peer.tell({ do: "connect", address, port, waitMs });
}

/**
 * Waits until a condition holds.
 *
 * @throws {Error} If it does not within `patienceMs`, which is far longer than
 *   it takes.
 */
export async function until(
  is: () => boolean | Promise<boolean>,
  what: () => string,
  patienceMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!await is()) {
    if (performance.now() > deadline) {
      throw new Error(`Waited ${patienceMs} ms in vain for ${what()}`);
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** The victim's whole ruleset. */
export function ruleset(lab: NetworkLab): Promise<string> {
  return lab.run("v", "nft", "list", "ruleset");
}

/** Ports of `nmap` output by state: `closed`, `open`, `filtered`. */
export function portsIn(output: string, state: string): number {
  const [, , shown = "0"] = output.match(
    new RegExp(`(Not shown: .*?)?\\b(\\d+) ${state} tcp ports`),
  ) ?? [];
  return Number(shown) +
    [...output.matchAll(new RegExp(`^\\d+/tcp\\s+${state}\\b`, "gm"))].length;
}

/** Scans the 100 most usual ports of the victim; returns what nmap says. */
export function scan(lab: NetworkLab, ...from: string[]): Promise<string> {
  return lab.run(
    ...["a", "nmap", "-sS", "-T4", "-n", "-Pn", "--top-ports", "100"] as const,
    ...[
      "--max-retries",
      "1",
      "--host-timeout",
      "60s",
      "--max-rtt-timeout",
      "300ms",
      ...from,
      victim.v4,
    ],
  );
}
