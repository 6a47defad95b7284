/**
 * The near side of the decoys' wall. An isolate that died stays dead, because
 * by then main has given up the rights to start another: it is reported, and
 * steered connections end nowhere from then on.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { SteerPlan } from "../containment/steer_rules.ts";
import type { DecoyName } from "../decoys/decoy.ts";
import { decoyOn, usualPorts } from "../decoys/decoy_set.ts";
import type { Transcript } from "../decoys/transcript.ts";
import type {
  Admission,
  DecoyDoor,
  DecoyNews,
  DecoyReport,
  DecoyRequest,
  DecoyTouched,
  MemberReach,
} from "./decoy_messages.ts";
import { ReportQueue } from "./report_queue.ts";

export type {
  Admission,
  DecoyDoor,
  DecoyReport,
  DecoyTouched,
  MemberReach,
} from "./decoy_messages.ts";

/** How long to wait for an orderly end. */
const stopMsMax = 2_000;
/** How long for doors to open or close; our choice. */
const steerMsMax = 5_000;

/** A real service that stands in for the decoy of a port. */
export interface RealDecoy {
  /** Port that an attacker asks for. */
  readonly port: number;
  /** Where the real service is reached. */
  readonly to: { readonly hostname: string; readonly port: number };
}

/** How decoys of several members work together. */
export interface DecoyExchange {
  /** Port where a member takes what others bring; the same on all of them. */
  readonly port: number;
  /** Whether this host takes any. */
  readonly take: boolean;
  /** IPv6 addresses of the members that there are. */
  readonly reach: readonly Address[];
}

/** Which decoys to open. */
export interface DecoysStart {
  /** Whether doors for steered clients are open from the start. */
  readonly steer: boolean;
  /** Decoy ports that anybody may find. */
  readonly ports: readonly { readonly port: number; readonly as?: DecoyName }[];
  /** Real services as decoys. */
  readonly services: readonly RealDecoy[];
  /** User names that nobody uses. */
  readonly canaryUsers: readonly string[];
  /** What a login prompt shows. */
  readonly hostName: string;
  /** Absent: nobody is sent to another member, and nobody taken from one. */
  readonly exchange?: DecoyExchange;
}

/** What decoys tell and ask. */
export interface DecoyEvents {
  /** Where to go with `source`, who is at a door for steered clients. */
  admit(source: Address): Admission;
  /** Whether `source`, which has come to bring somebody, is a member. */
  admitMember(source: Address): Admission;
  /** How it went to bring a client to a member. */
  onReach(reach: MemberReach): void;
  /** Somebody touched a decoy by himself. */
  onTouched(touch: DecoyTouched): void;
  /** A client is gone. */
  onTranscript(transcript: Transcript): void;
  /** The isolate died; there are no decoys any more. */
  onFailure(reason: string): void;
}

/** Decoys in an isolate of their own. */
export interface Decoys {
  /** Where steered connections are to end; absent without doors for them. */
  readonly plan: SteerPlan | undefined;
  /** Ports that are decoys to everybody. */
  readonly openPorts: readonly number[];
  /** Where members bring clients; absent where none are taken. */
  readonly membersPort: number | undefined;
  /** Every port the isolate listens on. */
  readonly listening: readonly number[];
  /** Doors that could not be opened. */
  readonly troubles: readonly string[];
  /**
   * Opens the doors for steered clients, or closes them and lets go of whoever
   * is held there; each of those has been told when this resolves.
   *
   * @throws {Error} If the isolate has died or does not answer.
   */
  steer(wanted: boolean): Promise<void>;
  /**
   * How they are doing.
   *
   * @throws {Error} If the isolate has died.
   */
  report(): Promise<DecoyReport>;
  /** Lets every client go and ends the isolate. */
  stop(): Promise<void>;
}

/** The doors for steered clients. */
export function steeredDoors(
  { services, exchange }: Pick<DecoysStart, "services" | "exchange">,
): DecoyDoor[] {
  const doors: DecoyDoor[] = [];
  const real = new Map(services.map(({ port, to }) => [port, to]));
  for (const port of new Set([...usualPorts.keys(), ...real.keys()])) {
    const relay = real.get(port);
    doors.push({
      listen: 0,
      port,
      service: decoyOn(port),
      steered: true,
      ...(relay && { relay }),
    });
  }
  doors.push({ listen: 0, port: 0, service: "open", steered: true });
  if (exchange?.take) {
    const { port: listen } = exchange;
    const door = { listen, port: 0, service: "open", steered: true } as const;
    doors.push({ ...door, members: true });
  }
  return doors;
}

/** The doors that anybody may find. */
export function openDoors({ ports }: Pick<DecoysStart, "ports">): DecoyDoor[] {
  return ports.map(({ port, as }) => {
    const service = as ?? decoyOn(port);
    return { listen: port, port, service, steered: false };
  });
}

/**
 * What the decoys isolate may do, and nothing else (design §4): whatever it may
 * ever open, since no right can be added later. Members move, so it may dial their one port at any IPv4
 * address; of IPv6, for which Deno knows no networks, at those of the start.
 */
export function decoysPermissions(
  doors: readonly DecoyDoor[],
  exchange?: DecoyExchange,
): Readonly<Record<string, unknown>> {
  const far = exchange && doors.some(({ steered }) => steered)
    ? [
      `0.0.0.0/0:${exchange.port}`,
      ...exchange.reach.map((hostname) =>
        hostPort({ hostname, port: exchange.port })
      ),
    ]
    : [];
  const net = new Set([
    ...doors.flatMap(({ listen, relay }) => [
      `[::]:${listen}`,
      `0.0.0.0:${listen}`,
      ...(relay ? [hostPort(relay)] : []),
    ]),
    ...far,
  ]);
  return {
    net: [...net],
    read: false,
    write: false,
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

function hostPort(
  { hostname, port }: { readonly hostname: string; readonly port: number },
): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/**
 * Starts the isolate.
 *
 * @throws {Error} If the isolate itself cannot start; a port that is taken is
 * no error, but a trouble.
 */
export async function spawnDecoys(
  start: DecoysStart,
  events: DecoyEvents,
): Promise<Decoys> {
  const forSteered = steeredDoors(start);
  const forAll = openDoors(start);
  const url = new URL("./decoys_isolate.ts", import.meta.url);
  // The `deno` option is only typed with `--unstable-worker-options`.
  const options: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    name: "decoys",
    deno: {
      permissions: decoysPermissions(
        [...forSteered, ...forAll],
        start.exchange,
      ),
    },
  };
  const worker = new Worker(url, options as WorkerOptions);
  const ask = (request: DecoyRequest) => worker.postMessage(request);
  const reports = new ReportQueue<DecoyReport>(() => ask({ type: "report" }));
  const started = Promise.withResolvers<DecoyReport>();
  const stopped = Promise.withResolvers<void>();
  const steering = new Map<number, PromiseWithResolvers<DecoyReport>>();
  let lastSteer = 0;
  let failure: string | undefined;
  worker.onmessage = ({ data }: MessageEvent<DecoyNews>) => {
    switch (data.type) {
      case "started":
        started.resolve(data.report);
        break;
      case "steering":
        steering.get(data.id)?.resolve(data.report);
        steering.delete(data.id);
        break;
      case "admit":
        ask({
          type: "admitted",
          id: data.id,
          admission: data.members
            ? events.admitMember(data.source)
            : events.admit(data.source),
        });
        break;
      case "reached":
        events.onReach(data.reach);
        break;
      case "touched":
        events.onTouched(data.touch);
        break;
      case "transcript":
        events.onTranscript(data.transcript);
        break;
      case "report":
        reports.answered(data.report);
        break;
      case "stopped":
        stopped.resolve();
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    failure = `decoys isolate ended: ${event.message}`;
    const error = new Error(failure);
    started.reject(error);
    stopped.resolve();
    for (const waiting of steering.values()) waiting.reject(error);
    steering.clear();
    reports.failed(error);
    events.onFailure(failure);
  };
  const { canaryUsers, hostName } = start;
  const doors = start.steer ? [...forSteered, ...forAll] : forAll;
  ask({ type: "start", doors, canaryUsers, hostName });
  let opened = await started.promise;

  return {
    get plan() {
      return planOf(opened.doors);
    },
    get openPorts() {
      return opened.doors.filter(({ steered }) => !steered)
        .map(({ listen }) => listen);
    },
    get membersPort() {
      return opened.doors.find(({ members }) => members)?.listen;
    },
    get listening() {
      return opened.doors.map(({ listen }) => listen);
    },
    get troubles() {
      return opened.troubles;
    },
    async steer(wanted) {
      if (failure !== undefined) throw new Error(failure);
      const id = ++lastSteer;
      const waiting = Promise.withResolvers<DecoyReport>();
      steering.set(id, waiting);
      ask({ type: "steer", id, doors: wanted ? forSteered : [] });
      const late = setTimeout(() => {
        steering.delete(id);
        waiting.reject(new Error("the decoys isolate does not answer"));
      }, steerMsMax);
      try {
        opened = await waiting.promise;
      } finally {
        clearTimeout(late);
      }
    },
    report: () => reports.next(),
    async stop() {
      ask({ type: "stop" });
      const late = setTimeout(() => stopped.resolve(), stopMsMax);
      await stopped.promise;
      clearTimeout(late);
      worker.terminate();
    },
  };
}

function planOf(doors: readonly DecoyDoor[]): SteerPlan | undefined {
  const steered = doors.filter((door) => door.steered && !door.members);
  const others = steered.find(({ port }) => port === 0)?.listen;
  if (others === undefined) return undefined;
  const services = steered.filter(({ port }) => port !== 0)
    .map(({ port, listen }): [number, number] => [port, listen]);
  return { services, others };
}
