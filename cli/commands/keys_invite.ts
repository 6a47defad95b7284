/**
 * `stealthmesh keys invite`: one line that lets one host in, once.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";

export const keysInvite = defineCommand(
  "invite",
  object({
    expires: withDefault(
      option("--expires", string({ metavar: "TIME" }), {
        description: message`How long it works, at most 7d`,
      }),
      "1h",
    ),
    validFor: optional(
      option("--valid-for", string({ metavar: "TIME" }), {
        description:
          message`Longest membership before it must be renewed, at most 825d; default 365d`,
      }),
    ),
    custodian: withDefault(
      flag("--custodian", {
        description:
          message`The new member may let others in; needs the operator key`,
      }),
      false,
    ),
    observer: withDefault(
      flag("--observer", {
        description:
          message`The new member only listens, for a dashboard: its word counts for nothing`,
      }),
      false,
    ),
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description: message`Passphrase of the operator key, first line`,
      }),
    ),
    qr: withDefault(
      flag("--qr", {
        description: message`Print a QR code too, also where no terminal is`,
      }),
      false,
    ),
  }),
  {
    brief: message`Print an invite that lets one host in, once`,
    examples: [
      "stealthmesh keys invite",
      "stealthmesh keys invite --expires 10m | ssh host2 stealthmesh keys join -",
      "stealthmesh keys invite --custodian    # the new member may invite, too",
      "stealthmesh keys invite --observer     # for: stealthmesh dashboard --join LINE",
      "stealthmesh keys invite --valid-for 30d   # a laptop that is gone for a month is out",
    ],
  },
  async (options, invocation) => {
    const { openMembership, noteAgent } = await import("../own_store.ts");
    const { parseDuration } = await import("../duration.ts");
    const { shortTime } = await import("../desk_words.ts");
    const { ed25519Signer, inviteMsMax, validMsMax } = await import(
      "../../mesh/mod.ts"
    );
    const { checkMayInvite, checkRoomForInvite, writeInvitation } =
      await import(
        "../invitation.ts"
      );
    const lifetimeMs = parseDuration(options.expires);
    if (lifetimeMs > inviteMsMax) {
      throw new SyntaxError(
        `Cannot invite for ${options.expires}: expected at most 7d`,
      );
    }
    if (options.custodian && options.observer) {
      throw new SyntaxError(
        "Cannot invite: give --custodian or --observer, not both",
      );
    }
    const validMs = options.validFor === undefined
      ? undefined
      : parseDuration(options.validFor);
    if (validMs !== undefined && validMs > validMsMax) {
      throw new SyntaxError(
        `Cannot invite somebody for ${options.validFor}: expected at most 825d`,
      );
    }
    const state = await openMembership(invocation);
    const { store, keys, roster } = state;
    const { output } = invocation;
    checkMayInvite(state);
    const nowMs = Date.now();
    checkRoomForInvite(await store.readInvites(), nowMs);
    const author = options.custodian
      ? {
        signer: await import("../operator_key.ts").then(({ openOperator }) =>
          openOperator(state, options.passphraseFile, output)
        ),
        by: "operator" as const,
      }
      : { signer: ed25519Signer(keys.signing.seed), by: keys.node };
    const { custodian, observer } = options;
    const order = {
      lifetimeMs,
      custodian,
      observer,
      ...(validMs !== undefined && { validMs }),
    };
    const { text, open } = writeInvitation(state, author, order, nowMs);
    const { expiresAtMs } = open;
    await store.writeRoster(roster.entries());
    await store.updateInvites((invites) => [
      ...invites.filter((invite) => invite.expiresAtMs > nowMs),
      open,
    ]);
    if (output.json) {
      output.record({
        invite: text,
        expiresAtMs,
        custodian,
        observer,
      });
    } else output.text(text);
    if (options.qr || (output.dataOnTerminal && !output.json)) {
      const { encodeQR } = await import("qr");
      output.picture(encodeQR(text, "ascii", { ecc: "low" }));
    }
    output.note(
      `Works once, until ${shortTime(expiresAtMs)}, for whoever reads it; ` +
        (observer
          ? "on the other host: stealthmesh dashboard --join -"
          : "on the other host: stealthmesh keys join -"),
    );
    noteAgent(invocation, store.directory);
  },
);
