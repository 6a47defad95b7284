import { ok } from "node:assert/strict";
import { byteProbes } from "./port/byte_probes.ts";
import { httpProbes } from "./port/http_probes.ts";
import { freePort, makePair } from "./port/lab_pair.ts";
import { LabPort } from "./port/lab_port.ts";
import { compareAll, verdict } from "./port/probe.ts";
import { Recorder, recordHello } from "./port/recorder.ts";
import {
  flippedRecordingProbes,
  flippedUpgradeProbes,
  recordingProbes,
} from "./port/replay_probes.ts";
import { tlsProbes } from "./port/tls_probes.ts";
import { http2Probes } from "./port/http2_probes.ts";
import { upgradeRequest } from "./port/upgrade_request.ts";
import { pause, talkTls } from "./port/talk.ts";
import { quantileOf, timeAnswers } from "./port/answer_times.ts";
import { mannWhitney } from "./port/mann_whitney.ts";

Deno.test("lab: port like page alone", async () => {
  const [a, b] = [freePort(), freePort()];
  const rec = new Recorder(0, a);
  const pair = await makePair([`127.0.0.1:${rec.port}`, `127.0.0.1:${b}`], [
    a,
    b,
  ], "lan");
  await using mesh = await LabPort.start("mesh", pair.plan(0));
  const plan = pair.plan(0);
  await using page = await LabPort.start("page", {
    ...plan,
    listen: { ...plan.listen, port: freePort() },
  });
  const { certificatePem } = pair.certificate;
  const [one, other] = [mesh, page].map(({ port }) => ({
    port,
    certificatePem,
  })) as [any, any];
  {
    await using _peer = await LabPort.start("mesh", pair.plan(1));
    for (let i = 0; i < 100 && rec.said().length < 3000; i++) await pause(100);
  }
  const recorded = rec.said();
  console.log("recorded", recorded.length);
  const hello = await recordHello(certificatePem);
  ok(hello.length > 100);
  const now = Date.now();
  const used = pair.token(now);
  const got = await talkTls(one, { parts: [upgradeRequest({ token: used })] });
  console.log(new TextDecoder().decode(got.bytes.slice(0, 30)), got.end);
  const tokens = {
    "no token": undefined,
    "a token of zeros": new Uint8Array(32),
    "a random token": crypto.getRandomValues(new Uint8Array(32)),
    "an expired token": pair.token(now - 120_000),
    "a token for later": pair.token(now + 120_000),
    "a used token": used,
  };
  const table = {
    bytes: byteProbes(hello),
    http: httpProbes(tokens),
    tls: tlsProbes(),
    h2: http2Probes(),
    recording: recordingProbes(recorded),
    flips: flippedRecordingProbes(recorded, 8),
    upgrade: flippedUpgradeProbes(upgradeRequest({ token: used }), 8),
  };
  for (const [name, probes] of Object.entries(table)) {
    const t = performance.now();
    const c = await compareAll(probes, one, other, 48);
    try {
      console.log(
        verdict(name, c),
        performance.now() - t,
        new Set(c.map((x) => x.seen[0])).size,
        "distinct",
      );
    } catch (e) {
      console.log(String(e).slice(0, 2000));
    }
  }
  const req = (token?: Uint8Array, path = "/live") =>
    upgradeRequest({ token: token ?? new Uint8Array(32), path });
  const t = performance.now();
  const times = await timeAnswers([
    { name: "zeros", target: one, next: () => req() },
    {
      name: "random",
      target: one,
      next: () => req(crypto.getRandomValues(new Uint8Array(32))),
    },
    { name: "used", target: one, next: () => req(used) },
    {
      name: "expired",
      target: one,
      next: () => req(tokens["an expired token"]),
    },
    { name: "elsewhere", target: one, next: () => req(used, "/livf") },
    { name: "ref live", target: other, next: () => req(used) },
    { name: "ref elsewhere", target: other, next: () => req(used, "/livf") },
  ], 1000);
  console.log("timing", performance.now() - t);
  for (const [name, s] of times) {
    console.log(
      name,
      quantileOf(s, .1).toFixed(0),
      quantileOf(s, .5).toFixed(0),
      quantileOf(s, .9).toFixed(0),
      mannWhitney(s, times.get("elsewhere")!),
      mannWhitney(s, times.get("ref elsewhere")!),
    );
  }
  await rec[Symbol.asyncDispose]();
});
