import { equal, notEqual } from "node:assert/strict";
import { ownCertificate } from "../../cli/dashboard_certificate.ts";

const nowMs = Date.UTC(2026, 10, 28);
const yearMs = 365 * 86_400_000;

Deno.test("ownCertificate() makes one anew that a clock left not valid yet", async () => {
  const directory = await Deno.makeTempDir();
  const at = (ms: number) => ownCertificate(directory, ["localhost"], ms);
  const early = await at(nowMs + 5 * yearMs);
  const made = await at(nowMs);
  notEqual(made.fingerprint, early.fingerprint);
  equal((await at(nowMs)).fingerprint, made.fingerprint);
  await Deno.remove(directory, { recursive: true });
});
