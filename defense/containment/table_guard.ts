/**
 * Notices that somebody touched our table: remembers the entry chain as we left
 * it, and looks again whenever the firewall says that rules have changed.
 *
 * @module
 */
import type { CheckingFirewall } from "./containment_control.ts";
import { isRejection } from "./containment_error.ts";

/** Our table as it should be. */
export class TableGuard {
  readonly #firewall: CheckingFirewall;
  /** What else went wrong than that there is no table. */
  readonly #onFault: (error: unknown) => void;
  #cancel: () => void = () => {};
  /** The entry chain as we left it. */
  #chain: string | undefined;

  constructor(firewall: CheckingFirewall, onFault: (error: unknown) => void) {
    this.#firewall = firewall;
    this.#onFault = onFault;
  }

  /** Calls `changed` whenever somebody touched the rules, us included. */
  watch(changed: () => void): void {
    this.stop();
    this.#cancel = this.#firewall.watch?.(changed) ?? (() => {});
  }

  /** Watches no longer. */
  stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  /** We have just written the table. */
  async note(): Promise<void> {
    try {
      this.#chain = await this.#firewall.guard?.();
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** Whether the entry chain is another than we left it, or gone. */
  async isTampered(): Promise<boolean> {
    try {
      return await this.#firewall.guard?.() !== this.#chain;
    } catch (error) {
      if (isRejection(error)) return true;
      this.#onFault(error);
      return false;
    }
  }
}
