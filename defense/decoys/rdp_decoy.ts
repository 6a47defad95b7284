/**
 * A Remote Desktop host up to the confirmed connection: TPKT (RFC 1006),
 * X.224 class 0 and the negotiation of [MS-RDPBCGR] 2.2.1.1 and 2.2.1.2. It
 * demands network level authentication, as Windows does, and then lets the
 * client wait.
 *
 * | octets | connection confirm |
 * | --- | --- |
 * | 4 | TPKT: version 3, 0, length big endian |
 * | 7 | X.224: length, 0xd0, destination 0, source reference, class 0 |
 * | 8 | negotiation: type, flags, length 8, protocol or reason |
 *
 * @module
 */
import {
  type DecoyAnswer,
  type DecoyNote,
  type DecoyTalk,
  noteText,
  silence,
} from "./decoy.ts";
import { Inbox, textOf } from "./octets.ts";

const requestBytesMax = 1_024;
const connectionRequest = 0xe0;
const connectionConfirm = 0xd0;
const negotiationRequest = 1;
const negotiationResponse = 2;
const negotiationFailure = 3;
/** CredSSP over TLS, in a request's and a response's protocols. */
const hybrid = 2;
const hybridRequired = 5;
/** Extended client data, graphics pipeline, restricted admin, redirected auth. */
const responseFlags = 0x1f;

/** Answers the first message and no other. */
export class RdpDecoy implements DecoyTalk {
  readonly #inbox = new Inbox(requestBytesMax);
  #confirmed = false;

  begin(): DecoyAnswer {
    return silence;
  }

  wake(): DecoyAnswer {
    return silence;
  }

  take(bytes: Uint8Array): DecoyAnswer {
    if (this.#confirmed) return silence;
    this.#inbox.push(bytes);
    const { octets } = this.#inbox;
    if (octets[0] !== undefined && octets[0] !== 3) return { hangUp: true };
    if (octets.length < 7) return silence;
    const length = (octets[2] ?? 0) << 8 | (octets[3] ?? 0);
    if (octets[5] !== connectionRequest || length > requestBytesMax) {
      return { hangUp: true };
    }
    if (octets.length < length) return silence;
    this.#confirmed = true;
    return confirm(octets.subarray(11, length));
  }
}

/** @param rest What follows the X.224 header: a cookie, a negotiation request. */
function confirm(rest: Uint8Array): DecoyAnswer {
  const cookie = /^Cookie: mstshash=([^\r\n]{1,256})\r\n/.exec(textOf(rest));
  const notes: DecoyNote[] = cookie
    ? [{ kind: "login", user: noteText(cookie[1] ?? "") }]
    : [];
  const asked = rest.subarray(rest.length - 8);
  const negotiates = asked.length === 8 && asked[0] === negotiationRequest &&
    asked[2] === 8;
  if (!negotiates) return { say: tpkt([]), hangUp: true, notes };
  const offered = asked[4] ?? 0;
  return (offered & hybrid) !== 0
    ? {
      say: tpkt([negotiationResponse, responseFlags, 8, 0, hybrid, 0, 0, 0]),
      notes,
    }
    : {
      say: tpkt([negotiationFailure, 0, 8, 0, hybridRequired, 0, 0, 0]),
      hangUp: true,
      notes,
    };
}

function tpkt(negotiation: readonly number[]): Uint8Array {
  const x224 = [connectionConfirm, 0, 0, 0x12, 0x34, 0, ...negotiation];
  return Uint8Array.from([3, 0, 0, 5 + x224.length, x224.length, ...x224]);
}
