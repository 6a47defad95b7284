/**
 * The people of a dashboard as its API sees them: passwords are hashed, secrets
 * for phones drawn and drawn as pictures here.
 *
 * @module
 */
import { encodeQR } from "qr";
import { hashPassword } from "../dashboard/host/mod.ts";
import type { AccountFile } from "../dashboard/host/mod.ts";
import {
  type AccountDesk,
  base32,
  type Person,
  type PhoneSecret,
  totpLink,
  totpSecretBytes,
} from "../dashboard/mod.ts";

/**
 * Builds it over a file of accounts.
 *
 * @param place Name of this host, as the authenticator app shows it.
 */
export function accountDesk(accounts: AccountFile, place: string): AccountDesk {
  const told = ({ name, role }: Person, secret: Uint8Array): PhoneSecret => {
    const link = totpLink(secret, name, place);
    const qr = encodeQR(link, "svg", { ecc: "low" });
    return { name, role, secret: base32(secret), link, qr };
  };
  return {
    list: () => accounts.list(),
    async add({ password, ...person }) {
      const given = await newCredentials(password);
      const outcome = accounts.add(person.name, person.role, given);
      return outcome === "added" ? told(person, given.totpSecret) : outcome;
    },
    async reset({ password, ...person }) {
      const given = await newCredentials(password);
      return accounts.reset(person.name, person.role, given)
        ? told(person, given.totpSecret)
        : undefined;
    },
    remove: (name) => accounts.remove(name),
  };
}

/** A password as it is kept, and a secret for a phone. */
export async function newCredentials(password: string) {
  const totpSecret = crypto.getRandomValues(new Uint8Array(totpSecretBytes));
  return { password: await hashPassword(password), totpSecret };
}
