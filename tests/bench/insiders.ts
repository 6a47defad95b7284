/**
 * `deno task bench:insiders`: many seeded histories of meshes with members gone
 * bad, at most f of them and then a third of all. Exits with 1 when something
 * happened that must never happen, and names the seed.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { tallyInsiders } from "../../sims/insiders/insider_tally.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
let broken = false;
for (const share of ["within", "third"] as const) {
  let told = 0;
  const tally = tallyInsiders(share, Number(values.seed), runs, (done) => {
    if (done < told + 0.05) return;
    told = done;
    console.error(`${share}: ${Math.round(100 * done)} %`);
  });
  broken ||= tally.breaches.length > 0;
  if (values.json) console.log(JSON.stringify(tally));
  else {
    const title = share === "within" ? "at most f insiders" : "a third of all";
    console.log(`${title}, ${tally.runs} histories
  blocks of the innocent on the mesh's word      ${tally.falseBlocks}
  milder measures against the innocent           ${tally.falseCautions}
  honest members cut off                         ${tally.falseQuarantines}
  protected addresses contained                  ${tally.protectedHeld}
  longest false lease, minutes                   ${
      (tally.longestFalseLeaseMs / 60_000).toFixed(1)
    }
  true attackers blocked everywhere              ${tally.villainsBlocked} of ${tally.villainsDue}`);
    for (const breach of tally.breaches) console.log(`  BREACH ${breach}`);
  }
}
if (broken) Deno.exit(1);
