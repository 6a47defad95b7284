/** The sensors isolate on this machine: a real file, a real worker. */
import { deepEqual, equal } from "node:assert/strict";
import { type Sensors, spawnSensors } from "../../../defense/host/mod.ts";
import { type Alert, NewcomerTally } from "../../../defense/mod.ts";

async function withSensors(
  body: (log: string, sensors: Sensors, alerts: Alert[]) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/auth.log`;
  Deno.writeTextFileSync(log, "");
  const sensors = await spawnSensors({ logs: [log], interface: "lo" });
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

function guesses(source: string, count: number): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `Nov 23 03:26:${String(index).padStart(2, "0")} shop sshd[${
        700 + index
      }]: Failed password for root from ${source} port ${
        40_000 + index
      } ssh2\n`,
  )
    .join("");
}

Deno.test("spawnSensors() turns lines of a live log into an alert", () =>
  withSensors(async (log, sensors, alerts) => {
    Deno.writeTextFileSync(log, guesses("192.0.2.77", 8), { append: true });
    await until(() => alerts.length > 0);
    const [alert] = alerts;
    equal(alert?.subject.address, "192.0.2.77");
    equal(alert?.technique, "T1110.001");
    // Nobody at 192.0.2.77 ever shook hands with this machine.
    equal(alert?.evidence, "E0");
    const report = await sensors.report();
    equal(report.observations["auth_failure"], 8);
  }));

Deno.test("spawnSensors() survives a log full of noise", () =>
  withSensors(async (log, sensors, alerts) => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    Deno.writeFileSync(log, noise, { append: true });
    Deno.writeTextFileSync(log, `\n${guesses("192.0.2.78", 8)}`, {
      append: true,
    });
    await until(() => alerts.length > 0);
    deepEqual(alerts.map(({ subject }) => subject.address), ["192.0.2.78"]);
    const { sources } = await sensors.report();
    equal(sources.some(({ name }) => name === log), true);
  }));

Deno.test("spawnSensors() tells a web server's log from its lines", () =>
  withSensors(async (log, sensors, alerts) => {
    const request = (path: string) =>
      `192.0.2.79 - - [23/Nov/2026:03:26:55 +0000] "GET ${path} HTTP/1.1" 404 1 "-" "x"\n`;
    Deno.writeTextFileSync(
      log,
      ["/.env", "/.git/config", "/wp-config.php", "/backup.sql"].map(request)
        .join(""),
      { append: true },
    );
    await until(() => alerts.length > 0);
    deepEqual(
      alerts.map(({ scenario, subject }) => [scenario, subject.address]),
      [["http-sensitive", "192.0.2.79"]],
    );
    const { observations } = await sensors.report();
    equal(observations["web_request"], 4);
  }));

/** Sensors that were away for a while, in which `lines` were written. */
async function afterAbsence(
  awayMs: number,
  lines: string,
  body: (sensors: Sensors, alerts: Alert[], stampMs: number) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/auth.log`;
  const placesFile = `${directory}/log-places.json`;
  const start = { logs: [log], placesFile, interface: "lo" };
  Deno.writeTextFileSync(log, "");
  try {
    const first = await spawnSensors(start);
    await first.report();
    await until(() => /"atMs"/.test(readIfThere(placesFile)));
    await first.stop();
    const leftMs = Date.now() - awayMs;
    Deno.writeTextFileSync(
      placesFile,
      readIfThere(placesFile).replace(/"atMs":\d+/, `"atMs":${leftMs}`),
    );
    const stampMs = leftMs + awayMs / 24;
    const stamp = new Date(stampMs).toISOString();
    Deno.writeTextFileSync(
      log,
      lines.replaceAll(/^Nov 23 03:26:\d\d/gm, stamp),
    );
    const second = await spawnSensors(start);
    const alerts: Alert[] = [];
    second.onDetected((alert) => alerts.push(alert));
    try {
      await body(second, alerts, stampMs);
    } finally {
      await second.stop();
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("spawnSensors() tells of an attack that happened while it was down, and asks for nothing", () =>
  afterAbsence(
    86_400_000,
    guesses("192.0.2.80", 8),
    async (_sensors, alerts, stampMs) => {
      await until(() => alerts.length > 0);
      equal(alerts[0]?.subject.address, "192.0.2.80");
      equal(alerts[0]?.measure, "none");
      equal(alerts[0]?.atMs, stampMs);
    },
  ));

Deno.test("Sensors.addTally() accuses whom this host saw, once others saw as many", () => {
  const names = ["192.0.2.81", "192.0.2.82"];
  const lines = names.map((source) => guesses(source, 1)).join("");
  return afterAbsence(40 * 60_000, lines, async (sensors, alerts) => {
    for (let tries = 0; tries < 3_000; tries++) {
      const { observations } = await sensors.report();
      if (observations["auth_failure"] === 2) break;
      await new Promise((wake) => setTimeout(wake, 10));
    }
    const tally = new NewcomerTally();
    for (let index = 0; index < 20; index++) tally.giveUp([`person${index}`]);
    sensors.addTally("password-spraying", tally);
    await until(() => alerts.length > 1);
    deepEqual(
      alerts.map(({ scenario, subject, evidence }) =>
        `${scenario} ${subject.address} ${evidence}`
      ),
      // Nobody there ever shook hands with this machine.
      names.map((source) => `password-spraying ${source} E0`),
    );
  });
});

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

Deno.test("spawnSensors() names a log that it cannot read", async () => {
  const directory = await Deno.makeTempDir();
  const missing = `${directory}/missing.log`;
  const sensors = await spawnSensors({ logs: [missing], interface: "lo" });
  try {
    const { sources } = await sensors.report();
    const source = sources.find(({ name }) => name === missing);
    equal(/No such file/.test(source?.trouble ?? ""), true);
  } finally {
    await sensors.stop();
    await Deno.remove(directory, { recursive: true });
  }
});
