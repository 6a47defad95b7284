/**
 * One node of a bench: the production mesh isolate and the production agent
 * with its journal, told what to do over stdin and asked over stdin what it
 * saw. Left out are the sensors and the kernel: alerts are made up here, and
 * containment says yes after the 3.5 ms that `nft` takes.
 *
 * One JSON object a line:
 *
 * | in | answer |
 * | --- | --- |
 * | `{"do":"alert","count":n}` | none: publishes `n` alerts of its own |
 * | `{"do":"nothing"}` | none: the same wake-up without an alert |
 * | `{"do":"report"}` | `{"did":"report",…}`: links and counters |
 * | `{"do":"dump"}` | `{"did":"dump",…}`: all that was sent, heard and due |
 * | `{"do":"stop"}`, or the end of stdin | none: the process ends |
 *
 * Nothing is written while a measurement runs; a node that told each delivery
 * would wake its reader and so move the cells of all.
 *
 * Arguments: the plan (`mesh_plan.ts`, JSON), the node's number in it, and a
 * directory for its journal; `bare` after them leaves the agent out, so that
 * the mesh alone is measured, as others measure theirs.
 *
 * Bounds: one record per alert of a run; the journal's retention.
 *
 * @module
 */
import { linesOf } from "./lines.ts";
import { encodeMessage } from "../../../defense/alert_codec.ts";
import { type Address, parseAddress } from "../../../defense/address.ts";
import {
  Agent,
  type Alert,
  type Containment,
  startAgent,
} from "../../../defense/mod.ts";
import { SqliteJournal } from "../../../defense/host/mod.ts";
import type { Mesh, MeshCommand, MeshEvent } from "../../../mesh/mod.ts";
import { spawnMesh, systemClock } from "../../../mesh/host/mod.ts";
import { keysOf, type MeshPlan } from "./mesh_plan.ts";

/** Something published or delivered, and when (epoch milliseconds). */
export interface Heard {
  /** Hex of the payload's own number, unique in a run. */
  readonly id: string;
  readonly atMs: number;
}

/** An event of the mesh about a node, other than its messages. */
export interface Noticed {
  readonly type: string;
  /** Id of the node it is about. */
  readonly node: string;
  readonly atMs: number;
}

/** All that one node knows after a measurement. */
export interface NodeDump {
  readonly published: readonly Heard[];
  readonly delivered: readonly Heard[];
  /** Whatever the mesh tells of a node: that it died, for one. */
  readonly noticed: readonly Noticed[];
  /** `slot_watch.ts`: link, due, handed over, for each cell. */
  readonly cells: readonly number[];
  readonly counters: Readonly<Record<string, number>>;
  readonly residentMiB: number;
}

/** What `nft` takes (design §12). */
const firewallMs = 3.5;
/** Below the 20 an hour that others listen to from one signer (design §7). */
const subjectsPerNode = 16;

/** Epoch milliseconds, finer than `Date.now()`. */
const epochMs = () => performance.timeOrigin + performance.now();

/** Puts the watched isolate in the place of the mesh's own. */
class WatchedWorker extends Worker {
  static mesh: WatchedWorker | undefined;
  #answer: ((cells: Float64Array) => void) | undefined;

  constructor(url: string | URL, options?: WorkerOptions) {
    const mesh = String(url).endsWith("/mesh_isolate.ts");
    super(
      mesh ? new URL("./watched_isolate.ts", import.meta.url) : url,
      options,
    );
    if (!mesh) return;
    WatchedWorker.mesh = this;
    this.addEventListener("message", (event) => {
      if (event.data.type !== "slots") return;
      event.stopImmediatePropagation();
      this.#answer?.(event.data.cells);
    });
  }

  slots(): Promise<Float64Array> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.postMessage({ type: "slots" });
    });
  }
}

function subjectOf(node: number, index: number): Address {
  return parseAddress(
    `203.0.113.${(node * subjectsPerNode + index) % 250 + 1}`,
  );
}

/** Says yes as fast as the kernel would. */
const willing: Containment = {
  async apply(leases) {
    await new Promise((wake) => setTimeout(wake, firewallMs));
    return leases.map((lease) => ({ applied: true, lease, atMs: Date.now() }));
  },
  release: () => Promise.resolve(0),
  held: () => Promise.resolve([]),
  protect() {},
  spare() {},
  beCautious() {},
};

async function main(
  [planPath, number, directory, bare]: string[],
): Promise<void> {
  if (!planPath || !number || !directory) {
    throw new Error("Usage: mesh_node.ts PLAN NUMBER DIRECTORY [bare]");
  }
  const plan: MeshPlan = JSON.parse(await Deno.readTextFile(planPath));
  const index = Number(number);
  const own = plan.nodes[index];
  if (!own) throw new Error(`Cannot start node ${number}: not in the plan`);
  const { fromHex } = Uint8Array;
  const at = own.address.lastIndexOf(":");
  globalThis.Worker = WatchedWorker;
  const mesh = await spawnMesh({
    start: {
      keys: keysOf(own),
      meshId: fromHex(plan.meshId),
      meshSecret: fromHex(plan.meshSecret),
      roster: plan.roster.map((entry) => fromHex(entry)),
      invites: [],
      profile: plan.profile,
      incarnation: Math.floor(Date.now() / 1_000),
    },
    listen: {
      hostname: own.address.slice(0, at),
      port: Number(own.address.slice(at + 1)),
      certificatePem: own.certificatePem,
      keyPem: own.keyPem,
    },
    page: { businessName: "Miller Bakery" },
    onFailure: (error) => {
      throw error;
    },
  });

  const published: Heard[] = [];
  const delivered: Heard[] = [];
  const noticed: Noticed[] = [];
  let report: ((event: MeshEvent & { type: "report" }) => void) | undefined;
  const watched: Mesh = {
    send(command: MeshCommand) {
      if (command.type === "publish") {
        published.push({ id: command.payload.toHex(), atMs: epochMs() });
      }
      mesh.send(command);
    },
    onEvent(listener) {
      mesh.onEvent((event) => {
        if (event.type === "delivered") {
          delivered.push({ id: event.payload.toHex(), atMs: epochMs() });
        } else if ("node" in event && typeof event.node === "string") {
          const { type, node } = event;
          noticed.push({ type, node, atMs: epochMs() });
        }
        listener(event);
        if (event.type === "report") report?.(event);
      });
    },
  };
  const journal = bare
    ? undefined
    : new SqliteJournal(`${directory}/journal.sqlite`);
  const running = journal && startAgent({
    agent: new Agent({ self: keysOf(own).node, mode: "enforce" }),
    containment: willing,
    mesh: watched,
    journal,
    clock: systemClock,
    onPrior() {},
  });
  if (!running) watched.onEvent(() => {});
  const ask = () =>
    new Promise<MeshEvent & { type: "report" }>((resolve) => {
      report = resolve;
      mesh.send({ type: "report" });
    });

  let said = 0;
  const alert = () => {
    const subject = subjectOf(index, said % subjectsPerNode);
    const observation: Alert = {
      atMs: Date.now(),
      technique: "T1110.001",
      scenario: "ssh-brute-force",
      subject: { address: subject },
      evidence: "E1",
      score: 11.5,
      observations: 7 + said++,
      measure: "throttle",
      summary: "made up by a bench",
    };
    const before = published.length;
    running?.detected(observation);
    if (published.length > before) return;
    // The agent does not repeat itself; a bench wants every alert on the wire.
    const { technique, scenario, evidence, score, observations, atMs } =
      observation;
    watched.send({
      type: "publish",
      urgency: 0,
      payload: encodeMessage({
        kind: "claim",
        subject,
        atMs,
        technique,
        scenario,
        evidence,
        score,
        observations,
      }),
    });
  };

  tell({ did: "ready" });
  for await (const line of linesOf(Deno.stdin.readable)) {
    const order = JSON.parse(line) as { do: string; count?: number };
    if (order.do === "alert") {
      for (let count = order.count ?? 1; count > 0; count--) alert();
    } else if (order.do === "report") {
      const { report } = await ask();
      tell({
        did: "report",
        links: report.links.length,
        counters: report.counters,
      });
    } else if (order.do === "dump") {
      const { report } = await ask();
      const cells = await WatchedWorker.mesh?.slots() ?? [];
      tell({
        did: "dump",
        published,
        delivered,
        noticed,
        cells: [...cells],
        counters: report.counters,
        residentMiB: Deno.memoryUsage().rss / 2 ** 20,
      });
    } else if (order.do === "stop") break;
  }
  running?.stop();
  await mesh.stop();
  journal?.close();
}

function tell(answer: Record<string, unknown>): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0);
}
