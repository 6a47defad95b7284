/**
 * Receivers of notices. They are kept beside the accounts and not in
 * `stealthmesh.yaml`, which others may read: a webhook's address and secret are
 * secrets. A running dashboard sees a change with the next notice.
 *
 * @module
 */
import { sendNotice } from "../dashboard/host/mod.ts";
import { readTargetUrl, targetName } from "../dashboard/mod.ts";
import type { Invocation } from "./command.ts";
import { openDashboardStore } from "./dashboard_store.ts";
import { addTarget, testTargets } from "./notification_desk.ts";
import { OperatorError } from "./operator_error.ts";
import { readSecretFile } from "./secret_input.ts";

/** Adds a receiver; prints a secret that was made, once. */
export async function addReceiver(
  { name, url, secretFile }: {
    readonly name: string;
    readonly url: string;
    readonly secretFile?: string | undefined;
  },
  invocation: Invocation,
): Promise<void> {
  if (!targetName.test(name)) {
    throw new SyntaxError(
      `Cannot add "${name}": expected up to 32 small letters, digits, hyphens`,
    );
  }
  readTargetUrl(url);
  const given = secretFile === undefined
    ? undefined
    : readSecretFile(secretFile);
  const { outbox, close } = await openDashboardStore(invocation);
  const added = addTarget(outbox, name, url, given);
  close();
  if (typeof added === "string") {
    throw new OperatorError(
      "failed",
      `Cannot add ${name}: ${
        added === "taken" ? "the name is taken" : "too many receivers"
      }`,
      ["Remove one first:", "  stealthmesh dashboard notify list"],
    );
  }
  const { output } = invocation;
  if (output.json) {
    output.record(added);
    return;
  }
  if (added.secret !== undefined) {
    output.text(added.secret);
    output.note(
      "The receiver checks x-stealthmesh-signature with this secret;",
    );
    output.note("it is not shown again.");
  }
  output.note(`Try it: stealthmesh dashboard notify test ${name}`);
}

/** Prints every receiver. */
export async function listReceivers(invocation: Invocation): Promise<void> {
  const { outbox, close } = await openDashboardStore(invocation);
  const views = outbox.views();
  close();
  const { output } = invocation;
  if (output.json) {
    for (const view of views) output.record(view);
    return;
  }
  output.table(
    ["NAME", "URL", "SENT", "WAITING", "LOST", "LAST ERROR"],
    views.map(({ name, url, sent, waiting, lost, error = "" }) => [
      name,
      url,
      String(sent),
      String(waiting),
      String(lost),
      error,
    ]),
  );
}

/** Removes a receiver. */
export async function removeReceiver(
  name: string,
  invocation: Invocation,
): Promise<void> {
  const { outbox, close } = await openDashboardStore(invocation);
  const known = outbox.removeTarget(name);
  close();
  if (!known) throw unknown(name);
  if (invocation.output.json) invocation.output.record({ removed: name });
  else invocation.output.text(`${name} is told nothing any more`);
}

/** Sends a test, and fails if one does not arrive. */
export async function testReceivers(
  name: string | undefined,
  invocation: Invocation,
): Promise<void> {
  const { config, outbox, close } = await openDashboardStore(
    invocation,
    "net",
  );
  const results = await testTargets(outbox, sendNotice, config.name, name);
  close();
  if (results.length === 0) throw unknown(name);
  const { output } = invocation;
  for (const { target, outcome } of results) {
    const said = outcome.type === "sent" ? "sent" : outcome.error;
    if (output.json) output.record({ target, ...outcome });
    else output.text(`${target}: ${said}`);
  }
  const missed = results.filter(({ outcome }) => outcome.type !== "sent");
  if (missed.length === 0) return;
  throw new OperatorError(
    "failed",
    `Cannot reach ${missed.map(({ target }) => target).join(", ")}`,
    ["Look at the address, and whether anything answers there:"]
      .concat("  stealthmesh dashboard notify list"),
  );
}

function unknown(name: string | undefined): OperatorError {
  return new OperatorError(
    "wrong_usage",
    name === undefined
      ? "Cannot send a test: there is no receiver"
      : `Cannot find a receiver "${name}"`,
    [
      "See which there are, or add one:",
      "  stealthmesh dashboard notify list",
      "  stealthmesh dashboard notify add NAME URL",
    ],
  );
}
