import { deepEqual, equal, ok } from "node:assert/strict";
import { Doorway } from "../../mesh/doorway.ts";
import { generateKeyMaterial } from "../../mesh/keys.ts";
import { Roster } from "../../mesh/roster.ts";
import { writeRotation } from "../../mesh/roster_entry.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import { VirtualMesh } from "./virtual_mesh.ts";

/** Two members, each with a doorway on its own copy of the roster. */
function twoDoorways() {
  const mesh = new VirtualMesh({ nodes: 2 });
  const wallMs = mesh.clock.wallMs();
  const ends = mesh.nodes.map(({ keys }) => {
    const roster = new Roster(mesh.meshId);
    roster.merge(mesh.roster, wallMs);
    const doorway = new Doorway(keys, mesh.meshSecret);
    doorway.refresh(roster, [], wallMs);
    return { keys, roster, doorway };
  });
  const [host, guest] = ends;
  ok(host && guest);
  /** A token of the guest for the host, under the keys each knows now. */
  const token = () => {
    const member = guest.roster.member(host.keys.node);
    ok(member);
    const pass = guest.doorway.passTo(member);
    return guest.doorway.tokenFor(pass, wallMs, mesh.random);
  };
  const rotate = (end: typeof host) => {
    const next = {
      ...generateKeyMaterial(mesh.random),
      node: end.keys.node,
      generation: 1,
    };
    const { meshId } = mesh;
    const entry = writeRotation({
      meshId,
      old: end.keys,
      next,
      nowMs: wallMs,
    });
    end.roster.merge([entry], wallMs);
    end.doorway.useKeys(next);
    end.doorway.refresh(end.roster, [], wallMs);
    return entry;
  };
  return { mesh, wallMs, host, guest, token, rotate };
}

Deno.test("Doorway.admit() lets a member in once and says who it is", () => {
  const { host, guest, token, wallMs } = twoDoorways();
  const shown = token();
  equal(host.doorway.admit(shown, wallMs), true);
  const pass = host.doorway.passOf(shown);
  equal(pass?.type === "member" && pass.node, guest.keys.node);
  equal(host.doorway.passOf(shown), undefined, "answers once");
  equal(host.doorway.admit(shown, wallMs), false, "admits once");
});

Deno.test("Doorway: both ends of a pair derive the same psk", () => {
  const { host, token, guest, wallMs } = twoDoorways();
  const shown = token();
  host.doorway.admit(shown, wallMs);
  const pass = host.doorway.passOf(shown);
  const member = guest.roster.member(host.keys.node);
  ok(pass?.type === "member" && member);
  deepEqual(pass.psk, guest.doorway.passTo(member).psk);
});

Deno.test("Doorway lets in who missed the host's rotation", () => {
  const { host, token, rotate, wallMs } = twoDoorways();
  rotate(host);
  equal(host.doorway.admit(token(), wallMs), true);
});

Deno.test("Doorway lets a member's former key in for a minute", () => {
  const { host, guest, token, rotate, wallMs } = twoDoorways();
  const former = token();
  const later = token();
  host.roster.merge([rotate(guest)], wallMs);
  host.doorway.refresh(host.roster, [], wallMs);
  equal(host.doorway.admit(former, wallMs), true);
  equal(host.doorway.admit(token(), wallMs), true, "the new key, too");
  equal(host.doorway.outlived(wallMs + 59_000), false);
  equal(host.doorway.outlived(wallMs + 60_000), true);
  host.doorway.refresh(host.roster, [], wallMs + 60_000);
  equal(host.doorway.admit(later, wallMs), false);
});

Deno.test("Doorway closes to a revoked member and does not honour its session", () => {
  const { mesh, host, guest, token, wallMs } = twoDoorways();
  const shown = token();
  host.doorway.admit(shown, wallMs);
  const pass = host.doorway.passOf(shown);
  ok(pass?.type === "member");
  equal(host.doorway.honours(pass), true);
  const entry = writeRevocation({
    meshId: mesh.meshId,
    signer: mesh.operator,
    by: "operator",
    node: guest.keys.node,
    nowMs: wallMs,
  });
  host.roster.merge([entry], wallMs);
  host.doorway.refresh(host.roster, [], wallMs);
  equal(host.doorway.honours(pass), false);
  equal(host.doorway.admit(token(), wallMs), false);
});
