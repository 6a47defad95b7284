import { equal, notEqual } from "node:assert/strict";
import type { Address } from "../../../defense/address.ts";
import {
  standingsMax,
  StandingTable,
} from "../../../defense/corroboration/standing_table.ts";

const about = (index: number) =>
  `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` as Address;

function full(cause: "own" | "operator"): StandingTable {
  const table = new StandingTable();
  for (let index = 0; index < standingsMax; index++) {
    table.claim(about(index), true)?.set(
      cause,
      { measure: "block" },
      1_000 + index,
      0,
    );
  }
  return table;
}

const newcomer = about(standingsMax);

Deno.test("StandingTable.claim() turns away what only others say when full", () => {
  const table = full("own");
  equal(table.claim(newcomer, false), undefined);
  equal(table.all().length, standingsMax);
});

Deno.test("StandingTable.claim() displaces the lease that ends first", () => {
  const table = full("own");
  notEqual(table.claim(newcomer, true), undefined);
  equal(table.get(about(0)), undefined);
  equal(table.all().length, standingsMax);
  equal(table.displaced, 1);
});

Deno.test("StandingTable.claim() does not take what the firewall is asked again for as what ends first", () => {
  const table = full("own");
  const last = table.get(about(standingsMax - 1))!;
  const [lease] = last.reconcile(0).leases;
  const refusal = { code: "firewall", detail: "busy" } as const;
  // Asked again after 5 s, when the leases of all others still run.
  last.answered({ applied: false, lease: lease!, refusal }, -10_000);
  notEqual(table.claim(newcomer, true), undefined);
  equal(table.get(last.subject), last);
  equal(table.get(about(0)), undefined);
});

Deno.test("StandingTable.claim() gives up what is only remembered first", () => {
  const table = full("own");
  table.get(about(7))?.expire(1_007);
  notEqual(table.claim(newcomer, false), undefined);
  equal(table.get(about(7)), undefined);
  equal(table.displaced, 0);
});

Deno.test("StandingTable.claim() never displaces an operator's lease", () => {
  equal(full("operator").claim(newcomer, true), undefined);
});
