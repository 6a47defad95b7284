/**
 * The pump: moves every cell that leaves now from the links to the transport.
 *
 * When a cell may leave is the link's clock (`traffic/pacer.ts`), and what is
 * in it the link's queue (`traffic/send_queue.ts`). What a guest is to get at
 * once, the whole roster, waits in the connection's backlog and trickles into
 * the queue as it empties.
 *
 * @module
 */
import type { Connection, LinkTable } from "./link_table.ts";
import type { LinkId } from "./world.ts";

/** What the pump stands on. */
export interface PumpOptions {
  readonly table: LinkTable;
  readonly count: (name: "cells_sent") => void;
  readonly send: (link: LinkId, cell: Uint8Array) => void;
  /** Both ends are due to compare what they hold (`overlay/reconcile.ts`). */
  readonly compare: (connection: Connection) => void;
}

/** Messages a guest's queue is kept filled with. Our choice. */
const guestQueueTarget = 32;

/**
 * Moves what leaves now.
 *
 * @param onSlots Whether the clock called. Only then do paced links move, so
 * that no other event shifts a cell.
 */
export function pumpCells(
  { table, count, send, compare }: PumpOptions,
  nowMs: number,
  onSlots: boolean,
): void {
  for (const connection of table.all()) {
    const { link, pass } = connection;
    if (!link || (!onSlots && table.isSlotted(connection))) continue;
    fillFromBacklog(connection);
    let cell = link.pulse(nowMs);
    while (cell) {
      count("cells_sent");
      send(connection.id, cell);
      if (link.isOpen && pass.type === "member") {
        if (connection.round.cellSent()) compare(connection);
      }
      fillFromBacklog(connection);
      cell = link.pulse(nowMs);
    }
  }
}

function fillFromBacklog({ link, backlog }: Connection): void {
  while (link && backlog.length > 0 && link.waiting < guestQueueTarget) {
    const bytes = backlog.shift();
    if (bytes) link.push({ urgency: 1, origin: "roster", bytes });
  }
}
