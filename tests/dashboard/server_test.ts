import { equal, rejects } from "node:assert/strict";
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
