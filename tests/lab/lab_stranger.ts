/**
 * A stranger at the door: sends one HTTP/1.1 request over TLS, whatever the
 * certificate, and prints the answer byte for byte. Run as a program inside a
 * lab host:
 *
 * `deno run --allow-net --unsafely-ignore-certificate-errors lab_stranger.ts
 * HOST PORT REQUEST`
 *
 * @module
 */
const [hostname = "", port = "", request = ""] = Deno.args;
const connection = await Deno.connectTls({ hostname, port: Number(port) });
await connection.write(new TextEncoder().encode(request));

// Until the body is complete: upgrades are answered on an open connection.
const latin1 = new TextDecoder("latin1");
const chunk = new Uint8Array(65_536);
let answer = "";
for (;;) {
  const count = await connection.read(chunk);
  if (count === null) break;
  answer += latin1.decode(chunk.subarray(0, count));
  const head = answer.indexOf("\r\n\r\n");
  const length = /^content-length: (\d+)$/im.exec(answer)?.[1];
  if (head >= 0 && answer.length >= head + 4 + Number(length)) break;
}
connection.close();
await Deno.stdout.write(Uint8Array.from(answer, (byte) => byte.charCodeAt(0)));
