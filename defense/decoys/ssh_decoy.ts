/**
 * An SSH server that never gets past hello (RFC 4253, section 4.2): it names a
 * usual version, takes the client's, and then sends its key exchange so slowly
 * that the client waits for ever. {@linkcode SshTarpit} does not even come to
 * its version: the RFC allows other lines before it, without an end.
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyTalk,
  type DecoyWorld,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, octetsOf } from "./octets.ts";

/** What a Debian 12 of today says; a lie that thousands of hosts tell. */
const version = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n";
/** Longest version line: RFC 4253, section 4.2. */
const versionLengthMax = 255;
/** Between two pieces; our choice: below the patience of usual clients. */
const dripMs = 10_000;
/** SSH_MSG_KEXINIT: RFC 4253, section 12. */
const keyExchangeInit = 20;
/** What every implementation must take: RFC 4253, section 6.1. */
const packetLengthMax = 35_000;

/** A banner, and then nothing but time. */
export class SshDecoy implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(versionLengthMax);
  #greeted = false;
  #dripped = 0;

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    return { say: octetsOf(version) };
  }

  take(bytes: Uint8Array): DecoyAnswer {
    if (this.#greeted) return silence;
    this.#inbox.push(bytes);
    const line = this.#inbox.line();
    if (line === undefined && !this.#inbox.overfull) return silence;
    if (!line?.startsWith("SSH-")) {
      // As OpenSSH answers who does not speak SSH.
      return {
        say: octetsOf("Invalid SSH identification string.\r\n"),
        hangUp: true,
        ...(line && { notes: [{ kind: "request", text: noteText(line) }] }),
      };
    }
    this.#greeted = true;
    return {
      wakeMs: dripMs,
      notes: [{ kind: "client", text: noteText(line) }],
    };
  }

  /** One more octet of a packet that is announced as long as may be. */
  wake(): DecoyAnswer {
    const octet = new Uint8Array(1);
    const head = [
      0,
      0,
      packetLengthMax >> 8,
      packetLengthMax & 0xff,
      4,
      keyExchangeInit,
    ];
    const fixed = head[this.#dripped];
    if (fixed === undefined) this.#world.fill(octet);
    else octet[0] = fixed;
    this.#dripped++;
    return {
      say: octet,
      wakeMs: dripMs,
      hangUp: this.#dripped >= packetLengthMax,
    };
  }
}

/** Lines before the version, one every ten seconds, without end. */
export class SshTarpit implements DecoyTalk {
  readonly #world: DecoyWorld;
  readonly #inbox = new Inbox(versionLengthMax);
  #heard = false;

  constructor(world: DecoyWorld) {
    this.#world = world;
  }

  begin(): DecoyAnswer {
    return { wakeMs: dripMs };
  }

  take(bytes: Uint8Array): DecoyAnswer {
    if (this.#heard) return silence;
    this.#inbox.push(bytes);
    const line = this.#inbox.line();
    if (line === undefined) return silence;
    this.#heard = true;
    return { notes: [{ kind: "client", text: noteText(line) }] };
  }

  /** A line must not begin with `SSH-`: hexadecimal digits never do. */
  wake(): DecoyAnswer {
    const random = new Uint8Array(8);
    this.#world.fill(random);
    return { say: octetsOf(`${random.toHex()}\r\n`), wakeMs: dripMs };
  }
}
