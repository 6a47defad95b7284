/**
 * Shows a mesh on a canvas and lets people move it: drag a point or the ground,
 * the wheel or two buttons to come closer, arrow keys from point to point. It
 * draws only when something has changed.
 *
 * @module
 */
import { ForceLayout } from "./force_layout.ts";
import { draw } from "./drawing.ts";
import type { GraphNode, MeshGraph } from "./graph.ts";
import { type Palette, paletteOf } from "./palette.ts";
import type { WordMoment } from "./spread.ts";

const scaleMin = 0.1;
const scaleMax = 6;
/** A finger is less exact than that, a mouse more. */
const hitPixels = 18;

/** What the page wants to know. */
export interface TopologyOptions {
  /** Somebody chose a point, or none. */
  onSelect(id: string | undefined): void;
}

/** One canvas. */
export class TopologyView {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #options: TopologyOptions;
  readonly #abort = new AbortController();
  readonly #resizes: ResizeObserver;
  #graph: MeshGraph = { nodes: [], links: [] };
  #layout = new ForceLayout(0, []);
  #palette: Palette;
  #words: readonly WordMoment[] = [];
  #selected = -1;
  #scale = 1;
  /** Where the layout's middle is, in CSS pixels from the canvas's middle. */
  #panX = 0;
  #panY = 0;
  /** Of the canvas: asking it again for each point costs a layout. */
  #midX = 0;
  #midY = 0;
  /** Whether the picture still fits itself to its frame. */
  #fits = true;
  #frame = 0;

  /** Begins to listen to the canvas. */
  constructor(canvas: HTMLCanvasElement, options: TopologyOptions) {
    const pen = canvas.getContext("2d");
    if (!pen) throw new TypeError("Cannot draw: no 2D canvas");
    this.#canvas = canvas;
    this.#pen = pen;
    this.#options = options;
    this.#palette = paletteOf(canvas);
    this.#resizes = new ResizeObserver(() => this.#paintSoon());
    this.#resizes.observe(canvas);
    const { signal } = this.#abort;
    canvas.addEventListener("pointerdown", (event) => this.#grab(event), {
      signal,
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 500));
    }, { signal, passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener(
      "change",
      () => {
        this.#palette = paletteOf(canvas);
        this.#paintSoon();
      },
      { signal },
    );
  }

  /** Shows another state of the mesh; who was there stays where it was. */
  show(graph: MeshGraph): void {
    const chosen = this.#graph.nodes[this.#selected]?.id;
    if (!sameShape(graph, this.#graph)) {
      const before = new Map(
        this.#graph.nodes.map(({ id }, place) => [id, place]),
      );
      const layout = new ForceLayout(graph.nodes.length, graph.links);
      if (before.size > 0) {
        layout.adopt(
          this.#layout,
          (place) => before.get(graph.nodes[place]?.id ?? ""),
        );
      }
      this.#layout = layout;
    }
    this.#graph = graph;
    this.#selected = graph.nodes.findIndex(({ id }) => id === chosen);
    this.#paintSoon();
  }

  /** Marks who has seen something and how far the word has come. */
  showWords(words: readonly WordMoment[]): void {
    this.#words = words;
    this.#paintSoon();
  }

  /** Chooses a point. */
  select(id: string | undefined): void {
    this.#selected = this.#graph.nodes.findIndex((node) => node.id === id);
    this.#paintSoon();
  }

  /** Comes closer by a factor. */
  zoom(factor: number): void {
    const scale = Math.min(
      scaleMax,
      Math.max(scaleMin, this.#scale * factor),
    );
    this.#panX *= scale / this.#scale;
    this.#panY *= scale / this.#scale;
    this.#scale = scale;
    this.#fits = false;
    this.#paintSoon();
  }

  /** Shows everything again. */
  fit(): void {
    this.#fits = true;
    this.#paintSoon();
  }

  /** Ends listening and drawing. */
  close(): void {
    this.#abort.abort();
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #paintSoon(): void {
    if (this.#frame !== 0 || this.#abort.signal.aborted) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#layout.calm) {
        this.#layout.step();
        this.#paintSoon();
      }
      this.#paint();
    });
  }

  #paint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = devicePixelRatio;
    if (
      this.#canvas.width !== Math.round(width * ratio) ||
      this.#canvas.height !== Math.round(height * ratio)
    ) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    this.#midX = width / 2;
    this.#midY = height / 2;
    if (this.#fits) this.#fitTo(width, height);
    this.#pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#pen.clearRect(0, 0, width, height);
    draw(this.#pen, this.#palette, {
      graph: this.#graph,
      words: this.#words,
      selected: this.#selected,
      scale: this.#scale,
      placeOf: (place) => this.#placeOf(place),
    });
  }

  #fitTo(width: number, height: number): void {
    const { x, y } = this.#layout;
    if (x.length === 0) return;
    const [left, right] = [min(x), max(x)];
    const [top, bottom] = [min(y), max(y)];
    // A margin for names.
    const room = 48;
    this.#scale = Math.min(
      2,
      Math.max(1, width - 2 * room) / Math.max(1, right - left),
      Math.max(1, height - 2 * room) / Math.max(1, bottom - top),
    );
    this.#panX = -(left + right) / 2 * this.#scale;
    this.#panY = -(top + bottom) / 2 * this.#scale;
  }

  /** Of a point, in CSS pixels on the canvas. */
  #placeOf(place: number): [x: number, y: number] {
    const { x, y } = this.#layout;
    return [
      this.#midX + this.#panX + (x[place] ?? 0) * this.#scale,
      this.#midY + this.#panY + (y[place] ?? 0) * this.#scale,
    ];
  }

  #grab(down: PointerEvent): void {
    if (down.button !== 0) return;
    const [downX, downY] = [down.offsetX, down.offsetY];
    const place = this.#hit(downX, downY);
    const [panX, panY] = [this.#panX, this.#panY];
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.#abort.signal]);
    this.#canvas.setPointerCapture(down.pointerId);
    this.#choose(place);
    this.#canvas.addEventListener("pointermove", (move) => {
      this.#fits = false;
      if (place < 0) {
        this.#panX = panX + move.offsetX - downX;
        this.#panY = panY + move.offsetY - downY;
      } else this.#layout.hold(place, ...this.#layoutAt(move));
      this.#paintSoon();
    }, { signal });
    const end = () => {
      this.#layout.letGo();
      ended.abort();
    };
    this.#canvas.addEventListener("pointerup", end, { signal });
    this.#canvas.addEventListener("pointercancel", end, { signal });
  }

  #layoutAt({ offsetX, offsetY }: PointerEvent): [x: number, y: number] {
    return [
      (offsetX - this.#midX - this.#panX) / this.#scale,
      (offsetY - this.#midY - this.#panY) / this.#scale,
    ];
  }

  /** The nearest point that is near enough, or -1. */
  #hit(x: number, y: number): number {
    let [best, bestFar] = [-1, hitPixels];
    for (const place of this.#graph.nodes.keys()) {
      const [px, py] = this.#placeOf(place);
      const far = Math.hypot(px - x, py - y);
      if (far < bestFar) [best, bestFar] = [place, far];
    }
    return best;
  }

  #choose(place: number): void {
    this.#selected = place;
    this.#options.onSelect(this.#graph.nodes[place]?.id);
    this.#paintSoon();
  }

  #key(event: KeyboardEvent): void {
    const { length } = this.#graph.nodes;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowDown: 1,
      ArrowLeft: -1,
      ArrowUp: -1,
    };
    const step = steps[event.key];
    if (step !== undefined && length > 0) {
      const from = this.#selected < 0 ? (step > 0 ? -1 : 0) : this.#selected;
      this.#choose((from + step + length) % length);
    } else if (event.key === "+") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else if (event.key === "Escape") this.#choose(-1);
    else return;
    event.preventDefault();
  }
}

function sameShape(one: MeshGraph, other: MeshGraph): boolean {
  return one.nodes.length === other.nodes.length &&
    one.links.length === other.links.length &&
    one.nodes.every((node: GraphNode, place) =>
      node.id === other.nodes[place]?.id
    ) &&
    one.links.every(({ from, to }, place) =>
      from === other.links[place]?.from && to === other.links[place]?.to
    );
}

function min(numbers: Float64Array): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}

function max(numbers: Float64Array): number {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity);
}
