/**
 * The near side of the sensors' wall.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Address } from "../address.ts";
import type { Alert } from "../alert.ts";
import type { Canaries } from "../canaries.ts";
import type { Scenario } from "../detectors/scenario.ts";
import { embeddedScenarios } from "../detectors/scenario_set.ts";
import { NewcomerTally } from "../detectors/newcomer_tally.ts";
import type { LentSuspicion } from "../detectors/told_refusals.ts";
import type { Trace } from "../trace.ts";
import { ownerReader } from "./connection_owners.ts";
import type { FilterSensor } from "./filter_follow.ts";
import type { DecoyTouch } from "../observation.ts";
import {
  loadPlaces,
  type LogPlace,
  placesMax,
  savePlaces,
} from "./log_place.ts";
import { journalProgram } from "./journal_tail.ts";
import type { LogSource } from "./login_follow.ts";
import { captureProgram } from "./packet_capture.ts";
import { ReportQueue } from "./report_queue.ts";
import type {
  SensorNews,
  SensorReport,
  SensorRequest,
} from "./sensor_messages.ts";
import { tableReader } from "./socket_watch.ts";

export type { LogSource } from "./login_follow.ts";
export type { SensorReport, SourceReport } from "./sensor_messages.ts";

/** How long to wait for an orderly end. */
const stopMsMax = 3_000;

/** What to watch. */
export interface SensorsStart {
  /** Log files, by path or with a format; none: the journal of systemd. */
  readonly logs: readonly (string | LogSource)[];
  /** File in which to keep how far logs were read; not kept if absent. */
  readonly placesFile?: string;
  /** Logs read through filters of fail2ban. */
  readonly filters?: readonly FilterSensor[];
  /** Interface to capture on, or `any`. */
  readonly interface: string;
  /** What to detect; the embedded scenarios if absent. */
  readonly scenarios?: readonly Scenario[];
  /** Names of those that are not looked for at first; none if absent. */
  readonly off?: readonly string[];
  /** Milliseconds that only teach who usually goes where; 7 days if absent. */
  readonly learnMs?: number;
  /** Whether odd connections lend suspicion; not if absent. */
  readonly learning?: boolean;
  /** What {@linkcode Sensors.onLearned} gave before the last end. */
  readonly learned?: Uint8Array | undefined;
  /** Honeytokens; none if absent. */
  readonly canaries?: Canaries & { readonly files: readonly string[] };
  /** Ports of our own decoys; none if absent. */
  readonly decoyPorts?: readonly number[];
}

/** Sensors in an isolate of their own. */
export interface Sensors {
  /** Replaces the listener; alerts before the first one are kept, at most 256. */
  onDetected(listener: (alert: Alert) => void): void;
  /** Called once if the isolate dies; nothing is seen after that. */
  onFailure(listener: (reason: string) => void): void;
  /** Called every hour and at the end with what is to be kept. */
  onLearned(listener: (learned: Uint8Array) => void): void;
  /** Called every 5 minutes in which newcomers were counted, per scenario. */
  onTallied(listener: (scenario: string, tally: NewcomerTally) => void): void;
  /** Detectors count what other hosts' newcomers did. */
  addTally(scenario: string, tally: NewcomerTally): void;
  /** Called when something was seen that is too little for an alert. */
  onTraced(listener: (trace: Trace) => void): void;
  /** Tests of `subject`'s logins start from what other hosts' refusals show. */
  lend(subject: Address, lent: LentSuspicion): void;
  /** Detectors start from so much suspicion of `subject`, in nats. */
  addPrior(subject: Address, nats: number): void;
  /**
   * Looks for all scenarios but these from now on; one that was off begins anew.
   *
   * @param learning Whether odd connections lend suspicion.
   */
  watch(off: readonly string[], learning: boolean): void;
  /** Detectors forget what speaks against `subject` so far. */
  forget(subject: Address): void;
  /** Lends the tests of everybody suspicion, in nats; 0 ends it. */
  setBasePrior(nats: number): void;
  /** Our decoys listen on these ports from now on. */
  setDecoyPorts(ports: readonly number[]): void;
  /** Somebody touched a decoy by himself. */
  touched(touch: DecoyTouch): void;
  /**
   * Asks the isolate how sensing is doing.
   *
   * @throws {Error} If the isolate has died.
   */
  report(): Promise<SensorReport>;
  /** Ends the isolate and its programs; waits at most 3 s for an orderly end. */
  stop(): Promise<void>;
}

/** What the sensors isolate may do, and nothing else (design §4). */
export function sensorsPermissions(
  logs: readonly (string | LogSource)[],
  canaryFiles: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  // The directory too: rotation is a change of names in it.
  const read = logs.map((log) => sourceOf(log).path)
    .flatMap((path) => [path, dirname(path)])
    .concat(canaryFiles);
  return {
    read: read.length > 0 ? read : false,
    run: [captureProgram, journalProgram, tableReader, ownerReader],
    sys: ["networkInterfaces"],
    net: false,
    write: false,
    env: false,
    ffi: false,
    import: false,
  };
}

function sourceOf(log: string | LogSource): LogSource {
  return typeof log === "string" ? { path: log } : log;
}

/**
 * Writes down how far logs were read. Alerts of these lines were handed on
 * before; that both happen in one turn is what keeps a killed agent from
 * judging a line twice.
 */
class PlaceKeeper {
  readonly #file: string | undefined;
  readonly #places: Map<string, LogPlace>;
  #trouble: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    this.#places = new Map(
      (file === undefined ? [] : loadPlaces(file))
        .map((place) => [place.source, place]),
    );
  }

  places(): LogPlace[] {
    return [...this.#places.values()];
  }

  keep(place: LogPlace): void {
    if (this.#file === undefined) return;
    // The one told of last comes last; of too many the longest silent goes.
    this.#places.delete(place.source);
    this.#places.set(place.source, place);
    for (const source of this.#places.keys()) {
      if (this.#places.size <= placesMax) break;
      this.#places.delete(source);
    }
    try {
      savePlaces(this.#file, this.places());
      this.#trouble = undefined;
    } catch (cause) {
      this.#trouble = cause instanceof Error ? cause.message : String(cause);
    }
  }

  /** The report, with our own trouble if there is any. */
  report(report: SensorReport): SensorReport {
    const trouble = this.#trouble;
    if (trouble === undefined) return report;
    const source = { name: "log places", trouble, counters: {} };
    return { ...report, sources: [...report.sources, source] };
  }
}

const unheardMax = 256;

/**
 * Starts the isolate. Missing tools and unreadable logs are no errors: they
 * are named in the report, and what can be seen is seen.
 *
 * @throws {Error} If the isolate itself cannot start.
 */
export async function spawnSensors(start: SensorsStart): Promise<Sensors> {
  const url = new URL("./sensors_isolate.ts", import.meta.url);
  // The `deno` option is only typed with `--unstable-worker-options`.
  const options: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    name: "sensors",
    deno: {
      permissions: sensorsPermissions([
        ...start.logs,
        ...start.filters?.flatMap(({ logs }) => logs) ?? [],
      ], start.canaries?.files),
    },
  };
  const worker = new Worker(url, options as WorkerOptions);
  const ask = (request: SensorRequest) => worker.postMessage(request);
  const reports = new ReportQueue<SensorReport>(() => ask({ type: "report" }));
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let unheard: Alert[] = [];
  let onAlert: ((alert: Alert) => void) | undefined;
  let onFailure: (reason: string) => void = () => {};
  let onLearned: (learned: Uint8Array) => void = () => {};
  let onTraced: (trace: Trace) => void = () => {};
  let onTallied: (scenario: string, tally: NewcomerTally) => void = () => {};
  const logs = start.logs.map(sourceOf);
  const keeper = new PlaceKeeper(start.placesFile);

  worker.onmessage = ({ data }: MessageEvent<SensorNews>) => {
    switch (data.type) {
      case "detected":
        if (onAlert) onAlert(data.alert);
        else if (unheard.length < unheardMax) unheard.push(data.alert);
        break;
      case "place":
        keeper.keep(data.place);
        break;
      case "report":
        reports.answered(keeper.report(data.report));
        break;
      case "learned":
        onLearned(data.learned);
        break;
      case "tally": {
        const tally = NewcomerTally.decode(data.tally);
        if (tally) onTallied(data.scenario, tally);
        break;
      }
      case "traced":
        onTraced(data.trace);
        break;
      case "started":
        started.resolve();
        break;
      case "stopped":
        stopped.resolve();
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const failure = `sensors isolate ended: ${event.message}`;
    const error = new Error(failure);
    started.reject(error);
    stopped.resolve();
    reports.failed(error);
    onFailure(failure);
  };
  ask({
    type: "start",
    logs,
    places: keeper.places(),
    filters: start.filters ?? [],
    device: start.interface,
    scenarios: start.scenarios ?? embeddedScenarios(),
    off: [...start.off ?? []],
    ...(start.learnMs !== undefined && { learnMs: start.learnMs }),
    learning: start.learning ?? false,
    learned: start.learned,
    canaries: start.canaries ?? { users: [], urls: [], files: [] },
    decoyPorts: start.decoyPorts ?? [],
  });
  await started.promise;

  return {
    onDetected(listener) {
      onAlert = listener;
      const kept = unheard;
      unheard = [];
      for (const alert of kept) listener(alert);
    },
    onFailure(listener) {
      onFailure = listener;
    },
    onLearned(listener) {
      onLearned = listener;
    },
    onTallied(listener) {
      onTallied = listener;
    },
    onTraced(listener) {
      onTraced = listener;
    },
    lend: (subject, { nats, untilMs }) =>
      ask({ type: "lend", subject, lent: { nats, untilMs } }),
    addTally: (scenario, tally) =>
      ask({ type: "tally", scenario, tally: tally.encode() }),
    watch: (off, learning) => ask({ type: "watch", off: [...off], learning }),
    setDecoyPorts: (ports) => ask({ type: "decoy_ports", ports: [...ports] }),
    touched: (touch) => ask({ type: "touched", touch }),
    addPrior: (subject, nats) => ask({ type: "prior", subject, nats }),
    forget: (subject) => ask({ type: "forget", subject }),
    setBasePrior: (nats) => ask({ type: "base_prior", nats }),
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
