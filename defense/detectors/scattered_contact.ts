/**
 * Tells a scanner's failures from those of a peer-to-peer program. A scanner
 * tries many ports of one host, or one port of many hosts; a program that
 * looks for its peers tries each host at a port of that host's own, and most
 * of them are gone (Jung et al. 2004, section 6, leave them out by hand). So a
 * failure at a host that is new to the source, at a port that is new to it
 * too, counts for little, unless it is the very first.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { FirstContacts, hashOf } from "./first_contact.ts";
import type { Records } from "./records.ts";

/** What such a failure counts for: 33 of them make a scan. Our choice. */
export const scatteredShare = 0.25;

/**
 * Whether a connection is a client's, which sends something. Its handshake
 * proves that the client was here, not that it also sent the failed SYNs in
 * its name: whoever forges those has only to wait for an honest visit.
 */
export function isVisit(observation: Observation): boolean {
  return observation.kind === "connection" && observation.payload === true;
}

/** The hosts and ports of the open record's source. */
export class ScatteredContacts {
  readonly #records: Records;
  readonly #hosts: FirstContacts;
  readonly #ports: FirstContacts;
  /** Whether there was a contact before. */
  readonly #begun: number;

  constructor(records: Records) {
    this.#records = records;
    this.#hosts = new FirstContacts(records);
    this.#ports = new FirstContacts(records);
    this.#begun = records.reserve();
  }

  /** Takes note; returns whether host and port are new, but not the first. */
  meet(observation: Observation): boolean {
    if (observation.kind !== "connection") return false;
    const { words, at } = this.#records;
    const isFirst = words[at + this.#begun] === 0;
    words[at + this.#begun] = 1;
    const isNewHost = this.#hosts.meet(hashOf([observation.destination]));
    const isNewPort = this.#ports.meet(hashOf([observation.port]));
    return isNewHost && isNewPort && !isFirst;
  }
}
