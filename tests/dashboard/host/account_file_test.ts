import { deepEqual, equal, notEqual } from "node:assert/strict";
import {
  AccountFile,
  derivePassword,
  hashPassword,
  openDashboardFile,
} from "../../../dashboard/host/mod.ts";
import {
  type Account,
  accountsMax,
  passwordCost,
} from "../../../dashboard/web/account.ts";

const cheap = {
  password: {
    cost: { n: 2, r: 1, p: 1 },
    salt: new Uint8Array(16).fill(1),
    hash: new Uint8Array(32).fill(2),
  },
  totpSecret: new Uint8Array(20).fill(3),
};

async function withAccounts(
  use: (accounts: AccountFile, path: string) => Promise<void> | void,
) {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dashboard.sqlite`;
  const db = openDashboardFile(path);
  try {
    await use(new AccountFile(db), path);
  } finally {
    db.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("AccountFile keeps an account as it was given, for its owner alone", async () => {
  await withAccounts((accounts, path) => {
    equal(accounts.add("anna", "owner", cheap), "added");
    const { stamp, ...rest } = accounts.find("anna") ?? {} as Account;
    deepEqual(rest, { name: "anna", role: "owner", ...cheap });
    equal(accounts.stampOf("anna"), stamp);
    for (const suffix of ["", "-wal", "-shm"]) {
      equal((Deno.statSync(path + suffix).mode ?? 0) & 0o777, 0o600, suffix);
    }
  });
});

Deno.test("AccountFile changes the stamp with a reset, and forgets used codes", async () => {
  await withAccounts((accounts) => {
    accounts.add("anna", "owner", cheap);
    const before = accounts.stampOf("anna");
    equal(accounts.takeStep("anna", 7), true);
    equal(accounts.takeStep("anna", 7), false);
    equal(accounts.takeStep("anna", 6), false);
    equal(accounts.stampOf("anna"), before);
    equal(accounts.reset("anna", undefined, cheap), true);
    notEqual(accounts.stampOf("anna"), before);
    equal(accounts.usedStep("anna"), -1);
    equal(accounts.find("anna")?.role, "owner");
    equal(accounts.reset("anna", "viewer", cheap), true);
    equal(accounts.find("anna")?.role, "viewer");
  });
});

Deno.test("AccountFile is bounded, and knows nobody who is not there", async () => {
  await withAccounts((accounts) => {
    equal(accounts.add("anna", "owner", cheap), "added");
    equal(accounts.add("anna", "viewer", cheap), "taken");
    for (let n = 1; n < accountsMax; n++) {
      equal(accounts.add(`n${n}`, "viewer", cheap), "added");
    }
    equal(accounts.add("more", "viewer", cheap), "full");
    equal(accounts.remove("anna"), true);
    equal(accounts.remove("anna"), false);
    equal(accounts.find("anna"), undefined);
    equal(accounts.stampOf("anna"), undefined);
    equal(accounts.reset("anna", "owner", cheap), false);
    equal(accounts.takeStep("anna", 1), false);
  });
});

Deno.test("derivePassword() is scrypt", async () => {
  // RFC 7914, §12: the first 32 of 64 bytes.
  const salt = new TextEncoder().encode("NaCl");
  const hash = await derivePassword("password", salt, {
    n: 1_024,
    r: 8,
    p: 16,
  });
  equal(
    hash.toHex(),
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162",
  );
});

Deno.test("hashPassword() keeps its cost, and another salt each time", async () => {
  const one = await hashPassword("correct horse battery");
  const two = await hashPassword("correct horse battery");
  deepEqual(one.cost, passwordCost);
  notEqual(one.salt.toHex(), two.salt.toHex());
  const again = await derivePassword(
    "correct horse battery",
    one.salt,
    one.cost,
  );
  deepEqual(again, one.hash);
});
