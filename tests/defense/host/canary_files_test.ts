import { deepEqual, equal } from "node:assert/strict";
import { watchCanaryFiles } from "../../../defense/host/canary_files.ts";
import type { DecoyTouch } from "../../../defense/observation.ts";

/** Sets the time of the last access, as a read would. */
function pretendRead(path: string): void {
  const { mtime } = Deno.statSync(path);
  Deno.utimeSync(
    path,
    Date.now() / 1_000 + 60,
    (mtime?.getTime() ?? 0) / 1_000,
  );
}

const rows: { name: string; act(path: string): void; touches: number }[] = [
  { name: "nobody does anything", act: () => {}, touches: 0 },
  { name: "it is read", act: pretendRead, touches: 1 },
  {
    name: "it is changed",
    act: (path) => Deno.writeTextFileSync(path, "other"),
    touches: 1,
  },
  { name: "it is removed", act: (path) => Deno.removeSync(path), touches: 1 },
];

for (const { name, act, touches } of rows) {
  Deno.test(`watchCanaryFiles() when ${name}`, async () => {
    const path = await Deno.makeTempFile();
    const seen: DecoyTouch[] = [];
    const wakes: (() => void)[] = [];
    const watch = watchCanaryFiles([path], (touch) => seen.push(touch), {
      every: (wake) => {
        wakes.push(wake);
        return () => {};
      },
    });
    wakes.forEach((wake) => wake());
    act(path);
    wakes.forEach((wake) => wake());
    wakes.forEach((wake) => wake());
    watch.stop();
    deepEqual(
      seen.map(({ service, source }) => [service, source]),
      Array(touches).fill(["canary_file", "127.0.0.1"]),
    );
    await Deno.remove(path).catch(() => {});
  });
}

Deno.test("reports() names a file that is not there", () => {
  const watch = watchCanaryFiles(["/nowhere/canary"], () => {});
  watch.stop();
  equal(watch.reports()[0]?.trouble, "the canary file is not there");
});
