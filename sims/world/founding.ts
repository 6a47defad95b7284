/**
 * A mesh as `keys init`, `keys invite` and `keys join` would found it: keys,
 * the roster's entries, one card per machine. Everything follows from the seed.
 * Benches and the lab found theirs here, too, with real certificates and a seed
 * that nobody knows.
 *
 * @module
 */
import {
  countersignAdmission,
  ed25519Signer,
  foundMesh,
  generateKeyMaterial,
  inviteKeys,
  nodeIdOf,
  type NodeKeys,
  type Signer,
  writeAdmission,
  writeCard,
  writeInvite,
} from "../../mesh/mod.ts";
import type { SeededRandom } from "./random.ts";

const dayMs = 86_400_000;
/** An empty DER sequence: virtual connections are not inside TLS. */
const noCertificate = Uint8Array.of(0x30, 0x00);

/** A machine to be admitted; the first one founds the mesh. */
export interface Joining {
  readonly name: string;
  /** `host:port` of its listener. */
  readonly listen: string;
  /** DER; only where its port is a real one. */
  readonly certificate?: Uint8Array;
}

/** One member with its keys. */
export interface FoundedMember extends Joining {
  readonly keys: NodeKeys;
}

/** What every member knows, and the operator's key. */
export interface FoundedMesh {
  readonly members: readonly FoundedMember[];
  readonly meshId: Uint8Array;
  readonly meshSecret: Uint8Array;
  readonly roster: readonly Uint8Array[];
  readonly operator: Signer;
}

/**
 * Founds a mesh.
 *
 * @param wallMs When everybody is admitted, for a year.
 * @throws {RangeError} Without a machine.
 */
export function foundMembers(
  joining: readonly Joining[],
  random: SeededRandom,
  wallMs: number,
): FoundedMesh {
  const draw = (bytes: number, label: string) => {
    const drawn = new Uint8Array(bytes);
    random.fork(label).fill(drawn);
    return drawn;
  };
  const members = joining.map((each, index): FoundedMember => {
    const material = generateKeyMaterial(random.fork(`keys ${index}`));
    const node = nodeIdOf(material.signing.public);
    return { ...each, keys: { node, generation: 0, ...material } };
  });
  const [founder, ...joiners] = members;
  if (!founder) throw new RangeError("Cannot found a mesh without machines");
  const operator = ed25519Signer(draw(32, "operator"));
  const times = { nowMs: wallMs, validMs: 365 * dayMs };
  const { keys, name } = founder;
  const { meshId, entries } = foundMesh({ operator, keys, name, ...times });
  const roster = [...entries];
  for (const { keys, name } of joiners) {
    const invite = inviteKeys(draw(32, `invite ${name}`));
    roster.push(writeInvite({
      meshId,
      signer: operator,
      by: "operator",
      inviteId: invite.id,
      expiresAtMs: wallMs + dayMs,
    }));
    const admission = countersignAdmission(
      writeAdmission({ meshId, invite: invite.signer, keys, name, ...times }),
      { meshId, by: founder.keys, nowMs: wallMs },
    );
    if (admission) roster.push(admission);
  }
  for (const { keys, name, listen, certificate = noCertificate } of members) {
    roster.push(writeCard({
      meshId,
      keys,
      seq: 1,
      name,
      addresses: [listen],
      certificate,
    }));
  }
  const meshSecret = draw(32, "mesh secret");
  return { members, meshId, meshSecret, roster, operator };
}
