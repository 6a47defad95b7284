/**
 * Spans of time as people type them: `90s`, `10m`, `4h`, `7d`.
 *
 * @module
 */

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a span of time.
 *
 * @returns Milliseconds, more than 0.
 * @throws {SyntaxError} If `text` is not a whole number with a unit.
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit ?? ""] ?? NaN);
  if (!(ms > 0)) {
    throw new SyntaxError(
      `Cannot parse duration "${text}": expected a number with s, m, h or d, such as 90s, 10m or 4h`,
    );
  }
  return ms;
}

/** The two largest units that matter: `3d 4h`, `9m 30s`, `250ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const unit of ["d", "h", "m", "s"]) {
    const size = unitMs[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}
