import { deepEqual, equal, ok } from "node:assert/strict";
import { holdUp, runWithFewFiles } from "./few_files.ts";
import { LastingServer } from "../../dashboard/lasting_server.ts";

const moduleUrl = import.meta.resolve("../../dashboard/lasting_server.ts");
const filesMax = 128;

/** Serves "still here" until it is ended; prints its port. */
const program = `
import { LastingServer } from ${JSON.stringify(moduleUrl)};
const server = new LastingServer(
  (again, signal) =>
    Deno.serve(
      { hostname: "127.0.0.1", port: again?.port ?? 0, signal, onListen() {} },
      () => new Response("still here"),
    ),
  (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
);
console.log(server.addr.port);
`;

async function answerOf(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { connection: "close" },
    });
    return await response.text();
  } catch {
    return "";
  }
}

Deno.test("LastingServer outlives connections that take every file", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, program);
  const child = runWithFewFiles(file, filesMax);
  const reader = child.stdout.getReader();
  let held: Deno.Conn[] = [];
  try {
    const { value } = await reader.read();
    const port = Number(new TextDecoder().decode(value));
    ok(port > 0);
    held = await holdUp(
      () => Deno.connect({ hostname: "127.0.0.1", port }),
      filesMax,
    );
    ok(held.length > filesMax / 2, String(held.length));
    // Those who hold it up do not let go, and it answers all the same.
    let answer = "";
    for (let n = 0; n < 200 && answer === ""; n++) {
      answer = await answerOf(port);
      if (answer === "") await new Promise((go) => setTimeout(go, 50));
    }
    equal(answer, "still here");
  } finally {
    for (const connection of held) connection.close();
    child.kill();
    await reader.cancel();
    await child.status;
    await Deno.remove(file);
  }
});

Deno.test("LastingServer tries until it may listen, on the same port", async () => {
  const ports: (number | undefined)[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const signals: AbortSignal[] = [];
  const waiting: (() => void)[] = [];
  const server = new LastingServer(
    (again: Deno.NetAddr | undefined, signal) => {
      ports.push(again?.port);
      if (ports.length === 2) throw new Deno.errors.AddrInUse();
      const end = Promise.withResolvers<void>();
      ends.push(end);
      signals.push(signal);
      signal.addEventListener("abort", () => end.resolve());
      const addr = { transport: "tcp", hostname: "::1", port: 4_711 } as const;
      return { addr, finished: end.promise };
    },
    (_ms, wake) => {
      waiting.push(wake);
      return () => void waiting.splice(waiting.indexOf(wake), 1);
    },
  );
  ends[0]?.reject(new Error("Too many open files"));
  await new Promise((go) => setTimeout(go, 0));
  equal(signals[0]?.aborted, true);
  waiting.shift()?.();
  waiting.shift()?.();
  deepEqual(ports, [undefined, 4_711, 4_711]);
  await server.stop();
  equal(signals[1]?.aborted, true);
  deepEqual(waiting, []);
});
