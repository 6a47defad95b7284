/**
 * Plays one Noise test vector with our own handshake in both roles: what we
 * write must be the vector's bytes, what we read from the vector's bytes must
 * be its payload, and both sides must end with its handshake hash.
 *
 * @module
 */
import type {
  DhFunction,
  DhKeyPair,
} from "../../mesh/primitives/dh_function.ts";
import {
  type HandshakeOptions,
  HandshakeState,
} from "../../mesh/noise/handshake_state.ts";
import { countPsks } from "../../mesh/noise/pattern.ts";
import {
  type NoiseProtocol,
  parseProtocolName,
} from "../../mesh/noise/protocol_name.ts";
import type { TransportKeys } from "../../mesh/noise/transport_keys.ts";
import type { NoiseVector, VectorParty } from "./vector_file.ts";

/** How a vector came out. `reason` is one line for the report. */
export type VectorOutcome =
  | { readonly type: "passed" }
  | { readonly type: "failed" | "skipped"; readonly reason: string };

type Role = "init" | "resp";

const other: Readonly<Record<Role, Role>> = { init: "resp", resp: "init" };

/** The vector says too little for a byte-exact run, or asks for the unknown. */
class Skip extends Error {}

/** What we did differs from what the vector says. */
class Mismatch extends Error {}

/** Runs a vector; never throws on what it holds. */
export function runVector(vector: NoiseVector): VectorOutcome {
  try {
    play(vector);
    return { type: "passed" };
  } catch (error) {
    if (error instanceof Skip) {
      return { type: "skipped", reason: error.message };
    }
    const reason = error instanceof Mismatch ? error.message : String(error);
    return { type: "failed", reason };
  }
}

/** Why our tables do not know a protocol; undefined if they do. */
export function explainUnknown(name: string | undefined): string | undefined {
  if (name === undefined) return "names no protocol";
  try {
    parseProtocolName(name);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function play(vector: NoiseVector): void {
  const first = protocolOf(vector.protocolName);
  let begins = beginnerOf(vector, first);
  let handshakes = startBoth(vector, first, begins);
  let oneWay = first.pattern.oneWay;
  let keys: Record<Role, TransportKeys> | undefined;
  let sender = begins;
  const last = vector.messages.length - 1;

  for (const [index, { payload, ciphertext }] of vector.messages.entries()) {
    const refuse = vector.fail && index === last;
    const at = `message ${index}`;
    const written = keys
      ? keys[sender].seal(payload)
      : handshakes[sender].writeMessage(payload);
    // A message that must be refused may be one that nobody wrote.
    if (!refuse) requireSame(written, ciphertext, `${at}: ciphertext`);

    const reader = other[sender];
    const read = keys
      ? keys[reader].open(ciphertext)
      : handshakes[reader].readMessage(ciphertext);
    if (refuse) {
      if (read) throw new Mismatch(`${at}: read although it must fail`);
      return;
    }
    if (index === 0 && vector.fallbackPattern) {
      if (read) throw new Mismatch(`${at}: read although it must fall back`);
      const next = protocolOf(fallbackName(first, vector.fallbackPattern));
      begins = reader;
      handshakes = startBoth(vector, next, begins);
      oneWay = next.pattern.oneWay;
    } else {
      if (!read) throw new Mismatch(`${at}: refused by the reader`);
      requireSame(read, payload, `${at}: payload`);
    }
    if (!keys && handshakes.init.isComplete && handshakes.resp.isComplete) {
      keys = { init: handshakes.init.split(), resp: handshakes.resp.split() };
      for (const role of ["init", "resp"] as const) {
        const expected = vector.handshakeHash;
        if (!expected) continue;
        const hash = keys[role].handshakeHash;
        requireSame(hash, expected, `${at}: handshake hash of ${role}`);
      }
    }
    if (!oneWay) sender = reader;
  }
  if (!keys && vector.handshakeHash) {
    throw new Mismatch("the handshake is not complete after the last message");
  }
}

function protocolOf(name: string): NoiseProtocol {
  const unknown = explainUnknown(name);
  if (unknown !== undefined) throw new Skip(unknown);
  return parseProtocolName(name);
}

/** `XXfallback` stands for the first protocol's name with that pattern. */
function fallbackName({ dh, cipher, hash }: NoiseProtocol, text: string) {
  if (text.startsWith("Noise")) return text;
  return `Noise_${text}_${dh.name}_${cipher.name}_${hash.name}`;
}

/**
 * Who sends the first message. Where a vector is of a fallback pattern from
 * the start, files differ in whom they call the initiator; the ephemeral key
 * that opens the first message tells.
 */
function beginnerOf(vector: NoiseVector, { pattern, dh }: NoiseProtocol): Role {
  const { ephemeral } = vector.resp;
  if (!pattern.preResponder.includes("e") || !ephemeral) return "init";
  if (ephemeral.length !== dh.dhLen) return "init";
  const opening = vector.messages[0]?.ciphertext.subarray(0, dh.dhLen);
  const key = dh.keyPairOf(ephemeral).public;
  return opening && differsAt(opening, key) < 0 ? "resp" : "init";
}

function startBoth(
  vector: NoiseVector,
  protocol: NoiseProtocol,
  begins: Role,
): Record<Role, HandshakeState> {
  return {
    init: start(vector, protocol, "init", begins === "init"),
    resp: start(vector, protocol, "resp", begins === "resp"),
  };
}

function start(
  vector: NoiseVector,
  protocol: NoiseProtocol,
  role: Role,
  initiator: boolean,
): HandshakeState {
  const { pattern, dh } = protocol;
  const party = vector[role];
  const peer = vector[other[role]];
  const known = initiator ? pattern.preResponder : pattern.preInitiator;
  const needsE = pattern.messages.some(({ from, tokens }) =>
    tokens.includes("e") && (from === "initiator") === initiator
  );
  if (needsE && !party.ephemeral) throw new Skip(`no ${role}_ephemeral`);
  if (party.psks.length < countPsks(pattern)) {
    throw new Skip(
      `${party.psks.length} ${role}_psks for ${countPsks(pattern)} psk tokens`,
    );
  }
  const keys = {
    s: keyPairOf(dh, party.static),
    e: keyPairOf(dh, party.ephemeral),
    rs: known.includes("s") ? remoteKey(party, peer, dh, "Static") : undefined,
    re: known.includes("e")
      ? remoteKey(party, peer, dh, "Ephemeral")
      : undefined,
  };
  const options = {
    protocol,
    initiator,
    prologue: party.prologue,
    psks: party.psks.slice(0, countPsks(pattern)),
    random: {
      fill: () => {
        throw new Skip(`no ${role}_ephemeral`);
      },
    },
    ...Object.fromEntries(
      Object.entries(keys).filter(([, key]) => key !== undefined),
    ),
  } satisfies HandshakeOptions;
  try {
    return new HandshakeState(options);
  } catch (error) {
    if (error instanceof TypeError) throw new Skip(error.message);
    throw error;
  }
}

function keyPairOf(dh: DhFunction, secret?: Uint8Array): DhKeyPair | undefined {
  return secret && dh.keyPairOf(secret);
}

/** The peer's key as the vector gives it, or as the peer's own secret does. */
function remoteKey(
  party: VectorParty,
  peer: VectorParty,
  dh: DhFunction,
  kind: "Static" | "Ephemeral",
): Uint8Array | undefined {
  const own = kind === "Static" ? peer.static : peer.ephemeral;
  return party[`remote${kind}`] ?? keyPairOf(dh, own)?.public;
}

function requireSame(got: Uint8Array, want: Uint8Array, what: string): void {
  const at = differsAt(got, want);
  if (at < 0) return;
  const lengths = got.length === want.length
    ? ""
    : ` (${got.length} bytes, expected ${want.length})`;
  throw new Mismatch(`${what} differs at byte ${at}${lengths}`);
}

/** First index where two sequences differ, or -1. */
function differsAt(left: Uint8Array, right: Uint8Array): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left[index] !== right[index]) return index;
  }
  return -1;
}
