/** `kill -9` of an agent's sensors: no line is judged twice, none is lost. */
import { equal } from "node:assert/strict";

const program = new URL("./log_watcher.ts", import.meta.url).pathname;
const config = new URL("../../../deno.json", import.meta.url).pathname;

/** A watcher that can be asked what it has judged, and killed. */
function watch(log: string, places: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      `--config=${config}`,
      program,
      log,
      places,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let judged = -1;
  const reading = (async () => {
    let text = "";
    for await (
      const chunk of child.stdout.pipeThrough(new TextDecoderStream())
    ) {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      judged = Number(lines.at(-1) ?? judged);
    }
  })();
  return {
    /** What it has judged once it has judged `count`, or after a while. */
    async judged(count: number): Promise<number> {
      for (let tries = 0; judged < count && tries < 6_000; tries++) {
        await new Promise((wake) => setTimeout(wake, 10));
      }
      // Whatever is judged twice shows up by then.
      await new Promise((wake) => setTimeout(wake, 150));
      return judged;
    },
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await child.status;
      await reading;
    },
  };
}

let pid = 700;
function guesses(count: number): string {
  return Array.from(
    { length: count },
    () =>
      `Nov 23 03:26:55 shop sshd[${++pid}]: Failed password for root from 192.0.2.77 port 4000 ssh2\n`,
  ).join("");
}

Deno.test("killed sensors go on where they were, over appends and rotation", async () => {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/auth.log`;
  const places = `${directory}/log-places.json`;
  const append = (count: number, path = log) =>
    Deno.writeTextFileSync(path, guesses(count), { append: true });
  append(5);
  let watcher = watch(log, places);
  try {
    equal(await watcher.judged(0), 0, "a first start begins at the end");
    append(3);
    equal(await watcher.judged(3), 3);
    await watcher.kill();

    append(2);
    Deno.renameSync(log, `${log}.1`);
    append(1, `${log}.1`);
    append(2);
    watcher = watch(log, places);
    equal(await watcher.judged(5), 5);
    await watcher.kill();

    watcher = watch(log, places);
    equal(await watcher.judged(0), 0);
    append(1);
    equal(await watcher.judged(1), 1);
  } finally {
    await watcher.kill();
    await Deno.remove(directory, { recursive: true });
  }
});
