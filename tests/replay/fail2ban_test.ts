/**
 * `agent --replay --format fail2ban:NAME` as its user runs it, or compiled
 * (`STEALTHMESH_BINARY`), with filters of our own.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { stealthmesh } from "../cli/child.ts";

const filter = `# Refusals of an imagined shop.
[INCLUDES]
before = names.conf

[Definition]
failregex = ^%(program)s refused <F-USER>\\S+</F-USER> from <HOST>$
            ^%(program)s broken (<HOST>
            ^%(program)s odd (a+)+$ <HOST>
            ^%(program)s even (x+x+)+y<HOST>
            ^%(program)s odder (a|a)*b<HOST>
            <strict-<mode>>
strict-normal =
strict-all = ^%(program)s closed by <HOST>$
mode = normal
`;

async function withFilters(
  lines: readonly string[],
  body: (log: string, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const log = `${directory}/shop.log`;
    Deno.writeTextFileSync(log, lines.join("\n") + "\n");
    Deno.writeTextFileSync(`${directory}/shop.conf`, filter);
    Deno.writeTextFileSync(
      `${directory}/names.conf`,
      "[DEFAULT]\nprogram = \\s*\\S+ shopd\\[\\d+\\]:\n",
    );
    await body(log, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function seen(stdout: string): unknown[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

const begin = "2026-03-03T04:10:01Z shop shopd[7]:";

Deno.test("agent --replay reads a log through a filter of fail2ban", () =>
  withFilters([
    `${begin} refused ada from 192.0.2.7`,
    `${begin} closed by 192.0.2.8`,
    `${begin} refused bob from shop.example`,
  ], async (log, directory) => {
    const args = [
      "agent",
      "--replay",
      log,
      "--observations",
      "--filters",
      directory,
    ];
    const normal = await stealthmesh([...args, "--format", "fail2ban:shop"]);
    equal(normal.code, 0, normal.stderr);
    deepEqual(seen(normal.stdout), [
      {
        type: "observation",
        at: "2026-03-03T04:10:01.000Z",
        kind: "auth_failure",
        service: "shop",
        source: "192.0.2.7",
        user: "ada",
        line: 1,
      },
      { type: "summary", records: 3, unparsed: 0, seconds: 0 },
    ]);
    match(normal.stderr, /shop\.conf:7: left out: .*unterminated subpattern/);
    const all = await stealthmesh([
      ...args,
      "--format",
      `fail2ban:${directory}/shop.conf[mode=all]`,
    ]);
    equal(seen(all.stdout).length, 3, all.stderr);
  }));

Deno.test("agent --replay drops lines that are made to take for ever, and goes on", () =>
  withFilters([
    `${begin} odd ${"a".repeat(60_000)} `,
    `${begin} refused ada from 192.0.2.7`,
    `${begin} even ${"x".repeat(60_000)} y`,
    `${begin} refused ada from 192.0.2.7`,
    `${begin} odder ${"a".repeat(60_000)} b`,
    `${begin} refused ada from 192.0.2.7`,
  ], async (log, directory) => {
    const { code, stdout, stderr } = await stealthmesh([
      "agent",
      "--replay",
      log,
      "--observations",
      "--format",
      "fail2ban:shop",
      "--filters",
      directory,
    ]);
    equal(code, 0, stderr);
    const records = seen(stdout) as { line?: number }[];
    deepEqual(records.slice(0, -1).map(({ line }) => line), [2, 4, 6]);
    deepEqual(records.at(-1), {
      type: "summary",
      records: 6,
      unparsed: 3,
      seconds: 0,
    });
  }));

Deno.test("agent --replay says what to do without the filter it was told of", () =>
  withFilters([], async (log, directory) => {
    const { code, stdout, stderr } = await stealthmesh([
      "agent",
      "--replay",
      log,
      "--format",
      "fail2ban:shp",
      "--filters",
      directory,
    ]);
    equal(code, 1);
    equal(stdout, "");
    match(
      stderr,
      /Cannot use filter shp: there is no file .*shp\.conf\n +See what is there/,
    );
  }));
