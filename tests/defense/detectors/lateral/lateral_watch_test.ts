import { deepEqual, equal, match, throws } from "node:assert/strict";
import type { Address } from "../../../../defense/address.ts";
import type { Alert } from "../../../../defense/alert.ts";
import {
  LateralWatch,
  learnMsDefault,
} from "../../../../defense/detectors/lateral/lateral_watch.ts";
import type { Observation } from "../../../../defense/observation.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
const start = Date.UTC(2026, 2, 1);

function to(
  source: string,
  destination: string,
  port: number,
  atMs: number,
  more: Partial<Extract<Observation, { kind: "connection" }>> = {},
): Observation {
  return {
    kind: "connection",
    atMs,
    protocol: "tcp",
    source: source as Address,
    destination: destination as Address,
    port,
    outcome: "accepted",
    handshake: true,
    ...more,
  };
}

function login(
  source: string,
  user: string,
  target: string,
  atMs: number,
): Observation {
  return {
    kind: "auth_success",
    atMs,
    service: "windows",
    source: source as Address,
    target,
    user,
  };
}

function call(
  source: string,
  target: string,
  service: string,
  operation: string,
  atMs: number,
): Observation {
  return {
    kind: "remote_call",
    atMs,
    service,
    operation,
    source: source as Address,
    target,
  };
}

/** A week of an office: what is done every day, seen by the watch. */
function* ordinaryWeek(): Generator<Observation> {
  for (let day = 0; day < 7; day++) {
    const morning = start + day * dayMs + 8 * 3_600_000;
    for (let host = 10; host < 40; host++) {
      const client = `10.0.0.${host}`;
      yield to(client, "10.0.0.2", 445, morning + host); // files
      yield to(client, "10.0.0.3", 88, morning + host); // domain controller
      yield to(client, "10.0.0.3", 445, morning + host);
      yield to(client, "10.0.0.3", 135, morning + host);
      yield login(client, `user${host}`, "FILES", morning + host);
      // Backup at night, monitoring by WinRM, an administrator's jump host.
      yield to("10.0.0.4", client, 445, morning + 14 * 3_600_000);
      yield call("10.0.0.4", client, "smb", "open_admin_share", morning);
      yield login("10.0.0.4", "backup", client, morning);
      yield to("10.0.0.5", client, 5985, morning + 60_000);
      if (host % 7 === day) yield to("10.0.0.6", client, 3389, morning);
    }
  }
}

function watchWeek(): LateralWatch {
  const watch = new LateralWatch();
  const alerts = [...ordinaryWeek()].flatMap((seen) => [
    ...watch.observe(seen),
  ]);
  deepEqual(alerts.map(({ scenario }) => scenario), ["admin-share"]);
  return watch;
}

const later = start + 8 * dayMs;

function told(watch: LateralWatch, seen: Observation[]): Alert[] {
  return seen.flatMap((one) => [...watch.observe(one)]);
}

const attacks: { name: string; seen: Observation[]; alerts: string[] }[] = [
  {
    name: "three machines by ssh in two minutes",
    seen: [41, 42, 43].map((host, at) =>
      to("10.0.0.20", `10.0.0.${host}`, 22, later + at * minuteMs)
    ),
    alerts: ["T1021.004 lateral-movement 10.0.0.20 throttle"],
  },
  {
    name: "four machines by ssh in a quarter of an hour",
    seen: [41, 42, 43, 44].map((host, at) =>
      to("10.0.0.20", `10.0.0.${host}`, 22, later + at * 5 * minuteMs)
    ),
    alerts: ["T1021.004 lateral-movement 10.0.0.20 throttle"],
  },
  {
    name: "three machines in different ways",
    seen: [
      to("10.0.0.20", "10.0.0.41", 22, later),
      to("10.0.0.20", "10.0.0.42", 3389, later),
      to("10.0.0.20", "10.0.0.43", 5986, later),
    ],
    alerts: ["T1021 lateral-movement 10.0.0.20 throttle"],
  },
  {
    name: "a machine each two hours",
    seen: Array.from(
      { length: 10 },
      (_, at) =>
        to("10.0.0.20", `10.0.0.${50 + at}`, 445, later + at * 120 * minuteMs),
    ),
    alerts: ["T1021.002 lateral-movement 10.0.0.20 throttle"],
  },
  {
    name: "another's account on a machine it never used, and a service there",
    seen: [
      to("10.0.0.20", "10.0.0.41", 445, later),
      login("10.0.0.20", "admin", "PC41", later),
      call("10.0.0.20", "PC41", "svcctl", "RCreateServiceW", later),
    ],
    alerts: [
      "T1569.002 remote-service-execution 10.0.0.20 none",
      "T1021 lateral-movement 10.0.0.20 throttle",
    ],
  },
  {
    name: "another's account tried from here, and two machines",
    seen: [
      to("10.0.0.20", "10.0.0.41", 445, later),
      {
        ...call("10.0.0.20", "PC41", "logon", "explicit_credentials", later),
        user: "admin",
      } as Observation,
      to("10.0.0.20", "10.0.0.42", 445, later),
    ],
    alerts: ["T1021 lateral-movement 10.0.0.20 throttle"],
  },
  {
    name: "one account from three machines at once",
    seen: [21, 22, 23].map((host) =>
      login(`10.0.0.${host}`, "user12", "FILES", later + host * 1_000)
    ),
    alerts: ["T1078 account-spread 10.0.0.23 none"],
  },
];

for (const { name, seen, alerts } of attacks) {
  Deno.test(`LateralWatch.observe() sees ${name}`, () => {
    deepEqual(
      told(watchWeek(), seen).map(({ technique, scenario, subject, measure }) =>
        `${technique} ${scenario} ${subject.address} ${measure}`
      ),
      alerts,
    );
  });
}

const honest: { name: string; seen: Observation[] }[] = [
  { name: "the same week again", seen: [...ordinaryWeek()].map(shifted) },
  {
    name: "a new machine on its first day",
    seen: [
      to("10.0.0.77", "10.0.0.2", 445, later),
      to("10.0.0.77", "10.0.0.3", 88, later),
      to("10.0.0.77", "10.0.0.3", 135, later),
      to("10.0.0.77", "10.0.0.3", 445, later),
      login("10.0.0.77", "user77", "FILES", later),
      login("10.0.0.77", "user77", "DC", later),
    ],
  },
  {
    name: "one new machine a day for the administrator",
    seen: Array.from(
      { length: 60 },
      (_, day) => to("10.0.0.6", `10.0.1.${day}`, 3389, later + day * dayMs),
    ),
  },
  {
    name: "someone who fetches from twenty mirrors on the Internet",
    seen: Array.from(
      { length: 20 },
      (_, at) => to("10.0.0.20", `140.82.121.${at}`, 22, later),
    ),
  },
  {
    name: "connections that were never made, or forged",
    seen: Array.from({ length: 20 }, (_, at) => [
      to("10.0.0.20", `10.0.2.${at}`, 22, later, { handshake: false }),
      to("10.0.0.20", `10.0.2.${at}`, 22, later, { outcome: "refused" }),
    ]).flat(),
  },
  {
    name: "everyday ports",
    seen: Array.from(
      { length: 20 },
      (_, at) => to("10.0.0.20", `10.0.2.${at}`, 443, later),
    ),
  },
  {
    name: "domain controllers that copy from each other",
    seen: [
      to("10.0.0.10", "10.0.0.8", 389, later),
      call("10.0.0.8", "DC", "drsuapi", "IDL_DRSGetNCChanges", later),
    ],
  },
  {
    name: "a colleague's desk, once",
    seen: [
      to("10.0.0.20", "10.0.0.41", 3389, later),
      login("10.0.0.20", "user20b", "PC41", later),
    ],
  },
  {
    name: "what programs ask by themselves",
    seen: [
      call("10.0.0.20", "PC41", "samr", "open", later),
      call("10.0.0.20", "PC41", "samr", "SamrConnect5", later),
      call("10.0.0.20", "PC41", "lsarpc", "LsarLookupSids2", later),
      call("10.0.0.20", "PC41", "srvsvc", "NetrServerGetInfo", later),
      call("10.0.0.20", "PC41", "rdp", "connect", later),
      call("10.0.0.20", "PC41", "toString", "x", later),
    ],
  },
];

function shifted(seen: Observation): Observation {
  return { ...seen, atMs: seen.atMs + 8 * dayMs };
}

for (const { name, seen } of honest) {
  Deno.test(`LateralWatch.observe() leaves alone: ${name}`, () => {
    deepEqual(told(watchWeek(), seen), []);
  });
}

Deno.test("LateralWatch.observe() names the ways, the program and the target", () => {
  const [alert] = told(
    watchWeek(),
    [41, 42, 43].map((host) =>
      to("10.0.0.20", `10.0.0.${host}`, 22, later, { process: "ncrack" })
    ),
  );
  equal(
    alert?.summary,
    "10.0.0.20 did 3 things in 0 ms that it never did before: 10.0.0.41 by ssh, 10.0.0.42 by ssh, 10.0.0.43 by ssh; program ncrack",
  );
});

Deno.test("LateralWatch.observe() says when the history is not known", () => {
  const seen = call("10.0.0.9", "DC", "svcctl", "open", start);
  const [young] = new LateralWatch().observe(seen);
  match(young?.summary ?? "", /^10\.0\.0\.9 opened .* of dc .*not known yet$/);
  const [old] = new LateralWatch({ learnMs: 0 }).observe(seen);
  match(old?.summary ?? "", /for the first time$/);
});

Deno.test("LateralWatch.observe() tells of a machine and scenario once an hour", () => {
  const watch = new LateralWatch();
  const times = [0, 1, 59, 61].map((minute) =>
    told(watch, [
      call(
        "10.0.0.9",
        `PC${minute}`,
        "winrm",
        "wsman",
        start + minute * minuteMs,
      ),
    ]).length
  );
  deepEqual(times, [1, 0, 0, 1]);
});

Deno.test("LateralWatch.observe() judges from the start where all is to be new", () => {
  const watch = new LateralWatch({ learnMs: 0 });
  const seen = [1, 2, 3].map((host) =>
    to("10.0.0.9", `10.0.0.2${host}`, 445, start)
  );
  deepEqual(told(watch, seen).map(({ scenario }) => scenario), [
    "lateral-movement",
  ]);
  equal(told(new LateralWatch(), seen).length, 0);
});

Deno.test("new LateralWatch() refuses a time that cannot be", () => {
  throws(() => new LateralWatch({ learnMs: -1 }), RangeError);
  throws(() => new LateralWatch({ learnMs: NaN }), RangeError);
  equal(learnMsDefault, 7 * dayMs);
});

Deno.test("LateralWatch.memory goes on where another left off", () => {
  equal(new LateralWatch().memory, undefined);
  const { memory } = watchWeek();
  const visits = [41, 42, 43].map((host) =>
    to("10.0.0.20", `10.0.0.${host}`, 22, later)
  );
  for (
    const { name, seen, count } of [
      { name: "visits", seen: visits, count: 1 },
      {
        name: "the same week",
        seen: [...ordinaryWeek()].map(shifted),
        count: 0,
      },
    ]
  ) {
    equal(told(new LateralWatch({ memory }), seen).length, count, name);
    equal(told(watchWeek(), seen).length, count, name);
  }
  deepEqual(new LateralWatch({ memory }).memory, memory);
});

/** First-ever ways that are to be told to other hosts, as `source service`. */
function ways(watch: LateralWatch, seen: Observation[]): string[] {
  told(watch, seen);
  return watch.takeWays().map(({ source, service }) => `${source} ${service}`);
}

const tellings: { name: string; seen: Observation[]; ways: string[] }[] = [
  {
    name: "who comes for the first time, once for each service",
    seen: [22, 22, 445, 139, 3389, 5986].map((port) =>
      to("10.0.0.20", "10.0.0.41", port, later)
    ),
    ways: [
      "10.0.0.20 ssh",
      "10.0.0.20 smb",
      "10.0.0.20 rdp",
      "10.0.0.20 winrm",
    ],
  },
  {
    name: "who comes to a machine that many administer",
    seen: [20, 21, 22, 23, 24].map((host) =>
      to(`10.0.0.${host}`, "10.0.0.41", 22, later)
    ),
    ways: [20, 21, 22, 23, 24].map((host) => `10.0.0.${host} ssh`),
  },
  {
    name: "nobody who is new to a file server",
    seen: [to("10.0.0.77", "10.0.0.2", 445, later)],
    ways: [],
  },
  {
    name: "nobody from outside",
    seen: [to("9.9.9.9", "10.0.0.41", 22, later)],
    ways: [],
  },
  {
    name: "nobody whose packets may be forged",
    seen: [to("10.0.0.20", "10.0.0.41", 22, later, { handshake: false })],
    ways: [],
  },
];

for (const { name, seen, ways: expected } of tellings) {
  Deno.test(`LateralWatch.takeWays() tells ${name}`, () => {
    const watch = watchWeek();
    deepEqual(watch.takeWays(), []);
    deepEqual(ways(watch, seen), expected);
    deepEqual(ways(watch, seen), [], "once for ever");
  });
}

Deno.test("LateralWatch.takeWays() keeps 64 that nobody asks for", () => {
  const seen = Array.from(
    { length: 70 },
    (_, at) => to(`10.0.1.${at}`, "10.0.0.41", 22, later),
  );
  equal(ways(watchWeek(), seen).length, 64);
});

const clocks: { name: string; firstMs: number; offMs: number }[] = [
  { name: "a clock that starts in 1970", firstMs: 0, offMs: 0 },
  { name: "a clock that ran ahead", firstMs: start + 3_650 * dayMs, offMs: 0 },
  { name: "a month switched off", firstMs: start - dayMs, offMs: 30 * dayMs },
];

for (const { name, firstMs, offMs } of clocks) {
  Deno.test(`LateralWatch goes on learning after ${name}`, () => {
    const before = new LateralWatch();
    before.observe(to("10.0.0.9", "10.0.0.2", 445, firstMs));
    const watch = new LateralWatch({ memory: before.memory });
    const raid = (atMs: number) =>
      [41, 42, 43].map((host) =>
        to("10.0.0.20", `10.0.1.${host}`, 22, atMs + offMs)
      );
    deepEqual(told(watch, raid(start)), []);
    for (let day = 1; day < 8; day++) {
      const atMs = start + offMs + day * dayMs;
      watch.observe(to("10.0.0.9", "10.0.0.2", 445, atMs));
    }
    const later = raid(start + 8 * dayMs).map((seen) => ({
      ...seen,
      source: "10.0.0.21" as Address,
    }));
    equal(told(watch, later).length, 1, "it ends, too");
  });
}

Deno.test("LateralWatch has learned for good what an old time stamp follows", () => {
  const watch = watchWeek();
  watch.observe(to("10.0.0.9", "10.0.0.2", 445, later));
  watch.observe(to("10.0.0.9", "10.0.0.2", 445, 0));
  const raid = [41, 42, 43].map((host) =>
    to("10.0.0.20", `10.0.0.${host}`, 22, later)
  );
  equal(told(watch, raid).length, 1);
});

Deno.test("LateralWatch with nothing to learn tells of what began before all it has seen", () => {
  const watch = new LateralWatch({ learnMs: 0 });
  // Held open for a while, and so told after what came later.
  watch.observe(to("10.0.0.9", "10.0.0.8", 80, start + minuteMs));
  const alerts = ["10.0.0.2", "10.0.0.3", "10.0.0.4"].flatMap((each) =>
    watch.observe(to("10.0.0.7", each, 22, start))
  );
  equal(alerts.length, 1);
});
