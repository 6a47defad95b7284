/**
 * The way of one client from the decoys of a member to those of another: the
 * member that was attacked dials the other's door, says whom it brings
 * (`decoys/proxy_header.ts`), and waits for one octet, {@linkcode taken}. Any
 * other answer, or none in time, and it answers the client itself.
 *
 * What is said on the way is as readable as it was before: it is the
 * attacker's own talk.
 *
 * @module
 */
import type { Address } from "../address.ts";
import {
  decodeProxyHeader,
  encodeProxyHeader,
  type ProxiedConnection,
  proxyHeadBytes,
  proxyRestBytes,
} from "../decoys/proxy_header.ts";

/** The other member has let the client in. */
const taken = 1;
/**
 * What dialling and waiting for the answer may take, over all of a member's
 * addresses. Our choice: a client waits so long before a local decoy answers
 * it, and no longer than a slow server would make it.
 */
const reachMsMax = 2_000;
/** What a member has to say whom it brings. */
const headerMsMax = 5_000;

/** Where a member takes clients. */
export interface MemberDoor {
  /** Its addresses, as its card in the roster says. */
  readonly addresses: readonly Address[];
  /** The port. */
  readonly port: number;
}

/**
 * Brings a client to a member.
 *
 * @returns The connection that the member's decoy talks on from now on.
 * @throws {Error} If none of its addresses takes the client in time.
 */
export async function reachMember(
  { addresses, port }: MemberDoor,
  client: ProxiedConnection,
): Promise<Deno.TcpConn> {
  const open = new Set<Deno.TcpConn>();
  let late = false;
  const reach = async (): Promise<Deno.TcpConn> => {
    let failure: unknown = new Error("its card names no address");
    for (const hostname of addresses) {
      if (late) break;
      try {
        const far = await Deno.connect({ hostname, port });
        open.add(far);
        await writeAll(far, encodeProxyHeader(client));
        const answer = await readExactly(far, 1);
        if (answer?.[0] !== taken) {
          throw new Error("it did not take the client");
        }
        if (late) throw new Error("too late");
        open.delete(far);
        return far;
      } catch (error) {
        failure = error;
      }
      for (const each of open) close(each);
      open.clear();
    }
    throw failure;
  };
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late = true;
    for (const each of open) close(each);
    reject(new Error(`no answer within ${reachMsMax} ms`));
  }, reachMsMax);
  try {
    return await Promise.race([reach(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads whom a member brings.
 *
 * @returns `undefined` if it does not say so in time.
 */
export async function readBrought(
  connection: Deno.TcpConn,
): Promise<ProxiedConnection | undefined> {
  const timer = setTimeout(() => close(connection), headerMsMax);
  try {
    const head = await readExactly(connection, proxyHeadBytes);
    const length = head && proxyRestBytes(head);
    if (head === undefined || length === undefined) return undefined;
    const rest = await readExactly(connection, length);
    return rest && decodeProxyHeader(Uint8Array.from([...head, ...rest]));
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the member that its client is taken. */
export async function sayTaken(connection: Deno.TcpConn): Promise<void> {
  await writeAll(connection, Uint8Array.of(taken));
}

/** Writes all of `octets`. */
export async function writeAll(
  to: Deno.TcpConn,
  octets: Uint8Array,
): Promise<void> {
  for (let at = 0; at < octets.length;) {
    at += await to.write(octets.subarray(at));
  }
}

/** Closes a connection that may be closed already. */
export function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}

async function readExactly(
  from: Deno.TcpConn,
  length: number,
): Promise<Uint8Array | undefined> {
  const octets = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await from.read(octets.subarray(at));
    if (count === null) return undefined;
    at += count;
  }
  return octets;
}
