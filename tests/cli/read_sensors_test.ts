import { deepEqual } from "node:assert/strict";
import { expandHostTags } from "../../defense/sensors/fail2ban/host_tags.ts";
import { readSensors, sensorFindings } from "../../cli/read_sensors.ts";
import {
  describeSensors,
  type SensorsSetting,
} from "../../cli/sensor_setting.ts";

async function withFilters(
  body: (directory: string) => void,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(`${directory}/${name}`, text);
  try {
    write(
      "shop.conf",
      "[Definition]\nfailregex = <lt_<logtype>> <HOST>\n            <m-<mode>>\n" +
        "m-normal =\nm-all = all <HOST>\n            broken (<HOST>\n" +
        "mode = normal\njournalmatch = _COMM=shopd\n" +
        "lt_file = file\nlt_journal = journal\n",
    );
    write("silent.conf", "[Definition]\nfailregex = <HOST>\n");
    write("bad.conf", "[Definition]\nfailregex = (<HOST>\n");
    write("ugly.conf", "failregex = <HOST>\n");
    body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const path = "/var/log/shop.log";

Deno.test("readSensors() reads filters for files and for the journal", () =>
  withFilters((filterDir) => {
    const sensors = readSensors([
      { fail2ban: "shop", filterDir },
      { fail2ban: "shop", filterDir, log: path, mode: "all" },
      `fail2ban:${filterDir}/shop.conf[logtype=file]`,
    ]);
    deepEqual(
      sensors.map(({ name, logs, filter }) => [
        name,
        logs,
        "problem" in filter
          ? filter.problem
          : filter.fail.map(({ text }) => text),
      ]),
      [
        ["shop", [], ["journal <HOST>"]],
        ["shop[mode=all]", [path], [
          "file <HOST>",
          "all <HOST>",
          "broken (<HOST>",
        ]],
        [`${filterDir}/shop.conf[logtype=file]`, [], ["file <HOST>"]],
      ],
    );
  }));

Deno.test("sensorFindings() says what of each filter works", () =>
  withFilters((filterDir) => {
    const findings = sensorFindings(readSensors([
      { fail2ban: "shop", filterDir },
      { fail2ban: "shop", filterDir, mode: "all" },
      { fail2ban: "silent", filterDir },
      { fail2ban: "silent", filterDir, log: path },
      { fail2ban: "bad", filterDir, log: path },
      { fail2ban: "ugly", filterDir, log: path },
      { fail2ban: "lost", filterDir, log: path },
    ]));
    deepEqual(
      findings.map(({ verdict, detail }) =>
        `${verdict} ${detail.replaceAll(filterDir, "")}`
      ),
      [
        "ok 1 failregex",
        "limited left out: /shop.conf:6: missing ), unterminated subpattern at position " +
        positionOf("broken (<HOST>"),
        "missing it names no journalmatch",
        "ok 1 failregex",
        "missing /bad.conf:2: missing ), unterminated subpattern at position " +
        positionOf("(<HOST>"),
        "missing filter ugly: /ugly.conf:1: expected a [section] first",
        "missing filter lost: there is no file /lost.conf",
      ],
    );
  }));

Deno.test("describeSensors() fits on one line", () => {
  const sensors: SensorsSetting = [
    "fail2ban:sshd",
    { fail2ban: "shop", mode: "all", log: [path, "/b"] },
  ];
  deepEqual(
    describeSensors(sensors),
    `fail2ban:sshd, fail2ban:shop[all] from ${path} and /b`,
  );
});

/** Where the pattern ends once `<HOST>` stands for what it does. */
function positionOf(text: string): number {
  return expandHostTags(text, true).length;
}
