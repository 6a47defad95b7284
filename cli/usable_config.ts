/**
 * The configuration as this host can carry it out.
 *
 * @module
 */
import { splitHostPort } from "./host_addresses.ts";
import type { Config } from "./schema.ts";

/** What an agent works by. An observer enforces nothing, whatever stands there. */
export function usableConfig(config: Config, observer: boolean): Config {
  const usable = withUsableListen(config);
  return observer ? { ...usable, mode: "observe" } : usable;
}

/** All addresses of both families, or of IPv4 where IPv6 is switched off. */
function withUsableListen(config: Config): Config {
  const { hostname, port } = splitHostPort(config.listen);
  if (hostname !== "::") return config;
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return config;
  } catch {
    return { ...config, listen: `0.0.0.0:${port}` };
  }
}
