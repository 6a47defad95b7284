/**
 * What strangers and bad members can do to the cells of the others: nothing
 * that shows. The node's own timers say how late its cells were.
 */
import { equal, ok } from "node:assert/strict";
import { quantileOf } from "./port/answer_times.ts";
import { freePort, type LabPair, makePair } from "./port/lab_pair.ts";
import { LabPort } from "./port/lab_port.ts";
import type { Target } from "./port/probe.ts";
import { latin1, pause } from "./port/talk.ts";
import { upgradeRequest } from "./port/upgrade_request.ts";
import { labIsImpossible, report } from "./lab_site.ts";

const ignore = await labIsImpossible();
const watchMs = 6_000;
/**
 * How much later than in peace 19 of 20 cells may be. A cell may be up to T/4,
 * 62 ms, late before its slot is skipped; timers of a busy host with two cores
 * are late by a few milliseconds whoever keeps them busy.
 */
const laterMsMax = 10;

interface Scene {
  readonly port: LabPort;
  readonly pair: LabPair;
  readonly target: Target;
  /** How late 19 of 20 cells at most were while `act` went on. */
  during(act: () => Promise<void>): Promise<number>;
}

async function withScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const ours = freePort();
  const addresses = [`127.0.0.1:${ours}`, "127.0.0.1:1"] as const;
  const pair = await makePair(addresses, [ours, freePort()], "lan");
  await using port = await LabPort.start("timed", pair.plan(0));
  await using _peer = await LabPort.start("mesh", pair.plan(1));
  for (let tries = 0; (await port.lateness()).links === 0; tries++) {
    ok(tries < 100, "the peer never came");
    await pause(100);
  }
  const { certificatePem } = pair.certificate;
  await play({
    port,
    pair,
    target: { port: ours, certificatePem },
    async during(act) {
      await pause(500);
      await port.lateness();
      await Promise.all([act(), pause(watchMs)]);
      const { lateMs, links } = await port.lateness();
      // 4 cells a second and the housekeeping.
      ok(lateMs.length > watchMs / 1_000 * 4, `${lateMs.length} timers`);
      equal(links, 1, "the peer's link must be up");
      return quantileOf(lateMs, 0.95);
    },
  });
}

Deno.test({
  name: "lab: 500 half-open strangers do not make a peer's cells late",
  ignore,
  fn: () =>
    withScene(async ({ target, during }) => {
      const peaceMs = await during(async () => {});
      const strangers: Deno.Conn[] = [];
      const siegeMs = await during(async () => {
        // Nothing, half a hello, plain HTTP: each as a third of them says.
        const words = ["", "\x16\x03\x01\x02\x00\x01", "GET / HT"];
        for (let nth = 0; nth < 500; nth++) {
          const stranger = await Deno.connect({
            hostname: "127.0.0.1",
            port: target.port,
          });
          strangers.push(stranger);
          const said = words[nth % 3] ?? "";
          if (said) await stranger.write(latin1(said));
        }
      });
      for (const stranger of strangers) stranger.close();
      report(
        2,
        `cells late by (p95): peace ${peaceMs.toFixed(1)} ms, 500 half-open ${
          siegeMs.toFixed(1)
        } ms`,
      );
      ok(siegeMs < peaceMs + laterMsMax);
    }),
});

/** What a member who got in says instead of cells, masked by a key of zeros. */
const badTalk: Readonly<Record<string, readonly Uint8Array[]>> = {
  "nothing": [],
  "cells of garbage": Array.from({ length: 40 }, () => frameOf(0x82, 512)),
  "a text": [frameOf(0x81, 512)],
  "a message too long": [frameOf(0x82, 65_535)],
  "a length of 2^62": [Uint8Array.fromHex("82ff400000000000000000000000")],
  "a message in pieces": [frameOf(0x02, 100), frameOf(0x80, 412)],
  "pieces without end": [
    frameOf(0x02, 512),
    ...Array.from({ length: 2_000 }, () => frameOf(0x00, 512)),
  ],
  "a compressed frame": [frameOf(0xc2, 512)],
  "an unmasked frame": [
    new Uint8Array([0x82, 0x7e, 2, 0, ...new Uint8Array(512)]),
  ],
  "an unknown opcode": [frameOf(0x83, 10)],
  "a ping too long": [frameOf(0x89, 200)],
  "5,000 pings": Array.from({ length: 5_000 }, () => frameOf(0x89, 100)),
  "a close, then cells": [frameOf(0x88, 0), frameOf(0x82, 512)],
};

Deno.test({
  name:
    "lab: whatever a member says instead of cells, others' cells stay on time",
  ignore,
  fn: () =>
    withScene(async ({ target, pair, during, port }) => {
      const peaceMs = await during(async () => {});
      const lines: Deno.TlsConn[] = [];
      const siegeMs = await during(async () => {
        for (const frames of Object.values(badTalk)) {
          const line = await Deno.connectTls({
            hostname: "127.0.0.1",
            port: target.port,
            caCerts: [target.certificatePem],
            alpnProtocols: ["http/1.1"],
          });
          lines.push(line);
          const token = pair.token(Date.now());
          await line.write(upgradeRequest({ token }));
          const head = new Uint8Array(512);
          const count = await line.read(head) ?? 0;
          equal(
            new TextDecoder().decode(head.subarray(9, 12)),
            "101",
            `${count}`,
          );
          try {
            for (const frame of frames) await line.write(frame);
          } catch {
            // Thrown out before the end of it.
          }
        }
      });
      const { counters } = await port.lateness();
      for (const line of lines) line.close();
      report(
        3,
        `cells late by (p95): peace ${
          peaceMs.toFixed(1)
        } ms, among bad members ${siegeMs.toFixed(1)} ms; ${
          JSON.stringify(counters)
        }`,
      );
      ok((counters["foul"] ?? 0) >= 3, "nobody was thrown out");
      ok(siegeMs < peaceMs + laterMsMax);
    }),
});

Deno.test({
  name: "lab: 2,000 bad tokens cost the gate nothing that a page does not cost",
  ignore,
  fn: () =>
    withScene(async ({ target, during, port }) => {
      const peaceMs = await during(async () => {});
      const before = port.cpuSeconds();
      let asked = 0;
      const siegeMs = await during(async () => {
        const line = await Deno.connectTls({
          hostname: "127.0.0.1",
          port: target.port,
          caCerts: [target.certificatePem],
          alpnProtocols: ["http/1.1"],
        });
        const reading = (async () => {
          const buffer = new Uint8Array(65_536);
          while (await line.read(buffer).catch(() => null) !== null);
        })();
        for (; asked < 2_000; asked++) {
          await line.write(upgradeRequest({
            token: crypto.getRandomValues(new Uint8Array(32)),
          }));
        }
        await pause(200);
        line.close();
        await reading;
      });
      const cpuMicroseconds = (port.cpuSeconds() - before) * 1e6 / asked;
      report(
        4,
        `cells late by (p95): peace ${
          peaceMs.toFixed(1)
        } ms, under bad tokens ${siegeMs.toFixed(1)} ms; ${
          cpuMicroseconds.toFixed(0)
        } µs of CPU per request, HTTP and cells included`,
      );
      ok(siegeMs < peaceMs + laterMsMax);
    }),
});

/** A masked frame (RFC 6455, section 5.2); 0x80 of the first byte ends it. */
function frameOf(first: number, size: number): Uint8Array {
  const length = size < 126 ? [0x80 | size] : [0xfe, size >> 8, size & 255];
  return new Uint8Array([
    first,
    ...length,
    0,
    0,
    0,
    0,
    ...new Uint8Array(size),
  ]);
}
