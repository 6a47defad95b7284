import {
  deepEqual,
  equal,
  match,
  notDeepEqual,
  rejects,
} from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { makeCertificate } from "../../../mesh/host/certificate.ts";
import { systemRandom } from "../../../mesh/host/random.ts";

const nowMs = Date.UTC(2026, 0, 2);

Deno.test("makeCertificate() names every address and host", async () => {
  const made = await makeCertificate({
    name: "office-nas",
    hosts: ["192.0.2.4", "2001:db8::4", "nas.example", "192.0.2.4"],
    nowMs,
  }, systemRandom);
  const read = new X509Certificate(made.certificatePem);
  equal(
    read.fingerprint256.replaceAll(":", "").toLowerCase(),
    bytesToHex(sha256(made.der)),
  );
  equal(read.ca, false);
  const names = new x509.X509Certificate(made.certificatePem)
    .getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  deepEqual(
    names.map(({ type, value }) => `${type} ${value}`),
    [
      "dns office-nas",
      "ip 192.0.2.4",
      "ip 2001:db8::4",
      "dns nas.example",
    ],
  );
  match(made.keyPem, /^-----BEGIN PRIVATE KEY-----\n/);
  equal(read.validTo.includes("2035"), true);
  // Nothing in it tells what it is for.
  equal(
    /stealth|mesh/i.test(new TextDecoder("latin1").decode(made.der)),
    false,
  );
});

Deno.test("makeCertificate() makes a new key and serial number each time", async () => {
  const subject = { name: "a", hosts: [], nowMs };
  const [one, two] = await Promise.all([
    makeCertificate(subject, systemRandom),
    makeCertificate(subject, systemRandom),
  ]);
  notDeepEqual(one.keyPem, two.keyPem);
  notDeepEqual(one.der.subarray(0, 40), two.der.subarray(0, 40));
});

for (
  const host of [
    "",
    "a b",
    "http://a",
    "a:80",
    "-a",
    "a..b",
    "*",
    "1.2.3.4.5:1",
  ]
) {
  Deno.test(`makeCertificate() refuses the host "${host}"`, async () => {
    await rejects(
      makeCertificate({ name: "a", hosts: [host], nowMs }, systemRandom),
      SyntaxError,
    );
  });
}

Deno.test("makeCertificate() refuses more than 64 hosts", async () => {
  const hosts = Array.from({ length: 65 }, (_, at) => `h${at}`);
  await rejects(
    makeCertificate({ name: "a", hosts, nowMs }, systemRandom),
    RangeError,
  );
});
