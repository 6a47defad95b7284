import { doesNotThrow, throws } from "node:assert/strict";
import type { MeshStart } from "../../mesh/mesh.ts";
import type { FarProfileName, ProfileName } from "../../mesh/profile.ts";
import { VirtualMesh } from "./virtual_mesh.ts";

type Change = (start: MeshStart) => Partial<MeshStart>;

const cut = (bytes: Uint8Array) => bytes.slice(1);
const grown = (bytes: Uint8Array) => Uint8Array.of(...bytes, 0);

const rows: { name: string; change: Change; message: RegExp }[] = [
  {
    name: "a mesh secret of 31 bytes",
    change: ({ meshSecret }) => ({ meshSecret: cut(meshSecret) }),
    message: /meshSecret has 31 bytes instead of 32/,
  },
  {
    name: "an empty mesh secret",
    change: () => ({ meshSecret: new Uint8Array() }),
    message: /meshSecret has 0 bytes/,
  },
  {
    name: "a mesh id of 33 bytes",
    change: ({ meshId }) => ({ meshId: grown(meshId) }),
    message: /meshId has 33 bytes/,
  },
  ...(["secret", "public"] as const).map((half) => ({
    name: `a short ${half} half of the Noise key`,
    change: ({ keys }: MeshStart) => ({
      keys: {
        ...keys,
        noise: { ...keys.noise, [half]: cut(keys.noise[half]) },
      },
    }),
    message: new RegExp(`keys\\.noise\\.${half} has 31 bytes`),
  })),
  ...(["seed", "public"] as const).map((half) => ({
    name: `a long ${half} half of the signing key`,
    change: ({ keys }: MeshStart) => ({
      keys: {
        ...keys,
        signing: { ...keys.signing, [half]: grown(keys.signing[half]) },
      },
    }),
    message: new RegExp(`keys\\.signing\\.${half} has 33 bytes`),
  })),
  ...(["id", "psk", "gateKey"] as const).map((field) => ({
    name: `an invite with a short ${field}`,
    change: ({ invites }: MeshStart) => ({
      invites: invites.map((each) => ({ ...each, [field]: cut(each[field]) })),
    }),
    message: new RegExp(`invites\\[0\\]\\.${field} has 31 bytes`),
  })),
  {
    name: "a negative generation",
    change: ({ keys }) => ({ keys: { ...keys, generation: -1 } }),
    message: /keys\.generation is -1/,
  },
  {
    name: "an incarnation beyond 32 bits",
    change: () => ({ incarnation: 2 ** 32 }),
    message: /incarnation 4294967296 is not a uint32/,
  },
  {
    name: "a profile that only objects have",
    change: () => ({ profile: "toString" as ProfileName }),
    message: /there is no profile "toString"/,
  },
  {
    name: "a profile without slots for far links",
    change: () => ({ farProfile: "open" as FarProfileName }),
    message: /there is no profile "open" for far links/,
  },
];

function startWith(change: Change): void {
  const mesh = new VirtualMesh({ nodes: 1 });
  const node = mesh.node(0);
  const start: MeshStart = {
    keys: node.keys,
    meshId: mesh.meshId,
    meshSecret: mesh.meshSecret,
    roster: mesh.roster,
    invites: [mesh.invite().open],
    profile: "lan",
    incarnation: 1,
  };
  node.start({ ...start, ...change(start) });
}

Deno.test("startNode() starts with keys, secrets and invites of the right size", () => {
  doesNotThrow(() => startWith(() => ({})));
});

for (const { name, change, message } of rows) {
  Deno.test(`startNode() refuses ${name}`, () => {
    throws(() => startWith(change), (error) => {
      return error instanceof RangeError && message.test(error.message);
    });
  });
}
