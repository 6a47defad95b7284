/**
 * What `deno task bench:topology` opens: the picture of the mesh over generated
 * data, alone on its page, with a function `bench(ms)` that tells when frames
 * came. No part of what is shipped.
 *
 * @module
 */
import { type GraphLink, type Liveness, type MeshGraph } from "./graph.ts";
import { TopologyView } from "./topology_view.ts";

const states: readonly Liveness[] = ["up", "up", "up", "late", "gone"];

/** Every node has a link to the next one; the rest go anywhere (xorshift32). */
function generated(count: number, linkCount: number): MeshGraph {
  let state = 1;
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
  const nodes = Array.from({ length: count }, (_, place) => ({
    id: `${place}`,
    name: `host-${place}`,
    liveness: place === 0 ? "here" : states[place % states.length] ?? "up",
    saw: place % 9 === 0 ? 1 : 0,
  }));
  const links: GraphLink[] = nodes.map((_, from) => ({
    from,
    to: (from + 1) % count,
  }));
  while (links.length < linkCount) links.push({ from: draw(), to: draw() });
  return { nodes, links };
}

const canvas = document.querySelector("canvas");
if (!canvas) throw new TypeError("Cannot draw: no canvas");
const view = new TopologyView(canvas, { onSelect() {} });
const { searchParams } = new URL(location.href);
view.show(generated(
  Number(searchParams.get("nodes")),
  Number(searchParams.get("links")),
));

/** Milliseconds between frames for as long as asked. */
function bench(forMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    const frames: number[] = [];
    const startMs = performance.now();
    let lastMs = startMs;
    requestAnimationFrame(function turn(nowMs) {
      frames.push(nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs - startMs < forMs) requestAnimationFrame(turn);
      else resolve(frames.slice(1));
    });
  });
}

Object.assign(globalThis, { bench });
