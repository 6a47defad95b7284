/**
 * A line of a service, and what must be seen in it.
 *
 * @module
 */
import type { TextFormatName } from "../../../defense/sensors/log_format.ts";

/** Two parties could have written it. */
export const ambiguous = "two parties";
/** No parser knows it. */
export const unknown = "unknown line";

/** A line, or several, and what must be seen in them. */
export type Row = readonly [line: string, seen: string];

/** Rows of each format. */
export type LineRows = Partial<Record<TextFormatName, readonly Row[]>>;
