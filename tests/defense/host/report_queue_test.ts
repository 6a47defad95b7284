import { equal, rejects } from "node:assert/strict";
import { ReportQueue } from "../../../defense/host/report_queue.ts";

Deno.test("ReportQueue gives each who waits its own answer, in order", async () => {
  let asked = 0;
  const queue = new ReportQueue<string>(() => asked++);
  const [first, second] = [queue.next(), queue.next()];
  equal(asked, 2);
  queue.answered("one");
  queue.answered("two");
  queue.answered("nobody waits for this");
  equal(await first, "one");
  equal(await second, "two");
});

Deno.test("ReportQueue.failed() disappoints who waits and who asks later", async () => {
  let asked = 0;
  const queue = new ReportQueue<string>(() => asked++);
  const waiting = queue.next();
  queue.failed(new Error("decoys isolate ended"));
  await rejects(waiting, /ended/);
  await rejects(queue.next(), /ended/);
  equal(asked, 1);
});
