import { deepEqual, equal } from "node:assert/strict";
import { MemberWords } from "../../cli/member_words.ts";
import { decodeSelf, type SelfWord } from "../../defense/mod.ts";
import { type MeshCommand, parseNodeId } from "../../mesh/mod.ts";

const till = parseNodeId("aa".repeat(32));
const office = parseNodeId("bb".repeat(32));
const word: SelfWord = {
  version: "0.1.0",
  mode: "observe",
  profile: "lan",
  startedAtMs: 1,
  measures: 0,
  sensors: [],
  findings: [],
};

/** Two members, each the other's mesh. */
function pair() {
  const clock = { nowMs: 10_000 };
  const sent: MeshCommand[] = [];
  const parts = {
    wallMs: () => clock.nowMs,
    describe: () => Promise.resolve(word),
  };
  const there = new MemberWords({
    ...parts,
    mesh: {
      send(command) {
        if (command.type !== "tell") return;
        sent.push(command);
        here.told(office, command.payload);
      },
    },
  });
  const here: MemberWords = new MemberWords({
    ...parts,
    mesh: {
      send(command) {
        if (command.type === "tell") there.told(till, command.payload);
      },
    },
  });
  return { here, there, clock, sent };
}

const patient = () => new AbortController().signal;

Deno.test("MemberWords.ask() gives the other's word, and remembers it", async () => {
  const { here } = pair();
  equal(here.last(office), undefined);
  deepEqual(await here.ask(office, patient()), { atMs: 10_000, word });
  deepEqual(here.last(office), { atMs: 10_000, word });
});

Deno.test("MemberWords.ask() gives up with its signal, and forgets the question", async () => {
  const heard: MeshCommand[] = [];
  const words = new MemberWords({
    wallMs: () => 0,
    describe: () => Promise.resolve(word),
    mesh: { send: (command) => void heard.push(command) },
  });
  const impatient = new AbortController();
  const asked = Array.from(
    { length: 40 },
    () => words.ask(office, impatient.signal),
  );
  // Of forty questions without an answer, the mesh hears of 32.
  equal(heard.length, 32);
  impatient.abort();
  deepEqual(new Set(await Promise.all(asked)), new Set([undefined]));
  void words.ask(office, patient());
  equal(heard.length, 33);
});

Deno.test("MemberWords.told() answers one question a second to each", async () => {
  const { here, clock, sent } = pair();
  await here.ask(office, patient());
  void here.ask(office, AbortSignal.abort());
  clock.nowMs += 999;
  void here.ask(office, AbortSignal.abort());
  await Promise.resolve();
  equal(sent.length, 1);
  clock.nowMs += 1;
  await here.ask(office, patient());
  equal(sent.length, 2);
});

Deno.test("MemberWords.told() takes no word for another's, and leaves the rest alone", async () => {
  const { here, there } = pair();
  const question = here.ask(office, patient());
  const forged: MeshCommand[] = [];
  const thief = new MemberWords({
    wallMs: () => 0,
    describe: () => Promise.resolve({ ...word, version: "forged" }),
    mesh: { send: (command) => void forged.push(command) },
  });
  thief.told(till, new Uint8Array());
  equal(thief.told(till, new Uint8Array([1, 2, 3])), false);
  equal((await question)?.word.version, "0.1.0");
  equal(there.last(till), undefined);
  const { encodeWord } = await import("../../defense/mod.ts");
  const late = encodeWord(0, { ...word, version: "forged" });
  equal(decodeSelf(late)?.kind, "word");
  // A word nobody asked for is heard by nobody.
  equal(here.told(till, late), true);
  equal(here.last(till), undefined);
});
