/**
 * The host that configuration is read from: environment, files, user.
 *
 * @module
 */
import type { ConfigHost } from "./config.ts";

/** The real one. */
export function realConfigHost(): ConfigHost {
  return {
    env: (name) => Deno.env.get(name),
    readFile(path) {
      try {
        return Deno.readTextFileSync(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    root: Deno.uid() === 0,
    hostName: hostName(),
  };
}

function hostName(): string {
  const name = Deno.hostname().slice(0, 63).replace(/[^\w.-]/g, "-");
  return name === "" ? "node" : name;
}
