/**
 * A mesh made up front for benches: keys, certificates and the roster of all
 * members, as if the founder had let each in by an invite and all had met
 * since. What a bench measures begins after enrolment, so nobody waits for it.
 *
 * Plain JSON, because each node reads its part in its own process.
 *
 * @module
 */
import { makeCertificate } from "../../../mesh/host/certificate.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import { inviteKeys } from "../../../mesh/invite.ts";
import { generateKeyMaterial, type NodeKeys } from "../../../mesh/keys.ts";
import { nodeIdOf } from "../../../mesh/node_id.ts";
import { ed25519Signer } from "../../../mesh/primitives/ed25519.ts";
import type { ProfileName } from "../../../mesh/profile.ts";
import {
  countersignAdmission,
  foundMesh,
  writeAdmission,
  writeCard,
  writeInvite,
} from "../../../mesh/roster_entry.ts";

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

/** A plan may be used for a day. */
const validMs = 86_400_000;

/** Founds a mesh with one member per address, the first being the founder. */
export async function planMesh(
  profile: ProfileName,
  addresses: readonly string[],
): Promise<MeshPlan> {
  const nowMs = Date.now();
  const operator = ed25519Signer(randomBytes(32));
  const members = addresses.map((address, index) => ({
    name: `n${index}`,
    address,
    keys: newKeys(),
  }));
  const [founder] = members;
  if (!founder) throw new RangeError("Cannot plan a mesh: no addresses");
  const { meshId, entries } = foundMesh({
    operator,
    keys: founder.keys,
    name: founder.name,
    nowMs,
    validMs,
  });
  const roster = [...entries];
  const nodes: NodePlan[] = [];
  for (const { name, address, keys } of members) {
    if (keys !== founder.keys) {
      const invite = inviteKeys(randomBytes(32));
      const expiresAtMs = nowMs + validMs;
      const admission = writeAdmission({
        meshId,
        invite: invite.signer,
        keys,
        name,
        nowMs,
        validMs,
      });
      const by = founder.keys;
      const admitted = countersignAdmission(admission, { meshId, by, nowMs });
      if (!admitted) throw new Error("Cannot plan a mesh: not countersigned");
      roster.push(
        writeInvite({
          meshId,
          signer: operator,
          by: "operator",
          inviteId: invite.id,
          expiresAtMs,
        }),
        admitted,
      );
    }
    const hosts = [address.slice(0, address.lastIndexOf(":"))];
    const certificate = await makeCertificate(
      { name, hosts, nowMs },
      systemRandom,
    );
    roster.push(
      writeCard({
        meshId,
        keys,
        seq: 1,
        name,
        addresses: [address],
        certificate: certificate.der,
      }),
    );
    nodes.push({
      name,
      address,
      node: keys.node,
      keys: {
        noise: {
          secret: keys.noise.secret.toHex(),
          public: keys.noise.public.toHex(),
        },
        signing: {
          seed: keys.signing.seed.toHex(),
          public: keys.signing.public.toHex(),
        },
      },
      certificatePem: certificate.certificatePem,
      keyPem: certificate.keyPem,
    });
  }
  return {
    profile,
    meshId: meshId.toHex(),
    meshSecret: randomBytes(32).toHex(),
    roster: roster.map((entry) => entry.toHex()),
    nodes,
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

function newKeys(): NodeKeys {
  const material = generateKeyMaterial(systemRandom);
  return {
    ...material,
    node: nodeIdOf(material.signing.public),
    generation: 0,
  };
}

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  systemRandom.fill(bytes);
  return bytes;
}
