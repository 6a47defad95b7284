/**
 * Which version this program is. The same as in `deno.json`, which the
 * compiled program does not carry; a test holds the two together.
 *
 * @module
 */

/** Version after semver.org. */
export const programVersion = "0.1.0";
