/**
 * The doors of the decoys isolate and who stands at them.
 *
 * A door for steered clients asks main about each one, so that nobody without
 * a measure against him ever meets a decoy, even while the firewall's own
 * door rule is missing. Main may send a client on to the decoys of another
 * member. The door for what members bring asks about the member, takes its word
 * for who the client is, and answers here, so nothing goes in circles.
 *
 * Doors for steered clients open and close while it runs, as the host begins to
 * enforce or only watches again; its rights cover them from the start, because
 * none can be added later.
 *
 * Bounds: those of `decoys/doorkeeper.ts`; {@linkcode toldPerSecondMax}
 * transcripts a second are told, the rest is counted. Of who is let go because
 * a door closes every one is told: they are no more than may be held.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { type Address, readAddress } from "../address.ts";
import { CanaryWatch } from "../canaries.ts";
import { openDecoy } from "../decoys/decoy_set.ts";
import { Doorkeeper } from "../decoys/doorkeeper.ts";
import type { Transcript } from "../decoys/transcript.ts";
import type { ProxiedConnection } from "../decoys/proxy_header.ts";
import { type ClientOrigin, DecoyClient } from "./decoy_client.ts";
import type {
  Admission,
  DecoyDoor,
  DecoyNews,
  DecoyReport,
  DecoyRequest,
  DecoyTouched,
} from "./decoy_messages.ts";
import {
  close as hangUp,
  reachMember,
  readBrought,
  sayTaken,
} from "./member_decoy.ts";

/** Our choice: what the journal could take anyway. */
const toldPerSecondMax = 20;
/** How often held clients are looked over. */
const sweepMs = 5_000;

const keeper = new Doorkeeper();
const clients = new Map<DecoyClient, DecoyDoor>();
const asked = new Map<number, (admission: Admission) => void>();
const listeners = new Map<DecoyDoor, Deno.TcpListener>();
/** Doors that could not be opened, and why. */
const closed = new Map<DecoyDoor, string>();
let canaries = new CanaryWatch({ users: [], urls: [] });
let hostName = "localhost";
let lastId = 0;
let taken = 0;
let strangers = 0;
let passedOn = 0;
let untold = 0;
let toldSecond = 0;
let told = 0;

/** Does what main asks. */
export function answer(data: DecoyRequest): void {
  switch (data.type) {
    case "start":
      return start(data);
    case "admitted":
      asked.get(data.id)?.(data.admission);
      asked.delete(data.id);
      return;
    case "steer":
      close(({ steered }) => steered);
      for (const door of data.doors) open(door);
      return say({ type: "steering", id: data.id, report: report() });
    case "report":
      return say({ type: "report", report: report() });
    case "stop":
      close(() => true);
      say({ type: "stopped" });
  }
}

function start(request: Extract<DecoyRequest, { type: "start" }>): void {
  canaries = new CanaryWatch({ users: request.canaryUsers, urls: [] });
  hostName = request.hostName;
  for (const door of request.doors) open(door);
  setInterval(() => {
    for (const client of [...clients.keys()]) client.sweep();
  }, sweepMs);
  say({ type: "started", report: report() });
}

function open(door: DecoyDoor): void {
  let listener: Deno.TcpListener;
  try {
    listener = listenOn(door.listen);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    closed.set(door, `no decoy on port ${door.listen}: ${why}`);
    return;
  }
  const opened = { ...door, listen: listener.addr.port };
  listeners.set(opened, listener);
  void acceptAll(listener, opened);
}

/** Closes doors, and lets go of whoever came through them. */
function close(isMeant: (door: DecoyDoor) => boolean): void {
  for (const [door, listener] of listeners) {
    if (!isMeant(door)) continue;
    listeners.delete(door);
    listener.close();
  }
  for (const door of closed.keys()) if (isMeant(door)) closed.delete(door);
  for (const [client, door] of clients) {
    if (isMeant(door)) client.end("stopped");
  }
}

/** Both families, or IPv4 where IPv6 is switched off. */
function listenOn(port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: "::", port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    return Deno.listen({ hostname: "0.0.0.0", port });
  }
}

async function acceptAll(
  listener: Deno.TcpListener,
  door: DecoyDoor,
): Promise<void> {
  for (;;) {
    let connection: Deno.TcpConn;
    try {
      connection = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
      if (wentAway(error)) continue;
      // Out of file descriptors: some will be free again.
      await new Promise((wake) => setTimeout(wake, 100));
      continue;
    }
    void receive(connection, door).catch(() => hangUp(connection));
  }
}

/** The client hung up before it was taken, as port scanners do. */
function wentAway(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}

async function receive(
  connection: Deno.TcpConn,
  door: DecoyDoor,
): Promise<void> {
  const from = readAddress(connection.remoteAddr.hostname);
  if (from === undefined) return hangUp(connection);
  if (door.members) return await receiveFromMember(connection, door, from);
  await held(from, connection, () => receiveClient(connection, door, from));
}

async function receiveClient(
  connection: Deno.TcpConn,
  door: DecoyDoor,
  source: Address,
): Promise<void> {
  if (!door.steered) return await serve(connection, door, { source });
  const admission = await admit(source, door);
  if (admission.to === "nobody") return turnAway(connection);
  // A real service that the operator named for this host goes first.
  if (admission.to === "member" && !door.relay) {
    const far = await passOn(connection, door, source, admission);
    const heldBy = admission.name;
    if (far) return await serve(connection, door, { source, heldBy }, far);
  }
  await serve(connection, door, { source });
}

/** Who is brought takes a place of its own, not the member's. */
async function receiveFromMember(
  connection: Deno.TcpConn,
  door: DecoyDoor,
  member: Address,
): Promise<void> {
  let brought: ProxiedConnection | undefined;
  let steeredBy = "";
  await held(member, connection, async () => {
    const admission = await admit(member, door);
    if (admission.to !== "here") return turnAway(connection);
    steeredBy = admission.steeredBy ?? "";
    brought = await readBrought(connection);
  });
  if (brought === undefined) return hangUp(connection);
  const { source, port } = brought;
  const meant = steeredDoor(port) ?? steeredDoor(0);
  if (meant === undefined) return hangUp(connection);
  await held(source, connection, async () => {
    await sayTaken(connection);
    await serve(connection, meant, { source, steeredBy });
  });
}

/** Does something with a client for whom there is room, or sends it away. */
async function held(
  source: Address,
  connection: Deno.TcpConn,
  receive: () => Promise<void>,
): Promise<void> {
  if (!keeper.enter(source, performance.now())) return hangUp(connection);
  try {
    await receive();
  } finally {
    keeper.leave(source);
  }
}

function turnAway(connection: Deno.TcpConn): void {
  strangers++;
  hangUp(connection);
}

function steeredDoor(port: number): DecoyDoor | undefined {
  return listeners.keys().find((door) =>
    door.steered && !door.members && door.port === port
  );
}

function admit(source: Address, door: DecoyDoor): Promise<Admission> {
  const id = ++lastId;
  const answer = new Promise<Admission>((resolve) => asked.set(id, resolve));
  say({ type: "admit", id, source, members: door.members === true });
  return answer;
}

/** The connection to the member that takes the client; none, if it does not. */
async function passOn(
  connection: Deno.TcpConn,
  { port }: DecoyDoor,
  source: Address,
  { name, door }: Extract<Admission, { to: "member" }>,
): Promise<Deno.TcpConn | undefined> {
  try {
    const far = await reachMember(door, {
      source,
      sourcePort: connection.remoteAddr.port,
      destination: readAddress(connection.localAddr.hostname) ?? source,
      port,
    });
    passedOn++;
    say({ type: "reached", reach: { name, why: "" } });
    return far;
  } catch (error) {
    const why = error instanceof Deno.errors.NotCapable
      ? "it has moved to an IPv6 address that this agent may reach only once it is started again"
      : error instanceof Error
      ? error.message
      : String(error);
    say({ type: "reached", reach: { name, why } });
    return undefined;
  }
}

async function serve(
  connection: Deno.TcpConn,
  door: DecoyDoor,
  origin: ClientOrigin,
  far?: Deno.TcpConn,
): Promise<void> {
  // The door was closed while somebody was asked about the client.
  if (!listeners.has(door)) {
    if (far) hangUp(far);
    return hangUp(connection);
  }
  taken++;
  const { source, steeredBy } = origin;
  const touch = (rest: Pick<DecoyTouched, "service" | "user">) =>
    say({
      type: "touched",
      touch: {
        ...{ atMs: Date.now(), source, port: door.port },
        ...(steeredBy !== undefined && { steeredBy }),
        ...rest,
      },
    });
  // Who was sent here did not choose to come.
  if (!door.steered) touch({ service: door.service });
  const client = new DecoyClient(connection, door, origin, canaries, {
    onCanary: (user) => touch({ service: "canary_user", user }),
    onEnd(transcript) {
      clients.delete(client);
      tell(transcript);
    },
  });
  clients.set(client, door);
  if (door.relay) return await client.relay(door.relay);
  const talk = openDecoy(door.service, {
    fill: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
    wallMs: () => Date.now(),
    hostName,
    client: source,
  });
  if (far) await client.relayTo(far, talk);
  else await client.talk(talk);
}

function tell(transcript: Transcript): void {
  const second = Math.floor(performance.now() / 1_000);
  if (second !== toldSecond) told = 0;
  toldSecond = second;
  const isLetGo = transcript.ended === "stopped";
  if (isLetGo || told++ < toldPerSecondMax) {
    say({ type: "transcript", transcript });
  } else untold++;
}

function report(): DecoyReport {
  return {
    doors: [...listeners.keys()],
    troubles: [...closed.values()],
    held: keeper.held,
    taken,
    turnedAway: keeper.turnedAway,
    strangers,
    passedOn,
    untold,
  };
}

function say(news: DecoyNews): void {
  self.postMessage(news);
}
