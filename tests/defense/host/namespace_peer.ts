/**
 * Runs inside a network namespace for the containment tests: does what its
 * stdin says, one JSON command a line, and answers in kind.
 *
 * @module
 */
import { parseAddress } from "../../../defense/address.ts";
import {
  type ContainmentIsolate,
  spawnContainment,
} from "../../../defense/host/spawn_containment.ts";
import {
  type Decoys,
  spawnDecoys,
} from "../../../defense/host/spawn_decoys.ts";
import type { HostOrder } from "../../../defense/host_lease.ts";
import type { Lease } from "../../../defense/lease.ts";
import type { Service } from "../../../defense/service.ts";
import type { Mode, ProtectedEntry } from "../../../defense/world.ts";

/** What a peer can be told to do. */
export type PeerCommand =
  | { do: "listen"; address: string; port: number }
  | {
    do: "connect";
    address: string;
    port: number;
    waitMs: number;
  }
  /** Sends as much as goes through, for ever, and reads what comes back. */
  | { do: "pour"; address: string; port: number }
  | { do: "echo"; id: number; waitMs: number }
  | { do: "hear"; id: number; waitMs: number }
  /**
   * Opens decoys; `steered` are the addresses a measure is said to send,
   * `members` those from which others may be brought.
   */
  | {
    do: "decoys";
    ports: number[];
    steered: string[];
    relay?: string;
    members?: string[];
  }
  | { do: "visits" }
  | {
    do: "spawn";
    mode: Mode;
    protected: ProtectedEntry[];
    onExit: "remove" | "keep";
  }
  | {
    do: "apply";
    leases: {
      subject: string;
      measure: Lease["measure"];
      service?: Service;
      forMs: number;
    }[];
  }
  | { do: "held" }
  | { do: "entries" }
  | { do: "report" }
  | { do: "protect"; network: string }
  | { do: "spare"; networks: string[] }
  | { do: "cautious"; cautious: boolean }
  | { do: "mode"; mode: Mode }
  | { do: "release"; subject: string }
  | { do: "host_apply"; order: HostOrder }
  | { do: "host_release"; key: string }
  | { do: "host_leases" }
  | { do: "rehearse"; subject: string }
  | { do: "stop" };

/** Where the decoys take whom members bring. */
export const membersPort = 8_445;

const connections: Deno.Conn[] = [];
const touched: unknown[] = [];
const visits: unknown[] = [];
let decoys: Decoys | undefined;
let containment: ContainmentIsolate | undefined;

async function perform(command: PeerCommand): Promise<unknown> {
  switch (command.do) {
    case "listen":
      void echoForever(
        Deno.listen({ hostname: command.address, port: command.port }),
      );
      return true;
    case "connect":
      return await connect(command);
    case "pour":
      pour(command.address, command.port).catch(() => {});
      return true;
    case "echo":
      return await echo(connections[command.id], command.waitMs);
    case "hear":
      return await hear(connections[command.id], command.waitMs);
    case "decoys":
      return await openDecoys(command);
    case "visits":
      return { touched, visits, report: await decoys?.report() };
    case "spawn":
      containment = await spawnContainment({ ...command, adminAddresses: [] });
      return true;
  }
  if (!containment) throw new Error("spawn first");
  switch (command.do) {
    case "apply":
      return await containment.apply(command.leases.map((lease): Lease => ({
        subject: parseAddress(lease.subject),
        measure: lease.measure,
        ...(lease.service && { service: lease.service }),
        untilMs: Date.now() + lease.forMs,
        cause: "own",
      })));
    case "held":
      return await containment.held();
    case "entries":
      return await containment.protectedEntries();
    case "report":
      return await containment.report();
    case "protect":
      return containment.protect([
        { network: command.network, reason: "operator" },
      ]);
    case "spare":
      return containment.spare(
        command.networks.map((network) => ({ network, reason: "this was us" })),
      );
    case "cautious":
      return containment.beCautious(command.cautious);
    case "mode":
      return await containment.setMode(command.mode);
    case "release":
      return await containment.release(
        command.subject === "all" ? "all" : parseAddress(command.subject),
      );
    case "host_apply":
      return await containment.applyHost(command.order);
    case "host_release":
      return await containment.releaseHost(command.key);
    case "host_leases":
      return await containment.hostLeases();
    case "rehearse":
      return await containment.rehearse({
        subject: parseAddress(command.subject),
        measure: "block",
        untilMs: Date.now() + 60_000,
        cause: "operator",
      });
    case "stop":
      return await containment.stop();
  }
}

async function openDecoys(
  { ports, steered, relay, members = [] }: Extract<
    PeerCommand,
    { do: "decoys" }
  >,
): Promise<unknown> {
  const [hostname = "", port] = relay?.split(" ") ?? [];
  await decoys?.stop();
  decoys = await spawnDecoys({
    steer: true,
    ports: ports.map((port) => ({ port })),
    services: relay === undefined
      ? []
      : [{ port: 22, to: { hostname, port: Number(port) } }],
    canaryUsers: ["svc-old"],
    hostName: "shop",
    exchange: { port: membersPort, take: true, reach: [] },
  }, {
    admit: (source) => ({ to: steered.includes(source) ? "here" : "nobody" }),
    admitMember: (source) =>
      members.includes(source)
        ? { to: "here", steeredBy: "till-1" }
        : { to: "nobody" },
    onReach: () => {},
    onTouched: (touch) => touched.push(touch),
    onTranscript: (visit) => visits.push(visit),
    onFailure: () => {},
  });
  const { plan } = decoys;
  const addresses = members.map(parseAddress);
  const door = { port: membersPort, addresses };
  await containment?.steerTo(plan && { ...plan, members: door });
  return plan;
}

/** What the other side says on its own, as text; empty for nothing. */
async function hear(
  connection: Deno.Conn | undefined,
  waitMs: number,
): Promise<string> {
  if (!connection) return "";
  const buffer = new Uint8Array(1_024);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, waitMs, null);
  });
  const read = connection.read(buffer).catch(() => null);
  const count = await Promise.race([read, silence]);
  clearTimeout(timer);
  return new TextDecoder("latin1").decode(buffer.subarray(0, count ?? 0));
}

async function echoForever(listener: Deno.Listener): Promise<void> {
  for (;;) {
    try {
      const connection = await listener.accept();
      connection.readable.pipeTo(connection.writable).catch(() => {});
    } catch {
      // A scanner that hung up at once.
    }
  }
}

/** `open` with the connection's id, `refused`, or `silent`. */
async function connect(
  { address, port, waitMs }: Extract<PeerCommand, { do: "connect" }>,
): Promise<{ outcome: string; id: number }> {
  try {
    const connection = await Deno.connect({
      hostname: address,
      port,
      signal: AbortSignal.timeout(waitMs),
    });
    return { outcome: "open", id: connections.push(connection) - 1 };
  } catch (error) {
    const refused = error instanceof Deno.errors.ConnectionRefused;
    return { outcome: refused ? "refused" : "silent", id: -1 };
  }
}

async function pour(hostname: string, port: number): Promise<void> {
  const connection = await Deno.connect({ hostname, port });
  void connection.readable.pipeTo(new WritableStream()).catch(() => {});
  const bytes = new Uint8Array(65_536);
  for (;;) await connection.write(bytes);
}

async function echo(
  connection: Deno.Conn | undefined,
  waitMs: number,
): Promise<boolean> {
  if (!connection) return false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, waitMs, null);
  });
  await connection.write(new Uint8Array([1]));
  const read = connection.read(new Uint8Array(16)).catch(() => null);
  const bytes = await Promise.race([read, silence]);
  clearTimeout(timer);
  return bytes !== null;
}

if (import.meta.main) {
  let rest = "";
  for await (
    const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      let answer: unknown;
      try {
        answer = { ok: await perform(JSON.parse(line)) ?? null };
      } catch (error) {
        answer = { error: String(error) };
      }
      await Deno.stdout.write(
        new TextEncoder().encode(JSON.stringify(answer) + "\n"),
      );
    }
  }
  Deno.exit(0);
}
