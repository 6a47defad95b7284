import { deepEqual, notDeepEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { chaChaPoly } from "../../../mesh/primitives/chacha_poly.ts";
import {
  CipherState,
  NonceExhaustedError,
} from "../../../mesh/noise/cipher_state.ts";
import {
  messageBytesMax,
  TransportKeys,
} from "../../../mesh/noise/transport_keys.ts";
import {
  finishPair,
  flipBit,
  startPair,
  transportPair,
} from "./handshake_pair.ts";

const cell = new Uint8Array(496).fill(7);

Deno.test("TransportKeys.open() undoes the peer's seal(), both ways", () => {
  const { initiator, responder } = transportPair();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const sealed = initiator.seal(bytes);
      deepEqual(sealed.length, bytes.length + 16);
      deepEqual(responder.open(sealed), bytes);
      deepEqual(initiator.open(responder.seal(bytes)), bytes);
    }),
  );
  deepEqual(initiator.handshakeHash, responder.handshakeHash);
});

/** What an attacker on the path can make of the messages 0, 1 and 2. */
const attacks: {
  name: string;
  send: (
    sealed: Uint8Array[],
    keys: ReturnType<typeof transportPair>,
  ) => (Uint8Array | undefined)[];
  opened: (number | undefined)[];
}[] = [
  { name: "nothing", send: (m) => m, opened: [0, 1, 2] },
  {
    name: "replay",
    send: ([a, b]) => [a, a, b, a],
    opened: [0, undefined, 1, undefined],
  },
  {
    name: "reorder",
    send: ([a, b, c]) => [b, a, c, b],
    opened: [undefined, 0, undefined, 1],
  },
  {
    name: "drop, after which nothing opens",
    send: ([, b, c]) => [b, c],
    opened: [undefined, undefined],
  },
  {
    name: "truncation",
    send: ([a]) => [a?.slice(0, -1), a?.slice(1), a?.slice(0, 16), a],
    opened: [undefined, undefined, undefined, 0],
  },
  {
    name: "nothing but a tag's length, and less",
    send: (
      [a],
    ) => [new Uint8Array(16), new Uint8Array(15), new Uint8Array(0), a],
    opened: [undefined, undefined, undefined, 0],
  },
  {
    name: "extension",
    send: ([a = cell]) => [Uint8Array.of(...a, 0), a],
    opened: [undefined, 0],
  },
  {
    name: "more than 65,535 bytes",
    send: ([a]) => [new Uint8Array(messageBytesMax + 1), a],
    opened: [undefined, 0],
  },
  {
    name: "reflection to its sender",
    send: ([a], { responder }) => [responder.seal(cell), a],
    opened: [undefined, 0],
  },
  {
    name: "a message of another session",
    send: ([a]) => [
      finishPair(startPair("Noise_XX_25519_ChaChaPoly_BLAKE2s")).initiator
        .seal(cell),
      a,
    ],
    opened: [undefined, 0],
  },
];

for (const { name, send, opened } of attacks) {
  Deno.test(`TransportKeys.open() under ${name}`, () => {
    const keys = transportPair();
    const payloads = [0, 1, 2].map((byte) => new Uint8Array(20).fill(byte));
    const sealed = payloads.map((payload) => keys.initiator.seal(payload));
    const sent = send(sealed, keys);
    deepEqual(
      sent.map((message) => message && keys.responder.open(message)?.[0]),
      opened,
    );
  });
}

Deno.test("TransportKeys.open() refuses each single flipped bit", () => {
  const { initiator, responder } = transportPair();
  const sealed = initiator.seal(Uint8Array.of(1, 2, 3, 4));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    deepEqual(responder.open(flipBit(sealed, bit)), undefined, `bit ${bit}`);
  }
  deepEqual(responder.open(sealed), Uint8Array.of(1, 2, 3, 4));
});

Deno.test("TransportKeys.rekeySend() matches the peer's rekeyReceive()", () => {
  const { initiator, responder } = transportPair();
  responder.open(initiator.seal(cell));
  initiator.rekeySend();
  const sealed = initiator.seal(cell);
  deepEqual(responder.open(sealed), undefined, "before the peer's rekey");
  responder.rekeyReceive();
  deepEqual(responder.open(sealed), cell);
  // The other direction still has its first key.
  deepEqual(initiator.open(responder.seal(cell)), cell);
  responder.rekeySend();
  initiator.rekeyReceive();
  deepEqual(initiator.open(responder.seal(cell)), cell);
});

Deno.test("TransportKeys.rekeySend() is REKEY of section 11.3", () => {
  const none = new Uint8Array(0);
  const key = new Uint8Array(32).fill(9);
  const state = new CipherState(chaChaPoly);
  state.initializeKey(key);
  const keys = new TransportKeys(state, undefined, none);
  keys.rekeySend();
  const next = chaChaPoly.encrypt(key, 2n ** 64n - 1n, none, new Uint8Array(32))
    .slice(0, 32);
  deepEqual(keys.seal(cell), chaChaPoly.encrypt(next, 0n, none, cell));
});

Deno.test("TransportKeys.seal() refuses more than a message holds", () => {
  const { initiator, responder } = transportPair();
  const most = new Uint8Array(messageBytesMax - 16);
  deepEqual(responder.open(initiator.seal(most)), most);
  throws(() => initiator.seal(new Uint8Array(most.length + 1)), RangeError);
});

Deno.test("TransportKeys.seal() ends with the nonces", () => {
  const state = new CipherState(chaChaPoly);
  state.initializeKey(new Uint8Array(32));
  state.setNonce(2n ** 64n - 2n);
  const keys = new TransportKeys(state, undefined, new Uint8Array(0));
  keys.seal(cell);
  throws(() => keys.seal(cell), NonceExhaustedError);
});

for (const name of ["N", "K", "X"]) {
  Deno.test(`TransportKeys of one-way ${name} send one way`, () => {
    const keys = transportPair(`Noise_${name}_25519_ChaChaPoly_BLAKE2s`);
    const { initiator, responder } = keys;
    const sealed = initiator.seal(cell);
    deepEqual(responder.open(sealed), cell);
    deepEqual(initiator.open(sealed), undefined);
    throws(() => responder.seal(cell), TypeError);
    throws(() => responder.rekeySend(), TypeError);
    throws(() => initiator.rekeyReceive(), TypeError);
  });
}

Deno.test("TransportKeys.wipe() leaves nothing that seals or opens", () => {
  const { initiator, responder } = transportPair();
  const sealed = initiator.seal(cell);
  initiator.wipe();
  responder.wipe();
  throws(() => initiator.seal(cell), TypeError);
  deepEqual(responder.open(sealed), undefined);
});

Deno.test("TransportKeys of two directions differ", () => {
  const { initiator, responder } = transportPair();
  notDeepEqual(initiator.seal(cell), responder.seal(cell));
});
