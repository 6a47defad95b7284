/**
 * `stealthmesh keys …`: who belongs to the mesh, and this node's own keys.
 *
 * @module
 */
import { or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { command } from "@optique/core/primitives";
import { type CommandParser, examplesText } from "../command.ts";
import { keysApprove } from "./keys_approve.ts";
import { keysInit } from "./keys_init.ts";
import { keysInvite } from "./keys_invite.ts";
import { keysJoin } from "./keys_join.ts";
import { keysPromote } from "./keys_promote.ts";
import { keysRecover } from "./keys_recover.ts";
import { keysRename } from "./keys_rename.ts";
import { keysRenew } from "./keys_renew.ts";
import { keysRetire } from "./keys_retire.ts";
import { keysRevoke } from "./keys_revoke.ts";
import { keysRotate } from "./keys_rotate.ts";
import { keysShow } from "./keys_show.ts";

export const keys = command(
  "keys",
  or(
    or(keysInit, keysShow, keysInvite, keysJoin, keysRotate, keysRevoke),
    or(keysPromote, keysRetire, keysRename, keysRenew),
    or(keysRecover, keysApprove),
  ),
  {
    brief: message`Found a mesh, let hosts in, put them out`,
    footer: examplesText([
      "stealthmesh keys init                  # on the first host",
      "stealthmesh keys invite                # there; prints one line",
      "stealthmesh keys join -                # on the next host, paste it",
      "stealthmesh keys show",
    ]),
  },
) as CommandParser;
