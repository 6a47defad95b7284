/**
 * Finds whom this host must never cut off (design §8): its own addresses,
 * gateways, resolvers, DHCP and time servers, and who is logged in from afar
 * when the agent starts.
 *
 * A source that cannot be read is named in `unread`, so that `doctor` can say
 * what was not looked at; it is no error.
 *
 * @module
 */
import { readAddress } from "../address.ts";
import type { ProtectedEntry } from "../world.ts";
import {
  readDhclientLeases,
  readNetworkLease,
  readResolvers,
  readRoutes4,
  readRoutes6,
  readSessions,
  readTimeServers,
  readTimesyncd,
} from "./address_sources.ts";

/** A text that may name somebody, and how to read it. */
interface Source {
  readonly path: string;
  readonly read: (text: string) => ProtectedEntry[];
}

/** Routing tables; Deno opens nothing under /proc for a narrowed isolate. */
const routeSources: readonly Source[] = [
  { path: "/proc/net/route", read: readRoutes4 },
  { path: "/proc/net/ipv6_route", read: readRoutes6 },
];

const fileSources: readonly Source[] = [
  { path: "/etc/resolv.conf", read: readResolvers },
  { path: "/run/systemd/resolve/resolv.conf", read: readResolvers },
  { path: "/etc/chrony.conf", read: readTimeServers },
  { path: "/etc/chrony/chrony.conf", read: readTimeServers },
  { path: "/etc/ntp.conf", read: readTimeServers },
  { path: "/etc/ntpsec/ntp.conf", read: readTimeServers },
  { path: "/etc/systemd/timesyncd.conf", read: readTimesyncd },
];

/** Folders of texts of one kind; at most 64 files of each are read. */
const folderSources: readonly Source[] = [
  { path: "/run/systemd/netif/leases", read: readNetworkLease },
  { path: "/var/lib/NetworkManager", read: readNetworkLease },
  { path: "/var/lib/dhcp", read: readDhclientLeases },
  { path: "/var/lib/dhclient", read: readDhclientLeases },
  { path: "/etc/chrony/sources.d", read: readTimeServers },
  { path: "/etc/systemd/timesyncd.conf.d", read: readTimesyncd },
];
const folderFilesMax = 64;
/** Larger files are not what they should be. */
const fileBytesMax = 1_048_576;

const sessionsPath = "/run/utmp";

/** What the finder must be allowed to read, besides `cat` for the routes. */
export const readablePaths: readonly string[] = [
  ...fileSources.map(({ path }) => path),
  ...folderSources.map(({ path }) => path),
  sessionsPath,
];

/** Prints the routing tables for an isolate that may not open /proc itself. */
export const routeReader = "cat";

/** What was found, and where nothing could be read. */
export interface HostAddresses {
  readonly entries: readonly ProtectedEntry[];
  /** Sources that exist and could not be read, with the reason. */
  readonly unread: readonly string[];
}

/** Looks everything up anew. */
export async function findHostAddresses(): Promise<HostAddresses> {
  const entries: ProtectedEntry[] = [];
  const unread: string[] = [];
  const attempt = async (path: string, read: () => Promise<void> | void) => {
    try {
      await read();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      unread.push(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  };
  await attempt("network interfaces", () => {
    for (const { address } of Deno.networkInterfaces()) {
      const own = readAddress(address);
      if (own !== undefined) {
        entries.push({ network: own, reason: "own address" });
      }
    }
  });
  for (const { path, read } of routeSources) {
    await attempt(path, async () => {
      entries.push(...read(await readRouteTable(path)));
    });
  }
  for (const { path, read } of fileSources) {
    await attempt(path, async () => {
      entries.push(...read(await readBounded(path)));
    });
  }
  for (const { path, read } of folderSources) {
    await attempt(path, async () => {
      let files = 0;
      for await (const { name, isFile } of Deno.readDir(path)) {
        if (!isFile || files++ >= folderFilesMax) continue;
        entries.push(...read(await readBounded(`${path}/${name}`)));
      }
    });
  }
  return { entries, unread };
}

/** Remote addresses of the sessions that exist right now. */
export async function findSessions(): Promise<ProtectedEntry[]> {
  try {
    return readSessions(await Deno.readFile(sessionsPath));
  } catch {
    // Not every system keeps this record; SSH_CONNECTION names ours.
    return [];
  }
}

async function readBounded(path: string): Promise<string> {
  const { size } = await Deno.stat(path);
  if (size > fileBytesMax) throw new Error(`${size} bytes, too long to read`);
  return await Deno.readTextFile(path);
}

async function readRouteTable(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
  const { success, stdout, stderr } = await printRouteTable(path);
  if (success) return new TextDecoder().decode(stdout);
  const complaint = new TextDecoder().decode(stderr).trim();
  if (/No such file/.test(complaint)) throw new Deno.errors.NotFound(complaint);
  throw new Error(complaint);
}

async function printRouteTable(path: string): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(routeReader, {
      args: [path],
      clearEnv: true,
      env: { LC_ALL: "C" },
    }).output();
  } catch (cause) {
    // A missing program is not a missing file: the routes go unread.
    throw new Error(`cannot run ${routeReader}`, { cause });
  }
}
