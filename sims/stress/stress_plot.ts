/**
 * A stress report as one picture: for each size, which share of the pairs of
 * alert and node had met after how long. SVG without scripts or fonts of its
 * own, so it opens anywhere and prints.
 *
 * @module
 */
import type { StressReport, StressRow } from "./stress.ts";

const width = 760;
const height = 440;
const frame = { left: 64, right: 176, top: 56, bottom: 56 };
const plotWidth = width - frame.left - frame.right;
const plotHeight = height - frame.top - frame.bottom;
/** Okabe & Ito 2008: told apart by everybody. */
const colours = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
];

/** The picture, a whole SVG document. */
export function stressPlot(report: StressReport): string {
  const { rows, periodMs, profile, silent } = report;
  const longest = Math.max(
    1,
    ...rows.map(({ alertMs }) => alertMs.max / periodMs),
  );
  const periods = Math.ceil(2 * longest) / 2;
  const x = (inT: number) => frame.left + plotWidth * inT / periods;
  const y = (share: number) => frame.top + plotHeight * (1 - share);
  const title = `Alerts on ${profile} (T = ${periodMs} ms)${
    silent > 0 ? `, ${Math.round(100 * silent)} % of the nodes silent` : ""
  }`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(frame.left, 26, title, `font-size="16" font-weight="bold"`),
    text(
      frame.left,
      44,
      "share of honest nodes that know an alert, by time since it was raised",
      `fill="#666"`,
    ),
    ...[0, 0.25, 0.5, 0.75, 0.95, 1].flatMap((share) => [
      rule(
        frame.left,
        y(share),
        frame.left + plotWidth,
        y(share),
        share === 0.95,
      ),
      text(
        frame.left - 8,
        y(share) + (share === 1 ? 0 : 4),
        `${Math.round(100 * share)} %`,
        `text-anchor="end" fill="#666"`,
      ),
    ]),
    ...Array.from({ length: 2 * periods + 1 }, (_, half) => half / 2).flatMap((
      inT,
    ) => [
      rule(x(inT), frame.top, x(inT), frame.top + plotHeight, false),
      ...Number.isInteger(inT)
        ? [
          text(
            x(inT),
            height - 34,
            `${inT} T`,
            `text-anchor="middle" fill="#666"`,
          ),
        ]
        : [],
    ]),
    ...rows.flatMap((row, at) => curve(row, at, periodMs, x, y)),
    text(
      frame.left,
      height - 10,
      `replay: ${report.replay}`,
      `font-size="11" fill="#666" font-family="monospace"`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

function curve(
  { samples, nodes, alertMs, missedShare }: StressRow,
  at: number,
  periodMs: number,
  x: (inT: number) => number,
  y: (share: number) => number,
): string[] {
  const colour = colours[at % colours.length]!;
  const known = 1 - missedShare;
  const points = samples.map((ms, place) =>
    `${x(ms / periodMs).toFixed(1)},${
      y(known * (place + 1) / samples.length).toFixed(1)
    }`
  );
  const legendY = frame.top + 16 + 40 * at;
  const legendX = frame.left + plotWidth + 16;
  return [
    `<polyline points="${x(0)},${y(0)} ${
      points.join(" ")
    }" fill="none" stroke="${colour}" stroke-width="2"/>`,
    `<rect x="${legendX}" y="${
      legendY - 10
    }" width="12" height="12" fill="${colour}"/>`,
    text(legendX + 18, legendY, `${nodes.toLocaleString("en")} nodes`, ""),
    text(
      legendX + 18,
      legendY + 16,
      `p95 ${(alertMs.p95 / periodMs).toFixed(2)} T`,
      `fill="#666"`,
    ),
  ];
}

function rule(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  strong: boolean,
): string {
  const stroke = strong
    ? `stroke="#999" stroke-dasharray="4 3"`
    : `stroke="#e4e4e4"`;
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${
    x2.toFixed(1)
  }" y2="${y2.toFixed(1)}" ${stroke}/>`;
}

function text(x: number, y: number, words: string, attributes: string): string {
  const escaped = words.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`);
  return `<text x="${x.toFixed(1)}" y="${
    y.toFixed(1)
  }" ${attributes}>${escaped}</text>`;
}

/** The picture with the numbers under it, a whole HTML document. */
export function stressPage(report: StressReport, words: string): string {
  const escaped = words.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>StealthMesh stress, seed ${report.seed.replace(/[^\w.-]/g, "")}</title>
<body style="max-width: 60em; margin: 2em auto; padding: 0 1em">
${stressPlot(report)}<pre style="overflow-x: auto">${escaped}</pre>
`;
}
