import { deepEqual, equal } from "node:assert/strict";
import { Retried } from "../../../dashboard/web/retried.ts";

/** Attempts that the test ends, and their timer. */
function retried() {
  const attempts: {
    readonly signal: AbortSignal;
    readonly end: () => void;
    readonly fail: () => void;
  }[] = [];
  const timers = new Set<() => void>();
  const following = new Retried({
    attempt: (signal) =>
      new Promise((resolve, reject) => {
        attempts.push({
          signal,
          end: resolve,
          fail: () => reject(new Error("gone")),
        });
      }),
    againMs: 7,
    later(ms, wake) {
      equal(ms, 7);
      timers.add(wake);
      return () => timers.delete(wake);
    },
  });
  /** What ended has ended, and what is due begins. */
  const turn = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const due = [...timers];
    timers.clear();
    for (const wake of due) wake();
  };
  return { following, attempts, timers, turn };
}

Deno.test("Retried tries again however an attempt ended, one at a time", async () => {
  const { following, attempts, turn } = retried();
  following.start();
  following.start();
  await turn();
  equal(attempts.length, 1);
  attempts[0]?.end();
  await turn();
  attempts[1]?.fail();
  await turn();
  equal(attempts.length, 3);
  following.stop();
});

Deno.test("Retried ends what it does and what waits, and begins anew", async () => {
  const { following, attempts, timers, turn } = retried();
  following.start();
  attempts[0]?.end();
  await new Promise((resolve) => setTimeout(resolve, 1));
  equal(timers.size, 1);
  following.stop();
  equal(timers.size, 0);
  following.start();
  following.stop();
  following.start();
  deepEqual(attempts.map(({ signal }) => signal.aborted), [true, true, false]);
  // One that was ended says so late.
  attempts[1]?.fail();
  await turn();
  equal(attempts.length, 3);
  following.stop();
});
