/**
 * From an attack on one host to the measure in the kernels of the others:
 * three real agents in namespaces, failed logins written to the first one's
 * log, times read from the others' journals.
 *
 * One member may speak of 20 subjects an hour, half of them without a
 * handshake, so a site gives few samples; several are set up.
 *
 * @module
 */
import { withSite } from "../lab/lab_site.ts";
import { failedLogin } from "./failed_login.ts";
import { quantile } from "./quantile.ts";

const sites = 2;
const subjectsPerSite = 9;
const failures = 8;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** Prints median and worst for one profile. */
export async function benchPropagation(profile: "lan" | "open"): Promise<void> {
  const times: number[] = [];
  let missed = 0;
  for (let site = 0; site < sites; site++) {
    await withSite(profile, async ({ victims: [first, ...others] }) => {
      const writtenMs = new Map<string, number>();
      for (let index = 0; index < subjectsPerSite; index++) {
        const source = `10.98.${site}.${index + 1}`;
        const lines = Array.from(
          { length: failures },
          (_, count) => failedLogin(source, 9_000 + index * failures + count),
        );
        writtenMs.set(source, Date.now());
        await Deno.writeTextFile(first.sshd.log, lines.join(""), {
          append: true,
        });
        await wait(900 + 37 * index);
      }
      // Asked only now: who asks an agent competes with it for two cores.
      for (const [source, sinceMs] of writtenMs) {
        for (const other of others) {
          const atMs = await other.measured(source, [
            "caution",
            "throttle",
            "block",
          ]);
          if (atMs === undefined) missed++;
          else times.push(atMs - sinceMs);
        }
      }
    });
  }
  console.log(
    `propagation, profile ${profile}: line on one host to the measure in the kernel of the others: median ${
      quantile(times, 0.5)
    } ms, p90 ${quantile(times, 0.9)}, worst ${
      quantile(times, 1)
    } over ${times.length} (${missed} missed)`,
  );
}

if (import.meta.main) {
  await benchPropagation("lan");
  await benchPropagation("open");
}
