/**
 * People who have an account of a dashboard and log in as people do, with
 * password and code.
 *
 * @module
 */
import {
  AccountFile,
  dashboardFileName,
  derivePassword,
  openDashboardFile,
} from "../../dashboard/host/mod.ts";
import { totpCode, totpSecretBytes } from "../../dashboard/mod.ts";
import { passwordCost } from "../../dashboard/web/account.ts";
import { totpStepMs } from "../../dashboard/web/totp.ts";

/** What somebody knows and holds. */
export interface BenchPerson {
  readonly name: string;
  readonly password: string;
  readonly totpSecret: Uint8Array;
}

/**
 * Gives `count` people an account in the state directory. The first one's
 * password costs what the program asks for; the others' are cheap, so that a
 * bench need not wait for a minute of logins.
 */
export async function makePeople(
  directory: string,
  count: number,
): Promise<BenchPerson[]> {
  const db = openDashboardFile(`${directory}/${dashboardFileName}`);
  const accounts = new AccountFile(db);
  const people: BenchPerson[] = [];
  for (let at = 0; at < count; at++) {
    const cost = at === 0 ? passwordCost : { n: 16, r: 8, p: 1 };
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const totpSecret = crypto.getRandomValues(new Uint8Array(totpSecretBytes));
    const name = `person-${at}`;
    const password = `${name} has a password`;
    const hash = await derivePassword(password, salt, cost);
    const given = { password: { cost, salt, hash }, totpSecret };
    const added = accounts.add(name, "viewer", given);
    if (added !== "added") throw new Error(`${name}: ${added}`);
    people.push({ name, password, totpSecret });
  }
  db.close();
  return people;
}

/**
 * Logs somebody in.
 *
 * @returns The cookie of the session.
 */
export async function logIn(
  origin: string,
  { name, password, totpSecret }: BenchPerson,
): Promise<string> {
  const code = totpCode(totpSecret, Math.floor(Date.now() / totpStepMs));
  const response = await fetch(`${origin}/api/login`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ name, password, code }),
  });
  const text = await response.text();
  const cookie = response.headers.get("set-cookie")?.split(";")[0];
  if (!response.ok || cookie === undefined) {
    throw new Error(`${name} cannot log in: ${response.status} ${text}`);
  }
  return cookie;
}
