import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { dirname } from "node:path";
import { totpCode } from "../../dashboard/mod.ts";
import { makeCertificate, systemRandom } from "../../mesh/host/mod.ts";
import { certificateFile } from "../../cli/dashboard_certificate.ts";
import {
  dashboardNames,
  hostHeaders,
  readDashboardAddress,
  readDashboardName,
} from "../../cli/dashboard_address.ts";
import { pagesAreBuilt } from "./built_pages.ts";
import { inStateDir, shippedFlags, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

const root = new URL("../../", import.meta.url).pathname;

const addresses: [string, boolean | undefined][] = [
  ["127.0.0.1:8080", true],
  ["127.8.9.1:8080", true],
  ["localhost:0", true],
  ["[::1]:8080", true],
  ["[0:0:0:0:0:0:0:1]:8444", true],
  ["0.0.0.0:8444", false],
  ["[::]:8444", false],
  ["192.0.2.1:8444", false],
  ["[::ffff:127.0.0.1]:1", false],
  ["host.example:8444", undefined],
  ["127.0.0.1.evil.example:1", undefined],
  ["127.0.0.1", undefined],
  ["127.0.0.1:99999", undefined],
  ["1.2.3.999:1", undefined],
  [":8080", undefined],
];
for (const [text, loopback] of addresses) {
  Deno.test(`readDashboardAddress(${text}): loopback ${loopback}`, () => {
    let read: boolean | undefined;
    try {
      read = readDashboardAddress(text).loopback;
    } catch (error) {
      ok(error instanceof SyntaxError);
    }
    equal(read, loopback);
  });
}

Deno.test("dashboardNames() are the host's own, and what was added", () => {
  const any = readDashboardAddress("0.0.0.0:1");
  deepEqual(
    dashboardNames(any, "Till-1", ["shop.example"], [
      "192.0.2.7",
      "2001:db8::7",
      "127.0.0.1",
    ]),
    [
      "shop.example",
      "till-1",
      "till-1.local",
      "127.0.0.1",
      "localhost",
      "192.0.2.7",
    ],
  );
  const one = readDashboardAddress("192.0.2.7:1");
  deepEqual(dashboardNames(one, "a b", [], []), ["192.0.2.7"]);
  deepEqual(hostHeaders("::1", 443, true), ["[::1]:443", "[::1]"]);
  deepEqual(hostHeaders("till", 8_444, true), ["till:8444"]);
  equal(readDashboardName("Shop.Example"), "shop.example");
});

Deno.test("an address is spelled as browsers spell it in Host", () => {
  equal(readDashboardAddress("[0:0:0:0:0:0:0:1]:8444").hostname, "::1");
  equal(readDashboardAddress("[2001:DB8:0::7]:1").hostname, "2001:db8::7");
  equal(readDashboardName("2001:DB8::7"), "2001:db8::7");
  equal(readDashboardName("2001:db8:0:0::7"), "2001:db8::7");
});

Deno.test("stealthmesh dashboard needs no option", async () => {
  // The usual port is ours for the moment, so that it ends by itself.
  let usual: Deno.Listener | undefined;
  try {
    usual = Deno.listen({ hostname: "127.0.0.1", port: 8_080 });
  } catch {
    // Somebody else's then.
  }
  try {
    await inStateDir(async (stateDir) => {
      const { code, stderr } = await stealthmesh(
        ["dashboard", "--state-dir", stateDir],
      );
      equal(code, 1);
      match(stderr, /port 8080 is in use|no pages/);
    });
  } finally {
    usual?.close();
  }
});

Deno.test("stealthmesh dashboard listens wider for nobody without an account", async () => {
  await pagesAreBuilt();
  await inStateDir(async (stateDir) => {
    const args = ["dashboard", "--listen", "0.0.0.0:0"];
    const { code, stderr } = await stealthmesh(
      args.concat("--state-dir", stateDir),
    );
    equal(code, 2);
    match(stderr, /nobody has an account/);
    match(stderr, /stealthmesh dashboard users add NAME --role owner/);
  });
});

Deno.test("stealthmesh dashboard refuses certificates that will not do", async () => {
  await pagesAreBuilt();
  await inStateDir(async (stateDir) => {
    const parent = dirname(stateDir);
    const nowMs = Date.now();
    const make = (at: number) =>
      makeCertificate(
        { name: "till", hosts: ["127.0.0.1"], nowMs: at },
        systemRandom,
      );
    const [one, other, old] = [
      await make(nowMs),
      await make(nowMs),
      await make(0),
    ];
    const cases: [string, string, string, RegExp][] = [
      ["no PEM", "nothing", one.keyPem, /it is no certificate in PEM/],
      [
        "no X.509",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END",
        one.keyPem,
        /it is no certificate/,
      ],
      ["one that ended", old.certificatePem, old.keyPem, /it has ended/],
      [
        "another's key",
        one.certificatePem,
        other.keyPem,
        /cert.pem with the key .*key.pem/,
      ],
    ];
    for (const [name, cert, key, words] of cases) {
      await Deno.writeTextFile(`${parent}/cert.pem`, cert);
      await Deno.writeTextFile(`${parent}/key.pem`, key);
      const { code, stderr } = await stealthmesh([
        "dashboard",
        "--port",
        "0",
        "--cert",
        `${parent}/cert.pem`,
        "--key",
        `${parent}/key.pem`,
        "--state-dir",
        stateDir,
      ]);
      equal(code, 2, `${name}: ${stderr}`);
      match(stderr, words, name);
    }
  });
});

interface Dashboard {
  readonly base: string;
  readonly client: Deno.HttpClient;
  readonly fingerprint: string;
}

/** A dashboard for everybody, over TLS with a certificate of its own. */
async function withDashboard(
  stateDir: string,
  use: (dashboard: Dashboard) => Promise<void>,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...shippedFlags, `${root}main.ts`, "dashboard"].concat(
      "--listen",
      "0.0.0.0:0",
      "--json",
      "--state-dir",
      stateDir,
    ),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value = "" } = await lines.read();
    const { url, fingerprint } = JSON.parse(value) as {
      url: string;
      fingerprint: string;
    };
    const pem = await Deno.readTextFile(`${stateDir}/${certificateFile}`);
    const client = Deno.createHttpClient({ caCerts: [pem] });
    const base = `https://127.0.0.1:${new URL(url).port}`;
    await use({ base, client, fingerprint });
    client.close();
  } finally {
    child.kill("SIGTERM");
  }
  await lines.cancel();
  return (await child.status).code;
}

/** A webhook of the test, which keeps what it gets. */
function receiver() {
  const got: { signature: string; body: string }[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const signature = request.headers.get("x-stealthmesh-signature") ?? "";
      got.push({ signature, body: await request.text() });
      return new Response(null, { status: 204 });
    },
  );
  return { got, server, url: `http://127.0.0.1:${server.addr.port}/hook` };
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let n = 0; n < 100 && !await holds(); n++) {
    await new Promise((go) => setTimeout(go, 100));
  }
  equal(await holds(), true);
}

Deno.test("a person logs in over TLS, acts, and is in the journal; an attack is told to a webhook", async () => {
  await pagesAreBuilt();
  await inStateDir(async (stateDir) => {
    const parent = dirname(stateDir);
    const log = `${parent}/auth.log`;
    await Deno.writeTextFile(log, "");
    await Deno.mkdir(stateDir, { mode: 0o700 });
    const { got, server, url } = receiver();
    const run = async (...args: string[]) => {
      const ended = await stealthmesh([
        "dashboard",
        ...args,
        "--json",
        "--state-dir",
        stateDir,
      ]);
      equal(ended.code, 0, ended.stderr);
      return JSON.parse(ended.stdout);
    };
    try {
      await withAgent(stateDir, async () => {
        const passwordFile = `${parent}/password`;
        await Deno.writeTextFile(passwordFile, "correct horse battery\n");
        const { link } = await run(
          "users",
          "add",
          "anna",
          "--role",
          "operator",
          "--password-file",
          passwordFile,
        );
        const { secret } = await run("notify", "add", "hook", url);
        equal((await run("notify", "test")).type, "sent");

        const code = await withDashboard(
          stateDir,
          async ({ base, client, fingerprint }) => {
            match(fingerprint, /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
            const ask = (path: string, init: RequestInit = {}) =>
              fetch(base + path, {
                ...init,
                client,
                headers: { origin: base, ...init.headers },
              });
            const attempt = JSON.stringify({
              name: "anna",
              password: "correct horse battery",
              code: totpCode(secretIn(link), Math.floor(Date.now() / 30_000)),
            });
            const login = await ask("/api/login", {
              method: "POST",
              body: attempt,
            });
            deepEqual(await login.json(), { name: "anna", role: "operator" });
            const again = await ask("/api/login", {
              method: "POST",
              body: attempt,
            });
            equal(again.status, 401);
            await again.body?.cancel();
            const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
            const headers = { cookie, "content-type": "application/json" };
            const released = await ask("/api/v1/release", {
              method: "POST",
              headers,
              body: '{"address":"192.0.2.77"}',
            });
            deepEqual(await released.json(), { ended: 0 });
            const denied = await ask("/api/v1/roster", {
              method: "POST",
              headers,
              body: '{"entries":[]}',
            });
            equal(denied.status, 403);
            await denied.body?.cancel();

            const acts = async () => {
              const events = await ask("/api/v1/events?what=act&limit=10", {
                headers,
              });
              const { events: found } = await events.json() as {
                events: { stage: string; detail: Record<string, unknown> }[];
              };
              ok(found.every(({ stage }) => stage === "operator"));
              return found.toReversed().map(({ detail }) =>
                [detail["act"], detail["name"], detail["role"]].join(" ")
              );
            };
            await until(async () => (await acts()).length === 4);
            deepEqual((await acts()).toSorted(), [
              "POST /v1/release anna operator",
              "login anna operator",
              "login_refused anna ",
              "not_allowed anna operator",
            ]);

            const time = new Date().toISOString();
            const lines = Array.from(
              { length: 12 },
              (_, n) =>
                `${time} till sshd[${n}]: Failed password for root from 198.51.100.9 port ${
                  4_000 + n
                } ssh2\n`,
            );
            await Deno.writeTextFile(log, lines.join(""), { append: true });
            await until(() => got.length > 1);
            const { body, signature } = got[1] ?? { body: "", signature: "" };
            const { kind, subject } = JSON.parse(body) as Record<
              string,
              unknown
            >;
            deepEqual([kind, subject], ["alert", "198.51.100.9"]);
            const [, seconds = ""] = /^t=(\d+),/.exec(signature) ?? [];
            const mac = createHmac("sha256", secret)
              .update(`${seconds}.${body}`).digest("hex");
            equal(signature, `t=${seconds},v1=${mac}`);

            await run("users", "remove", "anna");
            const after = await ask("/api/v1/status", { headers });
            equal(after.status, 401);
            await after.body?.cancel();
          },
        );
        equal(code, 0);
      });
    } finally {
      await server.shutdown();
    }
  });
});

/** The secret of an otpauth link, from Base32. */
function secretIn(link: string): Uint8Array {
  const text = new URL(link).searchParams.get("secret") ?? "";
  const bits = [...text].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2)
      .padStart(5, "0")
  ).join("");
  return Uint8Array.from(
    bits.match(/.{8}/g) ?? [],
    (byte) => parseInt(byte, 2),
  );
}
