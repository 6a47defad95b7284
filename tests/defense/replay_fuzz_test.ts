/**
 * Whatever became of a log or capture on its way here, replaying it ends in
 * records whose addresses and times are some, or in a refusal that says what
 * to do. Starts from our own fixtures, and from real logs where these are at
 * hand.
 */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import { readAddress } from "../../defense/address.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { replayLog } from "../../defense/replay.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const folders = ["../fixtures/", "../../../shared/data/"]
  .map((path) => new URL(path, import.meta.url).pathname);
/** Pieces of larger files stand for them. */
const pieceBytes = 16_384;
const scenarios = embeddedScenarios();

/** Logs and captures below `folder`. */
function* filesIn(folder: string): Generator<string> {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch {
    return;
  }
  for (const { name, isDirectory } of entries) {
    if (isDirectory) yield* filesIn(`${folder}${name}/`);
    else if (/\.(?:log|pcap|cap|jsonl?|xml)$|^syn_scan/.test(name)) {
      yield folder + name;
    }
  }
}

const files = folders.flatMap((folder) => [...filesIn(folder)]);

/** The beginning of a file, or a piece from within it. */
function pieceOf(path: string, from: number): Uint8Array {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const bytes = new Uint8Array(Math.min(size, pieceBytes));
  file.seekSync(from % Math.max(1, size - bytes.length + 1), 0);
  return bytes.subarray(0, file.readSync(bytes) ?? 0);
}

type Change = {
  readonly at: number;
  readonly cut: number;
  readonly bytes: Uint8Array;
};

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let parts = [...bytes];
  for (const { at, cut, bytes: inserted } of changes) {
    const place = parts.length === 0 ? 0 : at % parts.length;
    parts = [
      ...parts.slice(0, place),
      ...inserted,
      ...parts.slice(place + cut),
    ];
  }
  return Uint8Array.from(parts);
}

Deno.test(`replayLog() survives what happens to files (seed ${seed})`, async () => {
  ok(files.length > 0);
  const change = fc.record({
    at: fc.nat(pieceBytes),
    cut: fc.oneof(fc.nat(4), fc.nat(400)),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(
        "\n",
        "\r\n",
        "\0\0\0\0",
        '"',
        "{",
        "}",
        "<Event>",
        "\u2028",
      )
        .map((text) => new TextEncoder().encode(text)),
    ),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.oneof(fc.constant(0), fc.nat(1_000_000)),
      fc.array(change, { maxLength: 8 }),
      fc.integer({ min: 1, max: pieceBytes }),
      async (path, from, changes, chunkBytes) => {
        const bytes = changed(pieceOf(path, from), changes);
        async function* chunks() {
          for (let at = 0; at < bytes.length; at += chunkBytes) {
            yield await Promise.resolve(bytes.slice(at, at + chunkBytes));
          }
        }
        const records = replayLog(chunks(), {
          observations: true,
          learning: true,
          learnMs: 0,
          scenarios,
          referenceYear: 2026,
        });
        try {
          for await (const record of records) {
            if (record.type !== "observation") continue;
            ok(readAddress(record.source) === record.source);
          }
        } catch (error) {
          ok(error instanceof SyntaxError, `${path}: ${error}`);
        }
      },
    ),
    { seed, numRuns: 200 },
  );
});
