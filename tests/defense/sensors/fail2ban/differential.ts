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
  /** The first difference, for people. */
  readonly example?: string;
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
  let different = 0;
  let example: string | undefined;
  const length = Math.max(theirs.length, ours.length);
  for (let index = 0; index < length; index++) {
    const one = ours[index];
    const other = theirs[index];
    const same = one !== undefined && other !== undefined &&
      plain(one.host) === plain(other.host) &&
      (one.user ?? "") === (other.user ?? "") &&
      // A line without stamp happened now to them, with the last one to us.
      ((other.atSeconds ?? Infinity) >= startedAt ||
        one.atSeconds === other.atSeconds);
    if (same) continue;
    different++;
    example ??= `${JSON.stringify(one)} instead of ${JSON.stringify(other)}`;
  }
  return {
    lines: lines.length,
    failures: theirs.length,
    different,
    ...(example !== undefined && { example }),
  };
}

/** fail2ban spells addresses its own way. */
function plain(host: string): string {
  const bare = host.replace(/^\[|\]$/g, "");
  return readAddress(bare) ?? bare;
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
