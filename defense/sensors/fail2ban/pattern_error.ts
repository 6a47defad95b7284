/**
 * Why a pattern, a stamp or a filter cannot be used. What a filter file says
 * comes from outside, so this is caught where the filter is put together and
 * becomes a refusal with file and line (`filter_definition.ts`).
 *
 * @module
 */

/** A pattern that Python would refuse too, or that we do not understand. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}
