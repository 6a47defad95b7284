/**
 * What an attacker writes into a log: markup, SQL, escapes of terminals, marks
 * of direction. A real agent reads it, writes it down, and gives it out again
 * over its API and the command line: nothing is executed, nothing is lost.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { dirname } from "node:path";
import type { AlertPage, EventPage } from "../../dashboard/mod.ts";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

const users = [
  `<img/src=x/onerror=alert(1)>`,
  `';DROP/**/TABLE/**/entry;--`,
  "\x1b[2J\x1b]0;owned\x07red",
  "\u202Etxt.exe\u202C",
  `=HYPERLINK("http://evil.example")`,
];
const attackers = users.map((_, number) => `203.0.113.${10 + number}`);

function guesses(user: string, address: string): string {
  return Array.from({ length: 12 }, (_, number) => {
    const at = new Date().toISOString().replace("Z", "000+00:00");
    return `${at} till sshd[${900 + number}]: Failed password for invalid ` +
      `user ${user} from ${address} port ${40_000 + number} ssh2\n`;
  }).join("");
}

Deno.test("hostile log lines are written down, told and found, and do nothing else", () =>
  inStateDir(async (directory) => {
    const log = `${dirname(directory)}/auth.log`;
    await Deno.writeTextFile(log, "");
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path: `${directory}/agent.sock` },
    });
    const ask = async (path: string): Promise<Response> =>
      await fetch(`http://127.0.0.1${path}`, { client });
    const { code } = await withAgent(directory, async () => {
      for (const [at, user] of users.entries()) {
        await Deno.writeTextFile(log, guesses(user, attackers[at]!), {
          append: true,
        });
      }
      const found = async (query: string) =>
        (await (await ask(`/v1/alerts?limit=500${query}`)).json() as AlertPage)
          .alerts;
      for (;;) {
        const seen = new Set((await found("")).map(({ subject }) => subject));
        if (attackers.every((address) => seen.has(address as never))) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }

      // Whatever is asked for stands for itself, in SQL and in its wildcards.
      for (
        const text of ["' OR 1=1 --", "%", "_", "\\", '"', "'; DROP TABLE"]
      ) {
        const answer = await ask(`/v1/events?text=${encodeURIComponent(text)}`);
        equal(answer.status, 200);
        const { events } = await answer.json() as EventPage;
        for (const { what, detail } of events) {
          ok(`${what} ${JSON.stringify(detail)}`.includes(text), text);
        }
      }
      const health = await (await ask("/v1/health")).json();
      const journal = health.checks.find((check: { name: string }) =>
        check.name === "journal"
      );
      equal(journal.state, "ok");

      // Cursors and numbers that are none.
      for (
        const query of [
          "before=0",
          "before=-1",
          "before=1e999",
          "before=x",
          "before=1.5",
          "limit=0",
          "limit=501",
          "sinceMs=-1",
          "state=all",
          "subject=%27",
          "evidence=E3",
        ]
      ) {
        const answer = await ask(`/v1/alerts?${query}`);
        equal(answer.status, 400, query);
        const problem = await answer.json();
        equal(problem.type, "urn:stealthmesh:problem:malformed");
        ok(problem.detail.length > 0);
      }
      equal((await ask("/v1/alerts?before=9007199254740991")).status, 200);

      // A spreadsheet must not compute, a terminal must not obey.
      const csv = await (await ask("/v1/export/alerts.csv")).text();
      for (const cell of csv.split(/[,\n]/)) ok(!/^"?[=+@]/.test(cell), cell);
      // deno-lint-ignore no-control-regex -- they are what is looked for.
      const control = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
      for (const args of [["alerts"], ["explain", attackers[2]!], ["status"]]) {
        const shown = await stealthmesh([...args, "--state-dir", directory]);
        equal(shown.code, 0, shown.stderr);
        ok(!control.test(shown.stdout), JSON.stringify(shown.stdout));
      }

      deepEqual(
        attackers.filter((address) => !csv.includes(address)),
        [],
      );
    });
    client.close();
    equal(code, 0);
  }));
