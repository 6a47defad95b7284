/** Attackers that must never be contained: lab step 4 of issue 2. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { heldAgainst } from "./lab_kernel.ts";
import { eventually, type LabMember } from "./lab_member.ts";
import type { LabHost } from "./lab_network.ts";
import {
  auditorAddress,
  labIsImpossible,
  report,
  withSite,
} from "./lab_site.ts";

interface SeenAlert {
  readonly subject: string;
  readonly node: string;
  readonly technique: string;
  readonly protectedBy?: string;
}

/**
 * Goes in and out at port 22 every 300 ms, and keeps the first connection
 * open throughout; one line a visit, and one for the old connection at the end.
 */
function visitor(address: string, seconds: number): string {
  return `
exec 4<>/dev/tcp/${address}/22; read -t 20 -u 4 banner || exit 1
end=$((SECONDS + ${seconds}))
while [ $SECONDS -lt $end ]; do
  if timeout 10 bash -c 'exec 3<>/dev/tcp/${address}/22; read -u 3 banner'
  then echo came in; else echo was shut out; fi
  sleep 0.3
done
printf 'SSH-2.0-auditor\\r\\n' >&4
if [ "$(timeout 10 head -c 4 <&4 | wc -c)" = 4 ]
then echo old connection lives; else echo old connection died; fi
`;
}

/** Attacks of both kinds; ends after about ten seconds at the latest. */
async function attack(
  from: LabHost,
  target: string,
  passwords: string,
): Promise<void> {
  await from.run(
    ...["timeout", "4", "nmap", "-n", "-Pn", "-sS", "-T4"] as const,
    ...["--top-ports", "500", target] as const,
  );
  await from.run(
    ...["timeout", "6", "hydra", "-I", "-l", "root", "-P", passwords] as const,
    ...["-t", "4", `ssh://${target}`] as const,
  );
}

async function alertsAbout(
  victim: LabMember,
  subject: string,
): Promise<SeenAlert[]> {
  const alerts = await victim.json("alerts") as unknown as SeenAlert[];
  return alerts.filter((each) => each.subject === subject);
}

/** Whether any kernel holds anything against the address. */
async function heldAnywhere(
  victims: readonly LabMember[],
  address: string,
): Promise<string[]> {
  const all = await Promise.all(
    victims.map(({ host }) => heldAgainst(host, address)),
  );
  return all.flatMap((held, index) =>
    [...held.keys()].map((set) => `v${index + 1} ${set}`)
  );
}

const ignore = await labIsImpossible();

Deno.test({
  name: "lab: who is on the never-block list or a member attacks in vain",
  ignore,
  fn: () =>
    withSite("lan", async ({ lab, victims, auditor }) => {
      const [first, second, third] = victims;
      const target = first.host.address;
      const passwords = `${lab.directory}/passwords`;
      await Deno.writeTextFile(
        passwords,
        Array.from({ length: 40 }, (_, index) => `guess${index}`).join("\n"),
      );
      const held = new Set<string>();
      const watching = setInterval(async () => {
        for (const each of await heldAnywhere(victims, auditorAddress)) {
          held.add(each);
        }
      }, 500);
      const visits = auditor.start(["bash", "-c", visitor(target, 12)]);
      try {
        await attack(auditor, target, passwords);
        await visits.ended();
      } finally {
        clearInterval(watching);
      }
      deepEqual([...held], [], "nothing in any kernel set");
      const lines = visits.output().trim().split("\n");
      ok(lines.filter((line) => line === "came in").length >= 3);
      equal(lines.includes("was shut out"), false, visits.output());
      equal(lines.at(-1), "old connection lives");

      await eventually(
        async () => {
          const alerts = await alertsAbout(first, auditorAddress);
          const techniques = new Set(alerts.map(({ technique }) => technique));
          return techniques.size >= 2;
        },
        () => "alerts about the scan and the guesses",
      );
      const own = (await alertsAbout(first, auditorAddress))
        .filter(({ node }) => node === "");
      for (const { protectedBy, technique } of own) {
        equal(protectedBy, `${auditorAddress} (operator's list)`, technique);
      }
      const [story] = await first.json("explain", auditorAddress);
      equal(story?.["protectedBy"], `${auditorAddress} (operator's list)`);
      deepEqual(story?.["leases"], []);
      ok((story?.["votes"] as unknown[]).length > 0);
      const contained = await first.cli("contain", auditorAddress);
      equal(contained.code, 1);
      ok(contained.stderr.includes("operator's list"), contained.stderr);

      // A member gone bad attacks another one.
      await attack(third.host, target, passwords);
      const bad = third.host.address;
      await eventually(
        async () => (await alertsAbout(first, bad)).length > 0,
        () => "an alert about the member",
      );
      deepEqual(await heldAnywhere([first, second], bad), []);
      for (const alert of await alertsAbout(first, bad)) {
        ok(alert.node !== "" || alert.protectedBy?.includes("v3"));
      }
      await eventually(
        async () => await first.links() === 2,
        () => "the mesh to go on with it",
      );
      report(
        4,
        `the auditor came in ${
          lines.filter((line) => line === "came in").length
        } times of ${lines.length - 1} while attacking; ${own.length} alerts`,
      );
    }),
});
