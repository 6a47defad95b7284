/**
 * Two members who know each other, made on paper: roster, cards and keys, so
 * that a test can start either and mint tokens as the other.
 *
 * @module
 */
import {
  type Certificate,
  makeCertificate,
} from "../../../mesh/host/certificate.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import type { NodeKeys } from "../../../mesh/keys.ts";
import type { MeshStart } from "../../../mesh/mesh.ts";
import { mintToken } from "../../../mesh/gate.ts";
import { pairKeys } from "../../../mesh/pair_key.ts";
import type { ProfileName } from "../../../mesh/profile.ts";
import { foundMembers } from "../../../sims/world/founding.ts";
import { SeededRandom } from "../../../sims/world/random.ts";
import type { PortPlan } from "./port_plan.ts";

/** A mesh of two. */
export interface LabPair {
  readonly certificate: Certificate;
  /** What the member at `addresses[0]`, `addresses[1]` starts with. */
  plan(which: 0 | 1): PortPlan;
  /** A token of the second member for the first one's gate. */
  token(wallMs: number): Uint8Array;
}

/**
 * Makes the mesh.
 *
 * @param addresses Where each says it can be dialled.
 * @param ports Where each listens; not the same when something lies between.
 */
export async function makePair(
  addresses: readonly [string, string],
  ports: readonly [number, number],
  profile: ProfileName,
): Promise<LabPair> {
  const nowMs = Date.now();
  const certificate = await makeCertificate({
    name: "status",
    hosts: ["127.0.0.1"],
    nowMs,
  }, systemRandom);
  const { members, meshId, meshSecret, roster } = foundMembers(
    addresses.map((listen, at) => ({
      name: `n${at}`,
      listen,
      certificate: certificate.der,
    })),
    new SeededRandom(crypto.randomUUID()),
    nowMs,
  );
  const keys = members.map((each) => each.keys);
  const start = (own: NodeKeys): MeshStart => ({
    keys: own,
    meshId,
    meshSecret,
    roster,
    invites: [],
    profile,
    incarnation: Math.floor(nowMs / 1_000),
  });
  const { gateKey } = pairKeys(keys[1]!, keys[0]!.noise.public, meshSecret);
  return {
    certificate,
    plan: (which) => ({
      listen: {
        hostname: "127.0.0.1",
        port: ports[which],
        certificatePem: certificate.certificatePem,
        keyPem: certificate.keyPem,
      },
      page: { businessName: "Miller Bakery" },
      start: start(keys[which]!),
    }),
    token: (wallMs) => mintToken(gateKey, wallMs, bytes(8)),
  };
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function bytes(count: number): Uint8Array {
  const made = new Uint8Array(count);
  systemRandom.fill(made);
  return made;
}
