/**
 * The pages of a dashboard that runs from the source: it has only those that
 * were built before.
 *
 * @module
 */
import { buildPages } from "../../cli/build/pages.ts";

let built: Promise<void> | undefined;

/** Builds them where `deno task ui:build` does, once for all tests of a file. */
export function pagesAreBuilt(): Promise<void> {
  return built ??= buildPages(
    new URL("../../dist/ui", import.meta.url).pathname,
  );
}
