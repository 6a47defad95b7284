/**
 * What the kernel of a lab host holds against whom, asked of `nft` itself, so
 * that it can be told whether or not an agent is alive.
 *
 * @module
 */
import type { LabHost } from "./lab_network.ts";

/** One element of one of our sets. */
export interface KernelElement {
  /** `block4`, `throttle4`, …; see `defense/containment/ruleset.ts`. */
  readonly set: string;
  readonly address: string;
  /** Until the kernel ends it; a whole second, as nft prints it. */
  readonly secondsLeft: number;
}

interface Listed {
  readonly val?: unknown;
  readonly expires?: number;
}

/**
 * Everything held under an address or a pair that begins with one, except the
 * never-block list; nothing where there is no table.
 */
export async function kernelElements(host: LabHost): Promise<KernelElement[]> {
  const { code, stdout } = await host.run(
    ...["nft", "-j", "list", "table", "inet", "stealthmesh"] as const,
  );
  if (code !== 0) return [];
  const { nftables } = JSON.parse(stdout) as {
    nftables: { set?: { name: string; elem?: unknown[] } }[];
  };
  return nftables.flatMap(({ set }) => {
    if (!set || set.name.startsWith("exempt") || set.name === "alive") {
      return [];
    }
    return (set.elem ?? []).map((each) => {
      const elem = (each as { elem?: Listed }).elem ?? { val: each };
      return {
        set: set.name,
        address: addressOf(elem.val),
        secondsLeft: elem.expires ?? Infinity,
      };
    });
  });
}

/** The first part of a pair such as `10.0.0.1 . 22`. */
function addressOf(value: unknown): string {
  const pair = value as { concat?: unknown[] };
  return String(pair.concat?.[0] ?? value);
}

/** What is held against one address, by the name of the set. */
export async function heldAgainst(
  host: LabHost,
  address: string,
): Promise<Map<string, KernelElement>> {
  const all = await kernelElements(host);
  return new Map(
    all.filter((each) => each.address === address)
      .map((each) => [each.set, each]),
  );
}

/** Programs that run inside a host, by name. */
export async function programsOn(
  host: LabHost,
): Promise<{ pid: number; name: string }[]> {
  const pids = (await host.pids()).map(String);
  return pids.flatMap((pid) => {
    try {
      const name = Deno.readTextFileSync(`/proc/${pid}/comm`).trim();
      return [{ pid: Number(pid), name }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
