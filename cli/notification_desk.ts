/**
 * Notifications as the dashboard's API sees them.
 *
 * @module
 */
import {
  type NotificationDesk,
  type Outbox,
  type Send,
  testNotice,
  type TestOutcome,
} from "../dashboard/mod.ts";

/** Builds it over an outbox. */
export function notificationDesk(
  outbox: Outbox,
  send: Send,
  host: string,
): NotificationDesk {
  let underway = false;
  return {
    views: () => outbox.views(),
    async test(target) {
      if (underway) return undefined;
      underway = true;
      try {
        return await testTargets(outbox, send, host, target);
      } finally {
        underway = false;
      }
    },
  };
}

/** Sends a test to one receiver or all, at the same time. */
export function testTargets(
  outbox: Outbox,
  send: Send,
  host: string,
  name?: string,
): Promise<TestOutcome[]> {
  const notice = testNotice(host, Date.now());
  return Promise.all(
    outbox.targets().filter((each) => name === undefined || each.name === name)
      .map(async (target) => ({
        target: target.name,
        outcome: await send(target, notice),
      })),
  );
}
