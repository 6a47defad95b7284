/**
 * The live packet sensor in a flood: forged SYNs from ever new sources reach
 * a network namespace at a given pace, nmap scans in the middle of them, and
 * tcpdump and the detectors look on. Root, Python and nmap needed.
 *
 *     deno run -A tests/bench/packets_live.ts [--rate=50000] [--seconds=6]
 *
 * Sender, tcpdump and detectors share the machine's cores.
 *
 * @module
 */
import { attacker, NetworkLab, victim } from "../defense/host/network_lab.ts";

/** Sends SYNs to port 80 in bursts of 1 ms through a raw socket. */
const sender = `
import socket, struct, sys, time
mac, rate, seconds = bytes.fromhex(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(("eth0", 0))
head = mac + bytes.fromhex("020000000099") + b"\\x08\\x00" + bytes.fromhex("4500002800000000400600000b")
tail = bytes([10, 77, 0, 1]) + struct.pack("!HHIIBBHHH", 40000, 80, 7, 0, 80, 2, 1024, 0, 0)
start, sent = time.time(), 0
while time.time() - start < seconds:
    due = int((time.time() - start) * rate)
    for number in range(sent, due):
        link.send(head + struct.pack("!I", number)[1:] + tail)
    sent = due
    time.sleep(0.001)
print(sent, time.time() - start)
`;

function asked(name: string, otherwise: number): number {
  const word = Deno.args.find((each) => each.startsWith(`--${name}=`));
  return Number(word?.split("=")[1] ?? otherwise);
}

const rate = asked("rate", 50_000);
const seconds = asked("seconds", 6);
await using lab = await NetworkLab.create();
const namespace = (await lab.run("v", "ip", "netns", "identify")).trim();
const shown = await lab.run("v", "ip", "link", "show", "eth0");
const mac = /link\/ether (\S+)/.exec(shown)?.[1]?.replaceAll(":", "") ?? "";
const script = new URL("../defense/host/capture_peer.ts", import.meta.url);
const peer = new Deno.Command("ip", {
  args: [
    ...["netns", "exec", namespace, Deno.execPath(), "run", "-A"],
    ...["--no-check", script.pathname],
  ],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const output = new Response(peer.stdout).text();
await new Promise((wake) => setTimeout(wake, 2_000));
const cpuS = async () => {
  const stat = await Deno.readTextFile(`/proc/${peer.pid}/stat`);
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ")
    .slice(12, 14).map(Number);
  return (user + system) / 100;
};
const before = await cpuS();
const sending = lab.run(
  "a",
  "python3",
  "-c",
  sender,
  mac,
  `${rate}`,
  `${seconds}`,
);
await new Promise((wake) => setTimeout(wake, seconds * 500));
await lab.run(
  ...["a", "nmap", "-sS", "-n", "-Pn", "-T4", "-p", "101-120"] as const,
  ...["--max-retries", "0", "--host-timeout", "3s", victim.v4],
);
const [sent = 0, tookS = 1] = (await sending).trim().split(" ").map(Number);
// tcpdump says every ten seconds what was dropped.
await new Promise((wake) => setTimeout(wake, 11_000));
const used = await cpuS() - before;
await peer.stdin.close();
await peer.status;
const lines = (await output).trim().split("\n");
const { packets, dropped, kernelDropped } = JSON.parse(lines.at(-1) ?? "{}");
console.log(
  `${Math.round(sent / tookS)} SYNs a second for ${tookS.toFixed(1)} s:` +
    ` ${packets} packets read, ${kernelDropped} dropped by the kernel,` +
    ` ${dropped} not followed; ${used.toFixed(2)} CPU-seconds of detection` +
    ` (${(used / packets * 1e6).toFixed(1)} µs each); nmap ${
      lines.includes(`port-scan ${attacker.v4}`) ? "seen" : "NOT seen"
    }`,
);
