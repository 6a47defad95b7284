/**
 * Draws one moment of a mesh: links, members by their state, who saw something,
 * words on their way, names. Everything of one kind is one path, because
 * thousands of lines are drawn many times a second.
 *
 * @module
 */
import type { Liveness, MeshGraph } from "./graph.ts";
import { mark } from "./marks.ts";
import type { Palette } from "./palette.ts";
import type { WordMoment } from "./spread.ts";

/** Radius of a point in CSS pixels. */
const radius = 7;
/** From here on names would cover each other. */
const namesMax = 60;
/** Beside so many lines each is drawn more faintly. */
const linesMany = 200;

/** What is drawn. */
export interface Moment {
  readonly graph: MeshGraph;
  readonly words: readonly WordMoment[];
  /** Place of the chosen member, -1 for none. */
  readonly selected: number;
  /** How close one is; 1 as laid out. */
  readonly scale: number;
  /** Of a member, in CSS pixels on the canvas. */
  placeOf(place: number): [x: number, y: number];
}

type Pen = CanvasRenderingContext2D;

/** Draws on an empty canvas. */
export function draw(pen: Pen, palette: Palette, moment: Moment): void {
  drawLinks(pen, palette, moment);
  drawMembers(pen, palette, moment);
  drawWords(pen, palette, moment);
  drawNames(pen, palette, moment);
}

function radiusAt(scale: number): number {
  return radius * Math.min(1, Math.max(0.5, scale));
}

function drawLinks(pen: Pen, palette: Palette, moment: Moment): void {
  const { graph: { links }, selected } = moment;
  const lines = (wanted: typeof links) => {
    pen.beginPath();
    for (const { from, to } of wanted) {
      pen.moveTo(...moment.placeOf(from));
      pen.lineTo(...moment.placeOf(to));
    }
    pen.stroke();
  };
  pen.lineWidth = 1;
  pen.globalAlpha = links.length > linesMany ? 0.35 : 0.7;
  pen.strokeStyle = palette.line;
  lines(links);
  pen.globalAlpha = 1;
  if (selected < 0) return;
  pen.lineWidth = 2;
  pen.strokeStyle = palette.accent;
  lines(links.filter(({ from, to }) => from === selected || to === selected));
}

function drawMembers(pen: Pen, palette: Palette, moment: Moment): void {
  const { graph: { nodes }, selected, scale } = moment;
  const r = radiusAt(scale);
  const kinds = Map.groupBy(
    nodes.keys(),
    (place): Liveness => nodes[place]?.liveness ?? "unknown",
  );
  for (const [liveness, places] of kinds) {
    pen.fillStyle = palette.of[liveness];
    pen.beginPath();
    for (const place of places) {
      mark(pen, liveness, ...moment.placeOf(place), r);
    }
    pen.fill();
  }
  pen.lineWidth = 1.5;
  pen.strokeStyle = palette.bad;
  const seers = nodes.keys().filter((place) => (nodes[place]?.saw ?? 0) > 0);
  rings(pen, moment, seers, r + 5);
  pen.lineWidth = 2;
  frames(pen, moment, nodes.keys().filter((place) => nodes[place]?.cutOff), r);
  if (selected < 0) return;
  pen.lineWidth = 3;
  pen.strokeStyle = palette.text;
  rings(pen, moment, [selected], r + 9);
}

function rings(
  pen: Pen,
  moment: Moment,
  places: Iterable<number>,
  r: number,
): void {
  pen.beginPath();
  for (const place of places) {
    const [x, y] = moment.placeOf(place);
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }
  pen.stroke();
}

/** A square about each, which no other mark is. */
function frames(
  pen: Pen,
  moment: Moment,
  places: Iterable<number>,
  r: number,
): void {
  const half = r + 7;
  pen.beginPath();
  for (const place of places) {
    const [x, y] = moment.placeOf(place);
    pen.rect(x - half, y - half, 2 * half, 2 * half);
  }
  pen.stroke();
}

/** Each word goes straight to this machine: its real way is not known. */
function drawWords(pen: Pen, palette: Palette, moment: Moment): void {
  const { graph: { nodes }, words, scale } = moment;
  const here = nodes.findIndex(({ liveness }) => liveness === "here");
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  pen.fillStyle = pen.strokeStyle = palette.bad;
  for (const { node, seen, way } of words) {
    const place = places.get(node);
    if (place === undefined || !seen) continue;
    pen.lineWidth = 4;
    rings(pen, moment, [place], radiusAt(scale) + 5);
    if (place === here || here < 0) continue;
    const [fromX, fromY] = moment.placeOf(place);
    const [toX, toY] = moment.placeOf(here);
    const x = fromX + (toX - fromX) * way;
    const y = fromY + (toY - fromY) * way;
    pen.lineWidth = 2;
    pen.setLineDash([6, 5]);
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(x, y);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(x, y, 5, 0, 2 * Math.PI);
    pen.fill();
  }
}

function drawNames(pen: Pen, palette: Palette, moment: Moment): void {
  const { graph: { nodes }, selected, scale } = moment;
  const roomy = nodes.length <= namesMax || scale > 1.5;
  const below = radiusAt(scale) + 20;
  pen.font = "13px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.fillStyle = palette.text;
  pen.strokeStyle = palette.ground;
  pen.lineWidth = 3;
  for (const [place, { name }] of nodes.entries()) {
    if (!roomy && place !== selected) continue;
    const [x, y] = moment.placeOf(place);
    pen.strokeText(shortened(name), x, y + below);
    pen.fillText(shortened(name), x, y + below);
  }
}

function shortened(name: string): string {
  return name.length > 20 ? name.slice(0, 19) + "…" : name;
}
