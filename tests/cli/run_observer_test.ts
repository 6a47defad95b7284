import { equal, match } from "node:assert/strict";
import { Output, type Sink } from "../../cli/output.ts";
import { observerWhereNeeded } from "../../cli/run_observer.ts";

Deno.test("observerWhereNeeded() takes no place of an agent that takes the call and says nothing", async () => {
  let said = "";
  const paper: Sink = {
    writeSync(bytes) {
      said += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => false,
  };
  const sinks = { stdout: paper, stderr: paper };
  const output = new Output({ json: false, noColour: true, ...sinks });
  const directory = await Deno.makeTempDir();
  // As `fetch` rejects once the time of its signal is over.
  const hanging = {
    request: (_path: string, init?: RequestInit) =>
      new Promise<Response>((_, reject) => {
        if (init?.signal) reject(new DOMException("", "TimeoutError"));
      }),
  };
  // deno-lint-ignore no-explicit-any -- an agent that runs is not replaced.
  const store = { directory, loaded: {} as any };
  const observer = await observerWhereNeeded(store, hanging, true, { output });
  await Deno.remove(directory);
  equal(observer, undefined);
  match(said, /An agent runs here/);
});
