/**
 * The kernel's own table of TCP sockets, as `/proc/net/tcp` and
 * `/proc/net/tcp6` print it: which ports somebody listens on, and who has
 * completed a handshake with us. Fetching it is `socket_watch.ts`'s work.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";

/** State numbers of `include/net/tcp_states.h` that matter here. */
const established = "01";
const listening = "0A";
/** Ends of connections whose handshake was completed. */
const completed = new Set([established, "04", "05", "06", "08", "09", "0B"]);

/** `sl: local:port remote:port state …`, addresses and ports in hexadecimal. */
const tableLine =
  /^\s*\d+: (?:[0-9A-F]{8}){1,4}:([0-9A-F]{4}) ((?:[0-9A-F]{8}){1,4}):[0-9A-F]{4} ([0-9A-F]{2})\b/;

/** What the table said at one moment. */
export interface SocketTable {
  readonly listeningPorts: ReadonlySet<number>;
  /** Peers with a completed handshake towards a port we listen on. */
  readonly peers: ReadonlySet<Address>;
}

/** Reads the text of `/proc/net/tcp` or `/proc/net/tcp6`; pure. */
export function parseSocketTable(text: string): SocketTable {
  const listeningPorts = new Set<number>();
  const candidates: [address: string, localPort: number][] = [];
  for (const line of text.split("\n")) {
    const entry = tableLine.exec(line);
    if (!entry) continue;
    const [, local = "", remote = "", state = ""] = entry;
    const localPort = parseInt(local, 16);
    if (state === listening) listeningPorts.add(localPort);
    else if (completed.has(state)) candidates.push([remote, localPort]);
  }
  const peers = new Set<Address>();
  for (const [hex, localPort] of candidates) {
    if (!listeningPorts.has(localPort)) continue;
    const address = addressOfHex(hex);
    if (address !== undefined) peers.add(address);
  }
  return { listeningPorts, peers };
}

/** Words of the machine's byte order (little-endian here), in hexadecimal. */
function addressOfHex(hex: string): Address | undefined {
  if (hex.length !== 8 && hex.length !== 32) return undefined;
  const bytes: number[] = [];
  for (let word = 0; word < hex.length; word += 8) {
    for (let at = 6; at >= 0; at -= 2) {
      bytes.push(parseInt(hex.slice(word + at, word + at + 2), 16));
    }
  }
  if (bytes.length === 4) return readAddress(bytes.join("."));
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push(((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16));
  }
  return readAddress(groups.join(":"));
}
