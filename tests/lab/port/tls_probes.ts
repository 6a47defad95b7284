/**
 * Probes of the TLS handshake with OpenSSL's client: versions, names, ALPN,
 * resumption. What it prints is compared without what is random.
 *
 * @module
 */
import type { Probe } from "./probe.ts";

/** SECLEVEL=0 lets the client offer what is long out of use. */
const old = ["-cipher", "ALL:@SECLEVEL=0"];
const clients: Readonly<Record<string, readonly string[]>> = {
  "TLS 1.3": ["-tls1_3"],
  "TLS 1.2": ["-tls1_2"],
  "TLS 1.1": ["-tls1_1", ...old],
  "TLS 1.0": ["-tls1", ...old],
  "any version": [],
  "no name": ["-noservername"],
  "another name": ["-servername", "example.org"],
  "a name of 250 letters": ["-servername", "a.".repeat(124) + "aa"],
  "an odd name": ["-servername", "*"],
  "an address for a name": ["-servername", "127.0.0.1"],
  "ALPN http/1.1": ["-alpn", "http/1.1"],
  "ALPN h2": ["-alpn", "h2"],
  "ALPN h2 and http/1.1": ["-alpn", "h2,http/1.1"],
  "ALPN http/1.1 and h2": ["-alpn", "http/1.1,h2"],
  "ALPN unknown": ["-alpn", "websocket"],
  "ALPN http/1.0": ["-alpn", "http/1.0"],
  "ALPN of 255 bytes": ["-alpn", "x".repeat(255)],
  "NPN": ["-tls1_2", "-nextprotoneg", "h2"],
  "one suite": ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
  "RSA suites only": ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
  "CBC suites only": ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
  "P-256 only": ["-groups", "P-256"],
  "P-521 only": ["-groups", "P-521"],
  "RSA signatures only": ["-sigalgs", "RSA+SHA256"],
  "stapled OCSP": ["-status"],
  "no tickets": ["-no_ticket"],
  "five reconnects": ["-tls1_2", "-reconnect"],
  "fallback": ["-tls1_2", "-fallback_scsv"],
  "small fragments": ["-max_send_frag", "512"],
  "a client certificate asked for": ["-enable_pha"],
};

/** Lines that say what the server did, not what it drew. */
const telling =
  /^(New|Reused), |^ *(Protocol|Cipher) *:|ALPN|[Pp]rotocol: |public key is|Temp Key|Peer sign|alert|routines|[Vv]erif|subject|issuer|s:|i:|a:PKEY|Renego|[Ee]arly|Compression|master secret|Ticket|lifetime|OCSP|CA names|Requested/;

/** One handshake each; needs `openssl`. */
export function tlsProbes(): Probe[] {
  return Object.entries(clients).map(([name, args]) => ({
    name: `OpenSSL: ${name}`,
    run: async ({ port }) => {
      const { code, stdout, stderr } = await new Deno.Command("timeout", {
        args: ["10", "openssl", "s_client", "-connect", `127.0.0.1:${port}`]
          .concat(args),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      const text = new TextDecoder().decode(stdout) +
        new TextDecoder().decode(stderr);
      const lines = text.split("\n").filter((line) => telling.test(line))
        .map((line) => line.replace(/^[0-9A-F]{8,}:/, ""));
      return [...lines, `exit ${code}`].join("\n");
    },
  }));
}
