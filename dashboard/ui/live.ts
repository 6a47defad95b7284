/**
 * News as it comes, over one WebSocket for all pages. It comes back by itself,
 * with the number of the last event it has heard, and so misses nothing and
 * hears nothing twice.
 *
 * @module
 */
import { signal } from "@preact/signals";
import type { EventRecord } from "../api/agent_desk.ts";
import type { LinkNews, NodeNews } from "../api/node_stream.ts";
import type { SimulationNews } from "../api/simulation_desk.ts";
import { askDashboard } from "./api.ts";

/** Whether the agent answers the dashboard; `undefined` before it is known. */
export const agentAnswers = signal<boolean | undefined>(undefined);
/** Wall clock milliseconds of the agent's last sign of life; 0 before one. */
export const lastHeardMs = signal(0);

type Hear = (event: EventRecord) => void;
/** `undefined`: too much was missed, read it again. */
type HearSimulation = (news: SimulationNews | undefined) => void;

/** Why something is to be read again: events came that nobody here heard. */
export interface Missed {
  /** Nobody was there yet: what is read meanwhile may be older than they are. */
  readonly atFirst: boolean;
}

type HearMissed = (missed: Missed) => void;

type HearMesh = () => void;

const listeners = new Map<Hear, HearMissed>();
const simulationListeners = new Set<HearSimulation>();
const meshListeners = new Set<HearMesh>();
let socket: WebSocket | undefined;
let last = 0;
/** Whether this page was ever told anything. */
let begun = false;
/** Whether this socket was opened without a number to go on from. */
let anew = true;
let lastSimulation = 0;
/** Between two attempts: at once after a good connection, then ever longer. */
let pauseMs = 250;
const pauseMsMax = 10_000;

/**
 * Calls `hear` for each event until the returned function is called, and
 * `missed` when events came that it is not called for.
 */
export function follow(
  hear: Hear,
  missed: HearMissed = () => {},
): () => void {
  listeners.set(hear, missed);
  connect();
  return () => listeners.delete(hear);
}

/** The same for simulations. */
export function followSimulations(hear: HearSimulation): () => void {
  simulationListeners.add(hear);
  connect();
  return () => simulationListeners.delete(hear);
}

/** The same when a member or a link is not as it was, or may not be. */
export function followMesh(hear: HearMesh): () => void {
  meshListeners.add(hear);
  connect();
  return () => meshListeners.delete(hear);
}

function connect(): void {
  if (socket) return;
  anew = last === 0;
  const { host, protocol } = location;
  const scheme = protocol === "https:" ? "wss" : "ws";
  const opened = socket = new WebSocket(
    `${scheme}://${host}/live?after=${last}&simulation=${lastSimulation}`,
  );
  opened.onopen = () => {
    pauseMs = 250;
    // Nothing says what happened before.
    if (lastSimulation === 0) tellSimulation(undefined);
  };
  opened.onmessage = ({ data }) => take(String(data));
  opened.onclose = () => {
    socket = undefined;
    // Nothing says why; a page that asks for nothing would never know whether
    // the dashboard is gone, or the session is over.
    void askDashboard("GET", "/sessions").catch(() => {});
    setTimeout(() => {
      const waiting = [listeners, simulationListeners, meshListeners];
      if (waiting.some(({ size }) => size > 0)) connect();
    }, pauseMs);
    pauseMs = Math.min(2 * pauseMs, pauseMsMax);
  };
}

function take(text: string): void {
  const message = JSON.parse(text) as
    | { type: "agent"; reachable: boolean }
    | { type: "gap"; from: number; to: number }
    | { type: "node_gap" | "simulation_gap" }
    | NodeNews
    | LinkNews
    | ({ type: "simulation" } & SimulationNews)
    | ({ type: "event" } & EventRecord);
  // That it is silent is the dashboard's word, not the agent's.
  const silent = message.type === "agent" && !message.reachable;
  if (!silent) lastHeardMs.value = Date.now();
  switch (message.type) {
    case "agent":
      agentAnswers.value = message.reachable;
      if (message.reachable) takeUp();
      break;
    case "gap":
      last = message.to;
      tellMissed({ atFirst: false });
      break;
    case "event":
      last = Math.max(last, message.seq);
      for (const hear of listeners.keys()) hear(message);
      break;
    case "node":
    case "link":
    case "node_gap":
      tellMesh();
      break;
    case "simulation":
      lastSimulation = Math.max(lastSimulation, message.seq);
      tellSimulation(message);
      break;
    case "simulation_gap":
      // Another dashboard may count from elsewhere.
      lastSimulation = 0;
      tellSimulation(undefined);
  }
}

/** The agent answers from now on; what changed before nobody says. */
function takeUp(): void {
  if (anew) {
    anew = false;
    tellMissed({ atFirst: !begun });
    begun = true;
  }
  tellMesh();
}

function tellMesh(): void {
  for (const hear of meshListeners) hear();
}

function tellMissed(missed: Missed): void {
  for (const hear of listeners.values()) hear(missed);
}

function tellSimulation(news: SimulationNews | undefined): void {
  for (const hear of simulationListeners) hear(news);
}
