import { isIP } from "node:net";
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import {
  AgentClient,
  agentOrigin,
  socketName,
} from "../../cli/agent_client.ts";
import { explainFailure } from "../../cli/exit_code.ts";
import { LateApi } from "../../cli/late_api.ts";
import { OperatorError } from "../../cli/operator_error.ts";

/** A client of something that answers on a socket as `answer` says. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  use: (client: AgentClient) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/${socketName}`;
  const server = Deno.serve({ path, onListen() {} }, answer);
  const client = new AgentClient(directory);
  try {
    await use(client);
  } finally {
    client.close();
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
}

const problems: {
  name: string;
  response: () => Response;
  code: OperatorError["code"];
  says: RegExp;
}[] = [
  {
    name: "a request it does not understand",
    response: () => problem(400, "Bad address", "no such network"),
    code: "wrong_usage",
    says: /^Cannot do that: Bad address: no such network/,
  },
  {
    name: "an agent that is starting",
    response: () => problem(503, "The agent is starting"),
    code: "agent_unreachable",
    says: /The agent is starting/,
  },
  {
    name: "an order that it refuses",
    response: () => problem(409, "The agent only observes"),
    code: "failed",
    says: /^Cannot do that: The agent only observes/,
  },
  {
    name: "an answer that is no problem document",
    response: () => new Response("<h1>teapot</h1>", { status: 418 }),
    code: "failed",
    says: /status 418/,
  },
  {
    name: "words that would move the cursor",
    response: () => problem(409, "red \x1b[31m alert"),
    code: "failed",
    says: /^Cannot do that: red \P{Cc}*$/u,
  },
];

function problem(status: number, title: string, detail?: string): Response {
  return Response.json({ title, status, detail }, { status });
}

for (const { name, response, code, says } of problems) {
  Deno.test(`AgentClient.get() tells of ${name}`, async () => {
    await withServer(response, async (client) => {
      await rejects(client.get("/v1/status"), (error) => {
        match((error as Error).message, says);
        return error instanceof OperatorError && error.code === code;
      });
    });
  });
}

Deno.test("AgentClient.get() tells where nothing answers", async () => {
  const directory = await Deno.makeTempDir();
  const client = new AgentClient(directory);
  await rejects(client.get("/v1/status"), (error) => {
    match((error as Error).message, /nothing answers on .*agent\.sock/);
    return error instanceof OperatorError && error.code === "agent_unreachable";
  });
  client.close();
  await Deno.remove(directory);
});

for (
  const [name, ask] of [
    ["get", (client: AgentClient) => client.get("/v1/status")],
    ["post", (client: AgentClient) => client.post("/v1/release", {})],
  ] as const
) {
  Deno.test(`AgentClient.${name}() tells of an agent that ends in the midst of its answer`, async () => {
    const directory = await Deno.makeTempDir();
    const path = `${directory}/${socketName}`;
    const listener = Deno.listen({ transport: "unix", path });
    const answered = listener.accept().then(async (call) => {
      await call.read(new Uint8Array(1_024));
      await call.write(new TextEncoder().encode(
        'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"agent":',
      ));
      call.close();
    });
    const client = new AgentClient(directory);
    await rejects(ask(client), (error) => {
      const { exitCode, text } = explainFailure(error);
      match(text, /^Cannot reach the agent: [^]*\n {4}stealthmesh agent$/);
      return exitCode === 3;
    });
    await answered;
    client.close();
    listener.close();
    await Deno.remove(directory, { recursive: true });
  });
}

Deno.test("AgentClient.post() sends JSON", async () => {
  const echo = async (request: Request) =>
    Response.json({
      method: request.method,
      type: request.headers.get("content-type"),
      body: await request.json(),
    });
  await withServer(echo, async (client) => {
    deepEqual(await client.post("/v1/release", { subject: "192.0.2.1" }), {
      method: "POST",
      type: "application/json",
      body: { subject: "192.0.2.1" },
    });
  });
});

Deno.test("AgentClient.lines() gives whole lines, wherever pieces end", async () => {
  const bytes = new TextEncoder().encode('{"a":"ü"}\n\n{"b":2}\n{"cut');
  const stream = () =>
    new Response(
      ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte))),
    );
  await withServer(stream, async (client) => {
    const { signal } = new AbortController();
    const lines = await client.lines("/v1/alerts/stream", signal);
    deepEqual(await Array.fromAsync(lines), ['{"a":"ü"}', '{"b":2}']);
  });
});

Deno.test("AgentClient.lines() ends quietly when its reader stops", async () => {
  const stream = () =>
    new Response(
      new ReadableStream({
        start: (controller) =>
          controller.enqueue(new TextEncoder().encode("first\n")),
      }),
    );
  await withServer(stream, async (client) => {
    const stop = new AbortController();
    const heard: string[] = [];
    for await (const line of await client.lines("/", stop.signal)) {
      heard.push(line);
      stop.abort();
    }
    deepEqual(heard, ["first"]);
  });
});

Deno.test("LateApi.answer() says that the agent is starting", async () => {
  const response = await new LateApi().answer(new Request("http://agent/"));
  equal(response.status, 503);
  equal((await response.json()).title, "The agent is starting");
});

Deno.test("agentOrigin is an address: of a name, the network would hear", () => {
  equal(isIP(new URL(agentOrigin).hostname), 4);
});
