/**
 * The handshake as it crosses the wire: cells, not messages. The attacker of
 * these tables sits inside the TLS connection.
 */
import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { cellBytes, handshakeCellsMax } from "../../mesh/limits.ts";
import type { LinkOptions } from "../../mesh/link.ts";
import { HandshakeState } from "../../mesh/noise/handshake_state.ts";
import { parseProtocolName } from "../../mesh/noise/protocol_name.ts";
import {
  drawBytes,
  drawKeys,
  type End,
  LinkPair,
  type LinkPairOptions,
  type PairCell,
  pairPace,
} from "./link_pair.ts";
import { seededRandom } from "./virtual_world.ts";

const kinds = [
  { guest: false, name: "IKhfs+psk2", pieces: [3, 3] },
  { guest: true, name: "XXhfs+psk3", pieces: [3, 3, 1] },
];

/** The handshake of a pair that nobody disturbs. */
function recorded(guest: boolean): PairCell[] {
  const pair = new LinkPair({ guest });
  const said: PairCell[] = [];
  while (!pair.isOpen) {
    pair.run(1);
    ok(pair.nowMs < 5_000);
  }
  const counts = guest ? [4, 3] : [3, 3];
  for (const end of [0, 1] as const) {
    const spoken = pair.sentBy(end).filter(({ cell }) => cell[0] !== 0);
    said.push(...spoken.slice(0, counts[end]));
  }
  return said;
}

for (const { guest, name, pieces } of kinds) {
  Deno.test(`${name} takes cells of 512 bytes, in a row, full to the end`, () => {
    const said = recorded(guest);
    equal(said.length, pieces.reduce((sum, count) => sum + count));
    ok(said.length <= handshakeCellsMax);
    for (const end of [0, 1] as const) {
      const own = said.filter(({ from }) => from === end);
      const messages = pieces.filter((_, index) => index % 2 === end);
      const expected = messages.flatMap((count) =>
        Array.from({ length: count }, (_, at) => at === count - 1 ? 2 : 1)
      );
      deepEqual(own.map(({ cell }) => cell[0]), expected);
      for (const { cell } of own) equal(cell.length, cellBytes);
      // No gap within the first message of either end.
      const [first, second, third] = own.map(({ index }) => index);
      deepEqual([second, third], [first! + 1, first! + 2]);
    }
  });

  Deno.test(`${name} opens within nine slots and hears the other's pace`, () => {
    const pair = new LinkPair({
      guest,
      change: (end, options) => ({
        ...options,
        pace: { ...pairPace, periodMs: pairPace.periodMs + end },
      }),
    });
    pair.run(9 * pairPace.periodMs);
    ok(pair.isOpen);
    deepEqual(pair.links.map((link) => link.peerPeriodMs), [251, 250]);
    deepEqual(pair.counts, {});
  });

  Deno.test(`${name} opens without slots in one exchange per message`, () => {
    const pair = new LinkPair({
      guest,
      pace: { periodMs: 1_000, slotted: false },
    });
    pair.run(1_100);
    ok(pair.isOpen);
    // Without slots each cell tells its own time, and that is counted.
    const { cells_off_slots, cells_unslotted, ...others } = pair.counts;
    ok(cells_off_slots! <= cells_unslotted!);
    deepEqual(others, {});
    deepEqual(pair.sizes, new Set([cellBytes]));
  });
}

/** Each makes one end refuse; the handshake must cost the same all the same. */
const failures: { name: string; change: LinkPairOptions; guest?: boolean }[] = [
  {
    name: "another psk",
    change: { psks: [drawBytes(32), drawBytes(32)] },
  },
  {
    name: "another mesh",
    change: { meshIds: [drawBytes(32), drawBytes(32)] },
  },
  { name: "another responder", change: { believed: drawKeys().noise.public } },
  {
    name: "an initiator whom the pass does not name",
    guest: false,
    change: {
      change: (end, options) =>
        end === 0 ? options : { ...options, peer: drawBytes(32) },
    },
  },
  {
    name: "a classical initiator",
    change: {
      change: (end, options) => end === 1 ? options : classical(options),
    },
  },
  {
    name: "a classical responder",
    change: {
      change: (end, options) => end === 0 ? options : classical(options),
    },
  },
];

/** The end as it was before post-quantum handshakes. */
function classical(options: LinkOptions): LinkOptions {
  const keys = drawKeys();
  return {
    ...options,
    handshake: new HandshakeState({
      protocol: parseProtocolName("Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s"),
      initiator: options.dialled,
      prologue: new Uint8Array(0),
      random: options.random,
      s: keys.noise,
      psks: [new Uint8Array(32)],
    }),
    peer: undefined,
  };
}

for (const { name, change, guest: only } of failures) {
  for (const { guest, name: pattern } of kinds) {
    if (only !== undefined && only !== guest) continue;
    Deno.test(`${pattern} with ${name} fails and costs as many cells`, () => {
      const pair = new LinkPair({ guest, ...change });
      pair.run(20 * pairPace.periodMs);
      ok(pair.links.every((link) => !link.isOpen));
      deepEqual(pair.heard, [[], []]);
      deepEqual(pair.counts.handshakes_rejected, 1);
      const spent = pair.links.findIndex((link) => link.isSpent) as End;
      ok(spent >= 0);
      // The end that refused went on, slot by slot.
      equal(pair.sentBy(spent).length, 20);
      deepEqual(pair.sizes, new Set([cellBytes]));
    });
  }
}

Deno.test("Link.isSpent comes after as many cells as a handshake has", () => {
  for (const { name, change } of failures) {
    const pair = new LinkPair(change);
    let sent = -1;
    while (sent < 0) {
      pair.run(1);
      ok(pair.nowMs < 10_000, name);
      const at = pair.links.findIndex((link) => link.isSpent);
      if (at >= 0) sent = pair.sentBy(at as End).length;
    }
    equal(sent, handshakeCellsMax, name);
  }
});

/** What the wire does to one end's cells, by their index. */
const attacks: {
  name: string;
  wire: (sent: PairCell, memory: Uint8Array[]) => readonly Uint8Array[];
}[] = [
  {
    name: "the first piece is lost",
    wire: ({ cell, index }) => index === 0 ? [] : [cell],
  },
  {
    name: "the second piece is lost",
    wire: ({ cell, index }) => index === 1 ? [] : [cell],
  },
  {
    name: "the last piece is lost",
    wire: ({ cell, index }) => index === 2 ? [] : [cell],
  },
  {
    name: "a piece comes twice",
    wire: ({ cell, index }) => index === 1 ? [cell, cell] : [cell],
  },
  {
    name: "two pieces change places",
    wire: ({ cell, index }, memory) => {
      if (index === 0) memory.push(cell);
      return index === 0 ? [] : index === 1 ? [cell, ...memory] : [cell];
    },
  },
  {
    name: "a filler comes between two pieces",
    wire: ({ cell, index }) =>
      index === 1 ? [new Uint8Array(cellBytes), cell] : [cell],
  },
  {
    name: "a piece is called the last too early",
    wire: ({ cell, index }) => [index === 1 ? cell.with(0, 2) : cell],
  },
  {
    name: "the last piece promises more",
    wire: ({ cell, index }) => [index === 2 ? cell.with(0, 1) : cell],
  },
  {
    name: "a piece has a kind of its own",
    wire: ({ cell, index }) => [index === 0 ? cell.with(0, 3) : cell],
  },
  {
    name: "pieces without end",
    wire: ({ cell }) => [cell.with(0, 1), cell.with(0, 1), cell.with(0, 1)],
  },
];

for (const { name, wire } of attacks) {
  for (const { guest, name: pattern } of kinds) {
    for (const victim of [0, 1] as const) {
      const title = `${pattern} refuses the ${
        victim === 1 ? "dialler" : "answer"
      } when ${name}`;
      Deno.test(title, () => {
        const memory: Uint8Array[] = [];
        let spoken = 0;
        const pair = new LinkPair({
          guest,
          wire: (sent) => {
            if (sent.from === victim || sent.cell[0] === 0) return [sent.cell];
            return wire({ ...sent, index: spoken++ }, memory);
          },
        });
        pair.run(20 * pairPace.periodMs);
        ok(!pair.links[victim].isOpen);
        equal(pair.counts.handshakes_rejected ?? 0, 1);
        ok(pair.links[victim].isSpent);
      });
    }
  }
}

Deno.test("Link counts the last piece that comes twice, and opens once", () => {
  let spoken = 0;
  const pair = new LinkPair({
    wire: ({ cell, from }) =>
      from === 1 && cell[0] !== 0 && ++spoken === 3 ? [cell, cell] : [cell],
  });
  pair.run(4_000);
  // The second copy is taken for a sealed cell, and is none.
  deepEqual(pair.counts, { cells_rejected: 1 });
  deepEqual(pair.heard, [[{ type: "opened" }], [{ type: "opened" }]]);
});

Deno.test("Link counts cells of other sizes and goes on", () => {
  const pair = new LinkPair({
    wire: ({ cell }) => [
      cell.subarray(1),
      new Uint8Array(0),
      new Uint8Array(cellBytes + 1),
      cell,
    ],
  });
  pair.run(3_000);
  ok(pair.isOpen);
  deepEqual(Object.keys(pair.counts), ["cells_malformed"]);
});

for (const { guest, name } of kinds) {
  Deno.test(`${name} refuses any handshake cell with a bit changed`, () => {
    const total = recorded(guest).length;
    fc.assert(
      fc.property(
        fc.nat({ max: total - 1 }),
        fc.nat({ max: cellBytes * 8 - 1 }),
        (which, bit) => {
          let spoken = 0;
          const done = [0, 0];
          const pair = new LinkPair({
            guest,
            wire: ({ cell, from }) => {
              const due = guest && from === 0 ? 2 : 1;
              if (cell[0] === 0 || done[from]! >= due) return [cell];
              if (cell[0] === 2) done[from]!++;
              const at = bit >> 3;
              return spoken++ === which
                ? [cell.with(at, cell[at]! ^ 1 << (bit & 7))]
                : [cell];
            },
          });
          pair.run(12 * pairPace.periodMs);
          ok(!pair.isOpen);
          ok((pair.counts.handshakes_rejected ?? 0) >= 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  Deno.test(`${name} sent back to its sender opens nothing`, () => {
    for (const end of [0, 1] as const) {
      const pair = new LinkPair({
        guest,
        // One end hears only itself.
        wire: ({ cell, from }) => {
          if (from === end) pair.links[end].receive(cell.slice(), pair.nowMs);
          return from === end ? [cell] : [];
        },
      });
      pair.run(12 * pairPace.periodMs);
      ok(!pair.links[end].isOpen);
    }
  });

  Deno.test(`${name} replayed cell by cell opens nothing`, () => {
    const keys = [drawKeys(), drawKeys()] as const;
    const psk = drawBytes(32);
    const again = { guest, keys, psks: [psk, psk] as const };
    const first = new LinkPair(again);
    first.run(4_000);
    ok(first.isOpen);
    for (const victim of [0, 1] as const) {
      const script = first.sentBy(victim === 0 ? 1 : 0);
      const second = new LinkPair({
        ...again,
        wire: ({ from, index }) => {
          const cell = script[index]?.cell;
          return from === victim || !cell ? [] : [cell];
        },
      });
      second.run(4_000);
      ok(!second.links[victim].isOpen);
    }
  });

  Deno.test(`${name} shows no static key in any cell`, () => {
    const pair = new LinkPair({ guest });
    pair.run(4_000);
    ok(pair.isOpen);
    const wire = pair.sent.map(({ cell }) => cell.toHex()).join(" ");
    for (const { noise, signing } of pair.keys) {
      equal(wire.includes(noise.public.toHex()), false);
      equal(wire.includes(signing.public.toHex()), false);
    }
  });
}

Deno.test("a guest shows nothing to an inviter it was not invited by", () => {
  const keys = [drawKeys(), drawKeys()] as const;
  const pair = new LinkPair({
    guest: true,
    keys,
    believed: drawKeys().noise.public,
  });
  pair.run(20 * pairPace.periodMs);
  // The false inviter got one message of three pieces, and never a fourth.
  const spoken = pair.sentBy(0).filter(({ cell }) => cell[0] !== 0);
  equal(spoken.length, 3);
  equal(pair.links[1].remoteStatic, undefined);
});

/** A handshake that counts what is computed. */
function counting(options: LinkOptions, done: string[]): LinkOptions {
  const { handshake } = options;
  const read = handshake.readMessage.bind(handshake);
  const write = handshake.writeMessage.bind(handshake);
  handshake.readMessage = (message) => {
    done.push("read");
    return read(message);
  };
  handshake.writeMessage = (payload) => {
    done.push("write");
    return write(payload);
  };
  return options;
}

Deno.test("Link computes nothing in receive() and pulse() of a handshake", () => {
  const done: string[] = [];
  let inside = 0;
  const pair = new LinkPair({
    change: (_, options) => counting(options, done),
  });
  for (const link of pair.links) {
    for (const name of ["receive", "pulse"] as const) {
      // deno-lint-ignore no-explicit-any -- both wrapped alike
      const inner = (link[name] as any).bind(link);
      // deno-lint-ignore no-explicit-any -- see above
      (link as any)[name] = (...given: unknown[]) => {
        const before = done.length;
        const result = inner(...given);
        inside += done.length - before;
        return result;
      };
    }
  }
  pair.run(4_000);
  ok(pair.isOpen);
  deepEqual(done, ["write", "read", "write", "read"]);
  equal(inside, 0);
});

Deno.test("Link computes nothing for a message that is not whole", () => {
  const done: string[] = [];
  const pair = new LinkPair({
    change: (end, options) => end === 1 ? counting(options, done) : options,
    wire: ({ cell, from, index }) =>
      from === 0 && index >= 2 ? [new Uint8Array(cellBytes)] : [cell],
  });
  pair.run(4_000);
  deepEqual(done, []);
  equal(pair.counts.handshakes_rejected, 1);
});

Deno.test("Link with its answer not yet computed sends fillers", () => {
  const pair = new LinkPair();
  const [a] = pair.links;
  // Nobody calls compute: every slot still has its cell.
  for (let slot = 0; slot < 5; slot++) {
    const cell = a.pulse(a.wakeAtMs());
    equal(cell?.[0], 0);
    equal(cell?.length, cellBytes);
  }
  equal(a.workSinceMs, 0);
});

Deno.test("Link opens a sealed cell that came before the answer was computed", () => {
  const pair = new LinkPair();
  const [a, b] = pair.links;
  let nowMs = 0;
  const move = (from: typeof a, to: typeof a) => {
    const cell = from.pulse(nowMs = Math.max(nowMs, from.wakeAtMs()));
    return cell ? to.receive(cell, nowMs) : [];
  };
  a.compute(0);
  for (let i = 0; i < 3; i++) move(a, b);
  b.compute(nowMs);
  while (b.workSinceMs === undefined && a.workSinceMs === undefined) move(b, a);
  // The fourth cell of b is sealed; a has not computed yet.
  ok(a.workSinceMs !== undefined);
  deepEqual(move(b, a), [{ type: "opened" }]);
  ok(a.isOpen);
  equal(pair.counts.cells_rejected, undefined);
});

Deno.test("Link refuses any bytes in place of a handshake (fuzz)", () => {
  const random = seededRandom("opening fuzz");
  for (let i = 0; i < 40; i++) {
    const pair = new LinkPair();
    const victim = pair.links[1];
    const cells = Array.from({ length: 3 }, (_, at) => {
      const cell = new Uint8Array(cellBytes);
      random.fill(cell);
      // Half of them have kinds that pass, so that the crypto is reached.
      if (i % 2 === 0) cell[0] = at === 2 ? 2 : 1;
      else if (cell[0] === 0) cell[0] = 7;
      return cell;
    });
    for (const cell of cells) deepEqual(victim.receive(cell, 0), []);
    deepEqual(victim.compute(0), []);
    equal(pair.counts.handshakes_rejected, 1);
    equal(victim.isOpen, false);
    notDeepEqual(victim.pulse(victim.wakeAtMs()), undefined);
  }
});
