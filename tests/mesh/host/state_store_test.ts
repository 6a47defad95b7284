import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { rosterEntriesMax } from "../../../mesh/limits.ts";
import { StateError } from "../../../mesh/host/state_error.ts";
import { StateStore } from "../../../mesh/host/state_store.ts";
import { emptyLeakage } from "../../../mesh/traffic/leak_account.ts";
import {
  filled,
  madeKeys,
  withCode,
  withStore,
  writeWhole,
} from "./state_scene.ts";

/** Cheap enough to run often; the real cost is tried once. */
const quick = { n: 1_024, r: 8, p: 1 };

Deno.test("StateStore reads back what it wrote", () =>
  withStore(async (store) => {
    equal(await StateStore.exists(store.directory), false);
    const first = { current: madeKeys(0) };
    await store.writeKeys(first);
    equal(await StateStore.exists(store.directory), true);
    deepEqual(await store.readKeys(), first);
    const rotated = { current: madeKeys(1), previous: first.current };
    await store.writeKeys(rotated);
    deepEqual(await store.readKeys(), rotated);

    const mesh = { meshId: filled(32, 1), meshSecret: filled(32, 2) };
    await store.writeMesh(mesh);
    deepEqual(await store.readMesh(), mesh);

    deepEqual(await store.readRoster(), []);
    const roster = [filled(300, 1), filled(0, 0), filled(9, 2)];
    await store.writeRoster(roster);
    deepEqual(await store.readRoster(), roster);

    const certificate = {
      der: filled(400, 3),
      certificatePem: "-----BEGIN",
      keyPem: "-----BEGIN KEY",
    };
    await store.writeCertificate(certificate);
    deepEqual(await store.readCertificate(), certificate);
  }));

Deno.test("StateStore.writeRoster() refuses more than it could read back", () =>
  withStore(async (store) => {
    const entries = new Array<Uint8Array>(rosterEntriesMax + 1).fill(
      filled(1, 1),
    );
    await rejects(store.writeRoster(entries), RangeError);
    await store.writeRoster(entries.slice(1));
    equal((await store.readRoster()).length, rosterEntriesMax);
  }));

Deno.test("StateStore.updateInvites() loses no change of two writers", () =>
  withStore(async (store) => {
    const other = await StateStore.open(store.directory);
    const add = (writer: StateStore, byte: number) =>
      writer.updateInvites((invites) => [...invites, {
        id: filled(32, byte),
        psk: filled(32, byte),
        gateKey: filled(32, byte),
        expiresAtMs: byte,
      }]);
    const bytes = Array.from({ length: 20 }, (_, at) => at);
    await Promise.all(
      bytes.map((byte) => add(byte % 2 ? store : other, byte)),
    );
    const kept = await store.readInvites();
    deepEqual(
      kept.map(({ expiresAtMs }) => expiresAtMs).sort((a, b) => a - b),
      bytes,
    );
  }));

Deno.test("StateStore.nextIncarnation() grows, also when the clock jumps back", () =>
  withStore(async (store) => {
    equal(await store.nextIncarnation(5_000_000), 5_000);
    equal(await store.nextIncarnation(5_000_000), 5_001);
    equal(await store.nextIncarnation(0), 5_002);
    equal(await store.nextIncarnation(9_000_000), 9_000);
    // The card has its own count, and does not disturb the other.
    equal(await store.nextCardSeq(0), 1);
    equal(await store.nextCardSeq(0), 2);
    equal(await store.nextIncarnation(0), 9_001);
  }));

Deno.test("StateStore keeps the operator key, bare or under a passphrase", () =>
  withStore(async (store) => {
    const seed = filled(32, 5);
    equal(await store.hasOperator(), false);
    await store.writeOperator(seed);
    equal(await store.hasOperator(), true);
    deepEqual(await store.readOperator(), seed);

    await store.writeOperator(seed, "bread at 5 é", quick);
    deepEqual(await store.readOperator("bread at 5 é"), seed);
    // The same letters, composed the other way, from another keyboard.
    deepEqual(await store.readOperator("bread at 5 e\u0301"), seed);
    const file = await Deno.readFile(`${store.directory}/operator.cbor`);
    equal(indexOf(file, seed), -1);
    await rejects(store.readOperator(), withCode("passphrase_needed"));
    await rejects(store.readOperator("Bread"), withCode("wrong_passphrase"));
    await rejects(store.readOperator(""), withCode("wrong_passphrase"));
    await rejects(store.writeOperator(seed, ""), RangeError);
  }));

Deno.test("StateStore writes files that only their owner may read", () =>
  withStore(async (store) => {
    await Deno.chmod(store.directory, 0o700);
    await store.writeMesh({ meshId: filled(32, 1), meshSecret: filled(32, 2) });
    const info = await Deno.stat(`${store.directory}/mesh.cbor`);
    equal((info.mode ?? 0) & 0o777, 0o600);
    // Nothing is left beside it but the lock.
    const names = [...Deno.readDirSync(store.directory)].map(({ name }) =>
      name
    );
    deepEqual(names.sort(), [".lock", "mesh.cbor"]);
  }));

Deno.test("StateStore.writeMesh() replaces what a crash left beside", () =>
  withStore(async (store) => {
    const beside = `${store.directory}/.mesh.cbor.new`;
    await Deno.writeTextFile(beside, "half", { mode: 0o644 });
    await store.writeMesh({ meshId: filled(32, 1), meshSecret: filled(32, 2) });
    const info = await Deno.stat(`${store.directory}/mesh.cbor`);
    equal((info.mode ?? 0) & 0o777, 0o600);
    deepEqual((await store.readMesh()).meshId, filled(32, 1));
  }));

Deno.test("StateStore.open() refuses a directory others may enter", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.chmod(directory, 0o750);
  await rejects(StateStore.open(directory), (error) => {
    ok(error instanceof StateError);
    equal(error.code, "too_open");
    match(error.message, new RegExp(`0750.*\n {2}chmod 0700 ${directory}$`));
    return true;
  });
  await Deno.remove(directory);
});

Deno.test("StateStore.open() makes a private directory, and refuses a file", async () => {
  const above = await Deno.makeTempDir();
  const store = await StateStore.open(`${above}/a/b/`);
  equal(store.directory, `${above}/a/b`);
  const info = await Deno.stat(store.directory);
  equal((info.mode ?? 0) & 0o777, 0o700);
  await Deno.writeTextFile(`${above}/file`, "");
  await rejects(StateStore.open(`${above}/file`), withCode("unreadable"));
  await Deno.remove(above, { recursive: true });
});

Deno.test({
  name: "StateStore refuses what another user owns",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withStore(async (store) => {
      await store.writeKeys({ current: madeKeys(0) });
      const file = `${store.directory}/keys.cbor`;
      await Deno.chown(file, 65_534, null);
      await rejects(store.readKeys(), (error) => {
        ok(error instanceof StateError);
        equal(error.code, "not_ours");
        match(error.message, new RegExp(`\n {2}chown 0 ${file}$`));
        return true;
      });
      await Deno.chown(store.directory, 65_534, null);
      await rejects(StateStore.open(store.directory), withCode("not_ours"));
    }),
});

Deno.test({
  name: "StateStore.writeRoster() leaves the old file whole on a full disk",
  ignore: Deno.uid() !== 0,
  async fn() {
    const directory = await Deno.makeTempDir();
    await run(
      "mount",
      "-t",
      "tmpfs",
      "-o",
      "size=64k,mode=0700",
      "tmpfs",
      directory,
    );
    try {
      const store = await StateStore.open(directory);
      const small = [filled(20_000, 1)];
      await store.writeRoster(small);
      await rejects(store.writeRoster([filled(60_000, 2)]), (error) => {
        ok(error instanceof StateError);
        equal(error.code, "disk_full");
        match(error.message, /roster\.cbor: the disk is full/);
        return true;
      });
      deepEqual(await store.readRoster(), small);
      // The attempt left nothing behind, so smaller writes still work.
      await store.writeRoster([filled(21_000, 3)]);
      deepEqual(await store.readRoster(), [filled(21_000, 3)]);
    } finally {
      await run("umount", directory);
      await Deno.remove(directory);
    }
  },
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  const text = (from: Uint8Array) => Array.from(from).join(",");
  return text(bytes).indexOf(text(part));
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  ok(success, `${command} failed`);
}

Deno.test("StateStore.readPace() is what writePace() kept, and nothing before", () =>
  withStore(async (store) => {
    deepEqual(await store.readPace(), {});
    const leakage = {
      ...emptyLeakage("lan", 1_000.5),
      switches: 3,
      switchBits: 2 + Math.log2(3),
      slotsMissed: 7,
      linkEnds: { clock: 1, network: 2, rotation: 3, roster: 4, crossing: 5 },
      starts: 2,
    };
    await store.writePace({ chosen: "metered", leakage });
    const kept = await store.readPace();
    equal(kept.chosen, "metered");
    ok(Math.abs((kept.leakage?.switchBits ?? 0) - leakage.switchBits) < 1e-6);
    deepEqual({ ...kept.leakage, switchBits: leakage.switchBits }, {
      ...leakage,
      sinceMs: 1_000,
    });
    await store.writePace({});
    deepEqual(await store.readPace(), {});
  }));

const badPaces: { name: string; fields: Parameters<typeof writeWhole>[1] }[] = [
  { name: "an unknown choice", fields: ["pace", 1, "fast", []] },
  { name: "a choice of the prototype", fields: ["pace", 1, "toString", []] },
  { name: "half an account", fields: ["pace", 1, "", [["lan", 1, 2]]] },
  { name: "two accounts", fields: ["pace", 1, "", [[], []]] },
];

for (const { name, fields } of badPaces) {
  Deno.test(`StateStore.readPace() refuses ${name}`, () =>
    withStore(async (store) => {
      await writeWhole(`${store.directory}/pace.cbor`, fields);
      await rejects(store.readPace(), withCode("corrupt"));
    }));
}
