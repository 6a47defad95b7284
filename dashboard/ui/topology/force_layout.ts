/**
 * Where the points of a graph lie: a spiral to begin with, then springs along
 * the links and repulsion between neighbours until it is calm (after Fruchterman
 * and Reingold, "Graph Drawing by Force-directed Placement", 1991, whose grid
 * keeps a step linear in the points). The same graph always comes out the same.
 *
 * @module
 */

/** A link by the places of its ends. */
export interface Spring {
  readonly from: number;
  readonly to: number;
}

/** Ideal length of a link, in the layout's own units. */
export const linkLength = 60;
/** Points further apart do not push each other. */
const reach = 2 * linkLength;
/** Sunflower seeds: neighbours on the spiral are far apart in angle. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** How much of its heat a step keeps; about 200 steps until it is calm. */
const cooling = 0.97;
const calmBelow = 0.4;
const heatAtFirst = linkLength / 2;

/** Positions, and what moves them. */
export class ForceLayout {
  /** By place. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly #springs: readonly Spring[];
  readonly #pushX: Float64Array;
  readonly #pushY: Float64Array;
  #heat = heatAtFirst;
  #held = -1;

  /** @param count Points. */
  constructor(count: number, springs: readonly Spring[]) {
    this.x = new Float64Array(count);
    this.y = new Float64Array(count);
    this.#pushX = new Float64Array(count);
    this.#pushY = new Float64Array(count);
    this.#springs = springs;
    for (let place = 0; place < count; place++) {
      const radius = linkLength * 0.6 * Math.sqrt(place);
      this.x[place] = radius * Math.cos(place * goldenAngle);
      this.y[place] = radius * Math.sin(place * goldenAngle);
    }
  }

  /** Whether nothing would move any more. */
  get calm(): boolean {
    return this.#heat < calmBelow;
  }

  /** Puts a point somewhere and keeps it there until it is let go. */
  hold(place: number, x: number, y: number): void {
    this.#held = place;
    this.x[place] = x;
    this.y[place] = y;
    this.#heat = Math.max(this.#heat, linkLength / 8);
  }

  /** Lets the held point move again. */
  letGo(): void {
    this.#held = -1;
  }

  /** Takes over positions of another layout, by the places given. */
  adopt(other: ForceLayout, placeIn: (place: number) => number | undefined) {
    let strangers = 0;
    for (let place = 0; place < this.x.length; place++) {
      const from = placeIn(place);
      if (from === undefined) strangers++;
      else {
        this.x[place] = other.x[from] ?? 0;
        this.y[place] = other.y[from] ?? 0;
      }
    }
    this.#heat = strangers > 0 ? linkLength / 4 : other.#heat;
  }

  /** One step towards calm. */
  step(): void {
    if (this.calm) return;
    this.#pushX.fill(0);
    this.#pushY.fill(0);
    this.#repel();
    this.#pull();
    this.#move();
    this.#heat *= cooling;
  }

  /** Points push those in their own cell of a grid and in the cells around. */
  #repel(): void {
    const cells = new Map<number, number[]>();
    const { x, y } = this;
    const cellOf = (at: number) => Math.floor(at / reach) + 0x8000;
    for (let place = 0; place < x.length; place++) {
      const key = cellOf(x[place]!) * 0x10000 + cellOf(y[place]!);
      const cell = cells.get(key);
      if (cell) cell.push(place);
      else cells.set(key, [place]);
    }
    for (const [key, cell] of cells) {
      for (const step of [0, 1, 0xffff, 0x10000, 0x10001]) {
        const other = cells.get(key + step);
        if (other) this.#repelBetween(cell, other);
      }
    }
  }

  #repelBetween(some: readonly number[], others: readonly number[]): void {
    const { x, y } = this;
    const own = some === others;
    for (let i = 0; i < some.length; i++) {
      const a = some[i]!;
      for (let j = own ? i + 1 : 0; j < others.length; j++) {
        const b = others[j]!;
        const dx = x[a]! - x[b]! || 0.01;
        const dy = y[a]! - y[b]!;
        const squared = dx * dx + dy * dy;
        if (squared > reach * reach) continue;
        const push = linkLength * linkLength / Math.max(squared, 1);
        this.#push(a, b, dx * push, dy * push);
      }
    }
  }

  #pull(): void {
    const { x, y } = this;
    for (const { from, to } of this.#springs) {
      const dx = x[to]! - x[from]!;
      const dy = y[to]! - y[from]!;
      const pull = Math.hypot(dx, dy) / linkLength;
      this.#push(from, to, dx * pull * 0.3, dy * pull * 0.3);
    }
    // Towards the middle, so that what has no link does not drift away.
    for (let place = 0; place < x.length; place++) {
      this.#pushX[place]! -= x[place]! * 0.05;
      this.#pushY[place]! -= y[place]! * 0.05;
    }
  }

  #push(a: number, b: number, dx: number, dy: number): void {
    this.#pushX[a]! += dx;
    this.#pushY[a]! += dy;
    this.#pushX[b]! -= dx;
    this.#pushY[b]! -= dy;
  }

  /** As far as they are pushed, at most by the heat. */
  #move(): void {
    for (let place = 0; place < this.x.length; place++) {
      if (place === this.#held) continue;
      const dx = this.#pushX[place]!;
      const dy = this.#pushY[place]!;
      const far = Math.hypot(dx, dy);
      if (far === 0) continue;
      const limit = Math.min(far, this.#heat) / far;
      this.x[place]! += dx * limit;
      this.y[place]! += dy * limit;
    }
  }
}
