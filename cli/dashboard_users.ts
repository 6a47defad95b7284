/**
 * Lets people in at the dashboard and puts them out. A running dashboard sees
 * a change with the next request.
 *
 * @module
 */
import {
  accountName,
  base32,
  passwordLengthMax,
  passwordLengthMin,
  type Role,
  totpLink,
} from "../dashboard/mod.ts";
import { newCredentials } from "./account_desk.ts";
import type { Invocation } from "./command.ts";
import { openDashboardStore } from "./dashboard_store.ts";
import { OperatorError } from "./operator_error.ts";
import { askSecret, canAsk, readSecretFile } from "./secret_input.ts";

/** Who, and where the password comes from. */
interface UserOrder {
  readonly name: string;
  readonly passwordFile?: string | undefined;
}

/** Adds somebody; prints the secret for his phone, once. */
export async function addUser(
  { name, role, passwordFile }: UserOrder & { readonly role: Role },
  invocation: Invocation,
): Promise<void> {
  if (!accountName.test(name)) {
    throw new SyntaxError(
      `Cannot add "${name}": expected up to 32 small letters, digits, dots, underscores, hyphens`,
    );
  }
  const { config, accounts, close } = await openDashboardStore(invocation);
  if (accounts.find(name)) throw taken(name);
  const given = await credentials(name, passwordFile, invocation);
  const outcome = accounts.add(name, role, given);
  close();
  if (outcome === "taken") throw taken(name);
  if (outcome === "full") {
    throw new OperatorError("failed", `Cannot add ${name}: too many accounts`, [
      "Remove one that is not needed any more:",
      "  stealthmesh dashboard users list",
    ]);
  }
  await showSecret(name, config.name, given.totpSecret, invocation);
}

/** Gives somebody another password and secret; ends his sessions. */
export async function resetUser(
  { name, role, passwordFile }: UserOrder & {
    readonly role?: Role | undefined;
  },
  invocation: Invocation,
): Promise<void> {
  const { config, accounts, close } = await openDashboardStore(invocation);
  if (!accounts.find(name)) throw unknown(name);
  const given = await credentials(name, passwordFile, invocation);
  const known = accounts.reset(name, role, given);
  close();
  if (!known) throw unknown(name);
  await showSecret(name, config.name, given.totpSecret, invocation);
}

/** Removes somebody; ends his sessions. */
export async function removeUser(
  name: string,
  invocation: Invocation,
): Promise<void> {
  const { accounts, close } = await openDashboardStore(invocation);
  const known = accounts.remove(name);
  close();
  if (!known) throw unknown(name);
  if (invocation.output.json) invocation.output.record({ removed: name });
  else invocation.output.text(`${name} cannot log in any more`);
}

/** Prints everybody. */
export async function listUsers(invocation: Invocation): Promise<void> {
  const { accounts, close } = await openDashboardStore(invocation);
  const all = accounts.list();
  close();
  const { output } = invocation;
  if (output.json) {
    for (const each of all) output.record(each);
    return;
  }
  output.table(["NAME", "ROLE"], all.map(({ name, role }) => [name, role]));
  if (all.length === 0) {
    output.note(
      "Nobody yet: stealthmesh dashboard users add NAME --role owner",
    );
  }
}

async function credentials(
  name: string,
  passwordFile: string | undefined,
  { output }: Invocation,
) {
  const password = passwordFile === undefined
    ? askTwice(name, output)
    : readSecretFile(passwordFile);
  const { length } = [...password];
  if (length < passwordLengthMin || password.length > passwordLengthMax) {
    throw new OperatorError(
      "wrong_usage",
      `Cannot use this password: expected ${passwordLengthMin} to ${passwordLengthMax} characters`,
      ["Some words that do not belong together make a good one"],
    );
  }
  return await newCredentials(password);
}

function askTwice(name: string, output: Invocation["output"]): string {
  if (!canAsk()) {
    throw new OperatorError(
      "wrong_usage",
      "Cannot ask for a password: no terminal",
      ["Put it on the first line of a file:", "  --password-file FILE"],
    );
  }
  const first = askSecret(`Password for ${name}: `, output);
  if (askSecret("The same again: ", output) === first) return first;
  throw new OperatorError("wrong_usage", "Cannot use it: the two differ", [
    "Run the command again; nothing was changed",
  ]);
}

async function showSecret(
  name: string,
  place: string,
  secret: Uint8Array,
  { output }: Invocation,
): Promise<void> {
  const link = totpLink(secret, name, place);
  if (output.json) {
    output.record({ name, secret: base32(secret), link });
    return;
  }
  output.text(link);
  if (output.dataOnTerminal) {
    const { encodeQR } = await import("qr");
    output.picture(encodeQR(link, "ascii", { ecc: "low" }));
  }
  output.note(`Scan it with ${name}'s authenticator app, or type the secret:`);
  output.note(`  ${base32(secret).replace(/.{4}(?=.)/g, "$& ")}`);
  output.note(
    "It is not shown again; a lost phone needs: dashboard users reset",
  );
}

function taken(name: string): OperatorError {
  return new OperatorError("failed", `Cannot add ${name}: the name is taken`, [
    "Choose another one, or give this one another password:",
    `  stealthmesh dashboard users reset ${name}`,
  ]);
}

function unknown(name: string): OperatorError {
  return new OperatorError("wrong_usage", `Cannot find an account "${name}"`, [
    "See who there is:",
    "  stealthmesh dashboard users list",
  ]);
}
