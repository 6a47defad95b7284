/**
 * The host that configuration is read from: environment, files, user.
 *
 * @module
 */
import type { ConfigHost } from "./config.ts";

/** The real one. */
export function realConfigHost(): ConfigHost {
  const readFile = (path: string) => {
    try {
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  };
  return {
    env: (name) => Deno.env.get(name),
    readFile,
    readState(path) {
      try {
        return readFile(path);
      } catch (error) {
        // Whoever may not read it asks the agent, which says what is in force;
        // an agent that may not read it cannot use the directory at all.
        if (error instanceof Deno.errors.PermissionDenied) return undefined;
        if (error instanceof Deno.errors.NotADirectory) return undefined;
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
