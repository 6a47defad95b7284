/**
 * A process that does nothing but hold clients at a decoy, so that what it
 * costs can be read from outside. Prints one line when it listens.
 *
 * @module
 */
import { spawnDecoys } from "../../../defense/host/spawn_decoys.ts";

if (import.meta.main) {
  const [as, port] = Deno.args;
  const decoys = await spawnDecoys({
    steer: false,
    ports: [{
      port: Number(port),
      as: as === "ssh-tarpit" ? "ssh-tarpit" : "ssh",
    }],
    services: [],
    canaryUsers: [],
    hostName: "bench",
  }, {
    admit: () => ({ to: "nobody" }),
    admitMember: () => ({ to: "nobody" }),
    onReach: () => {},
    onTouched: () => {},
    onTranscript: () => {},
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  console.log(`listening on ${decoys.openPorts.join(", ")}`);
}
