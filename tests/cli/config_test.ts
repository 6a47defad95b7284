import { textFormatNames } from "../../defense/mod.ts";
import { deepEqual, equal, throws } from "node:assert/strict";
import {
  type ConfigHost,
  defaultStateDir,
  loadConfig,
} from "../../cli/config.ts";
import { describeProfileSetting, planOf } from "../../cli/profile_setting.ts";

const etc = "/etc/stealthmesh/stealthmesh.yaml";

function hostWith(
  options: {
    files?: Record<string, string>;
    env?: Record<string, string>;
    root?: boolean;
  } = {},
): ConfigHost {
  return {
    env: (name) => options.env?.[name],
    readFile: (path) => options.files?.[path],
    root: options.root ?? true,
    hostName: "box",
  };
}

function withFile(text: string): ConfigHost {
  return hostWith({ files: { [etc]: text } });
}

function originOf(loaded: ReturnType<typeof loadConfig>, name: string) {
  return loaded.settings.find((setting) => setting.name === name)?.origin;
}

Deno.test("loadConfig() runs on defaults alone", () => {
  const { config, path } = loadConfig(hostWith(), {});
  equal(path, undefined);
  equal(config.mode, "observe");
  equal(config.stateDir, "/var/lib/stealthmesh");
  equal(config.name, "box");
});

Deno.test("loadConfig() lets the strongest source win and tells which", () => {
  const host = hostWith({
    files: {
      [etc]: "mode: enforce\nprofile: wan\nlisten: '192.0.2.1:1'\n",
    },
    env: {
      STEALTHMESH_PROFILE: "metered",
      STEALTHMESH_LISTEN: "192.0.2.1:2",
    },
  });
  const loaded = loadConfig(host, {
    listen: { flag: "--listen", value: "192.0.2.1:3" },
  });
  equal(loaded.config.listen, "192.0.2.1:3");
  equal(loaded.config.profile, "metered");
  equal(loaded.config.mode, "enforce");
  equal(loaded.config.interface, "any");
  deepEqual(originOf(loaded, "listen"), { kind: "flag", flag: "--listen" });
  deepEqual(originOf(loaded, "profile"), {
    kind: "environment",
    variable: "STEALTHMESH_PROFILE",
  });
  deepEqual(originOf(loaded, "mode"), {
    kind: "file",
    path: etc,
    line: 1,
    column: 7,
  });
  deepEqual(originOf(loaded, "interface"), { kind: "default" });
});

Deno.test("loadConfig() reads lists and numbers from the environment", () => {
  const { config } = loadConfig(
    hostWith({
      env: {
        STEALTHMESH_NEVER_BLOCK: "192.0.2.0/24, 2001:db8::1",
        STEALTHMESH_JOURNAL_DAYS: "7",
        STEALTHMESH_COVER_PAGE_TITLE: "Bakery",
        STEALTHMESH_DECOYS_ENABLED: "false",
        STEALTHMESH_DECOYS_PORTS: "2222, 3306",
        STEALTHMESH_DECOYS_NODE: "till-3",
        STEALTHMESH_DECOYS_MEMBERS: "true",
        STEALTHMESH_DECOYS_MEMBERS_PORT: "9000",
        STEALTHMESH_CANARIES_USERS: "svc-old",
      },
    }),
    {},
  );
  deepEqual(config.neverBlock, ["192.0.2.0/24", "2001:db8::1"]);
  equal(config.journal.days, 7);
  equal(config.coverPage.title, "Bakery");
  deepEqual(config.decoys, {
    enabled: false,
    ports: [2222, 3306],
    services: [],
    node: "till-3",
    members: true,
    membersPort: 9000,
  });
  deepEqual(config.canaries, { users: ["svc-old"], urls: [], files: [] });
});

const stateDirs: {
  root: boolean;
  env: Record<string, string>;
  directory: string;
}[] = [
  { root: true, env: { HOME: "/root" }, directory: "/var/lib/stealthmesh" },
  {
    root: false,
    env: { XDG_STATE_HOME: "/x", HOME: "/home/a" },
    directory: "/x/stealthmesh",
  },
  {
    root: false,
    env: { XDG_STATE_HOME: "relative", HOME: "/home/a" },
    directory: "/home/a/.local/state/stealthmesh",
  },
  {
    root: false,
    env: { HOME: "/home/a" },
    directory: "/home/a/.local/state/stealthmesh",
  },
];

for (const { root, env, directory } of stateDirs) {
  Deno.test(`defaultStateDir() is ${directory} for ${root ? "root" : "a user"} with ${JSON.stringify(env)}`, () => {
    equal(defaultStateDir(hostWith({ root, env })), directory);
  });
}

const places: {
  name: string;
  host: ConfigHost;
  named?: string;
  path: string;
}[] = [
  { name: "/etc for root", host: withFile("mode: enforce"), path: etc },
  {
    name: "the XDG directory otherwise",
    host: hostWith({
      root: false,
      env: { HOME: "/home/u" },
      files: { "/home/u/.config/stealthmesh/stealthmesh.yaml": "" },
    }),
    path: "/home/u/.config/stealthmesh/stealthmesh.yaml",
  },
  {
    name: "the environment",
    host: hostWith({
      env: { STEALTHMESH_CONFIG: "/e.yaml" },
      files: { "/e.yaml": "", [etc]: "mode: nonsense" },
    }),
    path: "/e.yaml",
  },
  {
    name: "the flag first",
    host: hostWith({
      env: { STEALTHMESH_CONFIG: "/e.yaml" },
      files: { "/e.yaml": "mode: nonsense", "/f.yaml": "" },
    }),
    named: "/f.yaml",
    path: "/f.yaml",
  },
];

for (const { name, host, named, path } of places) {
  Deno.test(`loadConfig() finds the file by ${name}`, () =>
    equal(loadConfig(host, {}, named).path, path));
}

Deno.test("loadConfig() does not read the working directory", () => {
  const host = hostWith({ files: { "stealthmesh.yaml": "mode: enforce" } });
  equal(loadConfig(host, {}).config.mode, "observe");
});

/** Text of a file, and the first complaint about it. */
const complaints: { name: string; text: string; says: string }[] = [
  {
    name: "an unknown key, with the one that was meant",
    text: "# ours\nmod: enforce\n",
    says: '2:1: unknown key "mod"; did you mean "mode"?',
  },
  {
    name: "another spelling of a key",
    text: "never_block: []\n",
    says: '1:1: unknown key "never_block"; did you mean "neverBlock"?',
  },
  {
    name: "an unknown inner key",
    text: "journal:\n  day: 3\n",
    says: '2:3: unknown key "day"; did you mean "days"?',
  },
  {
    name: "an unknown key of the decoys",
    text: "decoys:\n  port: [2222]\n",
    says: '2:3: unknown key "port"; did you mean "ports"?',
  },
  {
    name: "a decoy that does not exist",
    text: "decoys: { ports: [{ port: 2222, as: gopher }] }\n",
    says:
      "1:19: decoys.ports.0: expected a port, such as 2222, or { port: 2223, as: ssh }",
  },
  {
    name: "a real service without an address",
    text: "decoys: { services: [{ port: 22, to: sshd }] }\n",
    says:
      "1:38: decoys.services.0.to: expected ADDRESS:PORT, such as 127.0.0.1:2222 or [fd00::9]:22",
  },
  {
    name: "a canary page that is no path",
    text: "canaries: { urls: [backup] }\n",
    says: "1:20: canaries.urls.0: expected a path, such as /backup",
  },
  {
    name: "a word that is none of the choices",
    text: "mode: block\n",
    says: "1:7: mode: expected observe or enforce",
  },
  {
    name: "a text for a number",
    text: "journal:\n  days: many\n",
    says: "2:9: journal.days: expected a number",
  },
  {
    name: "a number that is too large",
    text: "journal: { days: 99999 }\n",
    says: "1:18: journal.days: expected at most 3650",
  },
  {
    name: "one bad item of a list",
    text: "neverBlock:\n  - 192.0.2.1\n  - 192.0.2.256\n",
    says:
      "3:5: neverBlock.1: expected an address or a network, such as 192.0.2.0/24",
  },
  {
    name: "a scalar for a list",
    text: "logs: /var/log/auth.log\n",
    says: "1:7: logs: expected a list",
  },
  {
    name: "a relative path",
    text: "logs: [auth.log]\n",
    says: "1:8: logs.0: expected an absolute path",
  },
  {
    name: "a log in a format that is none",
    text: "logs: [{ path: /var/log/x.log, format: ngins }]\n",
    says: `1:8: logs.0: expected a path, or path and format, one of ${
      textFormatNames.join(", ")
    }`,
  },
  {
    name: "a sensor whose log has no absolute path",
    text: "sensors:\n  - { fail2ban: sshd, log: auth.log }\n",
    says: "2:28: sensors.0.log: expected an absolute path",
  },
  {
    name: "a sensor of no kind",
    text: "sensors:\n  - sshd\n",
    says:
      "2:5: sensors.0: expected fail2ban:NAME, or keys such as { fail2ban: sshd }",
  },
  {
    name: "an address without a port",
    text: "listen: 192.0.2.1\n",
    says:
      "1:9: listen: expected HOST:PORT, such as [::]:8443 or 192.0.2.1:8443",
  },
  {
    name: "a name with an escape sequence",
    text: 'name: "a\\e[2J"\n',
    says: "1:7: name: expected one line without control characters",
  },
  {
    name: "a profile that is none",
    text: "profile: fast\n",
    says: "1:10: profile: expected lan or wan or metered or open",
  },
  {
    name: "a list of profiles",
    text: "profile: [lan, wan]\n",
    says: "1:10: profile: expected lan or wan or metered or open",
  },
  {
    name: "a profile without a name",
    text: "profile:\n",
    says: "1:9: profile: expected lan or wan or metered or open",
  },
  {
    name: "a plan without a default",
    text: "profile: { far: wan }\n",
    says: "1:10: profile.default: expected lan or wan or metered or open",
  },
  {
    name: "hours in a calendar, which would be two changes a day",
    text:
      "profile:\n  default: lan\n  calendar:\n    - { days: mon-fri, from: '07:00', use: wan }\n",
    says:
      "4:30: profile.calendar.0.from: a rule holds for whole days, so that the " +
      "profile changes at most once a day; say when days begin with changeAt " +
      "beside calendar",
  },
  {
    name: "a day of two rules",
    text:
      "profile:\n  default: lan\n  calendar:\n    - { days: mon-wed, use: wan }\n    - { days: wed, use: metered }\n",
    says: "5:15: profile.calendar.1.days: wed has a rule above already",
  },
  {
    name: "days that are none",
    text:
      "profile:\n  default: lan\n  calendar:\n    - { days: weekend, use: wan }\n",
    says:
      "4:15: profile.calendar.0.days: expected days, such as sat, mon-fri or mon,wed-fri, each once",
  },
  {
    name: "a number for days",
    text: "profile:\n  default: lan\n  calendar: [{ days: 6, use: wan }]\n",
    says: "3:22: profile.calendar.0.days: expected a string",
  },
  {
    name: "a calendar without rules",
    text: "profile:\n  default: lan\n  calendar: []\n",
    says: "3:13: profile.calendar: expected at least 1 items",
  },
  {
    name: "a time of day that YAML reads as a number",
    text:
      "profile:\n  default: lan\n  calendar: [{ days: sat, use: wan }]\n  changeAt: 25:00\n",
    says:
      '4:13: profile.changeAt: expected a time of day in quotes, such as "06:00"',
  },
  {
    name: "a time zone that is none",
    text:
      "profile:\n  default: lan\n  calendar: [{ days: sat, use: wan }]\n  timeZone: Mars/Base\n",
    says:
      "4:13: profile.timeZone: expected the name of a time zone, such as Europe/Zurich or UTC",
  },
  {
    name: "a time of change that nothing changes at",
    text: 'profile:\n  default: lan\n  changeAt: "06:00"\n',
    says: "3:13: profile.changeAt: says nothing without calendar",
  },
  {
    name: "far links without slots",
    text: "profile:\n  default: lan\n  far: open\n",
    says: "3:8: profile.far: expected wan or metered",
  },
  {
    name: "a misspelt key of a plan",
    text: "profile:\n  default: lan\n  calender: []\n",
    says: '3:3: unknown key "calender"; did you mean "calendar"?',
  },
  {
    name: "a misspelt key of a rule",
    text: "profile:\n  default: lan\n  calendar: [{ day: sat, use: wan }]\n",
    says: "3:14: profile.calendar.0.days: expected a string",
  },
  {
    name: "a list for the whole",
    text: "- mode\n",
    says: "1:1: expected keys with values",
  },
  {
    name: "a key given twice",
    text: "mode: observe\nmode: enforce\n",
    says: "2:1: Map keys must be unique",
  },
  {
    name: "a quote that is never closed",
    text: 'name: "a\n',
    says: '2:1: Missing closing "quote',
  },
];

for (const { name, text, says } of complaints) {
  Deno.test(`loadConfig() points at ${name}`, () => {
    throws(() => loadConfig(withFile(text), {}), (error: Error) => {
      equal(error.name, "SyntaxError");
      equal(error.message.split("\n")[1], `  ${etc}:${says}`);
      return true;
    });
  });
}

Deno.test("loadConfig() takes a profile by calendar, as it was written", () => {
  const { config, settings } = loadConfig(
    withFile(
      'profile:\n  default: lan\n  calendar:\n    - { days: sat-sun, use: metered }\n  changeAt: "06:30"\n  timeZone: Europe/Zurich\n  far: wan\n',
    ),
    {},
  );
  const { calendar, fixed, far } = planOf(config.profile, "UTC");
  deepEqual([fixed, far], ["lan", "wan"]);
  deepEqual([calendar?.beginsAtMinute, calendar?.timeZone], [
    390,
    "Europe/Zurich",
  ]);
  deepEqual(calendar?.days, {
    mon: "lan",
    tue: "lan",
    wed: "lan",
    thu: "lan",
    fri: "lan",
    sat: "metered",
    sun: "metered",
  });
  const shown = settings.find(({ name }) => name === "profile")?.value;
  equal(
    describeProfileSetting(shown as typeof config.profile),
    "lan, sat-sun metered, from 06:30, far links wan",
  );
});

Deno.test("planOf() of a plan without a time zone is in that of the host", () => {
  const { config } = loadConfig(
    withFile(
      "profile: { default: lan, calendar: [{ days: sat, use: wan }] }\n",
    ),
    {},
  );
  const { calendar } = planOf(config.profile, "Asia/Kathmandu");
  deepEqual([calendar?.timeZone, calendar?.beginsAtMinute], [
    "Asia/Kathmandu",
    0,
  ]);
  equal(planOf("open", "UTC").calendar, undefined);
});

Deno.test("loadConfig() tells all complaints at once", () => {
  throws(
    () => loadConfig(withFile("mode: x\nprofile: y\n"), {}),
    /1:7: mode.*\n.*2:10: profile/,
  );
});

Deno.test("loadConfig() names the flag or variable that is wrong", () => {
  throws(
    () => loadConfig(hostWith({ env: { STEALTHMESH_MODE: "x" } }), {}),
    {
      message:
        "Cannot use mode from environment STEALTHMESH_MODE: expected observe or enforce",
    },
  );
  throws(
    () => loadConfig(hostWith(), { listen: { flag: "--listen", value: "x" } }),
    /^SyntaxError: Cannot use listen from flag --listen: expected HOST:PORT/,
  );
});

Deno.test("loadConfig() refuses a named file that is not there", () => {
  throws(() => loadConfig(hostWith(), {}, "/gone.yaml"), {
    name: "OperatorError",
    code: "wrong_usage",
  });
});

Deno.test("loadConfig() refuses a file that is far too long", () => {
  throws(() => loadConfig(withFile("#".repeat(300_000)), {}), /at most 262144/);
});

const advertised: { text: string; taken: boolean }[] = [
  { text: "none", taken: true },
  { text: "[2001:db8::1]:8443,192.0.2.1:8443,a.example:443", taken: true },
  { text: "none,192.0.2.1:8443", taken: false },
  { text: "nobody", taken: false },
  { text: "2001:db8::1:8443", taken: false },
];
for (const { text, taken } of advertised) {
  Deno.test(`loadConfig() ${taken ? "takes" : "refuses"} advertise ${text}`, () => {
    const host = hostWith({ env: { STEALTHMESH_ADVERTISE: text } });
    if (!taken) return throws(() => loadConfig(host, {}), SyntaxError);
    deepEqual(loadConfig(host, {}).config.advertise, text.split(","));
  });
}
