/**
 * The filters of Debian's package as they are, and fail2ban itself as the
 * judge. Skipped where fail2ban is not at hand, except in CI.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readAddress } from "../../../../defense/address.ts";
import { readFilter } from "../../../../defense/host/filter_files.ts";
import { checkFilter } from "../../../../defense/sensors/fail2ban/line_filter.ts";
import { compare, judgeLines } from "./differential.ts";
import {
  askFail2ban,
  filterNames,
  hasProgram,
  packageDirectory,
  packageRoot,
} from "./package_filters.ts";
import { popularLines } from "./popular_lines.ts";

const inCi = Deno.env.get("CI") !== undefined;
const ignore = packageRoot === undefined && !inCi;
const shared = [
  new URL("../../../../../shared/data/fail2ban/share.jsonl", import.meta.url)
    .pathname,
].find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

Deno.test({
  name: "every filter of the package loads whole",
  ignore,
  fn: () => {
    const names = filterNames();
    ok(names.length > 80, `${names.length} filters`);
    const broken = names.flatMap((name) => {
      const { refusals, isUsable } = checkFilter(
        readFilter(name, packageDirectory),
      );
      return isUsable && refusals.length === 0
        ? []
        : [`${name}: ${JSON.stringify(refusals)}`];
    });
    deepEqual(broken, []);
  },
});

for (const { filter, lines } of popularLines) {
  Deno.test({
    name: `${filter} blames whom it should`,
    ignore,
    fn: () => {
      const definition = readFilter(filter, packageDirectory);
      const found = judgeLines(
        definition,
        lines.map(([line]) => line),
        Date.UTC(2026, 2, 4),
      );
      deepEqual(
        found.map(({ line, host, user }) => [line, host, user]),
        lines.flatMap(([line, host, user]) =>
          host === undefined ? [] : [[line, host, user]]
        ),
      );
    },
  });
}

// Asking fail2ban costs 0.4 s a filter; `differential.ts` asks about all.
const asked = [
  "sshd[mode=aggressive]",
  "dovecot",
  "apache-auth",
  "mongodb-auth",
];
for (const name of asked) {
  Deno.test({
    name: `${name} gives fail2ban's verdict on made lines`,
    ignore: !hasProgram && !inCi,
    fn: async () => {
      const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
      const { different, failures, examples } = await compare(name, 150, seed);
      equal(different, 0, `seed ${seed}: ${examples.join("\n")}`);
      ok(failures > 0, `seed ${seed}`);
    },
  });
}

interface AnnotatedLine {
  readonly service: string;
  readonly line: string;
  readonly match: boolean;
  readonly expect_host?: string;
  readonly filter_options?: readonly Readonly<Record<string, string>>[];
}

Deno.test({
  name: "annotated lines get fail2ban's verdict, host and user",
  ignore: shared === undefined || (!hasProgram && !inCi),
  fn: async () => {
    const byFilter = new Map<string, AnnotatedLine[]>();
    for (const text of Deno.readTextFileSync(shared!).trim().split("\n")) {
      const row: AnnotatedLine = JSON.parse(text);
      for (const options of row.filter_options ?? [{}]) {
        const listed = Object.entries(options).map(([key, value]) =>
          `${key}=${value}`
        ).join(",");
        const name = row.service + (listed === "" ? "" : `[${listed}]`);
        byFilter.set(name, [...byFilter.get(name) ?? [], row]);
      }
    }
    let asked = 0;
    const different: string[] = [];
    for (const [name, rows] of byFilter) {
      const lines = rows.map(({ line }) => line);
      const theirs = await askFail2ban(name, lines);
      const ours = judgeLines(
        readFilter(name, packageDirectory),
        lines,
        Date.now(),
      );
      asked += rows.length;
      const plain = (
        { host, user }: { readonly host: string; readonly user?: string },
      ) => `${name} ${readAddress(host) ?? host} ${user ?? ""}`;
      const rest = theirs.map((each) =>
        plain({ ...each, user: each.user ?? "" })
      );
      for (const each of ours) {
        const at = rest.indexOf(plain({ ...each, user: each.user ?? "" }));
        if (at < 0) {
          different.push(
            `only we: ${plain({ ...each, user: each.user ?? "" })}`,
          );
        } else rest.splice(at, 1);
      }
      different.push(...rest.map((each) => `only fail2ban: ${each}`));
    }
    ok(asked > 100, `${asked} lines`);
    deepEqual(different, []);
  },
});
