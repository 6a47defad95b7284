import { deepEqual, equal, rejects } from "node:assert/strict";
import { parseAddress } from "../../../defense/mod.ts";
import { VirtualClock } from "../../../sims/world/clock.ts";
import { VirtualFirewall } from "../../../sims/world/firewall.ts";

const subject = parseAddress("192.0.2.7");
const inet = "inet stealthmesh";

/** A firewall after the given scripts, each of which may fail. */
async function after(...scripts: string[][]) {
  const clock = new VirtualClock(0);
  const firewall = new VirtualFirewall(clock, 0);
  const failures: string[] = [];
  for (const script of [[`add table ${inet}`], ...scripts]) {
    const run = firewall.run(script.map((line) => `${line}\n`).join(""))
      .catch((error) => failures.push(error.code));
    while (clock.step(clock.nowMs()));
    await run;
  }
  return { clock, firewall, failures };
}

const block =
  `add element ${inet} block4 { ${subject} timeout 1000ms comment "own" }`;

Deno.test("VirtualFirewall ends an element when its time is over", async () => {
  const { clock, firewall } = await after([block]);
  equal(firewall.judge(subject, 22, true), "drop");
  clock.step(999);
  equal(firewall.judge(subject, 22, true), "drop");
  clock.step(1_000);
  equal(firewall.judge(subject, 22, true), "pass");
  deepEqual(firewall.held(), []);
});

Deno.test("VirtualFirewall runs a script whole or not at all", async () => {
  const { firewall, failures } = await after([block, "drop everything"]);
  deepEqual(failures, ["nft_rejected"]);
  equal(firewall.judge(subject, 22, true), "pass");
});

Deno.test("VirtualFirewall refuses to delete what is absent, as nft does", async () => {
  const { failures } = await after([
    `delete element ${inet} block4 { ${subject} }`,
  ]);
  deepEqual(failures, ["nft_rejected"]);
});

Deno.test("VirtualFirewall lets the exempt through whatever else it holds", async () => {
  const { firewall } = await after([
    `add element ${inet} exempt4 { 192.0.2.0/24 }`,
    block,
  ]);
  equal(firewall.judge(subject, 22, true), "pass");
  for (let port = 1_000; port < 1_020; port++) {
    equal(firewall.judge(subject, port, false), "pass");
  }
});

const milder: { set: string; served: string; unserved: string }[] = [
  { set: "caution4", served: "pass", unserved: "drop" },
  { set: "throttle4", served: "pass", unserved: "drop" },
];
for (const { set, served, unserved } of milder) {
  Deno.test(`VirtualFirewall under ${set} hides what is not served`, async () => {
    const { firewall } = await after([
      `add element ${inet} ${set} { ${subject} timeout 1000ms comment "mesh" }`,
    ]);
    equal(firewall.judge(subject, 22, true), served);
    equal(firewall.judge(subject, 23, false), unserved);
  });
}

Deno.test("VirtualFirewall lets six connections a minute through a throttle", async () => {
  const { firewall, clock } = await after([
    `add element ${inet} throttle4 { ${subject} timeout 600000ms comment "mesh" }`,
  ]);
  const tries = (count: number) =>
    Array.from({ length: count }, () => firewall.judge(subject, 22, true))
      .filter((verdict) => verdict === "pass").length;
  equal(tries(20), 6);
  clock.step(60_000);
  equal(tries(20), 6);
});

Deno.test("VirtualFirewall drops a newcomer from the third port nobody serves", async () => {
  const { firewall } = await after([]);
  const verdicts = Array.from(
    { length: 12 },
    (_, port) => firewall.judge(subject, port, false),
  );
  equal(verdicts.lastIndexOf("pass"), 1);
  // What is served opens to who repeats its SYN, and to nobody else.
  equal(firewall.judge(subject, 22, true, false), "drop");
  equal(firewall.judge(subject, 22, true), "pass");
});

Deno.test("VirtualFirewall without our table passes everything and rejects", async () => {
  const clock = new VirtualClock(0);
  const firewall = new VirtualFirewall(clock, 0);
  equal(firewall.judge(subject, 1, false), "pass");
  await rejects(firewall.elements());
});
