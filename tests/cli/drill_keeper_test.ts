import { deepEqual, equal, match, ok } from "node:assert/strict";
import { DrillKeeper } from "../../cli/drill_keeper.ts";
import { SqliteJournal } from "../../defense/host/mod.ts";
import {
  isDocumentationAddress,
  type JournalEntry,
  parseAddress,
} from "../../defense/mod.ts";
import { type NodeId, parseNodeId, type PingOutcome } from "../../mesh/mod.ts";

const self = parseNodeId("aa".repeat(32));
const nodeOf = (number: number) =>
  parseNodeId(number.toString(16).padStart(64, "0"));
const drill = "07".repeat(8);
const subject = parseAddress("192.0.2.8");

/** A keeper over a real journal, and pings that wait for the test. */
async function withKeeper(
  use: (stage: {
    keeper: DrillKeeper;
    journal: SqliteJournal;
    pings: { to: NodeId; resolve: (outcome: PingOutcome) => void }[];
    note: (what: string, node: string, more?: object) => void;
  }) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const journal = new SqliteJournal(`${directory}/journal.sqlite`);
  const pings: { to: NodeId; resolve: (outcome: PingOutcome) => void }[] = [];
  const note = (what: string, node: string, more: object = {}) =>
    journal.append(
      {
        atMs: 1_000,
        stage: what === "drill" ? "operator" : "claimed",
        subject,
        node,
        what,
        detail: { exercise: true, drill, ...more },
      } satisfies JournalEntry,
    );
  const keeper = new DrillKeeper({
    running: {
      drill: (address, id) =>
        isDocumentationAddress(address)
          ? { id }
          : { refused: "it may be somebody's" },
    },
    journal,
    self,
    members: () =>
      [self, nodeOf(1), nodeOf(2)].map((node, place) => ({
        node,
        name: `host-${place}`,
        addresses: [],
        custodian: false,
        observer: false,
        keysSinceMs: 0,
        revoked: false,
        generation: 0,
        notAfterMs: 9e12,
      })),
    ping(to) {
      const { promise, resolve } = Promise.withResolvers<PingOutcome>();
      pings.push({ to, resolve });
      return promise;
    },
    meshReport: () =>
      Promise.resolve({
        health: [{ node: nodeOf(2), state: "late", forMs: 1, heardAgoMs: 1 }],
      }),
    wallMs: () => 1_500,
    fill: (bytes) => void bytes.fill(7),
  });
  try {
    await use({ keeper, journal, pings, note });
  } finally {
    keeper.stop();
    for (const { resolve } of pings) {
      resolve({ answered: false, reason: "silent" });
    }
    await new Promise((resolve) => setTimeout(resolve));
    journal.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** The journal takes entries together, a moment later. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("DrillKeeper draws an address that is nobody's, and a name", () =>
  withKeeper(({ keeper }) => {
    const begun = keeper.begin();
    ok("id" in begun);
    equal(begun.id, drill);
    ok(isDocumentationAddress(parseAddress(begun.subject)));
    const refused = keeper.begin(parseAddress("10.0.0.1"));
    match("refused" in refused ? refused.refused : "", /may be somebody's/);
    return Promise.resolve();
  }));

Deno.test("DrillKeeper pings who answered, and writes the way down", () =>
  withKeeper(async ({ keeper, journal, pings, note }) => {
    note("drill", "", { of: 2 });
    note("drill_answer", nodeOf(1), { heardMs: 1_040, answeredMs: 100 });
    await until(() => pings.length > 0);
    deepEqual(pings.map(({ to }) => to), [nodeOf(1)]);
    pings[0]?.resolve({
      answered: true,
      roundTripMs: 20,
      clockAheadMs: 0,
      hops: 3,
      via: nodeOf(1),
    });
    await until(() => journal.read({ what: "drill_path" }).entries.length > 0);
    const { entries } = journal.read({ what: "drill_path" });
    deepEqual(entries.map(({ node, detail }) => [node, detail["hops"]]), [
      [nodeOf(1), 3],
    ]);
    const [listed] = await keeper.list();
    deepEqual([listed?.id, listed?.heard, listed?.running], [drill, 1, true]);
    const found = await keeper.find(drill);
    deepEqual(
      found?.members.map(({ name, hops, state }) => [name, hops, state]),
      [["host-1", 3, undefined], ["host-2", undefined, "late"]],
    );
    equal(await keeper.find("0".repeat(16)), undefined);
  }));

Deno.test("DrillKeeper leaves room for the pings of others", () =>
  withKeeper(async ({ pings, note }) => {
    for (let number = 1; number <= 150; number++) {
      note("drill_answer", nodeOf(number));
    }
    await until(() => pings.length > 0);
    equal(pings.length, 4);
    // Each that ends lets the next one begin, up to a hundred.
    for (let done = 0; done < pings.length; done++) {
      pings[done]?.resolve({ answered: false, reason: "busy" });
      await new Promise((resolve) => setTimeout(resolve));
    }
    equal(pings.length, 100);
  }));
