/**
 * An office that works while somebody guesses passwords: people who log in and
 * mistype, most of them behind one shared address, a backup, a monitor, and a
 * job whose key was withdrawn. What they were denied is the price of a defense.
 *
 * @module
 */
import { type Address, parseAddress } from "../defense/mod.ts";
import { loginPort, loginService, type OfficePlan } from "./login_scenario.ts";
import type { SeededRandom } from "./world/random.ts";
import type { Site } from "./world/site.ts";

/** What the honest asked for and did not get. */
export interface OfficeToll {
  /** Logins that people wanted, their typing errors not counted. */
  logins: number;
  /** Typing errors. */
  mistyped: number;
  /** Connections of backup, monitor and the job with the old key. */
  machines: number;
  /** Of all these, those that the service never saw. */
  denied: number;
}

/** Between two tries of a person who mistypes, milliseconds. */
const retypeMs = 4_000;

/** Who is who in the office. */
export class Office {
  readonly toll: OfficeToll = {
    logins: 0,
    mistyped: 0,
    machines: 0,
    denied: 0,
  };
  readonly #plan: OfficePlan;
  readonly #site: Site;
  readonly #random: SeededRandom;
  readonly #untilMs: number;

  constructor(
    plan: OfficePlan,
    site: Site,
    random: SeededRandom,
    untilMs: number,
  ) {
    this.#plan = plan;
    this.#site = site;
    this.#random = random;
    this.#untilMs = untilMs;
  }

  /** Every address that nobody may contain. */
  get addresses(): ReadonlySet<Address> {
    const { staff, sharedAddress, backup, monitor, staleKey, jump } =
      this.#plan;
    return new Set([
      ...staff.map((_, index) => this.#addressOf(index)),
      sharedAddress,
      backup.source,
      monitor.source,
      staleKey.source,
      ...(jump ? [jump.source] : []),
    ]);
  }

  /** Who works here, and from where. */
  get people(): readonly { readonly name: string; readonly source: Address }[] {
    return this.#plan.staff.map((name, index) => ({
      name,
      source: this.#addressOf(index),
    }));
  }

  /** Whether an account exists. */
  readonly exists = (account: string): boolean =>
    account === "root" || account === "backup" ||
    account === this.#plan.jump?.account ||
    this.#plan.staff.includes(account);

  /** Sets everybody to work. */
  start(): void {
    const { staff, backup, monitor, staleKey, jump } = this.#plan;
    staff.forEach((person, index) =>
      this.#work(person, this.#addressOf(index), this.#random.fork(person))
    );
    this.#rounds(backup, (index) => {
      this.#count(this.#login(backup.source, index, "backup", true));
    });
    this.#rounds(monitor, (index) => {
      const host = this.#site.hosts[index];
      if (!host) return;
      const answer = this.#site.probe(host, monitor.source, loginPort);
      this.#count(answer === "open");
    });
    this.#rounds(staleKey, (index) => {
      if (index !== 0) return;
      this.#count(this.#login(staleKey.source, index, "root", false, true));
    });
    if (!jump) return;
    this.#rounds(jump, (index) => {
      this.#count(this.#login(jump.source, index, jump.account, true));
    });
  }

  #addressOf(index: number): Address {
    return index < this.#plan.ownAddress
      ? parseAddress(`198.51.100.${20 + index}`)
      : this.#plan.sharedAddress;
  }

  #work(person: string, source: Address, own: SeededRandom): void {
    const pauseMs = own.pause(this.#plan.pauseMs);
    this.#later(pauseMs, () => {
      const host = own.integer(this.#site.hosts.length);
      const mistakes = own.integer(this.#plan.mistypedOneIn) === 0
        ? 1 + own.integer(3)
        : 0;
      for (let typo = 0; typo < mistakes; typo++) {
        this.#later(typo * retypeMs, () => {
          this.toll.mistyped++;
          if (!this.#login(source, host, person, false)) this.toll.denied++;
        });
      }
      this.#later(mistakes * retypeMs, () => {
        this.toll.logins++;
        if (!this.#login(source, host, person, true)) this.toll.denied++;
        this.#work(person, source, own);
      });
    });
  }

  #rounds(
    { source, periodMs }: { readonly source: Address; periodMs: number },
    visit: (index: number) => void,
  ): void {
    this.#later(periodMs * this.#random.uniform(), () => {
      const again = () => {
        this.#site.hosts.forEach(({ address }, index) => {
          // Nobody has to go out to where he is.
          if (address !== source) visit(index);
        });
        this.#later(periodMs, again);
      };
      again();
    });
  }

  #count(served: boolean): void {
    this.toll.machines++;
    if (!served) this.toll.denied++;
  }

  /** @returns Whether the service saw it. */
  #login(
    source: Address,
    index: number,
    user: string,
    right: boolean,
    key = false,
  ): boolean {
    const host = this.#site.hosts[index];
    if (!host) return false;
    const answer = this.#site.login(host, {
      source,
      port: loginPort,
      service: loginService,
      user,
      exists: true,
      right,
      key,
    });
    return answer !== "filtered";
  }

  #later(delayMs: number, act: () => void): void {
    const { clock } = this.#site;
    if (clock.nowMs() + delayMs <= this.#untilMs) clock.after(delayMs, act);
  }
}
