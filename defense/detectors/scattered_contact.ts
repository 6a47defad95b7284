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
import type { Connection, Observation } from "../observation.ts";
import { FirstContacts } from "./first_contact.ts";

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

/** The hosts and ports of one source. */
export class ScatteredContacts {
  /** Of the first contact; most sources never have a second. */
  #first: Connection | undefined;
  #hosts: FirstContacts | undefined;
  #ports: FirstContacts | undefined;

  /** Takes note; returns whether host and port are new, but not the first. */
  meet(observation: Observation): boolean {
    if (observation.kind !== "connection") return false;
    if (this.#first === undefined) {
      this.#first = observation;
      return false;
    }
    if (this.#hosts === undefined || this.#ports === undefined) {
      this.#hosts = new FirstContacts();
      this.#ports = new FirstContacts();
      this.#hosts.meet([this.#first.destination]);
      this.#ports.meet([this.#first.port]);
    }
    const isNewHost = this.#hosts.meet([observation.destination]);
    const isNewPort = this.#ports.meet([observation.port]);
    return isNewHost && isNewPort;
  }
}
