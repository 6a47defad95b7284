/**
 * Where a dashboard listens, and under which names browsers may call it.
 *
 * @module
 */
import { isReachable, splitHostPort } from "./host_addresses.ts";

/** Where a dashboard listens. */
export interface DashboardAddress {
  /** IP address. */
  readonly hostname: string;
  readonly port: number;
  /** Whether only this host can reach it. */
  readonly loopback: boolean;
}

/** More names than this nobody types. */
const namesMax = 32;

/**
 * Reads `HOST:PORT`; `localhost` stands for 127.0.0.1.
 *
 * @throws {SyntaxError} If it is not an IP address and a port.
 */
export function readDashboardAddress(text: string): DashboardAddress {
  const { hostname: given, port } = splitHostPort(text);
  const hostname = given === "localhost" ? "127.0.0.1" : given;
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname)
    ? URL.canParse(`http://${hostname}`)
    : hostname.includes(":") && URL.canParse(`http://[${hostname}]`);
  if (!isAddress || !/:\d{1,5}$/.test(text) || port > 65_535) {
    throw new SyntaxError(
      `Cannot listen on "${text}": expected an IP address and a port, such as 0.0.0.0:8444`,
    );
  }
  const spelled = asInUrl(hostname);
  const loopback = spelled === "::1" || spelled.startsWith("127.");
  return { hostname: spelled, port, loopback };
}

/** An address as browsers spell it in `Host`: shortest, in small letters. */
function asInUrl(address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "");
}

/**
 * What browsers may call it, without the port.
 *
 * @param name Of this host.
 * @param more Names that were given, such as one in the site's own DNS.
 * @param interfaces Addresses of this host.
 */
export function dashboardNames(
  { hostname, loopback }: DashboardAddress,
  name: string,
  more: readonly string[],
  interfaces: readonly string[],
): string[] {
  const own = ["127.0.0.1", "localhost"];
  if (loopback) return [...new Set([hostname, ...own, ...more])];
  const any = hostname === "0.0.0.0" || hostname === "::";
  const addresses = any
    ? [
      ...own,
      ...interfaces.filter((address) =>
        isReachable(address) && (hostname === "::" || !address.includes(":"))
      ),
    ]
    : [hostname];
  // A node may be called anything; a host name is plainer.
  const host = name.toLowerCase();
  const names = /^[a-z0-9][a-z0-9-]{0,62}$/.test(host)
    ? [host, `${host}.local`]
    : [];
  return [...new Set([...more, ...names, ...addresses])].slice(0, namesMax);
}

/** The value of `Host` for a name: without the port where it is the scheme's. */
export function hostHeaders(
  name: string,
  port: number,
  secure: boolean,
): string[] {
  const host = name.includes(":") ? `[${name}]` : name;
  const bare = port === (secure ? 443 : 80) ? [host] : [];
  return [`${host}:${port}`, ...bare];
}

/**
 * Reads a name that browsers call: what the `Host` of a request may say.
 *
 * @throws {SyntaxError} If it is neither a host name nor an IP address.
 */
export function readDashboardName(text: string): string {
  const name = text.toLowerCase();
  const isName = name.length <= 253 &&
    /^[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9][a-z0-9-]{0,62})*$/.test(name);
  if (isName) return name;
  if (name.includes(":") && URL.canParse(`http://[${name}]`)) {
    return asInUrl(name);
  }
  throw new SyntaxError(
    `Cannot be called "${text}": expected a host name or an IP address`,
  );
}
