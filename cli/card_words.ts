/**
 * What this node's card says, from the configuration and the host.
 *
 * @module
 */
import { advertisedAddresses, splitHostPort } from "./host_addresses.ts";
import { OperatorError } from "./operator_error.ts";
import type { CardWords } from "./own_card.ts";
import type { Config } from "./schema.ts";

/**
 * @param port The port in use, where `listen` left the choice to the system.
 * @throws {OperatorError} When others cannot be told a port.
 */
export function cardWords(config: Config, port?: number): CardWords {
  if (config.advertise.includes("none")) {
    return { name: config.name, addresses: [] };
  }
  const listen = splitHostPort(config.listen);
  const addresses = advertisedAddresses(
    config.advertise,
    port === undefined ? listen : { ...listen, port },
    Deno.networkInterfaces(),
  );
  // A host that is offline still has a state; it is told how to be reached.
  if (addresses.length === 0) {
    addresses.push(`127.0.0.1:${port ?? listen.port}`);
  }
  if (addresses.some((address) => address.endsWith(":0"))) {
    throw new OperatorError(
      "wrong_usage",
      "Cannot tell other members where to dial: listen has port 0",
      ["Choose a port, such as: --listen [::]:8443"],
    );
  }
  return { name: config.name, addresses };
}
