/**
 * What nmap makes of a port with everything it has.
 *
 * @module
 */
import { undated } from "./http_text.ts";
import type { Probe } from "./probe.ts";

/** `nmap -sV --version-all -sC`, about 55 s; needs nmap. */
export const nmapProbe: Probe = {
  name: "nmap -sV --version-all -sC",
  run: async ({ port }) => {
    const { stdout } = await new Deno.Command("nmap", {
      args: ["-sV", "--version-all", "-sC", "-n", "-Pn", "-p", `${port}`]
        .concat("127.0.0.1"),
      stdin: "null",
      stderr: "null",
    }).output();
    return withoutChance(new TextDecoder().decode(stdout), port);
  },
};

/** Takes out the port, clocks, and the order in which scripts were done. */
function withoutChance(text: string, port: number): string {
  const told = text
    .replaceAll(`${port}`, "PORT")
    .replaceAll("\nSF:", "")
    .replace(/%D=[^%]*%Time=[^%]*/g, "")
    .replace(/date:\\x20[^\\]*(\\x20[^\\]*)*?GMT/g, "DATE")
    .replace(/^(Starting Nmap|Host is up|Nmap done).*$/gm, "$1")
    .replace(/\|( +)date: .*$/gm, "|$1date");
  return undated(told).replace(/^\|_/gm, "| ").split("\n").sort().join("\n");
}
