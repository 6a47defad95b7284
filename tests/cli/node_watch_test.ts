import { deepEqual, equal } from "node:assert/strict";
import { NodeWatch } from "../../cli/node_watch.ts";
import type { NodeView } from "../../dashboard/mod.ts";

/** A watch whose looks the test answers and whose timer it turns. */
function watched() {
  const timers = new Set<() => void>();
  const looks: PromiseWithResolvers<readonly NodeView[]>[] = [];
  const watch = new NodeWatch(
    () => {
      const look = Promise.withResolvers<readonly NodeView[]>();
      looks.push(look);
      return look.promise;
    },
    {
      after(_ms, wake) {
        timers.add(wake);
        return () => timers.delete(wake);
      },
    },
  );
  /** Everything that is due begins. */
  const turn = () => {
    const due = [...timers];
    timers.clear();
    for (const wake of due) wake();
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 1));
  return { watch, timers, looks, turn, settled };
}

const named = (name: string) => [{ name } as NodeView];

Deno.test("NodeWatch looks once for all who watch, and not when nobody does", async () => {
  const { watch, timers, looks, turn, settled } = watched();
  const [one, two]: [unknown[], unknown[]] = [[], []];
  const leaveOne = watch.watch((nodes) => one.push(nodes[0]?.name));
  const leaveTwo = watch.watch((nodes) => two.push(nodes[0]?.name));
  turn();
  looks[0]?.resolve(named("till"));
  await settled();
  turn();
  leaveOne();
  looks[1]?.resolve(named("office"));
  await settled();
  deepEqual([one, two], [["till"], ["till", "office"]]);
  equal(looks.length, 2);
  leaveTwo();
  equal(timers.size, 0);
});

Deno.test("NodeWatch goes on once when all left during a look and one came back", async () => {
  const { watch, timers, looks, turn, settled } = watched();
  watch.watch(() => {})();
  equal(timers.size, 0);
  const leave = watch.watch(() => {});
  turn();
  leave();
  const heard: unknown[] = [];
  watch.watch((nodes) => heard.push(nodes[0]?.name));
  turn();
  looks[0]?.resolve(named("late"));
  looks[1]?.resolve(named("fresh"));
  await settled();
  deepEqual(heard, ["fresh"]);
  equal(timers.size, 1);
});

Deno.test("NodeWatch shows nothing of a look that failed, and looks again", async () => {
  const { watch, timers, looks, turn, settled } = watched();
  const heard: unknown[] = [];
  const leave = watch.watch((nodes) => heard.push(nodes[0]?.name));
  turn();
  looks[0]?.reject(new Error("the journal is closed"));
  await settled();
  turn();
  looks[1]?.resolve(named("till"));
  await settled();
  deepEqual(heard, ["till"]);
  leave();
  equal(timers.size, 0);
});
