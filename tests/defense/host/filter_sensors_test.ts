/** Live logs through filters of fail2ban: real files, a real worker. */
import { deepEqual, equal, match } from "node:assert/strict";
import {
  type FilterSensor,
  readFilter,
  type Sensors,
  spawnSensors,
} from "../../../defense/host/mod.ts";
import type { Alert } from "../../../defense/mod.ts";

const shopFilter = `[INCLUDES]
before = names.conf

[Definition]
failregex = ^%(program)s: refused <F-USER>\\S+</F-USER> from <HOST>$
            ^%(program)s: broken (<HOST>
            ^%(program)s: odd (a+)+c <HOST>$
`;

async function withFilter(
  body: (
    log: string,
    sensors: Sensors,
    alerts: Alert[],
  ) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/shop.log`;
  const own = `${directory}/auth.log`;
  for (const path of [log, own]) Deno.writeTextFileSync(path, "");
  Deno.writeTextFileSync(`${directory}/shop.conf`, shopFilter);
  Deno.writeTextFileSync(
    `${directory}/names.conf`,
    "[DEFAULT]\nprogram = \\s*\\S+ shopd\\[\\d+\\]\n",
  );
  const filters: FilterSensor[] = [
    { name: "shop", logs: [log], filter: readFilter("shop", directory) },
    { name: "lost", logs: [], filter: { problem: "there is no file" } },
  ];
  const sensors = await spawnSensors({ logs: [own], filters, interface: "lo" });
  const alerts: Alert[] = [];
  sensors.onDetected((alert) => alerts.push(alert));
  try {
    await body(log, sensors, alerts);
  } finally {
    await sensors.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 3_000; tries++) {
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

Deno.test("spawnSensors() turns failures of a filter into an alert", () =>
  withFilter(async (log, sensors, alerts) => {
    const lines = Array.from(
      { length: 12 },
      (_, at) =>
        `Nov 23 03:26:${10 + at} shop shopd[7]: refused ada from 192.0.2.77\n`,
    );
    Deno.writeTextFileSync(log, lines.join(""), { append: true });
    await until(() => alerts.length > 1);
    deepEqual(
      alerts.map(({ subject, scenario }) => [subject.address, scenario]),
      [["192.0.2.77", "login-burst"], ["192.0.2.77", "login-bruteforce"]],
    );
    const { sources } = await sensors.report();
    const shop = sources.find(({ name }) => name === `fail2ban:shop ${log}`);
    match(shop?.trouble ?? "", /^1 left out: .*shop\.conf:6: .*unterminated/);
    equal(shop?.counters["failures"], 12);
    const lost = sources.find(({ name }) => name === "fail2ban:lost");
    equal(lost?.trouble, "there is no file");
  }));

Deno.test("spawnSensors() drops and counts a line that is made to take for ever", () =>
  withFilter(async (log, sensors) => {
    const evil = `Nov 23 03:26:10 shop shopd[7]: odd ${
      "a".repeat(5_000)
    }b c \n`;
    const next = "Nov 23 03:26:11 shop shopd[7]: refused ada from 192.0.2.77\n";
    Deno.writeTextFileSync(log, evil.repeat(20) + next, { append: true });
    let counters: Readonly<Record<string, number>> = {};
    for (let tries = 0; counters["failures"] !== 1 && tries < 3_000; tries++) {
      await new Promise((wake) => setTimeout(wake, 10));
      const { sources } = await sensors.report();
      counters = sources.find(({ name }) => name.endsWith(log))?.counters ?? {};
    }
    equal(counters["records"], 21);
    equal(counters["unparsed"], 20);
    equal(counters["failures"], 1);
  }));

Deno.test("spawnSensors() keeps a filter's place in its log", async () => {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/shop.log`;
  const placesFile = `${directory}/log-places.json`;
  const line = "Nov 23 03:26:10 shop shopd[7]: refused ada from 192.0.2.77\n";
  for (const name of ["shop.log", "auth.log"]) {
    Deno.writeTextFileSync(`${directory}/${name}`, "");
  }
  Deno.writeTextFileSync(`${directory}/shop.conf`, shopFilter);
  Deno.writeTextFileSync(
    `${directory}/names.conf`,
    "[DEFAULT]\nprogram = \\s*\\S+ shopd\\[\\d+\\]\n",
  );
  const start = {
    logs: [`${directory}/auth.log`],
    filters: [
      { name: "shop", logs: [log], filter: readFilter("shop", directory) },
    ],
    placesFile,
    interface: "lo",
  };
  const seen = async (sensors: Sensors) =>
    (await sensors.report()).observations["auth_failure"] ?? 0;
  try {
    let sensors = await spawnSensors(start);
    Deno.writeTextFileSync(log, line, { append: true });
    for (let tries = 0; await seen(sensors) < 1 && tries < 3_000; tries++) {
      await new Promise((wake) => setTimeout(wake, 10));
    }
    await sensors.stop();
    Deno.writeTextFileSync(log, line.repeat(2), { append: true });
    sensors = await spawnSensors(start);
    for (let tries = 0; await seen(sensors) < 2 && tries < 3_000; tries++) {
      await new Promise((wake) => setTimeout(wake, 10));
    }
    equal(await seen(sensors), 2);
    await sensors.stop();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
