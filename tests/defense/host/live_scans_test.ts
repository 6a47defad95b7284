/**
 * What the live packet sensor sees of real scans: nmap in one namespace,
 * tcpdump and the detectors in the other, no firewall between them.
 *
 * @module
 */
import { equal, ok } from "node:assert/strict";
import { attacker, labMissing, NetworkLab, victim } from "./network_lab.ts";

const script = new URL("./capture_peer.ts", import.meta.url).pathname;

const scans: { name: string; args: string[]; alert: string }[] = [
  ...["-sS", "-sT", "-sF", "-sN", "-sX", "-sM", "-sA"].map((flag) => ({
    name: `nmap ${flag}`,
    args: [flag, "-p", "101-130", victim.v4],
    alert: `port-scan ${attacker.v4}`,
  })),
  {
    name: "nmap -sS -f",
    args: ["-sS", "-f", "-p", "101-130", victim.v4],
    alert: `port-scan ${attacker.v4}`,
  },
  {
    name: "nmap -6 -sS",
    args: ["-6", "-sS", "-p", "101-130", victim.v6],
    alert: `port-scan ${attacker.v6}`,
  },
  {
    name: "nmap -sU",
    args: ["-sU", "-p", "1001-1040", victim.v4],
    alert: `udp-scan ${attacker.v4}`,
  },
  {
    name: "nmap -sn of a network",
    args: ["-sn", "10.77.0.100-140"],
    alert: `host-sweep ${attacker.v4}`,
  },
];

Deno.test({
  name: "startCapture() shows the detectors every kind of scan",
  ignore: labMissing,
  async fn() {
    await using lab = await NetworkLab.create();
    // Every refusal of a datagram is told, not one in a second.
    await lab.run("v", "sysctl", "-q", "-w", "net.ipv4.icmp_ratelimit=0");
    const namespace = (await lab.run("v", "ip", "netns", "identify")).trim();
    const peer = new Deno.Command("ip", {
      args: [
        ...["netns", "exec", namespace, Deno.execPath(), "run", "-A"],
        ...["--no-check", script],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    let output = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of peer.stdout) output += decoder.decode(bytes);
    })();
    const told = async (
      alert: string,
      args: readonly string[],
      triesMax = 600,
    ) => {
      const seen = output.length;
      await lab.run(
        ...["a", "nmap", "-n", "-T4", "--max-retries", "0"] as const,
        ...["--host-timeout", "9s", ...args[0] === "-sn" ? [] : ["-Pn"]],
        ...args,
      );
      // What nobody answers is told after five seconds.
      for (let tries = 0; tries < triesMax; tries++) {
        if (output.slice(seen).includes(`${alert}\n`)) return true;
        await new Promise((wake) => setTimeout(wake, 100));
      }
      return false;
    };
    try {
      // Until tcpdump listens.
      const first = scans[0];
      ok(first);
      for (let tries = 0; tries < 100; tries++) {
        if (await told(first.alert, first.args, 2)) break;
      }
      for (const { name, args, alert } of scans) {
        equal(await told(alert, args), true, `${name}: ${output}`);
      }
    } finally {
      await peer.stdin.close();
      await peer.status;
      await reading;
    }
    const counters = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    equal(counters.dropped, 0);
    equal(counters.kernelDropped, 0);
    ok(counters.packets > 300, output);
  },
});
