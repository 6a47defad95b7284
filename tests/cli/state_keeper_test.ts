import { deepEqual, equal, ok } from "node:assert/strict";
import {
  foundOwnMesh,
  openOwnState,
  rotateOwnKeys,
} from "../../cli/own_state.ts";
import { StateKeeper, type StateSnapshot } from "../../cli/state_keeper.ts";
import { StateStore, validityOf } from "../../mesh/host/mod.ts";
import { inStateDir } from "./child.ts";

const dayMs = 86_400_000;
const card = { name: "box", addresses: ["192.0.2.1:8443"] };

Deno.test("StateKeeper.start() tells what keys changes, and keeps both sides' entries", async () => {
  await inStateDir(async (directory) => {
    const store = await StateStore.open(directory);
    const own = await foundOwnMesh(store, card, undefined, 1_000);
    const heard = Promise.withResolvers<StateSnapshot>();
    const troubles: string[] = [];
    const state = await StateKeeper.start(store, {
      onChanged: (snapshot) => heard.resolve(snapshot),
      onTrouble: (message) => troubles.push(message),
    });

    const before = own.roster.entries();
    const rotated = await rotateOwnKeys(own, 2_000);
    // Before it hears of that, the mesh saves what it knew.
    state.saveRoster(before);
    const snapshot = await heard.promise;
    equal(snapshot.keys.generation, 1);
    await state.stop();
    const kept = (await store.readRoster()).map((entry) => entry.toHex());
    for (const entry of rotated.roster.entries()) {
      equal(kept.includes(entry.toHex()), true);
    }
    deepEqual(troubles, []);
  });
});

Deno.test("StateKeeper.reload() reports a file that cannot be read, and lives on", async () => {
  await inStateDir(async (directory) => {
    const store = await StateStore.open(directory);
    await foundOwnMesh(store, card, undefined, 1_000);
    const troubles: string[] = [];
    const state = await StateKeeper.start(store, {
      onChanged: () => {},
      onTrouble: (message) => troubles.push(message),
    });
    await Deno.writeTextFile(`${directory}/keys.cbor`, "torn");
    await state.reload();
    equal(troubles.length > 0, true);
    await state.stop();
  });
});

Deno.test("openOwnState() signs a new card only where something has changed", async () => {
  await inStateDir(async (directory) => {
    const store = await StateStore.open(directory);
    const first = await foundOwnMesh(store, card, undefined, 1_000);
    const same = await openOwnState(store, card, 2_000);
    equal(same.roster.entries().length, first.roster.entries().length);
    deepEqual(same.certificate, first.certificate);

    const moved = { ...card, addresses: ["192.0.2.9:8443"] };
    const after = await openOwnState(store, moved, 3_000);
    deepEqual(after.roster.member(after.keys.node)?.addresses, moved.addresses);
    // A dial to an address that is not in the certificate would fail.
    equal(after.certificate.keyPem === first.certificate.keyPem, false);
  });
});

for (
  const { when, laterMs, renewed } of [
    { when: "in its first years", laterMs: 8 * 365 * dayMs, renewed: false },
    { when: "in its last year", laterMs: 9.5 * 365 * dayMs, renewed: true },
    { when: "after its end", laterMs: 20 * 365 * dayMs, renewed: true },
    { when: "before its time", laterMs: -30 * dayMs, renewed: true },
  ]
) {
  Deno.test(`openOwnState() at a start ${renewed ? "renews" : "keeps"} a certificate ${when}`, async () => {
    await inStateDir(async (directory) => {
      const store = await StateStore.open(directory);
      const madeMs = Date.UTC(2026, 0, 2);
      const first = await foundOwnMesh(store, card, undefined, madeMs);
      const nowMs = madeMs + laterMs;
      // Only a start: a command must not change what the agent's port shows.
      const command = await openOwnState(store, undefined, nowMs);
      deepEqual(command.certificate, first.certificate);
      const after = await openOwnState(store, card, nowMs);
      equal(after.certificate.keyPem !== first.certificate.keyPem, renewed);
      const shown = after.roster.member(after.keys.node)?.certificate;
      deepEqual(shown, after.certificate.der);
      const { fromMs = NaN, untilMs = NaN } = validityOf(after.certificate) ??
        {};
      ok(fromMs <= nowMs && nowMs < untilMs);
    });
  });
}

Deno.test("openOwnState() finishes a rotation that a crash cut in two", async () => {
  await inStateDir(async (directory) => {
    const store = await StateStore.open(directory);
    const own = await foundOwnMesh(store, card, undefined, 1_000);
    const rotated = await rotateOwnKeys(own, 2_000);
    // The new keys were written, the roster was not.
    await store.writeRoster(
      own.roster.entries().slice(0, 1),
    );
    const after = await openOwnState(store, card, 3_000);
    equal(after.keys.generation, 1);
    equal(after.roster.member(after.keys.node)?.generation, 1);
    equal(rotated.keys.node, after.keys.node);
  });
});
