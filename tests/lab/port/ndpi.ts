/**
 * What nDPI, the classifier of many firewalls, says of the flows on one port.
 *
 * @module
 */
import { pause } from "./talk.ts";

/** Protocols and risks, without counts. */
export interface Label {
  readonly protocols: readonly string[];
  readonly risks: readonly string[];
}

/**
 * Captures a port of the loopback interface while `act` goes on and has the
 * capture labelled. Needs root, tcpdump and ndpiReader.
 */
export async function labelOf(
  port: number,
  act: () => Promise<void>,
): Promise<Label> {
  const file = await Deno.makeTempFile({ suffix: ".pcap" });
  const capture = new Deno.Command("tcpdump", {
    args: [
      "-i",
      "lo",
      "--immediate-mode",
      "-Z",
      "root",
      "-U",
      "-w",
      file,
      `tcp port ${port}`,
    ],
    stderr: "null",
  }).spawn();
  // A capture has its 24-byte head once it has begun.
  for (let tries = 0; (await Deno.stat(file)).size < 24; tries++) {
    if (tries > 100) throw new Error("Cannot capture: tcpdump does not start");
    await pause(50);
  }
  await act();
  await pause(300);
  capture.kill();
  await capture.status;
  const { stdout } = await new Deno.Command("ndpiReader", {
    args: ["-i", file, "-v", "1"],
    stderr: "null",
  }).output();
  await Deno.remove(file);
  return readLabel(new TextDecoder().decode(stdout));
}

/** Reads the summary that ndpiReader prints. */
export function readLabel(text: string): Label {
  const section = (title: string) =>
    text.split(new RegExp(`^${title}.*$`, "m"))[1]?.split(/\n\s*\n/)[0] ?? "";
  const names = (part: string, line: RegExp) =>
    part.split("\n").flatMap((each) => line.exec(each)?.[1]?.trim() ?? []);
  return {
    protocols: names(section("Detected protocols:"), /^\s+(\S+)\s+packets:/),
    risks: names(section("Risk stats"), /^\s+(\S.*?)\s+\d+ \[/),
  };
}
