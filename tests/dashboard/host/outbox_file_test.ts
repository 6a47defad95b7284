import { deepEqual, equal } from "node:assert/strict";
import { openDashboardFile, OutboxFile } from "../../../dashboard/host/mod.ts";
import {
  type EventRecord,
  type Notice,
  NoticeFeed,
  Postman,
  type SendOutcome,
} from "../../../dashboard/mod.ts";
import { keptMs, waitingEachMax } from "../../../dashboard/notify/outbox.ts";

const settled = () => new Promise((go) => setTimeout(go, 5));

function notice(seq: number, atMs = 0): Notice {
  return {
    id: `n${seq}`,
    seq,
    kind: "alert",
    atMs,
    host: "till",
    subject: "",
    title: "",
    facts: {},
  };
}

/** An outbox that can be closed and opened again. */
async function withFile(
  use: (
    open: () => OutboxFile,
    openBeside: () => OutboxFile,
  ) => Promise<void> | void,
) {
  const directory = await Deno.makeTempDir();
  const opened: { close(): void }[] = [];
  const openBeside = () => {
    const db = openDashboardFile(`${directory}/dashboard.sqlite`);
    opened.push(db);
    return new OutboxFile(db);
  };
  try {
    await use(() => {
      for (const db of opened.splice(0)) db.close();
      return openBeside();
    }, openBeside);
  } finally {
    for (const db of opened) db.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const target = (name: string) => ({
  name,
  url: "https://chat.example/",
  secret: new Uint8Array(32),
});

/** A postman over an outbox with a clock and receivers of the test. */
function postmanOver(
  outbox: OutboxFile,
  answer: (name: string, notice: Notice) => SendOutcome,
) {
  let nowMs = 0;
  let wake: (() => void) | undefined;
  let pauseMs = 0;
  const arrived: string[] = [];
  const postman = new Postman({
    outbox,
    wallMs: () => nowMs,
    later: (ms, then) => {
      [wake, pauseMs] = [then, ms];
      return () => wake = undefined;
    },
    send(to, what) {
      const outcome = answer(to.name, what);
      if (outcome.type === "sent") arrived.push(`${to.name} ${what.id}`);
      return Promise.resolve(outcome);
    },
  });
  return {
    postman,
    arrived,
    pauseMs: () => pauseMs,
    async pass(ms: number) {
      nowMs += ms;
      wake?.();
      await settled();
    },
  };
}

Deno.test("Postman brings notices in order, after growing pauses, over a restart", async () => {
  await withFile(async (open) => {
    let outbox = open();
    outbox.addTarget(target("a"));
    outbox.addTarget(target("b"));
    outbox.add([notice(1), notice(2)], 2);
    const away: SendOutcome = { type: "failed", error: "status 502" };
    const first = postmanOver(
      outbox,
      (name) => name === "a" ? { type: "sent" } : away,
    );
    first.postman.wake();
    await settled();
    deepEqual(first.arrived, ["a n1", "a n2"]);
    equal(first.pauseMs(), 5_000);
    await first.pass(5_000);
    equal(first.pauseMs(), 10_000);
    await first.postman.stop();
    const [, b] = outbox.views();
    deepEqual(b && [b.waiting, b.failures, b.dueMs, b.error], [
      2,
      2,
      15_000,
      "status 502",
    ]);

    outbox = open();
    const second = postmanOver(outbox, () => ({ type: "sent" }));
    second.postman.wake();
    await settled();
    deepEqual(second.arrived, []);
    await second.pass(15_000);
    deepEqual(second.arrived, ["b n1", "b n2"]);
    deepEqual(
      outbox.views().map(({ sent, waiting, failures, error }) => [
        sent,
        waiting,
        failures,
        error,
      ]),
      [[2, 0, 0, undefined], [2, 0, 0, undefined]],
    );
  });
});

Deno.test("Postman waits no longer than its pauses for a clock that was set back", async () => {
  await withFile(async (open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1)], 1);
    let isUp = false;
    const { postman, arrived, pass } = postmanOver(
      outbox,
      () => isUp ? { type: "sent" } : { type: "failed", error: "status 502" },
    );
    postman.wake();
    await settled();
    isUp = true;
    // As if it had failed a day from now.
    await pass(-86_400_000);
    deepEqual(arrived, ["a n1"]);
    await postman.stop();
  });
});

Deno.test("Postman brings a notice once where two dashboards share a file", async () => {
  await withFile(async (open, openBeside) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1), notice(2)], 2);
    const both = [outbox, openBeside()].map((each) =>
      postmanOver(each, () => ({ type: "sent" }))
    );
    for (const { postman } of both) postman.wake();
    await settled();
    for (const { pass } of both) await pass(60_000);
    deepEqual(both.flatMap(({ arrived }) => arrived), ["a n1", "a n2"]);
    equal(outbox.views()[0]?.sent, 2);
    for (const { postman } of both) await postman.stop();
  });
});

Deno.test("Postman goes after 15 s to where another died on the way", async () => {
  await withFile(async (open, openBeside) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1)], 1);
    new Postman({
      outbox,
      wallMs: () => 0,
      later: () => () => {},
      send: () => new Promise(() => {}),
    }).wake();
    const { postman, arrived, pauseMs, pass } = postmanOver(
      openBeside(),
      () => ({ type: "sent" }),
    );
    postman.wake();
    await settled();
    deepEqual([arrived, pauseMs()], [[], 15_000]);
    await pass(15_000);
    deepEqual(arrived, ["a n1"]);
    await postman.stop();
  });
});

Deno.test("Postman sends to whom a receiver is by now", async () => {
  await withFile(async (open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1)], 1);
    const to: string[] = [];
    const first = Promise.withResolvers<SendOutcome>();
    const postman = new Postman({
      outbox,
      wallMs: () => 0,
      later: () => () => {},
      send({ url }, { id }) {
        to.push(`${id} ${url}`);
        return to.length === 1
          ? first.promise
          : Promise.resolve({ type: "sent" });
      },
    });
    postman.wake();
    outbox.removeTarget("a");
    outbox.addTarget({ ...target("a"), url: "https://new.example/" });
    outbox.add([notice(2)], 2);
    postman.wake();
    first.resolve({ type: "sent" });
    await settled();
    await postman.stop();
    deepEqual(to, ["n1 https://chat.example/", "n2 https://new.example/"]);
  });
});

Deno.test("Postman outlives a file that cannot be read for once", async () => {
  await withFile(async (open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1)], 1);
    const { postman, arrived, pass } = postmanOver(
      outbox,
      () => ({ type: "sent" }),
    );
    const views = outbox.views.bind(outbox);
    let looks = 0;
    outbox.views = () => {
      if (++looks === 3) throw new Error("disk I/O error");
      return views();
    };
    postman.wake();
    await settled();
    outbox.add([notice(2)], 2);
    await pass(3_600_000);
    deepEqual(arrived, ["a n1", "a n2"]);
    await postman.stop();
  });
});

Deno.test("Postman gives up what is refused or too old, and goes on", async () => {
  await withFile(async (open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1), notice(2, keptMs), notice(3, keptMs)], 3);
    const { postman, arrived, pass } = postmanOver(
      outbox,
      (_name, { id }) =>
        id === "n2"
          ? { type: "refused", error: "status 422" }
          : { type: "sent" },
    );
    await pass(keptMs + 1);
    postman.wake();
    await settled();
    deepEqual(arrived, ["a n3"]);
    equal(outbox.views()[0]?.lost, 2);
  });
});

Deno.test("OutboxFile drops the oldest and counts them; a dead target costs no other", async () => {
  await withFile((open) => {
    const outbox = open();
    outbox.addTarget(target("dead"));
    const many = Array.from(
      { length: waitingEachMax + 5 },
      (_, n) => notice(n + 1),
    );
    outbox.add(many, many.length);
    outbox.addTarget(target("new"));
    outbox.add([notice(9_999)], 9_999);
    deepEqual(
      outbox.views().map(({ name, waiting, lost }) => [name, waiting, lost]),
      [["dead", waitingEachMax, 6], ["new", 1, 0]],
    );
    equal(outbox.first("dead")?.notice.id, "n7");
  });
});

Deno.test("OutboxFile takes the same part of a journal once", async () => {
  await withFile((open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    outbox.add([notice(1), notice(2)], 2);
    outbox.add([notice(1), notice(2)], 2);
    outbox.add([notice(2), notice(3)], 3);
    equal(outbox.views()[0]?.waiting, 3);
    outbox.removeTarget("a");
    outbox.addTarget(target("a"));
    equal(outbox.views()[0]?.waiting, 0);
  });
});

/** A journal that a feed reads. */
function journal() {
  const events: EventRecord[] = [];
  return {
    happen(what = "alert") {
      events.push({
        seq: events.length + 1,
        atMs: 0,
        stage: "seen",
        subject: "192.0.2.7",
        node: "",
        what,
        detail: {},
      });
    },
    clear: () => void events.splice(0),
    agent: {
      request(path: string) {
        const query = new URL(path, "http://agent").searchParams;
        const after = Number(query.get("after") ?? 0);
        const before = Number(query.get("before") ?? Infinity);
        const limit = Number(query.get("limit") ?? Infinity);
        const found = events.filter(({ seq }) => seq > after && seq < before);
        if (path.includes("/stream")) {
          // It ends at once: the feed comes again. It begins with the newest.
          const lines = found.slice(-1_000).map((each) =>
            `${JSON.stringify(each)}\n`
          );
          return Promise.resolve(new Response(`\n${lines.join("")}`));
        }
        const page = found.toReversed().slice(0, limit);
        const next = found.length > page.length
          ? { next: page.at(-1)?.seq }
          : {};
        return Promise.resolve(Response.json({ events: page, ...next }));
      },
    },
  };
}

Deno.test("NoticeFeed begins with what happens, and goes on where it was", async () => {
  await withFile(async (open) => {
    let outbox = open();
    outbox.addTarget(target("a"));
    const { happen, clear, agent } = journal();
    const run = async () => {
      const feed = new NoticeFeed({
        agent,
        outbox,
        host: "till",
        later: () => () => {},
        onNotices() {},
      });
      feed.start();
      await settled();
      await settled();
      feed.stop();
    };
    for (let n = 0; n < 10; n++) happen();
    await run();
    equal(outbox.views()[0]?.waiting, 0);
    happen();
    happen("claim");
    await run();
    equal(outbox.views()[0]?.waiting, 1);
    // While no dashboard runs; more than one page.
    for (let n = 0; n < 1_500; n++) happen(n % 500 === 0 ? "alert" : "claim");
    outbox = open();
    await run();
    await run();
    equal(outbox.views()[0]?.waiting, 4);
    // The journal was moved aside and has begun anew.
    clear();
    happen();
    await run();
    equal(outbox.views()[0]?.waiting, 5);
  });
});

Deno.test("NoticeFeed reads what a stream leaves out", async () => {
  await withFile(async (open) => {
    const outbox = open();
    outbox.addTarget(target("a"));
    const { happen, agent } = journal();
    happen("claim");
    let burst = 1_500;
    const comesAgain: (() => void)[] = [];
    const feed = new NoticeFeed({
      agent: {
        request(path) {
          // After the pages were read, and before the stream begins.
          if (path.includes("/stream")) { while (burst-- > 0) happen(); }
          return agent.request(path);
        },
      },
      outbox,
      host: "till",
      later(_ms, wake) {
        comesAgain.push(wake);
        return () => {};
      },
      onNotices() {},
    });
    feed.start();
    for (let time = 0; time < 3; time++) {
      await settled();
      await settled();
      for (const wake of comesAgain.splice(0)) wake();
    }
    await settled();
    feed.stop();
    equal(outbox.views()[0]?.waiting, 1_500);
  });
});
