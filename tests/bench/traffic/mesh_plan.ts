/**
 * A mesh made up front for benches: keys, certificates and the roster of all
 * members, as if the founder had let each in by an invite and all had met
 * since. What a bench measures begins after enrolment, so nobody waits for it.
 *
 * Plain JSON, because each node reads its part in its own process.
 *
 * @module
 */
import {
  type Certificate,
  makeCertificate,
} from "../../../mesh/host/certificate.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import type { NodeKeys } from "../../../mesh/keys.ts";
import type { ProfileName } from "../../../mesh/profile.ts";
import { foundMembers } from "../../../sims/world/founding.ts";
import { SeededRandom } from "../../../sims/world/random.ts";

/** What one node needs to start; byte strings are hex. */
export interface NodePlan {
  readonly name: string;
  /** `host:port` it listens on and is dialled at. */
  readonly address: string;
  readonly node: string;
  readonly keys: HexKeys;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** A node's key pairs, hex. */
export interface HexKeys {
  readonly noise: { readonly secret: string; readonly public: string };
  readonly signing: { readonly seed: string; readonly public: string };
}

/** A whole mesh. */
export interface MeshPlan {
  readonly profile: ProfileName;
  readonly meshId: string;
  readonly meshSecret: string;
  readonly roster: readonly string[];
  readonly nodes: readonly NodePlan[];
}

/** Founds a mesh with one member per address, the first being the founder. */
export async function planMesh(
  profile: ProfileName,
  addresses: readonly string[],
): Promise<MeshPlan> {
  const nowMs = Date.now();
  const certificates = await Promise.all(
    addresses.map((address, index) =>
      makeCertificate({
        name: `n${index}`,
        hosts: [address.slice(0, address.lastIndexOf(":"))],
        nowMs,
      }, systemRandom)
    ),
  );
  const founded = foundMembers(
    addresses.map((listen, index) => ({
      name: `n${index}`,
      listen,
      certificate: certificates[index]!.der,
    })),
    new SeededRandom(crypto.randomUUID()),
    nowMs,
  );
  return {
    profile,
    meshId: founded.meshId.toHex(),
    meshSecret: founded.meshSecret.toHex(),
    roster: founded.roster.map((entry) => entry.toHex()),
    nodes: founded.members.map(({ name, listen, keys }, index) =>
      nodePlan(name, listen, keys, certificates[index]!)
    ),
  };
}

function nodePlan(
  name: string,
  address: string,
  { node, noise, signing }: NodeKeys,
  { certificatePem, keyPem }: Certificate,
): NodePlan {
  return {
    name,
    address,
    node,
    keys: {
      noise: { secret: noise.secret.toHex(), public: noise.public.toHex() },
      signing: { seed: signing.seed.toHex(), public: signing.public.toHex() },
    },
    certificatePem,
    keyPem,
  };
}

/** The keys of a plan's node, as the mesh takes them. */
export function keysOf({ node, keys }: NodePlan): NodeKeys {
  const { fromHex } = Uint8Array;
  return {
    node: node as NodeKeys["node"],
    generation: 0,
    noise: {
      secret: fromHex(keys.noise.secret),
      public: fromHex(keys.noise.public),
    },
    signing: {
      seed: fromHex(keys.signing.seed),
      public: fromHex(keys.signing.public),
    },
  };
}
