/**
 * Compares our reading of fail2ban's filters with fail2ban itself: the same
 * made lines through both, every filter of the package.
 *
 * ```sh
 * STEALTHMESH_FAIL2BAN=/tmp/f2b deno run -A tests/defense/sensors/fail2ban/differential.ts [--lines 200] [--seed 1] [NAME…]
 * ```
 *
 * @module
 */
import { readAddress } from "../../../../defense/address.ts";
import { readFilter } from "../../../../defense/host/filter_files.ts";
import type { FilterDefinition } from "../../../../defense/sensors/fail2ban/filter_definition.ts";
import { LineFilter } from "../../../../defense/sensors/fail2ban/line_filter.ts";
import { linesFor, seeded } from "./made_lines.ts";
import {
  askFail2ban,
  filterNames,
  type ForeignFailure,
  packageDirectory,
} from "./package_filters.ts";

/** How one filter compares. */
export interface Comparison {
  readonly lines: number;
  readonly failures: number;
  /** Failures that only one of both found, or told differently. */
  readonly different: number;
  /** Some of them, for people. */
  readonly examples: readonly string[];
}

/** Our own verdicts, as fail2ban would print them. */
export function judgeLines(
  definition: FilterDefinition,
  lines: readonly string[],
  nowMs: number,
): (ForeignFailure & { readonly line: string })[] {
  const clock = { nowMs, offsetMinutesAt: () => 0 };
  const filter = new LineFilter(definition, () => clock);
  return lines.flatMap((line) => {
    const verdict = filter.judge(line);
    if (verdict.what !== "failure") return [];
    const { host, id, user, atMs } = verdict.failure;
    return [{
      host: id ?? host ?? "",
      user,
      atSeconds: Math.floor(atMs / 1_000),
      line,
    }];
  });
}

/** Compares one filter over made lines. */
export async function compare(
  name: string,
  count: number,
  seed: number,
): Promise<Comparison> {
  const definition = readFilter(name, packageDirectory);
  const lines = linesFor(definition, count, seeded(seed));
  const startedAt = Date.now() / 1_000 - 1;
  const theirs = await askFail2ban(name, lines);
  const ours = judgeLines(definition, lines, Date.now());
  const unmatched = new Map<string, string[]>();
  for (const failure of theirs) {
    const key = keyOf(failure, startedAt);
    const shown = `only fail2ban: ${JSON.stringify(failure)}`;
    unmatched.set(key, [...unmatched.get(key) ?? [], shown]);
  }
  const extra: string[] = [];
  for (const failure of ours) {
    // A line without stamp happened now to them, with the last one to us.
    const keys = [keyOf(failure, Infinity), keyOf(failure, -Infinity)];
    const key = keys.find((each) => (unmatched.get(each)?.length ?? 0) > 0);
    if (key !== undefined) unmatched.get(key)!.pop();
    else extra.push(`only we: ${JSON.stringify(failure)}`);
  }
  const differences = [...[...unmatched.values()].flat(), ...extra];
  return {
    lines: lines.length,
    failures: theirs.length,
    different: differences.length,
    examples: differences.slice(0, 4),
  };
}

function keyOf(
  { host, user, atSeconds }: ForeignFailure,
  startedAt: number,
): string {
  const when = atSeconds === undefined || atSeconds >= startedAt
    ? "no stamp"
    : atSeconds;
  return JSON.stringify([plain(host), user ?? "", when]);
}

/** fail2ban spells addresses its own way. */
function plain(host: string): string {
  const bare = host.replace(/^\[|\]$/g, "");
  // `::ffff:2` becomes `::255.255.0.2` there.
  const mixed = /^::(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare);
  const parts = mixed?.slice(1).map(Number) ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const hexadecimal = mixed &&
    `::${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return readAddress(hexadecimal ?? bare) ?? bare;
}

if (import.meta.main) {
  const args = [...Deno.args];
  const option = (flag: string, otherwise: number): number => {
    const at = args.indexOf(flag);
    return at < 0 ? otherwise : Number(args.splice(at, 2)[1]);
  };
  const count = option("--lines", 200);
  const seed = option("--seed", 1);
  const names = args.length > 0 ? args : filterNames();
  const total = { lines: 0, failures: 0, different: 0 };
  for (const name of names) {
    try {
      const result = await compare(name, count, seed);
      total.lines += result.lines;
      total.failures += result.failures;
      total.different += result.different;
      if (result.different > 0 || result.failures === 0 || args.length > 0) {
        console.log(name, JSON.stringify(result));
      }
    } catch (error) {
      console.log(name, "cannot be compared:", String(error).slice(0, 300));
    }
  }
  console.log(`${names.length} filters`, JSON.stringify(total));
}
