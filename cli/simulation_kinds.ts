/**
 * Which simulations the dashboard offers, and how large they may be there: a
 * run is to end within minutes on a small machine that also does its work.
 * `stealthmesh simulate` goes further.
 *
 * @module
 */
import type { SimulationKind } from "../dashboard/mod.ts";
import { bruteforce, lateral, portscan, spray } from "../sims/mod.ts";

/** Measured on two busy cores: 30 machines of a port scan take 5 s, 15 of `spray` 25 s. */
const small = { least: 2, most: 30, usual: 8 };
const smaller = { least: 2, most: 15, usual: 6 };

/** All of them, in the order in which they are shown. */
export const simulationKinds: readonly SimulationKind[] = [
  { name: "portscan", title: portscan.title, machines: small },
  { name: "bruteforce", title: bruteforce.title, machines: small },
  { name: "spray", title: spray.title, machines: smaller },
  { name: "lateral", title: lateral.title, machines: smaller },
  {
    name: "stress",
    title: "How fast alerts spread in a large mesh",
    machines: { least: 10, most: 1_000, usual: 100 },
  },
  {
    name: "soak",
    title: "Random meshes in trouble, seed after seed",
    seconds: { least: 5, most: 600, usual: 60 },
  },
];
