/**
 * Notifications as the dashboard's API sees them.
 *
 * @module
 */
import type { OutboxFile } from "../dashboard/host/mod.ts";
import {
  type AddedTarget,
  type NotificationDesk,
  type Outbox,
  readTargetUrl,
  type Send,
  testNotice,
  type TestOutcome,
  webhookSecretBytes,
} from "../dashboard/mod.ts";

/** Builds it over an outbox. */
export function notificationDesk(
  outbox: OutboxFile,
  send: Send,
  host: string,
): NotificationDesk {
  let underway = false;
  return {
    views: () => outbox.views(),
    add: (name, url) => addTarget(outbox, name, url),
    remove: (name) => outbox.removeTarget(name),
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

/**
 * Adds a receiver.
 *
 * @param given Secret that signs what a webhook gets; made if absent.
 * @returns With the secret, where one was made that somebody has to know.
 * @throws {SyntaxError} If nothing may go there.
 */
export function addTarget(
  outbox: OutboxFile,
  name: string,
  text: string,
  given?: string,
): AddedTarget | "taken" | "full" {
  const url = readTargetUrl(text);
  // The text itself is the key, so that it can be pasted into a receiver.
  const secret = given ??
    crypto.getRandomValues(new Uint8Array(webhookSecretBytes)).toHex();
  const key = new TextEncoder().encode(secret);
  const outcome = outbox.addTarget({ name, url, secret: key });
  if (outcome !== "added") return outcome;
  const isTold = url.startsWith("http") && given === undefined;
  return { name, url, ...(isTold && { secret }) };
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
