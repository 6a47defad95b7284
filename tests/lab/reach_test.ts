/**
 * Hosts that cannot all reach each other: v1 has both families, v2 lets nobody
 * in and can only dial out, v3 is reached over IPv6 by v1 alone. v2 and v3 have
 * no path between them. What is said and asked arrives all the same.
 */
import { equal, ok } from "node:assert/strict";
import { enrol, eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible, report } from "./lab_site.ts";

const v6 = (number: number) => `fd77::${number}`;

async function withV6(host: LabHost, number: number): Promise<void> {
  await host.must(
    ...["ip", "addr", "add", `${v6(number)}/64`, "dev", "eth0"] as const,
    "nodad",
  );
}

async function filter(host: LabHost, ...rules: string[]): Promise<void> {
  const chain = "inet lab in { type filter hook input priority 0; }";
  await host.must("nft", "add", "table", "inet", "lab");
  await host.must("nft", `add chain ${chain}`);
  for (const rule of rules) {
    await host.must("nft", `add rule inet lab in ${rule}`);
  }
}

interface Answer {
  readonly name: string;
  readonly outcome: { readonly answered: boolean; readonly hops: number };
  readonly via?: string;
}

/** Whom a member has not heard of yet cannot be asked by name. */
async function knows(member: LabMember, name: string): Promise<boolean> {
  const { code } = await member.cli("ping", name);
  return code === 0;
}

async function ping(from: LabMember, to: string): Promise<Answer> {
  const [answer] = await from.json("ping", to);
  return answer as unknown as Answer;
}

Deno.test({
  name: "a host that only dials out and one on IPv6 only reach each other",
  ignore: await labIsImpossible(),
  async fn() {
    const lab = await Lab.open();
    try {
      const hosts = [
        await lab.host("v1", 11),
        await lab.host("v2", 12),
        await lab.host("v3", 13),
      ] as const;
      const [h1, h2, h3] = hosts;
      await withV6(h1, 11);
      await withV6(h3, 13);
      const plan = (name: string) =>
        ({ name, profile: "lan", neverBlock: [] }) as const;
      const [v1, v2, v3] = [
        await LabMember.prepare(h1, plan("v1")),
        await LabMember.prepare(h2, plan("v2")),
        await LabMember.prepare(h3, plan("v3")),
      ];
      await Deno.writeTextFile(
        `${h1.directory}/stealthmesh.yaml`,
        JSON.stringify({
          ...plan("v1"),
          listen: "[::]:8443",
          advertise: [`[${v6(11)}]:8443`, "10.77.0.11:8443"],
        }),
      );
      await Deno.writeTextFile(
        `${h2.directory}/stealthmesh.yaml`,
        JSON.stringify({
          ...plan("v2"),
          listen: "10.77.0.12:8443",
          advertise: ["none"],
        }),
      );
      await Deno.writeTextFile(
        `${h3.directory}/stealthmesh.yaml`,
        JSON.stringify({
          ...plan("v3"),
          listen: `[${v6(13)}]:8443`,
          advertise: [`[${v6(13)}]:8443`],
        }),
      );
      // v2: nothing new comes in. v3: no IPv4 at all.
      await filter(
        h2,
        "iif lo accept",
        "ct state established,related accept",
        "drop",
      );
      await h3.must("ip", "-4", "addr", "flush", "dev", "eth0");
      await enrol(v1, v2, v3);
      await eventually(
        async () =>
          await knows(v2, "v3") && await knows(v3, "v2") &&
          await knows(v1, "v2"),
        () => [v1, v2, v3].map(({ agent }) => agent?.output()).join("\n"),
      );
      // For a moment there may be two links with one member, and then one ends.
      await eventually(
        async () =>
          await v1.links() === 2 && await v2.links() === 1 &&
          await v3.links() === 1,
        () => "one link for each pair that can have one",
      );

      const there = await ping(v2, "v3");
      const back = await ping(v3, "v2");
      for (const { outcome, via } of [there, back]) {
        ok(outcome.answered);
        equal(outcome.hops, 2);
        equal(via, "v1");
      }
      report(7, `v2 and v3 reach each other over ${there.via}`);
      const direct = await ping(v1, "v2");
      equal(direct.outcome.hops, 1);

      const attacker = await lab.host("attacker", 66);
      await attacker.run(
        ...["timeout", "5", "nmap", "-n", "-Pn", "-sS", "-T4"] as const,
        ...["--top-ports", "200", h1.address] as const,
      );
      for (const member of [v2, v3]) {
        await eventually(
          async () => {
            const [story] = await member.json("explain", attacker.address);
            const votes = story?.["votes"] as { name: string }[];
            return votes.some(({ name }) => name === "v1");
          },
          () => `what v1 saw, at ${member.host.namespace}`,
        );
      }

      const found = new Map(
        (await v1.json("doctor")).map((each) => [each["what"], each]),
      );
      for (const what of ["membership", "certificate", "IPv6"]) {
        const { verdict, detail } = found.get(what) ?? {};
        equal(verdict, what === "membership" ? "limited" : "ok", `${detail}`);
      }
      // All hosts of the lab share one clock.
      const clock = found.get("clock of the mesh");
      equal(clock?.["verdict"], "ok", `${clock?.["detail"]}`);
      report(7, `v1's doctor: ${clock?.["detail"]}`);

      const unknown = await v2.cli("ping", "v9");
      equal(unknown.code, 2);
      ok(unknown.stderr.includes("no member"), unknown.stderr);

      await v3.agent?.stop("SIGKILL");
      const silent = await v2.cli("ping", "v3");
      equal(silent.code, 1);
      ok(silent.stderr.includes("no answer in time"), silent.stderr);
      // A host that is late itself, as all are on a busy machine, accuses nobody.
      await eventually(
        async () => {
          const [status] = await v2.json("status");
          const mesh = status?.["mesh"] as { health: { state: string }[] };
          return mesh.health.some(({ state }) => state !== "up");
        },
        () => "v2 to know that v3 is late",
      );
    } finally {
      await lab.close();
    }
  },
});
