import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { type ConfigHost, loadConfig } from "../../cli/config.ts";
import { describeOrigin } from "../../cli/config_source.ts";
import {
  nothingChanged,
  readRunTime,
  type RunTimeSettings,
  runTimeText,
} from "../../cli/run_time_settings.ts";

const etc = "/etc/stealthmesh/stealthmesh.yaml";
const kept = "/var/lib/stealthmesh/settings.json";
const mark = { by: "anna (owner)", atMs: Date.UTC(2026, 10, 27, 9) };

function hostWith(
  changed: Partial<RunTimeSettings>,
  options: { file?: string; env?: Record<string, string> } = {},
): ConfigHost {
  const text = runTimeText({ ...nothingChanged, ...changed });
  return {
    env: (name) => options.env?.[name],
    readFile: (path) => path === etc ? options.file : undefined,
    readState: (path) => path === kept ? text : undefined,
    root: true,
    hostName: "box",
  };
}

const settingOf = (loaded: ReturnType<typeof loadConfig>, name: string) =>
  loaded.settings.find((each) => each.name === name);

Deno.test("loadConfig() puts what was changed before the file, and after flags and environment", () => {
  const values = {
    mode: { value: "enforce" as const, ...mark },
    learning: { value: "on" as const, ...mark },
    "journal.days": { value: 7, ...mark },
  };
  const file = "mode: observe\njournal: { days: 30 }\n";
  const env = { STEALTHMESH_LEARNING: "off" };
  const plain = loadConfig(hostWith({ values }, { file, env }), {});
  deepEqual(
    [plain.config.mode, plain.config.learning, plain.config.journal.days],
    ["enforce", "off", 7],
  );
  equal(
    describeOrigin(settingOf(plain, "mode")!.origin),
    "changed by anna (owner), 2026-11-27 09:00Z",
  );
  const flagged = loadConfig(hostWith({ values }, { file }), {
    mode: { flag: "--observe", value: "observe" },
  });
  equal(flagged.config.mode, "observe");
  deepEqual(settingOf(flagged, "mode")?.origin, {
    kind: "flag",
    flag: "--observe",
  });
});

Deno.test("loadConfig() adds to a list, so that later lines of the file count", () => {
  const neverBlock = { "198.51.100.0/24": mark, "192.0.2.1": mark };
  const file = "neverBlock: [192.0.2.1, 203.0.113.5]\n";
  const loaded = loadConfig(hostWith({ neverBlock }, { file }), {});
  deepEqual(loaded.config.neverBlock, [
    "192.0.2.1",
    "203.0.113.5",
    "198.51.100.0/24",
  ]);
  deepEqual(
    settingOf(loaded, "neverBlock")?.items?.map(({ value, origin }) =>
      `${value} ${origin.kind}`
    ),
    ["192.0.2.1 file", "203.0.113.5 file", "198.51.100.0/24 run_time"],
  );
});

Deno.test("loadConfig() switches scenarios off and on again over the file", () => {
  const scenarios = {
    "port-scan": { off: false, ...mark },
    "host-sweep": { off: true, ...mark },
  };
  const file = "scenarios: { off: [port-scan, slow-scan] }\n";
  const loaded = loadConfig(hostWith({ scenarios }, { file }), {});
  deepEqual(loaded.config.scenarios.off, ["slow-scan", "host-sweep"]);
  equal(settingOf(loaded, "scenarios.off")?.origin.kind, "run_time");
  const back = { "slow-scan": { off: false, ...mark } };
  const on = loadConfig(hostWith({ scenarios: back }, { file }), {});
  deepEqual(on.config.scenarios.off, ["port-scan"]);
  equal(settingOf(on, "scenarios.off")?.origin.kind, "run_time");
});

const networks = Array.from(
  { length: 1_024 },
  (_, n) => `198.18.${n >> 8}.${n & 255}`,
);
const names = Array.from({ length: 256 }, (_, n) => `scenario-${n}`);
const full: [string, string, Partial<RunTimeSettings>][] = [
  [
    "neverBlock",
    `neverBlock: [${networks}]\n`,
    { neverBlock: { "192.0.2.1": mark } },
  ],
  [
    "scenarios.off",
    `scenarios: { off: [${names}] }\n`,
    { scenarios: { "port-scan": { off: true, ...mark } } },
  ],
];

for (const [name, file, changed] of full) {
  Deno.test(`loadConfig() names both files that make ${name} too long`, () => {
    loadConfig(hostWith({}, { file }), {});
    throws(() => loadConfig(hostWith(changed, { file }), {}), (error) => {
      const { message } = error as Error;
      match(message, new RegExp(`^Cannot use ${name}: .* has \\d+ items`));
      ok(message.includes(`out of ${etc} or of ${kept}`), message);
      return error instanceof SyntaxError;
    });
  });
}

Deno.test("readRunTime() reads what runTimeText() writes", () => {
  const settings: RunTimeSettings = {
    version: 1,
    values: { mode: { value: "enforce", ...mark } },
    neverBlock: { "2001:db8::/32": mark },
    scenarios: { "port-scan": { off: true, ...mark } },
  };
  deepEqual(readRunTime(runTimeText(settings), kept), settings);
});

const damaged: [string, string][] = [
  ["nothing", ""],
  ["half of it", runTimeText(nothingChanged).slice(0, 20)],
  ["another version", '{"version":2}'],
  ["a mode that is none", valuesOf({ mode: { value: "off", ...mark } })],
  ["a key more", valuesOf({ listen: { value: ":1", ...mark } })],
  [
    "a network that is none",
    JSON.stringify({ ...nothingChanged, neverBlock: { everyone: mark } }),
  ],
  ["a megabyte", " ".repeat(1_048_577)],
];

function valuesOf(values: object): string {
  return JSON.stringify({ ...nothingChanged, values });
}

for (const [name, text] of damaged) {
  Deno.test(`readRunTime() refuses ${name}, and says what to do`, () => {
    throws(() => readRunTime(text, kept), (error) => {
      match((error as Error).message, /settings\.json[^]*\n {4}mv \//);
      return error instanceof SyntaxError;
    });
  });
}

Deno.test("readRunTime() accepts or refuses anything, and never half of it", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    try {
      readRunTime(text, kept);
    } catch (error) {
      equal(error instanceof SyntaxError, true);
    }
  }));
});
