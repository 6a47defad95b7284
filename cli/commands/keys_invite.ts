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
import { OperatorError } from "../operator_error.ts";

/** An invite is a secret on its way; a week is long enough. Our choice. */
const lifetimeMsMax = 7 * 86_400_000;

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
      "stealthmesh keys invite --valid-for 30d   # a laptop that is gone for a month is out",
    ],
  },
  async (options, invocation) => {
    const { openMembership, noteAgent } = await import("../own_store.ts");
    const { parseDuration } = await import("../duration.ts");
    const { shortTime } = await import("../desk_words.ts");
    const { ed25519Signer, encodeInvite, inviteKeys, validMsMax, writeInvite } =
      await import("../../mesh/mod.ts");
    const { systemRandom } = await import("../../mesh/host/mod.ts");
    const lifetimeMs = parseDuration(options.expires);
    if (lifetimeMs > lifetimeMsMax) {
      throw new SyntaxError(
        `Cannot invite for ${options.expires}: expected at most 7d`,
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
    const { store, keys, meshId, roster, certificate } = state;
    const { output } = invocation;
    const self = roster.member(keys.node);
    if (!self?.custodian) {
      throw new OperatorError(
        "not_permitted",
        "Cannot invite: this host is no custodian of the mesh",
        ["Run it on the host that founded the mesh, or let that host admit"]
          .concat("this one with: stealthmesh keys invite --custodian"),
      );
    }
    if (self.addresses.length === 0) {
      throw new OperatorError(
        "failed",
        "Cannot invite: nobody can dial this host, it advertises no address",
        ["Invite on a host that others reach, or let this one be dialled:"]
          .concat("  stealthmesh agent --advertise HOST:PORT"),
      );
    }
    const seed = new Uint8Array(32);
    systemRandom.fill(seed);
    const { id, psk, gateKey } = inviteKeys(seed);
    const nowMs = Date.now();
    const expiresAtMs = nowMs + lifetimeMs;
    const author = options.custodian
      ? {
        signer: await import("../operator_key.ts").then(({ openOperator }) =>
          openOperator(state, options.passphraseFile, output)
        ),
        by: "operator" as const,
      }
      : { signer: ed25519Signer(keys.signing.seed), by: keys.node };
    const entry = writeInvite({
      ...author,
      meshId,
      inviteId: id,
      expiresAtMs,
      at: keys.node,
      custodian: options.custodian,
      ...(validMs !== undefined && { validMs }),
    });
    const { added } = roster.merge([entry], nowMs);
    if (added !== 1) {
      throw new OperatorError(
        "failed",
        "Cannot invite: the roster does not accept this host's word",
        ["See whether its admission has ended:", "  stealthmesh keys show"],
      );
    }
    const text = encodeInvite({
      meshId,
      seed,
      addresses: self.addresses,
      noisePublic: keys.noise.public,
      certificate: certificate.der,
      node: keys.node,
      expiresAtMs,
      ...(validMs !== undefined && { validMs }),
    });
    await store.writeRoster(roster.entries());
    await store.updateInvites((invites) => [
      ...invites.filter((invite) => invite.expiresAtMs > nowMs),
      { id, psk, gateKey, expiresAtMs },
    ]);
    if (output.json) {
      output.record({
        invite: text,
        expiresAtMs,
        custodian: options.custodian,
      });
    } else output.text(text);
    if (options.qr || (output.dataOnTerminal && !output.json)) {
      const { encodeQR } = await import("qr");
      output.picture(encodeQR(text, "ascii", { ecc: "low" }));
    }
    output.note(
      `Works once, until ${shortTime(expiresAtMs)}, for whoever reads it; ` +
        "on the other host: stealthmesh keys join -",
    );
    noteAgent(invocation, store.directory);
  },
);
