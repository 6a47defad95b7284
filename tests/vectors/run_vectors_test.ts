import { deepEqual } from "node:assert/strict";
import { madeVectors } from "./make_vectors.ts";
import { runFiles } from "./run_vectors.ts";

const here = new URL("./", import.meta.url);
const own = Deno.readTextFileSync(new URL("own.json", here));
const shared = new URL(
  "../../../shared/data/noise/share/noise-vectors-share.json",
  here,
);

/** Runs texts as if they were files; gives what was printed and the code. */
function run(files: Readonly<Record<string, string>>) {
  const out: string[] = [];
  const error: string[] = [];
  const code = runFiles(Object.keys(files), (file) => files[file] ?? "", {
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
  });
  return { code, out, error };
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}

Deno.test("make_vectors still makes own.json", () => {
  deepEqual(madeVectors(), own);
});

Deno.test("runFiles() passes our own vectors", () => {
  deepEqual(run({ "own.json": own }), {
    code: 0,
    out: ["7 passed, 0 failed, 0 skipped"],
    error: [],
  });
});

Deno.test({
  name: "runFiles() passes the 24 shared vectors",
  ignore: !exists(shared),
  fn() {
    const { code, out } = run({ shared: Deno.readTextFileSync(shared) });
    deepEqual([code, out], [0, ["24 passed, 0 failed, 0 skipped"]]);
  },
});

Deno.test("runFiles() names what failed and what was skipped", () => {
  const [good] = JSON.parse(own).vectors;
  const bad = structuredClone(good);
  bad.messages[0].ciphertext = "00";
  const hybrid = { ...good, protocol_name: "Noise_XXhfs_25519_AESGCM_SHA256" };
  const broken = { ...good, init_static: "zz" };
  const foreign = { what: "is this" };
  const text = JSON.stringify([good, bad, hybrid, broken, foreign]);
  const { code, out } = run({ f: text });
  const name = good.protocol_name;
  deepEqual(code, 1);
  deepEqual(out.slice(1), [
    'skipped f #2 Noise_XXhfs_25519_AESGCM_SHA256: Cannot parse protocol name "Noise_XXhfs_25519_AESGCM_SHA256": pattern "XXhfs" needs a KEM behind "25519+"',
    `failed f #3 ${name}: init_static is not hexadecimal`,
    "skipped f #4 (no protocol name): names no protocol",
    "1 passed, 2 failed, 2 skipped",
  ]);
  deepEqual(
    out[0]?.startsWith(`failed f #1 ${name}: message 0: ciphertext differs`),
    true,
  );
});

Deno.test("runFiles() reports an unreadable file and runs the others", () => {
  const { code, out, error } = run({ bad: "{", "own.json": own });
  deepEqual(code, 1);
  deepEqual(out, ["7 passed, 0 failed, 0 skipped"]);
  deepEqual(error.length, 1);
  deepEqual(
    error[0]?.startsWith("Cannot run bad: Cannot read vectors: not JSON"),
    true,
  );
});

Deno.test("runFiles() without files is wrong usage", () => {
  const { code, out, error } = run({});
  deepEqual([code, out], [2, []]);
  deepEqual(error.at(-1), "  deno task vectors FILE...");
});
