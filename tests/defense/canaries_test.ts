import { deepEqual } from "node:assert/strict";
import { parseAddress } from "../../defense/address.ts";
import { CanaryWatch } from "../../defense/canaries.ts";
import type { Observation } from "../../defense/observation.ts";

const source = parseAddress("192.0.2.7");
const login = (user: string): Observation => ({
  kind: "auth_failure",
  atMs: 1,
  service: "sshd",
  source,
  user,
});
const request = (path: string): Observation => ({
  kind: "web_request",
  atMs: 1,
  service: "nginx",
  source,
  method: "GET",
  path,
  status: 404,
});

const rows: { name: string; seen: Observation; touches: string | undefined }[] =
  [
    { name: "the name", seen: login("svc-old"), touches: "canary_user" },
    { name: "capitals", seen: login("SVC-Old"), touches: "canary_user" },
    { name: "another name", seen: login("svc-older"), touches: undefined },
    { name: "the page", seen: request("/backup.zip"), touches: "canary_url" },
    {
      name: "with a query",
      seen: request("/backup.zip?x=1"),
      touches: "canary_url",
    },
    {
      name: "encoded",
      seen: request("/%62ackup.zip"),
      touches: "canary_url",
    },
    { name: "below it", seen: request("/backup.zip/x"), touches: undefined },
    { name: "broken encoding", seen: request("/%zz"), touches: undefined },
    {
      name: "a login that succeeded",
      seen: {
        kind: "auth_success",
        atMs: 1,
        service: "x",
        source,
        user: "svc-old",
      },
      touches: "canary_user",
    },
  ];

for (const { name, seen, touches } of rows) {
  Deno.test(`touchIn() and ${name}`, () => {
    const watch = new CanaryWatch({
      users: ["svc-old"],
      urls: ["/backup.zip"],
    });
    deepEqual(watch.touchIn(seen, true)?.service, touches);
  });
}

Deno.test("touchIn() says whether the source has proved its address", () => {
  const watch = new CanaryWatch({ users: ["svc-old"], urls: [] });
  deepEqual(
    [true, false].map((shaken) =>
      watch.touchIn(login("svc-old"), shaken)?.handshake
    ),
    [true, false],
  );
});
