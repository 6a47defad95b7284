/**
 * The dashboard's pages, read once: from then on no request reaches a file.
 *
 * @module
 */
import { type Asset, assetOf } from "../dashboard/mod.ts";
import { OperatorError } from "./operator_error.ts";

/** Where the pages lie: beside the bundle, or where `task ui:build` puts them. */
const assetDirectories = ["./ui/", "../dist/ui/"];

/**
 * Reads them.
 *
 * @throws {OperatorError} `failed` when they were not built.
 */
export async function readPages(): Promise<Map<string, Asset>> {
  for (const directory of assetDirectories) {
    const base = new URL(directory, import.meta.url);
    const assets = new Map<string, Asset>();
    try {
      for (const { name, isFile } of Deno.readDirSync(base)) {
        if (!isFile || name.endsWith(".map")) continue;
        assets.set(
          name,
          assetOf(name, await Deno.readFile(new URL(name, base))),
        );
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (assets.has("index.html")) return assets;
  }
  throw new OperatorError("failed", "Cannot serve the dashboard: no pages", [
    "Build them first:",
    "  deno task ui:build",
  ]);
}
