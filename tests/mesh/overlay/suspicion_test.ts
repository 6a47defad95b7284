import { deepEqual, equal, ok } from "node:assert/strict";
import type { NodeId } from "../../../mesh/node_id.ts";
import {
  renewMs,
  Suspicion,
  type Word,
} from "../../../mesh/overlay/suspicion.ts";

const [me, a, b, c, d, x, y] = "mabcdxy".split("")
  .map((letter) => letter.repeat(64) as NodeId) as [
    NodeId,
    NodeId,
    NodeId,
    NodeId,
    NodeId,
    NodeId,
    NodeId,
  ];

/** One machine of seven (f = 2) on `lan`; only those in `speaking` are heard. */
class Scene {
  nowMs = 0;
  readonly machine = new Suspicion(
    { self: me, incarnation: 3, periodMs: 250 },
    0,
  );
  speaking: NodeId[];
  readonly #heardMs = new Map<NodeId, number>();
  said: Word[] = [];

  constructor(speaking: NodeId[]) {
    this.speaking = speaking;
    this.machine.setMembers([me, a, b, c, d, x, y], 0);
    for (const node of speaking) this.#heardMs.set(node, 0);
  }

  run(ms: number, skipped = 0): this {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 500;
      for (const node of this.speaking) this.#heardMs.set(node, this.nowMs);
      const links = [...this.#heardMs]
        .map(([node, heardMs]) => ({ node, heardMs, periodMs: 250 }));
      this.said.push(...this.machine.tick(this.nowMs, links, skipped));
    }
    return this;
  }

  hear(from: NodeId, kind: Word["kind"], about: NodeId, life = 0): this {
    this.machine.hear(from, [{ kind, about, life }], this.nowMs);
    return this;
  }

  state(node: NodeId): string | undefined {
    return this.machine.views(this.nowMs).find((each) => each.node === node)
      ?.state;
  }
}

Deno.test("Suspicion says once that a neighbour is silent, and once that it is back", () => {
  const scene = new Scene([a, b, c]).run(5_000);
  scene.speaking = [a, b];
  scene.run(3_000);
  equal(scene.state(c), "late");
  scene.run(20_000);
  scene.speaking = [a, b, c];
  scene.run(1_000);
  equal(scene.state(c), "up");
  deepEqual(scene.said.map(({ kind, about }) => [kind, about]), [
    ["suspect", c],
    ["heard", c],
  ]);
});

Deno.test("Suspicion repeats an accusation for those who came later", () => {
  const scene = new Scene([a, b, c]).run(5_000);
  scene.speaking = [a, b];
  scene.run(renewMs + 10_000);
  equal(scene.said.length, 2);
  equal(scene.state(c), "gone");
});

const votes: {
  name: string;
  play: (scene: Scene) => void;
  becomes: string;
}[] = [
  {
    name: "f accusers leave late",
    play: (s) => s.hear(a, "suspect", x).hear(b, "suspect", x),
    becomes: "late",
  },
  {
    name: "f+1 accusers leave gone",
    play: (s) =>
      s.hear(a, "suspect", x).hear(b, "suspect", x).hear(c, "suspect", x),
    becomes: "gone",
  },
  {
    name: "one accuser that repeats itself leaves late",
    play: (s) => {
      for (let i = 0; i < 9; i++) s.hear(a, "suspect", x, i);
    },
    becomes: "late",
  },
  {
    name: "f+1 accusers that it refuted leave up",
    play: (s) =>
      s.hear(a, "suspect", x).hear(b, "suspect", x).hear(c, "suspect", x)
        .hear(x, "alive", x, 65_536),
    becomes: "up",
  },
  {
    name: "accusers of a life not lived are refuted as well",
    play: (s) =>
      s.hear(a, "suspect", x, 2 ** 47).hear(b, "suspect", x, 2 ** 47)
        .hear(x, "alive", x, 65_536),
    becomes: "up",
  },
  {
    name: "accusations older than the refutation count nothing",
    play: (s) =>
      s.hear(x, "alive", x, 65_537).hear(a, "suspect", x, 65_536)
        .hear(b, "suspect", x, 0).hear(c, "suspect", x, 1),
    becomes: "up",
  },
  {
    name: "a refutation in another's name counts nothing",
    play: (s) =>
      s.hear(a, "suspect", x).hear(b, "suspect", x).hear(c, "suspect", x)
        .hear(d, "alive", x, 2 ** 40),
    becomes: "gone",
  },
  {
    name: "a replayed refutation counts nothing",
    play: (s) =>
      s.hear(x, "alive", x, 65_536)
        .hear(a, "suspect", x, 65_536).hear(b, "suspect", x, 65_536)
        .hear(c, "suspect", x, 65_536).hear(x, "alive", x, 65_536),
    becomes: "gone",
  },
  {
    name: "an accuser that takes it back leaves late",
    play: (s) =>
      s.hear(a, "suspect", x).hear(b, "suspect", x).hear(c, "suspect", x)
        .hear(c, "heard", x),
    becomes: "late",
  },
  {
    name: "nobody accuses itself",
    play: (s) =>
      s.hear(x, "suspect", x).hear(a, "suspect", x).hear(b, "suspect", x),
    becomes: "late",
  },
  {
    name: "all accusers at once count nothing against one's own ears",
    play: (s) => {
      for (const each of [b, c, d, x, y]) s.hear(each, "suspect", a);
    },
    becomes: "up of a",
  },
];
for (const { name, play, becomes } of votes) {
  Deno.test(`Suspicion: ${name}`, () => {
    const scene = new Scene([a, b]).run(2_000);
    play(scene);
    scene.run(60_000);
    const [state, about] = becomes.split(" of ");
    equal(scene.state(about === undefined ? x : a), state);
  });
}

Deno.test("Suspicion forgets the words of those who are members no more", () => {
  const scene = new Scene([a, b]).run(2_000);
  for (const each of [c, d, y]) scene.hear(each, "suspect", x);
  scene.machine.setMembers([me, a, b, x, y], scene.nowMs);
  equal(scene.run(60_000).state(x), "late");
  equal(scene.state(c), undefined);
});

Deno.test("Suspicion refutes what is said of itself, ever more slowly", () => {
  const scene = new Scene([a, b, c]).run(2_000);
  for (let i = 0; i < 600; i++) {
    scene.hear(i % 2 ? a : b, "suspect", me, 2 ** 47).run(500);
  }
  ok(scene.said.every(({ kind, about }) => kind === "alive" && about === me));
  const lives = scene.said.map(({ life }) => life);
  deepEqual(lives.slice(0, 2), [3 * 65_536, 3 * 65_536 + 1]);
  ok(lives.length >= 8 && lives.length < 20, `${lives.length} in 300 s`);
});

Deno.test("Suspicion does not answer what it has refuted already", () => {
  const scene = new Scene([a, b]).run(2_000).hear(a, "suspect", me).run(1_000);
  scene.hear(b, "suspect", me, 0).hear(a, "suspect", me, 65_536).run(60_000);
  equal(scene.said.length, 1);
});

Deno.test("Suspicion takes no more words of one writer than its budget", () => {
  const scene = new Scene([a, b]).run(2_000);
  for (let i = 0; i < 64; i++) scene.hear(c, "heard", y);
  scene.hear(c, "suspect", x);
  equal(scene.state(x), "up");
});

Deno.test("whoever stalled itself accuses nobody and waits anew", () => {
  const scene = new Scene([a, b, c]).run(5_000);
  scene.nowMs += 100_000;
  scene.speaking = [];
  scene.run(500);
  ok(scene.machine.doubt > 0);
  deepEqual(["up", "up", "up"], [a, b, c].map((each) => scene.state(each)));
  deepEqual(scene.said, []);
});

Deno.test("whoever hears nobody accuses nobody, and calls nobody up", () => {
  const scene = new Scene([a, b, c]).run(5_000);
  scene.speaking = [];
  scene.run(10_000);
  deepEqual(scene.said, []);
  deepEqual(["late", "late"], [scene.state(a), scene.state(x)]);
});

Deno.test("whoever skips slots accuses nobody", () => {
  const scene = new Scene([a, b, c]).run(5_000);
  scene.speaking = [a, b];
  for (let i = 1; i < 40; i++) scene.run(500, i);
  deepEqual(scene.said, []);
  ok(scene.machine.doubt <= 8);
});
