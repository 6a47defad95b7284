/**
 * Writes down, inside the mesh isolate, when each cell was due and when it was
 * handed to the socket. Only the sender knows its slot times, so without this
 * a bench could not tell a late cell from a late slot: the slots' own jitter
 * is two thousand times what is looked for.
 *
 * A pacer that is asked for a cell is watched by wrapping `Pacer.take`, and the
 * socket by wrapping `WebSocket.send`: a cell is made before its slot, so only
 * the socket knows when it left. The product has no hook for it. Times go into a typed array and nothing is told
 * before the end, so watching costs the isolate a microsecond a cell.
 *
 * Bound: `cellsMax` cells, 6 hours of 10 links on `lan`; later ones are not
 * noted.
 *
 * @module
 */
import { Pacer } from "../../../mesh/traffic/pacer.ts";

/** Numbers per cell: which link, when due, when handed over. */
export const fieldsPerCell = 3;
const cellsMax = 1_000_000;
/** Grows by doubling, so that a short run stays small. */
const cellsFirst = 4_096;

let noted = new Float64Array(cellsFirst * fieldsPerCell);
let cells = 0;
let links = 0;
const linkOf = new WeakMap<Pacer, number>();
/** Where the cells of this pulse, made and not handed over yet, are noted. */
let made: number[] = [];
let handedOver = false;

/**
 * Starts watching every pacer of this isolate. Slots are told from heartbeats
 * by the pacer itself: without slots the due time is that of the heartbeat or
 * of the last cell and means nothing.
 */
export function watchSlots(): void {
  const take = Pacer.prototype.take;
  Pacer.prototype.take = function (nowMs, waiting) {
    const dueMs = this.wakeAtMs(waiting);
    const leaves = take.call(this, nowMs, waiting);
    if (leaves) note(this, dueMs, nowMs);
    return leaves;
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (cell) {
    const nowMs = performance.now();
    send.call(this, cell);
    handedOver = true;
    // Cells are handed over in the order in which they were made.
    const at = made.shift();
    if (at !== undefined) noted[at + 2] = performance.timeOrigin + nowMs;
  };
}

/** All cells so far as epoch milliseconds, `fieldsPerCell` numbers each. */
export function notedCells(): Float64Array<ArrayBuffer> {
  return noted.slice(0, cells * fieldsPerCell);
}

function note(pacer: Pacer, dueMs: number, nowMs: number): void {
  if (cells >= cellsMax) return;
  // A new pulse; a cell of the last one may have found its link gone.
  if (handedOver) made = [];
  handedOver = false;
  let link = linkOf.get(pacer);
  if (link === undefined) linkOf.set(pacer, link = links++);
  const at = cells++ * fieldsPerCell;
  if (at === noted.length) {
    const grown = new Float64Array(2 * noted.length);
    grown.set(noted);
    noted = grown;
  }
  made.push(at);
  noted[at] = link;
  noted[at + 1] = performance.timeOrigin + dueMs;
  noted[at + 2] = performance.timeOrigin + nowMs;
}
