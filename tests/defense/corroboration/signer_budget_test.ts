import { equal } from "node:assert/strict";
import type { Address } from "../../../defense/address.ts";
import { SignerBudget } from "../../../defense/corroboration/signer_budget.ts";

const about = (index: number) => `192.0.2.${index}` as Address;

Deno.test("SignerBudget.spend() lets a signer name 20 subjects an hour", () => {
  const budget = new SignerBudget();
  for (let index = 0; index < 20; index++) {
    equal(budget.spend("a", about(index), index * 1_000), true);
  }
  equal(budget.spend("a", about(20), 20_000), false, "the 21st");
  equal(budget.spend("a", about(3), 20_000), true, "one already named");
  equal(budget.spend("b", about(20), 20_000), true, "another signer");
  equal(budget.spend("a", about(20), 3_599_999), false);
  equal(budget.spend("a", about(20), 3_600_000), true, "the first is over");
});

Deno.test("SignerBudget.spend() keeps part back where asked", () => {
  const budget = new SignerBudget();
  for (let index = 0; index < 10; index++) {
    equal(budget.spend("a", about(index), 0, 10), true);
  }
  equal(budget.spend("a", about(10), 0, 10), false);
  equal(budget.spend("a", about(10), 0), true);
});
