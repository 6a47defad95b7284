/// <reference lib="deno.worker" />
/**
 * The production mesh isolate with somebody who writes down its slots: entry
 * of the worker that `mesh_node.ts` puts in its place. A message
 * `{ type: "slots" }` is answered with the cells noted so far.
 *
 * @module
 */
import { notedCells, watchSlots } from "./slot_watch.ts";
// Sets `onmessage`; the listener below was there first and keeps its messages.
import "../../../mesh/host/mesh_isolate.ts";

watchSlots();

const production = self.onmessage as
  | ((event: MessageEvent) => unknown)
  | null;
self.onmessage = (event: MessageEvent): void => {
  if (event.data.type !== "slots") return void production?.(event);
  const cells = notedCells();
  self.postMessage({ type: "slots", cells }, [cells.buffer]);
};
