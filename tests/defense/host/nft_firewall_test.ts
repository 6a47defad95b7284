import { deepEqual } from "node:assert/strict";
import { readSetListing } from "../../../defense/host/nft_firewall.ts";

const metainfo = { metainfo: { version: "1.0.6", json_schema_version: 1 } };

function listing(elem: unknown[]): string {
  const set = { family: "inet", name: "block4", table: "stealthmesh", elem };
  return JSON.stringify({ nftables: [metainfo, { set }] });
}

const rows: { name: string; json: string; found: unknown[] }[] = [
  {
    name: "a timed element",
    json: listing([{
      elem: { val: "10.0.0.1", timeout: 60, expires: 59, comment: "own" },
    }]),
    found: [["10.0.0.1", 59_000, "own"]],
  },
  {
    name: "an element that counts packets",
    json: listing([{
      elem: { val: "10.0.0.1", expires: 9, limit: { rate: 1, per: "day" } },
    }]),
    found: [["10.0.0.1", 9_000, ""]],
  },
  {
    name: "elements without an end",
    json: listing(["10.0.0.1", { elem: { val: "10.0.0.2", comment: "x" } }]),
    found: [["10.0.0.1", Infinity, ""], ["10.0.0.2", Infinity, "x"]],
  },
  {
    name: "what is no address",
    json: listing([{ prefix: { addr: "10.0.0.0", len: 8 } }, 7, "ipv4"]),
    found: [],
  },
  {
    name: "an empty set",
    json: JSON.stringify({ nftables: [metainfo, { set: { name: "block4" } }] }),
    found: [],
  },
];

for (const { name, json, found } of rows) {
  Deno.test(`readSetListing() reads ${name}`, () => {
    deepEqual(
      readSetListing(json).map(({ address, remainingMs, comment }) => [
        address,
        remainingMs,
        comment,
      ]),
      found,
    );
  });
}
