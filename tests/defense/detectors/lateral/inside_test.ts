import { equal } from "node:assert/strict";
import { parseAddress } from "../../../../defense/address.ts";
import {
  areNeighbours,
  isInside,
} from "../../../../defense/detectors/lateral/inside.ts";

const rows: {
  from: string;
  to: string;
  inside: boolean;
  neighbours: boolean;
}[] = [
  { from: "10.0.0.1", to: "192.168.7.1", inside: true, neighbours: true },
  { from: "203.0.113.5", to: "10.0.0.1", inside: true, neighbours: true },
  { from: "9.9.9.9", to: "10.0.0.1", inside: true, neighbours: false },
  { from: "10.0.0.1", to: "9.9.9.9", inside: false, neighbours: false },
  { from: "9.9.1.1", to: "9.9.2.2", inside: true, neighbours: true },
  { from: "9.9.1.1", to: "9.8.2.2", inside: false, neighbours: false },
  // Hosts behind tunnels come from the Internet.
  { from: "10.0.0.1", to: "2002:909::1", inside: false, neighbours: false },
  { from: "fd00::1", to: "2001::7", inside: false, neighbours: false },
  { from: "fd00::1", to: "64:ff9b::909", inside: false, neighbours: false },
  { from: "fd00::1", to: "fd77::1", inside: true, neighbours: true },
  {
    from: "2a00:1:2:3::1",
    to: "2a00:1:2:4::1",
    inside: true,
    neighbours: true,
  },
  {
    from: "2a00:1:2:3::1",
    to: "2a00:1:3:3::1",
    inside: false,
    neighbours: false,
  },
];

for (const { from, to, inside, neighbours } of rows) {
  Deno.test(`isInside() and areNeighbours() of ${from} and ${to}`, () => {
    const [one, other] = [from, to].map(parseAddress) as [
      ReturnType<typeof parseAddress>,
      ReturnType<typeof parseAddress>,
    ];
    equal(isInside(one, other), inside);
    equal(areNeighbours(one, other), neighbours);
    equal(areNeighbours(other, one), neighbours);
  });
}
