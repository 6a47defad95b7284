import { deepEqual } from "node:assert/strict";
import { RosterKeeper } from "../../cli/roster_keeper.ts";
import {
  generateKeyMaterial,
  type MeshCommand,
  nodeIdOf,
  type NodeKeys,
  Roster,
} from "../../mesh/mod.ts";

/** Key material that differs from call to call. */
let drawn = 0;
const random = { fill: (bytes: Uint8Array) => void bytes.fill(++drawn) };

function keysOf(generation: number): NodeKeys {
  const material = generateKeyMaterial(random);
  return { ...material, node: nodeIdOf(material.signing.public), generation };
}

function inviteOf(byte: number) {
  const bytes = new Uint8Array(32).fill(byte);
  return { id: bytes, psk: bytes, gateKey: bytes, expiresAtMs: 9 };
}

function keeper() {
  const sent: MeshCommand["type"][] = [];
  const keys = keysOf(0);
  const roster = new Roster(new Uint8Array(32));
  const mesh = { send: ({ type }: MeshCommand) => void sent.push(type) };
  const subject = new RosterKeeper(
    { keys, roster },
    [inviteOf(1)],
    mesh,
    0,
  );
  return { subject, keys, sent };
}

Deno.test("RosterKeeper.takeUp() opens only invites that are new, once", () => {
  const { subject, keys, sent } = keeper();
  const state = { keys, invites: [inviteOf(1), inviteOf(2)], roster: [] };
  subject.takeUp(state);
  subject.takeUp(state);
  deepEqual(sent, ["merge_roster", "open_invite", "merge_roster"]);
});

Deno.test("RosterKeeper.takeUp() uses new keys after the roster that links them", () => {
  const { subject, sent } = keeper();
  const state = { keys: keysOf(1), invites: [inviteOf(1)], roster: [] };
  subject.takeUp(state);
  subject.takeUp(state);
  deepEqual(sent, ["merge_roster", "use_keys", "merge_roster"]);
});

Deno.test("RosterKeeper.takeUp() closes an invite that was taken back, once", () => {
  const { subject, keys, sent } = keeper();
  const state = { keys, invites: [], roster: [] };
  subject.takeUp(state);
  subject.takeUp(state);
  deepEqual(sent, ["merge_roster", "close_invite", "merge_roster"]);
});
