import { deepEqual, equal } from "node:assert/strict";
import {
  LiveWatch,
  waitingBytesMax,
} from "../../../dashboard/web/live_watch.ts";

/** A watch whose looks the test takes itself. */
function watching(isInForce: (session: string) => boolean = () => true) {
  const due = new Set<() => void>();
  const watch = new LiveWatch({
    isInForce,
    later: (_ms, wake) => {
      due.add(wake);
      return () => void due.delete(wake);
    },
  });
  const look = () => {
    for (const wake of [...due]) {
      due.delete(wake);
      wake();
    }
  };
  const closed: string[] = [];
  const window = (name: string, session: string, waiting = 0) =>
    watch.watch({
      session,
      waitingBytes: () => waiting,
      close: (code) => void closed.push(`${name} ${code}`),
    });
  return { window, look, closed, due };
}

Deno.test("LiveWatch has one timer for all windows, and none without any", () => {
  const { window, look, due } = watching();
  equal(due.size, 0);
  const leaves = Array.from(
    { length: 1_000 },
    (_, n) => window(`w${n}`, `s${n % 64}`),
  );
  equal(due.size, 1);
  look();
  equal(due.size, 1);
  for (const leave of leaves) leave();
  equal(due.size, 0);
  window("again", "s0");
  equal(due.size, 1);
});

Deno.test("LiveWatch asks for a session once a look, however many windows it has", () => {
  const asked: string[] = [];
  const { window, look } = watching((session) => {
    asked.push(session);
    return true;
  });
  for (let n = 0; n < 16; n++) window(`a${n}`, "a");
  window("b", "b");
  look();
  deepEqual(asked, ["a", "b"]);
});

Deno.test("LiveWatch lets go of all windows of an ended session, and of no other", () => {
  const { window, look, closed } = watching((session) => session !== "ended");
  window("one", "ended");
  window("two", "ended");
  window("other", "in force");
  look();
  deepEqual(closed, ["one 4001", "two 4001"]);
});

Deno.test("LiveWatch lets go of who takes too little, not of who takes just enough", () => {
  const { window, look, closed } = watching();
  window("slow", "a", waitingBytesMax + 1);
  window("just", "a", waitingBytesMax);
  look();
  deepEqual(closed, ["slow 1013"]);
});

Deno.test("LiveWatch lets nobody go because the accounts cannot be read", () => {
  const { window, look, closed, due } = watching(() => {
    throw new Error("busy");
  });
  window("one", "a");
  look();
  deepEqual(closed, []);
  equal(due.size, 1);
});

Deno.test("LiveWatch goes on with a session whose last window left as it looked", () => {
  const { window, look, closed, due } = watching((session) => session !== "a");
  const leave = window("old", "a");
  leave();
  leave();
  window("new", "a");
  look();
  deepEqual(closed, ["new 4001"]);
  equal(due.size, 1);
});
