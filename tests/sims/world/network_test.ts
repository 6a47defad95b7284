import { deepEqual, equal, ok } from "node:assert/strict";
import { cellBytes, type TransportEvent } from "../../../mesh/mod.ts";
import { VirtualClock } from "../../../sims/world/clock.ts";
import { HostClock } from "../../../sims/world/host_clock.ts";
import { VirtualNetwork } from "../../../sims/world/network.ts";
import { SeededRandom } from "../../../sims/world/random.ts";

/** Two hosts and a connection from a to b; what b hears, with times. */
function joined() {
  const clock = new VirtualClock(0);
  const delay = { baseMs: 10, jitterMs: 0 };
  const network = new VirtualNetwork(clock, new SeededRandom("n"), delay);
  const heard: [number, string][] = [];
  const told: [number, TransportEvent["type"]][] = [];
  const hostClock = new HostClock(clock);
  network.listen("a", {
    admit: () => true,
    transport: ({ type }) => told.push([clock.nowMs(), type]),
  });
  network.listen("b", {
    admit: () => true,
    turn: (act) => hostClock.turn(act),
    transport: (event) =>
      heard.push([
        clock.nowMs(),
        event.type === "cell" ? `cell ${event.cell[0]}` : event.type,
      ]),
  });
  const transport = network.transportOf("a");
  const dial = (address: string, link = 1) =>
    transport.dial({
      link,
      address,
      certificate: new Uint8Array(),
      token: new Uint8Array(32),
    });
  dial("b");
  clock.run(20);
  heard.length = told.length = 0;
  const send = (...numbers: number[]) => {
    for (const number of numbers) {
      transport.send(1, new Uint8Array(cellBytes).fill(number));
    }
  };
  return { clock, network, heard, told, transport, dial, send, hostClock };
}

Deno.test("VirtualNetwork carries cells in order after the delay", () => {
  const { clock, heard, send } = joined();
  send(1, 2);
  clock.run(100);
  deepEqual(heard, [[30, "cell 1"], [30, "cell 2"]]);
});

Deno.test("VirtualNetwork brings what a cut held back with a retransmission", () => {
  const { clock, network, heard, send } = joined();
  network.cutOneWay("a", "b");
  send(1, 2);
  clock.run(500);
  deepEqual(heard, []);
  network.cutOneWay("a", "b", false);
  clock.run(2_000);
  // Tries after 0.2, 0.6 and 1.4 s.
  deepEqual(heard, [[630, "cell 1"], [630, "cell 2"]]);
  equal(network.lost, 0);
});

Deno.test("VirtualNetwork loses for good only where it is told to", () => {
  const { clock, network, heard, send } = joined();
  network.setWeather("a", "b", { lossShare: 1, losesForGood: true });
  send(1);
  network.setWeather("a", "b");
  send(2);
  clock.run(1_000);
  deepEqual(heard, [[30, "cell 2"]]);
  equal(network.lost, 1);
});

Deno.test("VirtualNetwork ends a connection whose loss does not end", () => {
  const { clock, network, told, heard, send } = joined();
  network.setWeather("a", "b", { lossShare: 1 });
  send(1);
  clock.run(3_600_000);
  equal(network.died, 1);
  equal(told.at(-1)?.[1], "closed");
  equal(heard.at(-1)?.[1], "closed");
});

Deno.test("VirtualNetwork ends a connection whose buffer overflows", () => {
  const { clock, network, told, send } = joined();
  network.cut("a", "b");
  for (let at = 0; at < 70; at++) send(at);
  clock.run(1);
  equal(network.died, 1);
  equal(told.at(-1)?.[1], "closed");
});

Deno.test("VirtualNetwork spreads cells over time where bandwidth is short", () => {
  const { clock, network, heard, send } = joined();
  // 582 bytes on the wire at 5,820 bytes a second: ten cells a second.
  network.setWeather("a", "b", { bytesPerSecond: 5_820 });
  send(1, 2, 3);
  clock.run(1_000);
  deepEqual(heard.map(([atMs]) => Math.round(atMs)), [130, 230, 330]);
});

Deno.test("VirtualNetwork drops what a full queue does not take, and brings it later", () => {
  const { clock, network, heard, send } = joined();
  network.setWeather("a", "b", { bytesPerSecond: 5_820, queueBytesMax: 1_200 });
  send(1, 2, 3, 4);
  clock.run(5_000);
  deepEqual(
    heard.map(([, what]) => what),
    [1, 2, 3, 4].map((n) => `cell ${n}`),
  );
  ok(heard[2]![0] >= 330, "not before the retransmission");
});

Deno.test("VirtualNetwork.kill() tells nobody, crash() everybody", () => {
  for (const way of ["kill", "crash"] as const) {
    const { clock, network, told } = joined();
    network[way]("b");
    clock.run(60_000);
    deepEqual(told.map(([, type]) => type), way === "kill" ? [] : ["closed"]);
  }
});

Deno.test("VirtualNetwork lets nobody dial a host that can only dial", () => {
  const { clock, network, told, dial } = joined();
  network.closeToDials("b");
  dial("b", 2);
  clock.run(30_000);
  deepEqual(told, [[10_020, "closed"]]);
});

Deno.test("HostClock.stall() holds cells and timers back, then all at once", () => {
  const { clock, heard, send, hostClock } = joined();
  const woken: number[] = [];
  hostClock.after(50, () => woken.push(clock.nowMs()));
  hostClock.stall(500);
  send(1);
  clock.run(100);
  send(2);
  clock.run(1_000);
  deepEqual(heard, [[520, "cell 1"], [520, "cell 2"]]);
  deepEqual(woken, [520]);
});

Deno.test("HostClock drifts, jumps, and forgets the timers of a former program", () => {
  const sky = new VirtualClock(0);
  const clock = new HostClock(sky, 100_000);
  const woken: number[] = [];
  clock.after(1_100, () => woken.push(sky.nowMs()));
  clock.wallShiftMs = 7_000;
  sky.run(1_000);
  deepEqual(woken.map(Math.round), [1_000]);
  deepEqual([Math.round(clock.nowMs()), clock.wallMs()], [1_100, 8_100]);
  clock.after(10, () => woken.push(-1));
  const cancel = clock.after(20, () => woken.push(-2));
  cancel();
  equal(clock.timers, 1);
  clock.abandon();
  sky.run(1_000);
  equal(woken.length, 1);
});
