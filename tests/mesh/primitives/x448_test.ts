import { deepEqual, throws } from "node:assert/strict";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { x448 } from "../../../mesh/primitives/x448.ts";

Deno.test("x448.dh() RFC 7748 section 5.2", () => {
  const keyPair = x448.keyPairOf(hexToBytes(
    "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121" +
      "700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3",
  ));
  const point = hexToBytes(
    "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9" +
      "814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086",
  );
  deepEqual(
    bytesToHex(x448.dh(keyPair, point)),
    "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239f" +
      "e14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f",
  );
});

Deno.test("x448.dh() agrees for both parties", () => {
  const alice = x448.keyPairOf(new Uint8Array(56).fill(1));
  const bob = x448.generateKeyPair({ fill: (bytes) => void bytes.fill(2) });
  deepEqual(x448.dh(alice, bob.public), x448.dh(bob, alice.public));
});

Deno.test("x448.dh() gives zeros for points of low order", () => {
  const keyPair = x448.keyPairOf(new Uint8Array(56).fill(1));
  for (const first of [0, 1]) {
    const point = new Uint8Array(56);
    point[0] = first;
    deepEqual(x448.dh(keyPair, point), new Uint8Array(56));
  }
});

Deno.test("x448.dh() refuses keys of another length", () => {
  const keyPair = x448.keyPairOf(new Uint8Array(56).fill(1));
  throws(() => x448.dh(keyPair, new Uint8Array(32)), RangeError);
  throws(() => x448.keyPairOf(new Uint8Array(57)), RangeError);
});
