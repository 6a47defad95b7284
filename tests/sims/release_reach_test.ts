/**
 * How long an operator's release takes to end a block on every machine: at most
 * two slots and a second (design §8).
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import {
  embeddedScenarios,
  type OperatorAuthority,
  parseAddress,
} from "../../defense/mod.ts";
import { Site } from "../../sims/world/site.ts";

const villain = parseAddress("203.0.113.7");
/** Milliseconds of a slot: design §5. */
const slots = { lan: 250, wan: 1_000, metered: 5_000 } as const;

/** The same key everywhere: what is signed is the bytes themselves, folded. */
const operator: OperatorAuthority = {
  sign: (bytes) => folded(bytes),
  verify: (bytes, signature) => folded(bytes).toHex() === signature.toHex(),
};

function folded(bytes: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  bytes.forEach((byte, at) => {
    signature[at % 64] = (signature[at % 64] ?? 0) * 31 + byte;
  });
  return signature;
}

for (const profile of ["lan", "wan", "metered"] as const) {
  Deno.test(`a release on ${profile} is everywhere within 2 T + 1 s`, async () => {
    const site = await Site.open({
      seed: `release ${profile}`,
      nodes: 8,
      profile,
      served: [22],
      scenarios: embeddedScenarios(),
      protectedEntries: [],
      operator,
    });
    const { clock, hosts } = site;
    const run = async (ms: number, until = () => false) => {
      const endMs = clock.nowMs() + ms;
      while (!until() && await site.step(endMs));
    };
    const holders = () =>
      hosts.filter(({ firewall }) =>
        firewall.held().some(({ set, address }) =>
          address === villain && /^(?:service_)?(?:block|throttle)/.test(set)
        )
      ).length;
    await run(60_000);
    for (const host of hosts) {
      for (let guess = 0; guess < 8; guess++) {
        const { source, ...rest } = {
          source: villain,
          port: 22,
          service: "sshd",
          user: `u${guess}`,
          exists: false,
          right: false,
        };
        host.login({ source, ...rest });
        await run(300);
      }
    }
    await run(30_000, () => holders() === hosts.length);
    equal(holders(), hosts.length);
    // What is already under way must not bring it back.
    await run(20 * slots[profile]);
    const sinceMs = clock.nowMs();
    const [first] = hosts;
    ok(first);
    void first.release(villain);
    await run(60_000, () => holders() === 0);
    const tookMs = clock.nowMs() - sinceMs;
    ok(tookMs <= 2 * slots[profile] + 1_000, `${tookMs} ms`);
    await run(20 * slots[profile]);
    deepEqual(holders(), 0);
  });
}
