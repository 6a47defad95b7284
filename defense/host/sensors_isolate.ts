/**
 * The sensors isolate (design §4): sees and judges. Started by
 * `spawn_sensors.ts` as a worker that may read the logs it was told of and run
 * `tcpdump`, `journalctl` and `cat`; it has no network and writes nothing.
 *
 * Observations are judged where they are made, so only alerts cross the wall.
 * What this host does itself is no observation, nor is what passes through it
 * to others, with one exception: connections it opens to administer another
 * machine are watched for lateral movement, with the program behind them. Such
 * an alert is about this host, so it asks for no measure.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { type Address, readAddress } from "../address.ts";
import type { Alert } from "../alert.ts";
import { CanaryWatch } from "../canaries.ts";
import { DetectionEngine } from "../detectors/engine.ts";
import { FirstContactBaseline } from "../detectors/first_contact_baseline.ts";
import { adminService } from "../detectors/lateral/admin_service.ts";
import {
  decodeMemory,
  encodeMemory,
} from "../detectors/lateral/lateral_memory.ts";
import { LateralWatch } from "../detectors/lateral/lateral_watch.ts";
import { NewcomerTally } from "../detectors/newcomer_tally.ts";
import type { Connection, Observation } from "../observation.ts";
import { prefix64Of } from "../prefix64.ts";
import type { PacketReader } from "../sensors/packet.ts";
import { SourceAttempts } from "../sensors/source_attempts.ts";
import { ConnectionOwners } from "./connection_owners.ts";
import { followFilter } from "./filter_follow.ts";
import { joinLearned, splitLearned } from "./learned_parts.ts";
import { type CanaryFiles, watchCanaryFiles } from "./canary_files.ts";
import {
  followJournal,
  followLoginFile,
  type LoginSource,
} from "./login_follow.ts";
import type { PlaceKeeping } from "./log_place.ts";
import { type PacketCapture, startCapture } from "./packet_capture.ts";
import {
  readWatch,
  type SensorNews,
  type SensorReport,
  type SensorRequest,
  type SourceReport,
} from "./sensor_messages.ts";
import { ServicePorts } from "./service_ports.ts";
import { SocketWatch } from "./socket_watch.ts";

/** How often our own addresses are looked up again; our choice. */
const lookAgainMs = 60_000;
/** How often what was learned is handed over to be kept; our choice. */
const keepLearnedMs = 3_600_000;
/** How often others are told what newcomers did here; our choice. */
const tellTalliesMs = 5 * 60_000;
/** As long as votes are fresh: design §7. */
const freshMsMax = 600_000;
/** From a guess to the alert: the longest `wait` of password-spraying, and a little. */
const campaignMs = 4 * 3_600_000;
/** Two looks into the socket table, and a little. */
const proofMs = 400;
/** Touches of canaries that wait for it; further ones are judged at once. */
const touchesWaitingMax = 64;

let engine = new DetectionEngine([]);
let lateral = new LateralWatch();
const owners = new ConnectionOwners();
let baseline = new FirstContactBaseline();
const observations: Record<string, number> = {};
let own = ownAddresses();
let ownPrefixes = prefixesOf(own);
let ports: ServicePorts | undefined;
let sockets: SocketWatch | undefined;
let capture: PacketCapture | undefined;
let logins: readonly LoginSource[] = [];
/** Services that a filter speaks for. */
let filtered: ReadonlySet<string> = new Set();
let canaries = new CanaryWatch({ users: [], urls: [] });
/** Ports of our own decoys: no service, whatever the socket table says. */
let decoyPorts: ReadonlySet<number> = new Set();
let touchesWaiting = 0;
let canaryFiles: CanaryFiles | undefined;

self.onmessage = ({ data }: MessageEvent<SensorRequest>): void => {
  switch (data.type) {
    case "start":
      start(data);
      return say({ type: "started" });
    case "watch":
      return lookFor(data);
    case "decoy_ports":
      decoyPorts = new Set(data.ports);
      return;
    case "prior":
      return engine.addPrior(data.subject, data.nats);
    case "forget":
      return engine.forget(data.subject);
    case "base_prior":
      return engine.setBasePrior(data.nats);
    case "tally":
      return onTally(data.scenario, data.tally);
    case "lend":
      return engine.lend(data.subject, data.lent);
    case "touched":
      return judge(data.touch, (alert) => alert);
    case "report":
      return say({ type: "report", report: report() });
    case "stop":
      void stop().then(() => say({ type: "stopped" }));
  }
};

function start(
  request: Extract<SensorRequest, { type: "start" }>,
): void {
  const { logs, places, filters, device, scenarios, learned, ...options } =
    request;
  const { contacts, lateral: ways } = learned ? splitLearned(learned) : {};
  if (contacts) baseline = FirstContactBaseline.decode(contacts) ?? baseline;
  engine = new DetectionEngine(scenarios, {
    baseline,
    keyOf: subjectOf,
    learning: request.learning,
  });
  lookFor(request);
  ports = new ServicePorts();
  const memory = ways && decodeMemory(ways);
  lateral = new LateralWatch({ ...options, memory });
  const watch = new SocketWatch();
  sockets = watch;
  decoyPorts = new Set(request.decoyPorts);
  capture = startCapture(
    device,
    // Which ports others serve, our own table does not say.
    (port, destination) =>
      !own.has(destination)
        ? undefined
        : decoyPorts.has(port)
        ? false
        : watch.isServed(port),
    onPacket,
    onOpening,
  );
  canaries = new CanaryWatch(request.canaries);
  canaryFiles = watchCanaryFiles(
    request.canaries.files,
    (touch) => judge(touch, (alert) => alert),
  );
  filtered = new Set(
    filters.flatMap(({ filter }) => "problem" in filter ? [] : filter.service),
  );
  const keeping = (source: string): PlaceKeeping => ({
    place: places.find((place) => place.source === source),
    onPlace: (place) => say({ type: "place", place }),
  });
  const attempts = new SourceAttempts();
  logins = [
    ...logs.length === 0
      ? [followJournal(onOwnFormat, keeping("journal"))]
      : logs.map((log) =>
        followLoginFile(log, onOwnFormat, keeping(log.path), attempts)
      ),
    ...filters.flatMap((sensor) => followFilter(sensor, onLogin, keeping)),
  ];
  setInterval(() => {
    own = ownAddresses();
    ownPrefixes = prefixesOf(own);
  }, lookAgainMs);
  setInterval(keepLearned, keepLearnedMs);
  setInterval(tellTallies, tellTalliesMs);
}

function lookFor(request: { off: unknown; learning: unknown }): void {
  const read = readWatch(request);
  if (read) engine.watch(read.off, read.learning);
}

function tellTallies(): void {
  for (const [scenario, tally] of engine.takeTallies(Date.now())) {
    if (tally.isEmpty) continue;
    say({ type: "tally", scenario, tally: tally.encode() });
  }
}

/** Those whom it gives away were seen here, some time ago. */
function onTally(scenario: string, bytes: Uint8Array): void {
  const tally = NewcomerTally.decode(bytes);
  if (tally === undefined) return;
  for (const alert of engine.addTally(scenario, tally, Date.now())) {
    say({ type: "detected", alert: located(proven(alert)) });
  }
}

function keepLearned(): void {
  const { memory } = lateral;
  if (baseline.sinceMs === undefined && memory === undefined) return;
  const ways = memory ? encodeMemory(memory) : new Uint8Array(0);
  say({ type: "learned", learned: joinLearned(baseline.encode(), ways) });
}

function onPacket(seen: Observation): void {
  if (seen.kind === "connection") {
    if (own.has(seen.source)) return onOutgoing(seen);
    // A question who is there goes to all, whomever it is about.
    if (seen.protocol !== "arp" && !own.has(seen.destination)) return;
    // A served port that keeps silent does so by our own measures.
    const isSilent = seen.protocol === "tcp" && seen.outcome === "unanswered";
    if (isSilent && sockets?.isServed(seen.port) === true) return;
    if (seen.handshake) sockets?.shook(seen.source);
  }
  judge(seen, (alert) => alert);
  findCanary(seen);
}

/** A refusal counts once: where a filter tells of a service, it alone does. */
function onOwnFormat(seen: Observation): void {
  if (seen.kind === "auth_failure" && filtered.has(seen.service)) {
    return findCanary(seen);
  }
  onLogin(seen);
}

/** While the connection stands, the kernel can say whose it is. */
function onOpening(packet: PacketReader): void {
  if (adminService(packet.destinationPort) === undefined) return;
  if (own.has(packet.source) && !own.has(packet.destination)) owners.lookSoon();
}

function onOutgoing(seen: Connection): void {
  if (adminService(seen.port) === undefined || own.has(seen.destination)) {
    return;
  }
  // One that is held open has no packet yet that proves the handshake; that a
  // program here holds it does.
  const process = owners.ownerOf(seen.destination, seen.port);
  const known = process === undefined
    ? seen
    : { ...seen, process, handshake: true };
  for (const alert of lateral.observe(known)) {
    say({ type: "detected", alert: { ...alert, measure: "none" } });
  }
  // Where we go ourselves, others see.
  lateral.takeWays();
}

/** Text is worth `E1` only with the kernel's word for the handshake. */
function onLogin(seen: Observation): void {
  const shaken = sockets?.hasShaken(seen.source) ?? false;
  if (!shaken) sockets?.lookSoon();
  // An alert may be about a source that was seen earlier.
  judge(seen, (alert) =>
    inTime(
      alert.subject.address !== seen.source
        ? proven(alert)
        : shaken
        ? alert
        : { ...alert, evidence: "E0" },
    ));
  findCanary(seen);
}

/** About somebody who was seen earlier: a handshake of that time proves it. */
function proven(alert: Alert): Alert {
  return sockets?.hasShaken(alert.subject.address, campaignMs)
    ? alert
    : { ...alert, evidence: "E0" };
}

/** What happened while we were down is told, but no longer acted upon. */
function inTime(alert: Alert): Alert {
  return Date.now() - alert.atMs <= freshMsMax
    ? alert
    : { ...alert, measure: "none" };
}

/** One touch is one alert, so the kernel gets time to prove its source. */
function findCanary(seen: Observation): void {
  if (!canaries.touchIn(seen, false)) return;
  const tell = () => {
    const shaken = sockets?.hasShaken(seen.source) ?? false;
    const touch = canaries.touchIn(seen, shaken);
    if (touch) judge(touch, inTime);
  };
  const waits = sockets !== undefined && !sockets.hasShaken(seen.source) &&
    touchesWaiting < touchesWaitingMax;
  if (!waits) return tell();
  sockets?.lookSoon();
  touchesWaiting++;
  setTimeout(() => {
    touchesWaiting--;
    tell();
  }, proofMs);
}

function judge(seen: Observation, weigh: (alert: Alert) => Alert): void {
  observations[seen.kind] = (observations[seen.kind] ?? 0) + 1;
  for (const alert of [...engine.observe(seen), ...lateral.observe(seen)]) {
    say({ type: "detected", alert: located(weigh(alert)) });
  }
  traceRefusals();
  for (const { source, atMs, service } of lateral.takeWays()) {
    say({
      type: "traced",
      trace: { kind: "way", subject: source, atMs, service },
    });
  }
}

/** What a log says is told to others only with the kernel's word, as a vote is. */
function traceRefusals(): void {
  for (const { source, atMs, nats } of engine.takeRefusals()) {
    if (!sockets?.hasShaken(source)) continue;
    say({
      type: "traced",
      trace: { kind: "refusals", subject: source, atMs, nats },
    });
  }
}

/** With the port of its service, if that is known and somebody listens there. */
function located(alert: Alert): Alert {
  const service = alert.serviceName === undefined
    ? undefined
    : ports?.serviceOf(alert.serviceName);
  return service && sockets?.isServed(service.port)
    ? { ...alert, service }
    : alert;
}

/** Addresses of a /64 are one subject, except in networks that we are in. */
function subjectOf(source: Address): Address {
  if (!source.includes(":")) return source;
  const prefix = prefix64Of(source);
  return ownPrefixes.has(prefix) ? source : prefix;
}

function ownAddresses(): ReadonlySet<Address> {
  return new Set(
    Deno.networkInterfaces().flatMap(({ address }) =>
      readAddress(address) ?? []
    ),
  );
}

function prefixesOf(addresses: Iterable<Address>): ReadonlySet<Address> {
  return new Set(Array.from(addresses, prefix64Of));
}

function report(): SensorReport {
  const sources: SourceReport[] = logins.map(sourceReport);
  if (capture) {
    sources.unshift(sourceReport({
      name: "packets",
      trouble: capture.trouble,
      counters: capture.counters,
    }));
  }
  const unnamed = owners.trouble();
  if (unnamed !== undefined) {
    sources.push({ name: "program names", trouble: unnamed, counters: {} });
  }
  sources.push(...canaryFiles?.reports() ?? []);
  const trouble = sockets?.trouble();
  if (trouble !== undefined) {
    sources.push({ name: "socket table", trouble, counters: {} });
  }
  return {
    sources,
    observations: { ...observations },
    subjects: engine.subjects,
  };
}

function sourceReport(
  { name, trouble, counters }: Pick<
    LoginSource,
    "name" | "trouble" | "counters"
  >,
): SourceReport {
  const why = trouble();
  const counted = { name, counters: counters() };
  return why === undefined ? counted : { ...counted, trouble: why };
}

async function stop(): Promise<void> {
  keepLearned();
  ports?.stop();
  sockets?.stop();
  owners.stop();
  canaryFiles?.stop();
  await capture?.stop();
  for (const source of logins) await source.stop();
}

function say(news: SensorNews): void {
  self.postMessage(news);
}
