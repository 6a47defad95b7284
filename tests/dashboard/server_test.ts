import { equal, ok, rejects } from "node:assert/strict";
import { holdUp, runWithFewFiles } from "./few_files.ts";
import { serveApi, SocketError } from "../../dashboard/server.ts";

async function inDirectory(
  use: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function isSocketError(code: SocketError["code"]) {
  return (error: Error) => error instanceof SocketError && error.code === code;
}

const answer = () => new Response("here");

Deno.test("serveApi() answers on a socket for its owner only, and takes it away", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/a.sock`;
    const server = await serveApi(path, answer);
    equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path },
    });
    equal(await (await fetch("http://127.0.0.1/", { client })).text(), "here");
    client.close();
    await server.stop();
    await rejects(Deno.lstat(path), Deno.errors.NotFound);
  });
});

Deno.test("serveApi() removes a socket that nobody answers", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/a.sock`;
    const left = Deno.listen({ transport: "unix", path });
    await Deno.rename(path, `${path}.kept`);
    left.close();
    // Closing does not remove the file under its new name: it is stale now.
    await Deno.rename(`${path}.kept`, path);
    const server = await serveApi(path, answer);
    await server.stop();
  });
});

Deno.test("serveApi() leaves a socket alone that an agent answers", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/a.sock`;
    const first = await serveApi(path, answer);
    await rejects(serveApi(path, answer), isSocketError("agent_running"));
    await first.stop();
  });
});

Deno.test("serveApi() does not touch a file that is no socket", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/a.sock`;
    await Deno.writeTextFile(path, "mine");
    await rejects(serveApi(path, answer), isSocketError("not_a_socket"));
    equal(await Deno.readTextFile(path), "mine");
  });
});

Deno.test("serveApi() refuses a path that the kernel would cut", async () => {
  await rejects(
    serveApi(`/tmp/${"x".repeat(120)}/a.sock`, answer),
    isSocketError("path_too_long"),
  );
});

const filesMax = 64;
const serverUrl = import.meta.resolve("../../dashboard/server.ts");

async function answerAt(path: string): Promise<string> {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  try {
    return await (await fetch("http://127.0.0.1/", { client })).text();
  } catch {
    return "";
  } finally {
    client.close();
  }
}

Deno.test("serveApi() answers again after connections that took every file", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/a.sock`;
    await Deno.writeTextFile(
      `${directory}/serve.ts`,
      `import { serveApi } from ${JSON.stringify(serverUrl)};
      await serveApi(${JSON.stringify(path)}, () => new Response("here"));
      console.log("serves");`,
    );
    const child = runWithFewFiles(`${directory}/serve.ts`, filesMax);
    const reader = child.stdout.getReader();
    let held: Deno.Conn[] = [];
    try {
      await reader.read();
      held = await holdUp(
        () => Deno.connect({ transport: "unix", path }),
        filesMax,
      );
      ok(held.length > filesMax / 4, String(held.length));
      let answer = "";
      for (let n = 0; n < 100 && answer === ""; n++) {
        answer = await answerAt(path);
        if (answer === "") await new Promise((go) => setTimeout(go, 50));
      }
      equal(answer, "here");
      equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    } finally {
      for (const connection of held) connection.close();
      child.kill();
      await reader.cancel();
      await child.status;
    }
  });
});
