/**
 * What stands where an agent has its sensors and its wall, on a host that only
 * listens to the mesh: nothing is looked at here, and nothing is touched. Every
 * order about measures is answered as in `observe`.
 *
 * Whether its word counts elsewhere is not this file's question: its invite
 * says that it does not (`Member.observer`), so the others ask nobody.
 *
 * @module
 */
import type { Sensors } from "../defense/host/mod.ts";
import type { ContainmentIsolate } from "../defense/host/mod.ts";
import type { Lease, ProtectedEntry } from "../defense/mod.ts";

const observes = { code: "observe" } as const;

/** Containment that contains nothing; remembers whom it would never. */
export function noContainment(
  list: readonly ProtectedEntry[],
): ContainmentIsolate {
  const entries = [...list];
  const nothing = () => {};
  return {
    apply: (leases) => Promise.resolve(leases.map(refused)),
    release: () => Promise.resolve(0),
    held: () => Promise.resolve([]),
    protect(more) {
      const known = new Set(entries.map(({ network }) => network));
      entries.push(...more.filter(({ network }) => !known.has(network)));
    },
    list: () => Promise.resolve(),
    spare: nothing,
    beCautious: nothing,
    protectedEntries: () => Promise.resolve([...entries]),
    setMode: () => Promise.resolve(),
    applyHost: () => Promise.resolve({ applied: false, refusal: observes }),
    releaseHost: () => Promise.resolve(0),
    hostLeases: () => Promise.resolve([]),
    rehearse: () => Promise.resolve({ cut: [], kept: [], more: 0 }),
    steerTo: () => Promise.resolve(),
    report: () =>
      Promise.resolve({
        mode: "observe",
        socketLookup: false,
        decoys: false,
        held: 0,
        proven: 0,
        restored: 0,
        failed: 0,
        lastError: "",
        rejected: 0,
        unread: [],
        nft: { console: false, consoleFailures: 0, version: "" },
      }),
    stop: () => Promise.resolve(),
  };
}

/** Sensors that see nothing. */
export function noSensors(): Sensors {
  const nothing = () => {};
  return {
    onDetected: nothing,
    onFailure: nothing,
    onLearned: nothing,
    onTallied: nothing,
    addTally: nothing,
    addPrior: nothing,
    forget: nothing,
    setBasePrior: nothing,
    onTraced: nothing,
    lend: nothing,
    watch: nothing,
    touched: nothing,
    setDecoyPorts: nothing,
    report: () =>
      Promise.resolve({ sources: [], observations: {}, subjects: 0 }),
    stop: () => Promise.resolve(),
  };
}

function refused(lease: Lease) {
  return { applied: false, lease, refusal: observes } as const;
}
