/**
 * `stealthmesh keys init`: founds a mesh with this host as its first member.
 *
 * @module
 */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { defineCommand } from "../command.ts";
import { OperatorError } from "../operator_error.ts";

export const keysInit = defineCommand(
  "init",
  object({
    passphraseFile: optional(
      option("--passphrase-file", string({ metavar: "FILE" }), {
        description:
          message`Seal the operator key under the first line of this file`,
      }),
    ),
  }),
  {
    brief: message`Found a mesh with this host as its first member`,
    examples: [
      "stealthmesh keys init",
      "stealthmesh keys init --passphrase-file /root/passphrase",
      "stealthmesh keys init --state-dir /srv/stealthmesh",
    ],
  },
  async ({ passphraseFile }, invocation) => {
    const { openStore } = await import("../own_store.ts");
    const { foundOwnMesh } = await import("../own_state.ts");
    const { newPassphrase } = await import("../new_passphrase.ts");
    const { store, card, founded } = await openStore(invocation);
    if (founded) {
      throw new OperatorError(
        "failed",
        `Cannot found a mesh: ${store.directory} already holds keys`,
        [
          "See what they are:",
          "  stealthmesh keys show",
          "Or choose another directory with --state-dir",
        ],
      );
    }
    const passphrase = newPassphrase(passphraseFile, invocation.output);
    const { keys, meshId } = await foundOwnMesh(
      store,
      card,
      passphrase,
      Date.now(),
    );
    const { output } = invocation;
    const facts = {
      meshId: meshId.toHex(),
      node: keys.node,
      name: card.name,
      addresses: card.addresses,
      operatorKey: passphrase === undefined ? "file" : "passphrase",
      stateDir: store.directory,
    };
    if (output.json) output.record(facts);
    else {
      output.table(["mesh", facts.meshId], [
        ["node", facts.node],
        ["name", facts.name],
        ["addresses", facts.addresses.join(", ")],
        [
          "operator key",
          passphrase === undefined
            ? "guarded by file permissions (0600)"
            : "sealed under your passphrase",
        ],
        ["state", facts.stateDir],
      ]);
    }
    output.note("Let the next host in with: stealthmesh keys invite", "faint");
  },
);
