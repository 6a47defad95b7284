/**
 * The signals that this node holds: in each slot the one issued last, in
 * whatever order they came, and however often.
 *
 * Replay: a signal is known by its id; in its slot only a later one is taken; and
 * none is taken once it has expired, or from a clock that runs too far ahead.
 * Who issues one lets it be believed at least as long as all that it replaces,
 * so what was replaced cannot come back after it.
 *
 * Bound: {@linkcode signalsMax}. Full, the one issued first makes room, and what
 * was issued up to then and is not held is refused from then on. Only the
 * operator's key can fill it, and honest use never does: an agent signs no
 * further one while it is full.
 *
 * @module
 */
import { aheadMsMax } from "./corroboration/evidence.ts";
import {
  isLater,
  type SealedSignal,
  type Signal,
  type SignalOrder,
  type SignalScope,
  slotOf,
} from "./signal.ts";

/** Our choice: some orders a day, and a year's exceptions. */
export const signalsMax = 256;

/** A signal that is held. */
export interface HeldSignal {
  /** What it says. */
  readonly signal: Signal;
  /** The same as it is told and kept. */
  readonly sealed: SealedSignal;
  /** Who carries it out. */
  readonly scope: SignalScope;
  /** This host's own operator has ended its effect here. */
  aside: boolean;
  /** It is from before the agent's last start. */
  readonly restored: boolean;
  /** Its end has been written down. */
  ended: boolean;
  /** Wall clock milliseconds when it is told again, unless others do. */
  retellMs: number;
  /** Wall clock milliseconds when the journal last had it. */
  recordedMs: number;
}

/** What became of a signal. */
export type SignalAdmission =
  /** It holds now. */
  | "new"
  /** It is held already. */
  | "repeated"
  /** A later one holds in its slot, or it was issued before what was given up. */
  | "superseded"
  | "expired"
  | "future";

/** Signals by slot. */
export class SignalTable {
  readonly #bySlot = new Map<string, HeldSignal>();
  readonly #ids = new Set<string>();
  /** What was issued up to then and is not held is refused. */
  #forgottenMs = 0;

  /** Whether there is room for another slot. */
  get full(): boolean {
    return this.#bySlot.size >= signalsMax;
  }

  /** Whether a signal of that id is held. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The signal of that id. */
  get(id: string): HeldSignal | undefined {
    if (!this.#ids.has(id)) return undefined;
    return this.all().find(({ signal }) => signal.id === id);
  }

  /** What holds in the slot of an order. */
  inSlot(order: SignalOrder, scope: SignalScope): HeldSignal | undefined {
    return this.#bySlot.get(keyOf(order, scope));
  }

  /** Every signal, the one issued first first. */
  all(): HeldSignal[] {
    return [...this.#bySlot.values()].sort((a, b) =>
      isLater(a.signal, b.signal) ? 1 : -1
    );
  }

  /** Whether a signal of that kind would be taken now. */
  judge(
    signal: Signal,
    scope: SignalScope,
    wallMs: number,
  ): SignalAdmission {
    if (this.#ids.has(signal.id)) return "repeated";
    if (signal.expiresMs <= wallMs) return "expired";
    if (signal.issuedMs - wallMs > aheadMsMax) return "future";
    const held = this.inSlot(signal.order, scope);
    if (held && !isLater(signal, held.signal)) return "superseded";
    return signal.issuedMs <= this.#forgottenMs && !held ? "superseded" : "new";
  }

  /**
   * Takes a signal that was judged `new`.
   *
   * @param restored Whether it is from before the agent's last start.
   * @returns What held in its slot before, or made room for it.
   */
  put(
    signal: Signal,
    sealed: SealedSignal,
    wallMs: number,
    restored = false,
  ): { readonly held: HeldSignal; readonly replaced: HeldSignal[] } {
    const replaced: HeldSignal[] = [];
    const scope = sealed.signature ? "mesh" : "host";
    const slot = keyOf(signal.order, scope);
    const before = this.#bySlot.get(slot);
    if (before) replaced.push(before);
    else if (this.full) {
      const [first] = this.all();
      if (first) {
        replaced.push(first);
        this.#forgottenMs = Math.max(this.#forgottenMs, first.signal.issuedMs);
      }
    }
    for (const each of replaced) this.#remove(each);
    const held: HeldSignal = {
      signal,
      sealed,
      scope,
      aside: false,
      restored,
      ended: false,
      retellMs: Infinity,
      recordedMs: wallMs,
    };
    this.#bySlot.set(slot, held);
    this.#ids.add(signal.id);
    return { held, replaced };
  }

  /** Whether the effect of a signal lasts. */
  isActive(
    { signal, aside }: Pick<HeldSignal, "signal" | "aside">,
    wallMs: number,
  ): boolean {
    const { id, order, issuedMs, untilMs } = signal;
    // What acts at once has no length, even where its issuer's clock is ahead.
    if (aside || untilMs <= Math.max(wallMs, issuedMs)) return false;
    if (this.isCancelled(id)) return false;
    if (order.what !== "contain") return true;
    const all = this.#bySlot.get("address all");
    return !all || all.signal.issuedMs < issuedMs;
  }

  /** Whether a signal was cancelled, be it here already or still to come. */
  isCancelled(id: string): boolean {
    return this.#bySlot.has(`cancel ${id}`);
  }

  /** Forgets what nobody may believe any more. */
  expire(wallMs: number): void {
    for (const held of this.all()) {
      if (held.signal.expiresMs <= wallMs) this.#remove(held);
    }
  }

  /** Gives up a signal: it is not the operator's any more. */
  drop(held: HeldSignal): void {
    this.#remove(held);
  }

  #remove(held: HeldSignal): void {
    this.#bySlot.delete(keyOf(held.signal.order, held.scope));
    this.#ids.delete(held.signal.id);
  }
}

/** What is for this host alone contradicts nothing that is for all. */
function keyOf(order: SignalOrder, scope: SignalScope): string {
  const slot = slotOf(order);
  // One signal has one cancellation, whosever it is.
  return scope === "host" && order.what !== "cancel" ? `here ${slot}` : slot;
}
