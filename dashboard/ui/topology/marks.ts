/**
 * The shape of each state, so that nobody needs colours to tell them apart.
 *
 * @module
 */
import type { Liveness } from "./graph.ts";

/** Adds one mark to the current path of a canvas. */
export function mark(
  path: CanvasPath,
  liveness: Liveness,
  x: number,
  y: number,
  r: number,
): void {
  switch (liveness) {
    case "here":
      polygon(path, x, y, r * 1.4, 4, 0);
      break;
    case "up":
      path.moveTo(x + r, y);
      path.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case "late":
      polygon(path, x, y, r * 1.25, 3, -Math.PI / 2);
      break;
    case "gone":
      cross(path, x, y, r);
      break;
    case "unknown":
      path.moveTo(x + r, y);
      path.arc(x, y, r, 0, 2 * Math.PI);
      path.moveTo(x + r * 0.55, y);
      path.arc(x, y, r * 0.55, 0, 2 * Math.PI, true);
      break;
    case "revoked":
      path.rect(x - r, y - r * 0.35, 2 * r, r * 0.7);
  }
}

function polygon(
  path: CanvasPath,
  x: number,
  y: number,
  r: number,
  corners: number,
  turn: number,
): void {
  for (let corner = 0; corner < corners; corner++) {
    const angle = turn + 2 * Math.PI * corner / corners;
    const [cx, cy] = [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    if (corner === 0) path.moveTo(cx, cy);
    else path.lineTo(cx, cy);
  }
  path.closePath();
}

/** Two bars that cross at right angles, turned by an eighth. */
function cross(path: CanvasPath, x: number, y: number, r: number): void {
  const arm = r * 1.2;
  const half = r * 0.4;
  const outline = [
    [arm, half],
    [half, half],
    [half, arm],
    [-half, arm],
    [-half, half],
    [-arm, half],
    [-arm, -half],
    [-half, -half],
    [-half, -arm],
    [half, -arm],
    [half, -half],
    [arm, -half],
  ] as const;
  const turn = Math.SQRT1_2;
  outline.forEach(([px, py], corner) => {
    const cx = x + (px - py) * turn;
    const cy = y + (px + py) * turn;
    if (corner === 0) path.moveTo(cx, cy);
    else path.lineTo(cx, cy);
  });
  path.closePath();
}
