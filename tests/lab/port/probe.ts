/**
 * A probe is something a stranger does to a port, and what it sees. Two ports
 * are alike under a probe if what was seen is the same text, after taking out
 * only what is random or a clock by nature (TLS randoms, dates).
 *
 * Some of what a stranger sees is a race inside the kernel (whether the last
 * alert or the reset arrives first), on any server. So a probe that saw a
 * difference is run again, at most `triesMax` times, and the ports are unlike
 * if they never did the same thing. How often that was needed is reported.
 *
 * @module
 */

/** A port to probe, and what to expect of its TLS. */
export interface Target {
  readonly port: number;
  /** What it shows; the prober trusts nothing else. */
  readonly certificatePem: string;
}

/** One thing to do to a port. */
export interface Probe {
  readonly name: string;
  /** Does it; returns what was seen. Never throws for what the port does. */
  run(target: Target): Promise<string>;
}

/** What came of a probe on two ports. */
export interface Comparison {
  readonly name: string;
  readonly alike: boolean;
  readonly tries: number;
  /** What each showed last. */
  readonly seen: readonly [string, string];
}

const triesMax = 6;

/** Runs a probe on both ports at the same time until they did the same. */
export async function compare(
  probe: Probe,
  one: Target,
  other: Target,
): Promise<Comparison> {
  const { name } = probe;
  const seenOfOne = new Set<string>();
  const seenOfOther = new Set<string>();
  for (let tries = 1;; tries++) {
    const seen = await Promise.all([probe.run(one), probe.run(other)]);
    seenOfOne.add(seen[0]);
    seenOfOther.add(seen[1]);
    const alike = [...seenOfOne].some((each) => seenOfOther.has(each));
    if (alike || tries === triesMax) return { name, alike, tries, seen };
  }
}

/** Compares under every probe, at most `parallel` of them at a time. */
export async function compareAll(
  probes: readonly Probe[],
  one: Target,
  other: Target,
  parallel: number,
): Promise<Comparison[]> {
  const waiting = [...probes];
  const done: Comparison[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      done.push(await compare(next, one, other));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return done;
}

/** One line for the reader, or an error that shows every difference. */
export function verdict(
  title: string,
  comparisons: readonly Comparison[],
): string {
  const unlike = comparisons.filter(({ alike }) => !alike);
  if (unlike.length > 0) {
    const shown = unlike.slice(0, 5).map(({ name, seen }) =>
      `${name}\n--- our port\n${seen[0]}\n--- the page alone\n${seen[1]}`
    );
    throw new Error(
      `${title}: ${unlike.length} of ${comparisons.length} differ\n` +
        shown.join("\n"),
    );
  }
  const again = comparisons.filter(({ tries }) => tries > 1);
  const runs = again.reduce((sum, { tries }) => sum + tries - 1, 0);
  return `${title}: ${comparisons.length} probes alike` +
    (runs ? `, ${again.length} of them only after ${runs} more runs` : "");
}
