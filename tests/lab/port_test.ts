/**
 * Our port against the same web app without a mesh (a page without any socket,
 * so that `/live` is a path like any other), item by item: what a stranger sees
 * is the same but for what is random by nature; no token, good once or never,
 * takes another time than a wrong path; and all of it together costs no more
 * than `port/time_verdict.ts` says. `deno task lab:port` flips every bit of the
 * recordings, `deno task lab` one in eight.
 */
import { deepEqual, equal } from "node:assert/strict";
import { timeAnswers, type TimedRequest } from "./port/answer_times.ts";
import { byteProbes } from "./port/byte_probes.ts";
import { http2Probes } from "./port/http2_probes.ts";
import { type BadTokens, httpProbes } from "./port/http_probes.ts";
import { freePort, type LabPair, makePair } from "./port/lab_pair.ts";
import { LabPort } from "./port/lab_port.ts";
import { nmapProbe } from "./port/nmap_scan.ts";
import { compareAll, type Probe, type Target, verdict } from "./port/probe.ts";
import { Recorder, recordHello } from "./port/recorder.ts";
import {
  flippedRecordingProbes,
  flippedUpgradeProbes,
  recordingProbes,
} from "./port/replay_probes.ts";
import { pause, talkTls } from "./port/talk.ts";
import { judgeTimes } from "./port/time_verdict.ts";
import { tlsProbes } from "./port/tls_probes.ts";
import { upgradeRequest } from "./port/upgrade_request.ts";
import { labIsImpossible, report } from "./lab_site.ts";

const ignore = await labIsImpossible();
/** Bits of the recordings to go from one flip to the next. */
const every = Deno.env.get("STEALTHMESH_LAB") === "whole" ? 1 : 8;
const parallel = 48;
const rounds = 1_500;
const timingTriesMax = 3;

Deno.test({
  name:
    "lab: our port shows what the page alone shows, and no request in another time",
  ignore,
  async fn() {
    const [ours, theirs] = [freePort(), freePort()];
    await using wire = new Recorder(0, ours);
    // Nobody is where the peer says it is, so the peer dials, past the recorder.
    const addresses = [`127.0.0.1:${wire.port}`, "127.0.0.1:1"] as const;
    const pair = await makePair(addresses, [ours, theirs], "lan");
    await using mesh = await LabPort.start("mesh", pair.plan(0));
    // While the peer's link is up, and with it the cell clock.
    await using _peer = await LabPort.start("mesh", pair.plan(1));
    await using page = await LabPort.start("page", planOf(pair, freePort()));
    await using again = await LabPort.start("page", planOf(pair, freePort()));
    const { certificatePem } = pair.certificate;
    const target = ({ port }: LabPort): Target => ({ port, certificatePem });
    const recorded = await recordingOf(wire);
    const used = await useToken(target(mesh), pair);
    const tokens = badTokens(pair, used);

    // nmap waits most of its minute; meanwhile the others probe.
    const nmap = compareAll([nmapProbe], target(mesh), target(page), 1);
    const probes: Readonly<Record<string, Probe[]>> = {
      "bytes": byteProbes(await recordHello(certificatePem)),
      "OpenSSL": tlsProbes(),
      "HTTP and upgrades": httpProbes(tokens),
      "HTTP/2": http2Probes(),
      "a member's stream again": recordingProbes(recorded),
      "with a bit flipped": flippedRecordingProbes(recorded, every),
      "a used upgrade with a bit flipped": flippedUpgradeProbes(
        upgradeRequest({ token: used }),
        every,
      ),
    };
    for (const [title, each] of Object.entries(probes)) {
      report(
        1,
        verdict(
          title,
          await compareAll(each, target(mesh), target(page), parallel),
        ),
      );
    }
    report(1, verdict("nmap", await nmap));

    const timed = (side: string, of: LabPort): TimedRequest[] => [
      timedRequest(`${side}: nowhere`, target(of), "/livf", () => used),
      // No token is shorter to send and to read, for the page as well.
      ...Object.entries(tokens).filter(([, token]) => token).map((
        [name, token],
      ) =>
        timedRequest(
          `${side}: ${name}`,
          target(of),
          "/live",
          name === "a random token" ? randomToken : () => token ?? used,
        )
      ),
    ];
    // What is unlike by our doing is so in every try; what a load on the machine
    // did to one process, or chance to one of fourteen comparisons, is not.
    let always: string[] | undefined;
    for (let tries = 1; tries <= timingTriesMax; tries++) {
      const requests = [
        ...timed("ours", mesh),
        ...timed("page", page),
        ...timed("twin", again),
      ];
      const { lines, unlike } = judgeTimes(await timeAnswers(requests, rounds));
      for (const line of lines) report(tries, line);
      always = (always ?? unlike).filter((each) => unlike.includes(each));
      if (always.length === 0) break;
    }
    deepEqual(always, [], `unlike ${timingTriesMax} times`);
  },
});

function planOf(pair: LabPair, port: number): ReturnType<LabPair["plan"]> {
  const plan = pair.plan(0);
  return { ...plan, listen: { ...plan.listen, port } };
}

function timedRequest(
  name: string,
  target: Target,
  path: string,
  token: () => Uint8Array,
): TimedRequest {
  const next = () => {
    randomToken(); // Each kind costs the sender the same.
    return upgradeRequest({ path, token: token() });
  };
  return { name, target, next };
}

/** What a genuine member says from its first byte into its first cells. */
async function recordingOf(wire: Recorder): Promise<Uint8Array> {
  for (let tries = 0; tries < 600; tries++) {
    const said = wire.said();
    if (said.length > 3_000) return said;
    await pause(100);
  }
  throw new Error("the peer never dialled");
}

/** A token that our gate has let in, once. */
async function useToken(target: Target, pair: LabPair): Promise<Uint8Array> {
  const token = pair.token(Date.now());
  const parts = [upgradeRequest({ token })];
  const { bytes } = await talkTls(target, { parts });
  equal(new TextDecoder().decode(bytes.subarray(0, 12)), "HTTP/1.1 101");
  return token;
}

function badTokens(pair: LabPair, used: Uint8Array): BadTokens {
  const now = Date.now();
  return {
    "no token": undefined,
    "zeros": new Uint8Array(32),
    "a random token": randomToken(),
    "a known selector": used.with(31, used[31]! ^ 1),
    "an expired token": pair.token(now - 120_000),
    "a token for later": pair.token(now + 600_000),
    "a used token": used,
  };
}

function randomToken(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
