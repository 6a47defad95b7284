import { deepEqual, equal } from "node:assert/strict";
import { describeLogs, logPaths } from "../../cli/log_words.ts";
import { configSchema } from "../../cli/schema.ts";

const logs = configSchema.shape.logs.parse([
  "/var/log/auth.log",
  { path: "/srv/web.log", format: "nginx" },
]);

Deno.test("describeLogs() says which format was named", () => {
  equal(describeLogs(logs), "/var/log/auth.log, /srv/web.log (nginx)");
  equal(describeLogs([]), "");
});

Deno.test("logPaths() leaves formats out", () => {
  deepEqual(logPaths({ logs }), ["/var/log/auth.log", "/srv/web.log"]);
});
