/**
 * The lab of issue 2: three victims in one mesh, an attacker, an auditor on
 * the never-block list, and a stranger, all on one bridge.
 *
 * @module
 */
import { Lab, type LabHost, run } from "./lab_network.ts";
import { enrol, eventually, LabMember } from "./lab_member.ts";

/** Programs without which there is no lab. */
const tools = [
  ...["ip", "nft", "tcpdump", "nmap", "hydra", "ss"],
  ...["sshd", "rsyslogd", "unshare", "ssh-keygen", "openssl", "ndpiReader"],
];

/**
 * Whether the lab cannot run here. In CI it never skips: a missing tool fails.
 */
export async function labIsImpossible(): Promise<boolean> {
  if (Deno.env.get("CI") === "true") return false;
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return true;
  const path = `${Deno.env.get("PATH")}:/usr/sbin:/sbin`;
  const found = await run("env", `PATH=${path}`, "which", ...tools);
  return found.code !== 0;
}

/** Everybody who takes part. */
export interface LabSite {
  readonly lab: Lab;
  readonly victims: readonly [LabMember, LabMember, LabMember];
  readonly attacker: LabHost;
  /** On the never-block list. */
  readonly auditor: LabHost;
  /** The second and third victim came with these; they are used. */
  readonly invites: readonly string[];
}

/** The auditor's address, given to every victim's configuration. */
export const auditorAddress = "10.77.0.50";

/** Sets up the site, with all links up, plays `body`, and cleans up. */
export async function withSite(
  profile: "lan" | "open",
  body: (site: LabSite) => Promise<void>,
): Promise<void> {
  const lab = await Lab.open();
  try {
    const victim = async (number: number) =>
      await LabMember.prepare(await lab.host(`v${number}`, 10 + number), {
        name: `v${number}`,
        profile,
        neverBlock: [auditorAddress],
      });
    const victims = [
      await victim(1),
      await victim(2),
      await victim(3),
    ] as const;
    const attacker = await lab.host("attacker", 66);
    const auditor = await lab.host("auditor", 50);
    const invites = await enrol(...victims);
    await eventually(
      async () => {
        const links = await Promise.all(victims.map((each) => each.links()));
        return links.every((count) => count === 2);
      },
      () => victims.map(({ agent }) => agent?.output()).join("\n"),
    );
    await body({ lab, victims: [...victims], attacker, auditor, invites });
  } finally {
    await lab.close();
  }
}

/** Tells whoever reads the test's output what was measured. */
export function report(step: number, text: string): void {
  Deno.stdout.writeSync(
    new TextEncoder().encode(`lab step ${step}: ${text}\n`),
  );
}
