import { deepEqual, equal, ok } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { CanaryWatch } from "../../../defense/canaries.ts";
import type { DecoyTalk } from "../../../defense/decoys/decoy.ts";
import { OpenDecoy } from "../../../defense/decoys/open_decoy.ts";
import { RedisDecoy } from "../../../defense/decoys/redis_decoy.ts";
import type { Transcript } from "../../../defense/decoys/transcript.ts";
import {
  DecoyClient,
  receivedMax,
} from "../../../defense/host/decoy_client.ts";

/** A client that sends without end, and reads what it gets or never. */
function flooder(reads: boolean): Deno.TcpConn {
  const flood = new TextEncoder().encode("a\n".repeat(512));
  let closed = false;
  return {
    read(buffer: Uint8Array) {
      if (closed) return Promise.reject(new Deno.errors.BadResource("closed"));
      buffer.set(flood.subarray(0, buffer.length));
      return Promise.resolve(Math.min(flood.length, buffer.length));
    },
    write: (octets: Uint8Array) =>
      reads ? Promise.resolve(octets.length) : new Promise<number>(() => {}),
    close: () => closed = true,
  } as unknown as Deno.TcpConn;
}

async function visit(reads: boolean, talk: DecoyTalk): Promise<Transcript> {
  let ended: Transcript | undefined;
  const client = new DecoyClient(
    flooder(reads),
    { listen: 1, port: 6379, service: "redis", steered: true },
    { source: parseAddress("192.0.2.7") },
    new CanaryWatch({ users: [], urls: [] }),
    { onCanary: () => {}, onEnd: (transcript) => ended = transcript },
  );
  await client.talk(talk);
  if (!ended) throw new Error("it goes on");
  return ended;
}

Deno.test("talk() ends with who sends more than any login is long", async () => {
  const { ended, received } = await visit(true, new OpenDecoy());
  equal(ended, "limit");
  ok(received <= receivedMax + 1_024);
});

Deno.test("talk() ends with who asks for answers and reads none", async () => {
  const { ended, received, sent } = await visit(false, new RedisDecoy());
  deepEqual([ended, sent], ["limit", 0]);
  ok(received < 8_192, `${received} octets were enough`);
});

Deno.test("talk() that fails ends its own connection and says so", async () => {
  const broken: DecoyTalk = {
    begin: () => ({}),
    take() {
      throw new Error("a decoy with a mistake in it");
    },
    wake: () => ({}),
  };
  equal((await visit(true, broken)).ended, "fault");
});
