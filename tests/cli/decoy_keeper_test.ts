import { deepEqual, equal, match } from "node:assert/strict";
import { DecoyKeeper, type DecoyKeeperWorld } from "../../cli/decoy_keeper.ts";
import { decoysStart } from "../../cli/decoy_setting.ts";
import type {
  DecoyEvents,
  DecoyReport,
  DecoysStart,
  MemberReach,
} from "../../defense/host/mod.ts";
import {
  type Address,
  type DecoyTouch,
  type JournalEntry,
  parseAddress,
  type SteerPlan,
  type Transcript,
} from "../../defense/mod.ts";

const source = parseAddress("192.0.2.7");
const start: DecoysStart = {
  steer: true,
  ports: [],
  services: [],
  canaryUsers: [],
  hostName: "shop",
};
const plan: SteerPlan = { services: [[22, 40_022]], others: 40_000 };
const report: DecoyReport = {
  doors: [{ listen: 40_022, port: 22, service: "ssh", steered: true }],
  troubles: [],
  held: 1,
  taken: 3,
  turnedAway: 0,
  strangers: 0,
  passedOn: 0,
  untold: 0,
};
const visit: Transcript = {
  atMs: 1,
  heldMs: 2.5,
  service: "http",
  port: 80,
  steered: true,
  source,
  received: 9,
  sent: 9,
  notes: [
    { kind: "request", text: "POST /login" },
    { kind: "login", user: "ada", password: "her real one" },
  ],
  notesDropped: 0,
  ended: "decoy",
};

/** A keeper over an isolate that is only played. */
async function scene(
  more: Partial<DecoysStart> = {},
  fails = false,
): Promise<{
  keeper: DecoyKeeper;
  events: DecoyEvents;
  journal: JournalEntry[];
  troubles: string[];
  plans: (SteerPlan | undefined)[];
  touches: DecoyTouch[];
  connect(): Promise<void>;
  clock: { wallMs: number };
  members: Address[];
  reached: MemberReach[];
  listening: (readonly number[])[];
}> {
  const journal: JournalEntry[] = [];
  const troubles: string[] = [];
  const plans: (SteerPlan | undefined)[] = [];
  const touches: DecoyTouch[] = [];
  const clock = { wallMs: 0 };
  const members: Address[] = [];
  const reached: MemberReach[] = [];
  const listening: (readonly number[])[] = [];
  let events: DecoyEvents | undefined;
  const spawn: DecoyKeeperWorld["spawn"] = ({ exchange, steer }, given) => {
    events = given;
    let open = steer;
    return Promise.resolve({
      get plan() {
        return open ? plan : undefined;
      },
      steer(wanted) {
        if (fails) return Promise.reject(new Error("it does not answer"));
        open = wanted;
        return Promise.resolve();
      },
      membersPort: exchange?.take ? exchange.port : undefined,
      openPorts: [],
      get listening() {
        return open ? [40_022, 40_000] : [];
      },
      troubles: ["no decoy on port 2222: taken"],
      report: () => Promise.resolve(report),
      stop: () => Promise.resolve(),
    });
  };
  const keeper = await DecoyKeeper.start({ ...start, ...more }, {
    spawn,
    record: (entry) => journal.push(entry),
    onTrouble: (message) => troubles.push(message),
    wallMs: () => clock.wallMs,
  });
  const connect = () =>
    keeper.connect({
      steerTo: (given) => Promise.resolve(void plans.push(given)),
      admit: (address) => ({ to: address === source ? "here" : "nobody" }),
      nodes: {
        admitMember: () => ({ to: "here", steeredBy: "till-1" }),
        addresses: () => members,
        reached: (reach) => reached.push(reach),
      },
      onTouched: (touch) => touches.push(touch),
      onListening: (ports) => listening.push(ports),
    });
  if (!events) throw new Error("nothing was spawned");
  return {
    ...{ keeper, events, journal, troubles, plans, touches, connect, clock },
    ...{ members, reached, listening },
  };
}

Deno.test("connect() steers, and tells the touches that came before", async () => {
  const { events, plans, touches, connect, troubles } = await scene();
  deepEqual(events.admit(source), { to: "nobody" });
  events.onTouched({ atMs: 5, service: "ssh", source, port: 2222 });
  await connect();
  deepEqual(plans, [plan]);
  deepEqual(events.admit(source), { to: "here" });
  deepEqual(touches, [{
    kind: "decoy_touch",
    handshake: true,
    atMs: 5,
    service: "ssh",
    source,
    port: 2222,
  }]);
  deepEqual(troubles, ["no decoy on port 2222: taken"]);
});

Deno.test("a visit is kept whole in memory, and without its password in the journal", async () => {
  const { keeper, events, journal } = await scene();
  events.onTranscript(visit);
  const { transcripts, doors } = await keeper.view();
  deepEqual(transcripts, [{ ...visit, number: 1 }]);
  deepEqual(doors[0]?.service, "ssh");
  const [entry] = journal;
  deepEqual([entry?.stage, entry?.what, entry?.subject], [
    ...["seen", "decoy", source],
  ]);
  deepEqual(entry?.detail["notes"], ["request POST /login", "login ada"]);
  equal(JSON.stringify(journal).includes("her real one"), false);
});

Deno.test("visits cause at most 240 journal entries an hour", async () => {
  const { keeper, events, journal, clock } = await scene();
  for (let each = 0; each < 300; each++) events.onTranscript(visit);
  equal(journal.length, 240);
  equal((await keeper.view()).counters["unwritten"], 60);
  clock.wallMs += 3_600_000;
  events.onTranscript(visit);
  equal(journal.length, 241);
});

Deno.test("an isolate that dies is a trouble, and nobody is steered any more", async () => {
  const { keeper, events, plans, troubles, connect } = await scene();
  await connect();
  events.onFailure("decoys isolate ended: out of memory");
  deepEqual(plans, [plan, undefined]);
  match(
    troubles.at(-1) ?? "",
    /out of memory; steered connections are dropped/,
  );
  equal((await keeper.view()).running, false);
  await keeper.stop();
});

Deno.test("what a member brings is told at its word: no handshake of ours", async () => {
  const { events, touches, connect, journal } = await scene();
  await connect();
  const touch = { atMs: 5, service: "canary_user", source, port: 80 };
  events.onTouched({ ...touch, user: "svc-old", steeredBy: "till-1" });
  deepEqual(touches, [{
    ...{ kind: "decoy_touch", handshake: false, user: "svc-old" },
    ...touch,
  }]);
  events.onTranscript({ ...visit, steeredBy: "till-1" });
  deepEqual(
    [journal[0]?.subject, journal[0]?.detail["steeredBy"]],
    [source, "till-1"],
  );
});

Deno.test("readMembers() lets in who is a member now, and writes nothing for the same ones", async () => {
  const exchange = { port: 8_445, take: true, reach: [] };
  const { keeper, plans, members, connect } = await scene({ exchange });
  members.push(parseAddress("10.0.0.2"));
  await connect();
  await keeper.readMembers();
  members.push(parseAddress("10.0.0.3"));
  await keeper.readMembers();
  deepEqual(
    plans.map((each) => each?.members),
    [["10.0.0.2"], ["10.0.0.2", "10.0.0.3"]]
      .map((addresses) => ({ port: 8_445, addresses })),
  );
});

Deno.test("a host that takes nobody has no door for members", async () => {
  const { keeper, plans, members, connect } = await scene();
  await connect();
  members.push(parseAddress("10.0.0.2"));
  await keeper.readMembers();
  deepEqual(plans, [plan]);
});

Deno.test("steer() opens doors before anybody is sent there, and closes them after", async () => {
  const { keeper, plans, listening, connect, troubles } = await scene({
    steer: false,
  });
  await connect();
  deepEqual(plans, []);
  await keeper.steer(true);
  deepEqual([plans, listening], [[plan], [[40_022, 40_000]]]);
  await keeper.steer(false);
  deepEqual(plans, [plan, undefined]);
  deepEqual(listening.at(-1), []);
  // The port that was taken at the start is told once.
  deepEqual(troubles, ["no decoy on port 2222: taken"]);
});

Deno.test("steer() that fails is a trouble, and stops no change of the mode", async () => {
  const { keeper, plans, connect, troubles } = await scene(
    { steer: false },
    true,
  );
  await connect();
  await keeper.steer(true);
  deepEqual(plans, []);
  match(troubles.at(-1) ?? "", /decoys are not opened: it does not answer/);
});

const rows = [
  { mode: "observe", enabled: true, ports: [], opens: [false, 0] },
  { mode: "observe", enabled: true, ports: [2222], opens: [false, 1] },
  { mode: "enforce", enabled: true, ports: [], opens: [true, 0] },
  { mode: "enforce", enabled: false, ports: [2222], opens: undefined },
] as const;
for (const { mode, enabled, ports, opens } of rows) {
  Deno.test(`decoysStart() in ${mode}, enabled ${enabled}, ports ${ports.join()}`, () => {
    const made = decoysStart({
      mode,
      name: "shop 1",
      decoys: {
        ...{ enabled, ports: [...ports], services: [] },
        ...{ node: "", members: true, membersPort: 8445 },
      },
      canaries: { users: [], urls: [], files: [] },
    }, []);
    deepEqual(made && [made.steer, made.ports.length], opens);
    if (made) equal(made.hostName, "shop-1");
  });
}
