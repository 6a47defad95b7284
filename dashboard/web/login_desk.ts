/**
 * Lets people in who know their password and hold their phone. Every refusal
 * reads the same and has cost the same work, whether the name, the password or
 * the code was wrong.
 *
 * Bounds: one password is derived at a time (16 MiB), `waitingMax` logins wait
 * for it and `familiarPlaces` of accounts from where they got in before, so that
 * strangers do not take every place; further ones are told to come back.
 *
 * @module
 */
import {
  type Account,
  type AccountStore,
  type DerivePassword,
  passwordCost,
  sameBytes,
} from "./account.ts";
import { LoginThrottle } from "./login_throttle.ts";
import { totpSecretBytes, totpStep } from "./totp.ts";

/** Logins that wait for their turn. Our choice: about two seconds' worth. */
export const waitingMax = 16;
/** Further ones, where strangers may not wait. Our choice. */
export const familiarPlaces = 4;
/** Told to those for whom there is no room. */
const roomMs = 2_000;

/** What somebody says to get in. */
export interface LoginAttempt {
  /** Of an account. */
  readonly name: string;
  /** Of it. */
  readonly password: string;
  /** Six digits. */
  readonly code: string;
}

/** What came of it. */
export type LoginOutcome =
  | { readonly type: "in"; readonly account: Account }
  | { readonly type: "refused" }
  /** Not even looked at. */
  | { readonly type: "wait"; readonly waitMs: number };

/** What logins are judged by. */
export interface LoginParts {
  /** Who there is. */
  readonly accounts: AccountStore;
  /** Slow on purpose. */
  readonly derive: DerivePassword;
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
}

/** Stands in where a name is nobody's, so that the work is the same. */
const nobody: Omit<Account, "name" | "role" | "stamp"> = {
  password: {
    cost: passwordCost,
    salt: new Uint8Array(16),
    hash: new Uint8Array(32),
  },
  totpSecret: new Uint8Array(totpSecretBytes),
};

/** Judges one login after the other. */
export class LoginDesk {
  readonly #parts: LoginParts;
  readonly #throttle = new LoginThrottle();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Has seen nobody fail yet. */
  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /**
   * Judges one attempt, when its turn comes.
   *
   * @param address Of who asks: an IP address, of an IPv6 address its /64.
   */
  async login(attempt: LoginAttempt, address: string): Promise<LoginOutcome> {
    const places = this.#throttle.isFamiliar(attempt.name, address)
      ? waitingMax + familiarPlaces
      : waitingMax;
    if (this.#waiting >= places) return { type: "wait", waitMs: roomMs };
    this.#waiting++;
    const turn = this.#last.then(() => this.#judge(attempt, address));
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async #judge(
    { name, password, code }: LoginAttempt,
    address: string,
  ): Promise<LoginOutcome> {
    const { accounts, derive, wallMs } = this.#parts;
    const waitMs = this.#throttle.waitMs(name, address, wallMs());
    if (waitMs > 0) return { type: "wait", waitMs };
    const account = accounts.find(name);
    const used = accounts.usedStep(name);
    const { password: kept, totpSecret } = account ?? nobody;
    const hash = await derive(password, kept.salt, kept.cost);
    const rightPassword = sameBytes(hash, kept.hash);
    const step = totpStep(totpSecret, code, wallMs(), used);
    if (
      account && rightPassword && step !== undefined &&
      accounts.takeStep(name, step)
    ) {
      this.#throttle.succeeded(name, address);
      return { type: "in", account };
    }
    this.#throttle.failed(name, address, wallMs());
    return { type: "refused" };
  }
}
