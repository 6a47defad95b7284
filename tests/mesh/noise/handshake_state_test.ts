import { deepEqual, notDeepEqual, throws } from "node:assert/strict";
import { x25519 } from "../../../mesh/primitives/x25519.ts";
import { HandshakeState } from "../../../mesh/noise/handshake_state.ts";
import { patternTable } from "../../../mesh/noise/pattern_table.ts";
import { parseProtocolName } from "../../../mesh/noise/protocol_name.ts";
import {
  classicProtocol,
  finishPair,
  flipBit,
  pairOptions,
  seededRandom,
  startPair,
} from "./handshake_pair.ts";

const none = new Uint8Array(0);
const payload = Uint8Array.of(1, 2, 3);
const suite = "25519_ChaChaPoly_BLAKE2s";
const stranger = x25519.generateKeyPair(seededRandom(99));

for (const { name, messages, oneWay } of patternTable.values()) {
  Deno.test(`HandshakeState completes ${name}`, () => {
    const pair = startPair(`Noise_${name}_${suite}`);
    const keys = finishPair(pair);
    deepEqual(keys.initiator.handshakeHash, keys.responder.handshakeHash);
    deepEqual(keys.responder.open(keys.initiator.seal(payload)), payload);
    if (oneWay) return;
    deepEqual(keys.initiator.open(keys.responder.seal(payload)), payload);
  });

  Deno.test(`HandshakeState.overheadBytes foretells ${name}`, () => {
    const psks = messages.map((_, index) => `psk${index + 1}`).join("+");
    for (const modifiers of ["", "psk0", psks]) {
      const { initiator, responder } = startPair(
        `Noise_${name}${modifiers}_${suite}`,
      );
      let [writer, reader] = [initiator, responder];
      while (!writer.isComplete) {
        const foretold = writer.overheadBytes;
        deepEqual(reader.overheadBytes, foretold);
        const message = writer.writeMessage(payload);
        deepEqual(message.length, payload.length + foretold);
        deepEqual(reader.readMessage(message), payload);
        [writer, reader] = [reader, writer];
      }
      deepEqual(writer.overheadBytes, 16);
    }
  });
}

Deno.test("HandshakeState.remoteStatic names the peer from message 1 of IK", () => {
  const options = pairOptions(classicProtocol);
  const { initiator, responder } = startPair(classicProtocol);
  deepEqual(responder.remoteStatic, undefined);
  deepEqual(initiator.remoteStatic, options.responder.s?.public);
  responder.readMessage(initiator.writeMessage(payload));
  deepEqual(responder.remoteStatic, options.initiator.s?.public);
});

Deno.test("HandshakeState.setPsk() may come after message 1 of IKpsk2", () => {
  const { initiator, responder } = startPair(classicProtocol, {
    responder: { psks: [] },
  });
  deepEqual(responder.readMessage(initiator.writeMessage(payload)), payload);
  throws(() => responder.writeMessage(none), /set psk 0 first/);
  responder.setPsk(0, new Uint8Array(32).fill(100));
  deepEqual(initiator.readMessage(responder.writeMessage(payload)), payload);
  deepEqual(initiator.split().handshakeHash, responder.split().handshakeHash);
});

Deno.test("HandshakeState.setPsk() refuses what fits no token", () => {
  const { initiator } = startPair(classicProtocol);
  const psk = new Uint8Array(32);
  for (const index of [-1, 1, 0.5, NaN]) {
    throws(() => initiator.setPsk(index, psk), RangeError);
  }
  throws(() => initiator.setPsk(0, new Uint8Array(31)), RangeError);
  const used = startPair(`Noise_NNpsk0_${suite}`).initiator;
  used.writeMessage(none);
  throws(() => used.setPsk(0, psk), TypeError);
});

Deno.test("HandshakeState takes several psks in the order of their tokens", () => {
  const name = `Noise_NNpsk0+psk1+psk2_${suite}`;
  const psks = [0, 1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const same = startPair(name, { initiator: { psks }, responder: { psks } });
  finishPair(same);
  const other = startPair(name, {
    initiator: { psks },
    responder: { psks: [...psks].reverse() },
  });
  const first = other.initiator.writeMessage(payload);
  deepEqual(other.responder.readMessage(first), undefined);
});

/** Each makes the parties disagree; `message` is the first to be refused. */
const disagreements = [
  {
    name: "the initiator expects another responder",
    change: { initiator: { rs: stranger.public } },
    message: 0,
  },
  {
    name: "the responder has another key",
    change: { responder: { s: stranger } },
    message: 0,
  },
  {
    name: "the prologues differ",
    change: { responder: { prologue: none } },
    message: 0,
  },
  {
    name: "the psks differ",
    change: { responder: { psks: [new Uint8Array(32)] } },
    message: 1,
  },
  {
    name: "the initiator claims a key it does not hold",
    change: {
      initiator: {
        s: { secret: stranger.secret, public: new Uint8Array(32).fill(9) },
      },
    },
    message: 0,
  },
  {
    name: "the protocols differ in the hash",
    change: {
      responder: {
        protocol: parseProtocolName("Noise_IKpsk2_25519_ChaChaPoly_SHA256"),
      },
    },
    message: 0,
  },
];

for (const { name, change, message } of disagreements) {
  Deno.test(`HandshakeState.readMessage() refuses when ${name}`, () => {
    const { initiator, responder } = startPair(classicProtocol, change);
    const first = responder.readMessage(initiator.writeMessage(payload));
    deepEqual(first, message === 0 ? undefined : payload);
    const dead = message === 0 ? responder : initiator;
    if (message === 1) {
      const second = responder.writeMessage(payload);
      deepEqual(initiator.readMessage(second), undefined);
    }
    deepEqual(dead.isComplete, false);
    deepEqual(dead.remoteStatic, undefined);
    deepEqual(dead.readMessage(payload), undefined);
    throws(() => dead.writeMessage(payload), TypeError);
    throws(() => dead.split(), TypeError);
  });
}

/** What an attacker can make of message 1 of a member's handshake. */
const tampered: { name: string; change: (m: Uint8Array) => Uint8Array }[] = [
  { name: "a flipped bit of e", change: (m) => flipBit(m, 3) },
  { name: "a flipped bit of s", change: (m) => flipBit(m, 32 * 8) },
  { name: "a flipped bit of the payload", change: (m) => flipBit(m, 80 * 8) },
  { name: "a flipped last bit", change: (m) => flipBit(m, m.length * 8 - 1) },
  { name: "one byte less", change: (m) => m.slice(0, -1) },
  { name: "one byte more", change: (m) => Uint8Array.of(...m, 0) },
  { name: "only e", change: (m) => m.slice(0, 32) },
  { name: "half of e", change: (m) => m.slice(0, 16) },
  { name: "nothing", change: () => none },
  { name: "zeros", change: (m) => new Uint8Array(m.length) },
  { name: "an e of low order", change: (m) => m.map((b, i) => i < 32 ? 0 : b) },
  { name: "65,536 bytes", change: () => new Uint8Array(65_536) },
];

for (const { name, change } of tampered) {
  Deno.test(`HandshakeState.readMessage() refuses ${name}`, () => {
    const { initiator, responder } = startPair(classicProtocol);
    const message = initiator.writeMessage(payload);
    deepEqual(responder.readMessage(change(message)), undefined);
    // The genuine message comes too late.
    deepEqual(responder.readMessage(message), undefined);
  });
}

Deno.test("HandshakeState.readMessage() refuses message 1 sent back", () => {
  const { initiator } = startPair(classicProtocol);
  const message = initiator.writeMessage(payload);
  deepEqual(initiator.readMessage(message), undefined);
});

Deno.test("HandshakeState.readMessage() refuses a replay to the next handshake", () => {
  const { initiator, responder } = startPair(classicProtocol);
  const first = initiator.writeMessage(payload);
  responder.readMessage(first);
  const second = responder.writeMessage(payload);
  // The same keys, another ephemeral.
  const again = startPair(classicProtocol, {
    initiator: { random: seededRandom(50) },
  });
  again.initiator.writeMessage(payload);
  deepEqual(again.initiator.readMessage(second), undefined);
});

Deno.test("HandshakeState.readMessage() out of turn ends the handshake", () => {
  const { initiator, responder } = startPair(`Noise_XX_${suite}`);
  // Bytes that would do as message 1, were it the responder's to read.
  deepEqual(initiator.readMessage(new Uint8Array(40)), undefined);
  throws(() => initiator.writeMessage(none), TypeError);
  throws(() => responder.writeMessage(none), TypeError);
});

Deno.test("HandshakeState.readMessage() after the end changes nothing", () => {
  const { initiator, responder } = startPair(`Noise_NN_${suite}`);
  responder.readMessage(initiator.writeMessage(none));
  initiator.readMessage(responder.writeMessage(none));
  deepEqual(responder.readMessage(payload), undefined);
  deepEqual(initiator.split().handshakeHash, responder.split().handshakeHash);
});

Deno.test("HandshakeState accepts an all-zero key as section 12.1 allows", () => {
  const { initiator, responder } = startPair(`Noise_NN_${suite}`);
  const message = initiator.writeMessage(none).fill(0);
  deepEqual(responder.readMessage(message), none);
  deepEqual(responder.writeMessage(none).length, 48);
});

Deno.test("HandshakeState.writeMessage() keeps to 65,535 bytes", () => {
  const { initiator, responder } = startPair(classicProtocol);
  const most = new Uint8Array(65_535 - initiator.overheadBytes);
  throws(
    () => initiator.writeMessage(new Uint8Array(most.length + 1)),
    RangeError,
  );
  const message = initiator.writeMessage(most);
  deepEqual(message.length, 65_535);
  deepEqual(responder.readMessage(message), most);
});

Deno.test("HandshakeState.readMessage() refuses 65,536 bytes, sealed or not", () => {
  const { responder } = startPair(`Noise_NN_${suite}`);
  deepEqual(responder.readMessage(new Uint8Array(65_536)), undefined);
  const { responder: other } = startPair(`Noise_NN_${suite}`);
  deepEqual(other.readMessage(new Uint8Array(65_535))?.length, 65_503);
});

Deno.test("HandshakeState.split() works once, at the end", () => {
  const { initiator, responder } = startPair(classicProtocol);
  throws(() => initiator.split(), TypeError);
  finishPair({ initiator, responder });
  throws(() => initiator.split(), TypeError);
});

Deno.test("HandshakeState wipes its own secrets, not the caller's", () => {
  const seen: Uint8Array[] = [];
  const random = {
    fill(bytes: Uint8Array) {
      seededRandom(3).fill(bytes);
      seen.push(bytes);
    },
  };
  const options = pairOptions(classicProtocol);
  const pair = startPair(classicProtocol, { initiator: { random } });
  finishPair(pair);
  deepEqual(seen, [new Uint8Array(32)]);
  notDeepEqual(options.initiator.s?.secret, new Uint8Array(32));
  deepEqual(options.initiator.psks?.[0], new Uint8Array(32).fill(100));
});

/** Mistakes of the caller. */
const misuse = [
  { name: "no s", name2: "XX", drop: "s", error: /s is missing/ },
  { name: "no rs", name2: "IKpsk2", drop: "rs", error: /rs is missing/ },
] as const;

for (const { name, name2, drop, error } of misuse) {
  Deno.test(`HandshakeState refuses ${name2} with ${name}`, () => {
    const { [drop]: _, ...options } =
      pairOptions(`Noise_${name2}_${suite}`).initiator;
    throws(() => new HandshakeState(options), error);
    throws(() => new HandshakeState(options), TypeError);
  });
}

Deno.test("HandshakeState refuses keys that clash with the pattern", () => {
  const { initiator } = pairOptions(`Noise_XX_${suite}`);
  const start = (change: object) =>
    new HandshakeState({ ...initiator, ...change });
  throws(() => start({ rs: stranger.public }), /transmits rs/);
  throws(() => start({ re: stranger.public }), /transmits re/);
  throws(() => start({ psks: [new Uint8Array(32)] }), RangeError);
  const short = { secret: new Uint8Array(32), public: new Uint8Array(31) };
  throws(() => start({ s: short }), RangeError);
});

Deno.test("HandshakeState falls back from IK to XX (section 10.2)", () => {
  // Alice has an old key of Bob's; Bob cannot read her first message.
  const alice = pairOptions(`Noise_IK_${suite}`).initiator;
  const bob = pairOptions(`Noise_IK_${suite}`).responder;
  const e = x25519.generateKeyPair(seededRandom(7));
  const first = new HandshakeState({ ...alice, e, rs: stranger.public });
  const message = first.writeMessage(payload);
  deepEqual(new HandshakeState(bob).readMessage(message), undefined);

  const protocol = parseProtocolName(`Noise_XXfallback_${suite}`);
  const { rs: _, ...aliceAgain } = alice;
  const pair = {
    initiator: new HandshakeState({
      ...bob,
      protocol,
      initiator: true,
      re: message.slice(0, 32),
    }),
    responder: new HandshakeState({
      ...aliceAgain,
      protocol,
      initiator: false,
      e,
    }),
  };
  const keys = finishPair(pair);
  deepEqual(pair.initiator.remoteStatic, alice.s?.public);
  deepEqual(pair.responder.remoteStatic, bob.s?.public);
  deepEqual(keys.initiator.open(keys.responder.seal(payload)), payload);
  deepEqual(keys.responder.open(keys.initiator.seal(payload)), payload);
});
