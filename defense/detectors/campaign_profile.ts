/**
 * What those do who never got in: how many of them are evident guessers, how
 * often the others tried, and whether they share an account. Whoever looks
 * like a person who gives up is held to be part of a campaign only if the
 * campaign is known to do the same.
 *
 * Bound: a few numbers; older newcomers fade.
 *
 * @module
 */

/** So many of a campaign's inconspicuous sources must be alike. Our choice. */
const profileShareMin = 0.12;
/** And so many of all must be inconspicuous. Our choice. */
const inconspicuousShareMin = 0.1;
/** Newcomers over which that share is taken; older ones fade. Our choice. */
const profileCountMax = 256;

/** Kinds of newcomers that never got in. */
const [inconspicuous, evident] = [0, 1];
/** Whether others tried the one account of a newcomer. */
const [shared, alone] = [0, 1];

/** What an inconspicuous newcomer looked like. */
export interface Look {
  /** 0, 1 or 2 for one, a few and more tries. */
  readonly tries: number;
  /** Whether others tried its account. */
  readonly sharing: number;
}

/** How a newcomer looks that tried so often. */
export function lookOf(tries: number, isShared: boolean): Look {
  return {
    tries: tries === 1 ? 0 : tries <= 3 ? 1 : 2,
    sharing: isShared ? shared : alone,
  };
}

/** What those do who never got in. */
export class CampaignProfile {
  readonly #byKind = new Shares(2);
  readonly #byTries = new Shares(3);
  readonly #bySharing = new Shares(2);

  /** Counts an evident guesser. */
  addEvident(): void {
    this.#byKind.add(evident);
  }

  /** Counts one that looks like a person who gives up. */
  add({ tries, sharing }: Look): void {
    this.#byKind.add(inconspicuous);
    this.#byTries.add(tries);
    this.#bySharing.add(sharing);
  }

  /** It looked inconspicuous when it was counted, and is not. */
  correct({ tries, sharing }: Look): void {
    this.#byKind.add(inconspicuous, -1);
    this.#byKind.add(evident);
    this.#byTries.add(tries, -1);
    this.#bySharing.add(sharing, -1);
  }

  /** Whether the campaign does what an inconspicuous newcomer did. */
  fits({ tries, sharing }: Look): boolean {
    return this.#byKind.of(inconspicuous) >= inconspicuousShareMin &&
      this.#byTries.of(tries) >= profileShareMin &&
      (sharing === shared || this.#bySharing.of(alone) >= profileShareMin);
  }
}

/** How often each of a few things happened among the latest. */
class Shares {
  readonly #counts: number[];
  #sum = 0;

  constructor(things: number) {
    this.#counts = new Array<number>(things).fill(0);
  }

  add(thing: number, count = 1): void {
    const sum = Math.max(0, (this.#counts[thing] ?? 0) + count);
    this.#sum += sum - (this.#counts[thing] ?? 0);
    this.#counts[thing] = sum;
    if (this.#sum < profileCountMax) return;
    this.#counts.forEach((count, at) => this.#counts[at] = count / 2);
    this.#sum /= 2;
  }

  of(thing: number): number {
    return this.#sum === 0 ? 0 : (this.#counts[thing] ?? 0) / this.#sum;
  }
}
