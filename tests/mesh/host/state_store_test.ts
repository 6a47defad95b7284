import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { encodeCbor } from "../../../mesh/cbor.ts";
import { StateError } from "../../../mesh/host/state_error.ts";
import {
  defaultStateDirectory,
  StateStore,
} from "../../../mesh/host/state_store.ts";
import { generateKeyMaterial, type NodeKeys } from "../../../mesh/keys.ts";
import { nodeIdOf } from "../../../mesh/node_id.ts";
import { systemRandom } from "../../../mesh/host/random.ts";

/** Cheap enough to run often; the real cost is tried once. */
const quick = { n: 1_024, r: 8, p: 1 };

async function withStore(
  use: (store: StateStore) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(await StateStore.open(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function madeKeys(generation: number): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  return { node: nodeIdOf(material.signing.public), generation, ...material };
}

const filled = (length: number, byte: number) =>
  new Uint8Array(length).fill(byte);

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
    const entries = new Array<Uint8Array>(8_193).fill(filled(1, 1));
    await rejects(store.writeRoster(entries), RangeError);
    await store.writeRoster(entries.slice(1));
    equal((await store.readRoster()).length, 8_192);
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

/** Spoils a good `keys.cbor`; returns the code its reader must give. */
const spoilers: {
  name: string;
  spoil(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  code: string;
  says: RegExp;
}[] = [
  {
    name: "no file",
    spoil: (file) => Deno.remove(file),
    code: "missing",
    says: /stealthmesh keys init/,
  },
  {
    name: "a file others may read",
    spoil: (file) => Deno.chmod(file, 0o640),
    code: "too_open",
    says: /0640.*\n {2}chmod 0600 .*keys\.cbor/,
  },
  {
    name: "a file others may write",
    spoil: (file) => Deno.chmod(file, 0o602),
    code: "too_open",
    says: /chmod 0600/,
  },
  {
    name: "a directory in its place",
    spoil: async (file) => {
      await Deno.remove(file);
      await Deno.mkdir(file);
    },
    code: "corrupt",
    says: /not a plain file/,
  },
  {
    name: "a symbolic link",
    spoil: async (file) => {
      await Deno.rename(file, `${file}.real`);
      await Deno.symlink(`${file}.real`, file);
    },
    code: "corrupt",
    says: /not a plain file/,
  },
  {
    name: "an empty file",
    spoil: (file) => Deno.truncate(file, 0),
    code: "corrupt",
    says: /not a state file.*\n {2}Restore it/,
  },
  {
    name: "a file cut within its head",
    spoil: (file) => Deno.truncate(file, 20),
    code: "corrupt",
    says: /cut off or damaged/,
  },
  {
    name: "a file without its last byte",
    spoil: (file, bytes) => Deno.truncate(file, bytes.length - 1),
    code: "corrupt",
    says: /cut off or damaged/,
  },
  {
    name: "one flipped bit",
    spoil: (file, bytes) => {
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      return Deno.writeFile(file, bytes);
    },
    code: "corrupt",
    says: /cut off or damaged/,
  },
  {
    name: "a byte too many",
    spoil: (file) => Deno.writeFile(file, new Uint8Array(1), { append: true }),
    code: "corrupt",
    says: /cut off or damaged/,
  },
  {
    name: "a megabyte of noise",
    spoil: (file) => Deno.writeFile(file, noise(1_048_576)),
    code: "corrupt",
    says: /not a state file/,
  },
  {
    name: "more than a state file can be",
    spoil: (file) => Deno.truncate(file, 33 * 1_048_576),
    code: "corrupt",
    says: /at most 33554432/,
  },
  {
    name: "another kind of file",
    spoil: (file) =>
      writeWhole(file, ["mesh", 1, filled(32, 0), filled(32, 0)]),
    code: "corrupt",
    says: /holds "mesh", expected "keys"/,
  },
  {
    name: "a later version",
    spoil: (file) => writeWhole(file, ["keys", 2, []]),
    code: "wrong_version",
    says: /version 2, this program reads 1\n {2}Update/,
  },
  {
    name: "no keys at all",
    spoil: (file) => writeWhole(file, ["keys", 1, []]),
    code: "corrupt",
    says: /holds no keys/,
  },
  {
    name: "a short Noise key",
    spoil: (file) =>
      writeWhole(file, ["keys", 1, [[
        "0".repeat(64),
        0,
        filled(31, 0),
        filled(32, 0),
        filled(32, 0),
        filled(32, 0),
      ]]]),
    code: "corrupt",
    says: /field "Noise secret" is not 32 bytes/,
  },
  {
    name: "a node id that is none",
    spoil: (file) => writeWhole(file, ["keys", 1, [["me"]]]),
    code: "corrupt",
    says: /field "node" is not a node id/,
  },
  {
    name: "a field too many",
    spoil: (file) => writeWhole(file, ["keys", 1, [], 5]),
    code: "corrupt",
    says: /holds no keys|fields/,
  },
  {
    name: "no array inside",
    spoil: (file) => writeWhole(file, "keys"),
    code: "corrupt",
    says: /not an array/,
  },
];

for (const { name, spoil, code, says } of spoilers) {
  Deno.test(`StateStore.readKeys() tells ${code} of ${name}`, () =>
    withStore(async (store) => {
      await store.writeKeys({ current: madeKeys(0) });
      const file = `${store.directory}/keys.cbor`;
      await spoil(file, await Deno.readFile(file));
      await rejects(store.readKeys(), (error) => {
        ok(error instanceof StateError);
        equal(error.code, code);
        equal(error.file, file);
        match(error.message, says);
        match(error.message, /^Cannot read \/.*keys\.cbor: .*\n {2}\S/);
        return true;
      });
    }));
}

const operators: { name: string; fields: Parameters<typeof encodeCbor>[0] }[] =
  [
    {
      name: "asks for all memory",
      fields: ["operator", 1, "scrypt", 2 ** 40, 8, 1],
    },
    {
      name: "asks for an odd cost",
      fields: ["operator", 1, "scrypt", 1_000, 8, 1],
    },
    {
      name: "asks for no work",
      fields: ["operator", 1, "scrypt", 1_024, 0, 0],
    },
    {
      name: "has a short seed",
      fields: ["operator", 1, "bare", filled(31, 0)],
    },
  ];

for (const { name, fields } of operators) {
  Deno.test(`StateStore.readOperator() refuses a file that ${name}`, () =>
    withStore(async (store) => {
      await writeWhole(`${store.directory}/operator.cbor`, fields);
      await rejects(store.readOperator("x"), withCode("corrupt"));
    }));
}

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

const places: {
  uid: number | null;
  environment: { xdgStateHome?: string; home?: string };
  directory: string;
}[] = [
  { uid: 0, environment: { home: "/root" }, directory: "/var/lib/stealthmesh" },
  {
    uid: 1000,
    environment: { xdgStateHome: "/x", home: "/home/a" },
    directory: "/x/stealthmesh",
  },
  {
    uid: 1000,
    environment: { xdgStateHome: "relative", home: "/home/a" },
    directory: "/home/a/.local/state/stealthmesh",
  },
  {
    uid: 1000,
    environment: { home: "/home/a" },
    directory: "/home/a/.local/state/stealthmesh",
  },
];

for (const { uid, environment, directory } of places) {
  Deno.test(`defaultStateDirectory() is ${directory} for ${uid}`, () => {
    equal(defaultStateDirectory(uid, environment), directory);
  });
}

function withCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof StateError && error.code === code;
}

/** A file with a right head around any content. */
async function writeWhole(
  file: string,
  fields: Parameters<typeof encodeCbor>[0],
): Promise<void> {
  const body = new Uint8Array(encodeCbor(fields));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const head = new TextEncoder().encode("smstate\n");
  await Deno.writeFile(file, new Uint8Array([...head, ...digest, ...body]), {
    mode: 0o600,
  });
}

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  systemRandom.fill(bytes);
  return bytes;
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  const text = (from: Uint8Array) => Array.from(from).join(",");
  return text(bytes).indexOf(text(part));
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  ok(success, `${command} failed`);
}
