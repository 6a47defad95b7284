import { equal, match, ok, rejects } from "node:assert/strict";
import { encodeCbor } from "../../../mesh/cbor.ts";
import { StateError } from "../../../mesh/host/state_error.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import {
  filled,
  madeKeys,
  withCode,
  withStore,
  writeWhole,
} from "./state_scene.ts";

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

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  systemRandom.fill(bytes);
  return bytes;
}
