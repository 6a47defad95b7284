/**
 * Asks this host which connections are open: `ss` for sockets and programs,
 * `cat` for conntrack's table, which only root may read and some kernels do
 * not show.
 *
 * @module
 */
import {
  type CurrentConnection,
  joinTables,
  parseSockets,
  parseTracked,
} from "../containment/rehearsal.ts";
import { outputOf } from "./program_output.ts";
import { portLister } from "./service_ports.ts";
import { tableReader } from "./socket_watch.ts";

/** Every connection that can be seen. */
export async function currentConnections(): Promise<CurrentConnection[]> {
  const [tracked, sockets] = await Promise.all([
    outputOf(tableReader, ["/proc/net/nf_conntrack"]),
    outputOf(portLister, ["-Htunap"]),
  ]);
  return joinTables(parseTracked(tracked), parseSockets(sockets));
}
