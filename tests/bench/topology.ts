/**
 * `deno task bench:topology`: frames a second while somebody drags a machine
 * about in the picture of a mesh of 500 machines and 2,000 links, in Debian's
 * Chromium without a graphics card.
 *
 * The mouse moves 60 times a second; the springs move everything else with it.
 * Measured are the times between frames that the page was given to draw.
 *
 * @module
 */
import { withChromium } from "../dashboard/pages/chromium.ts";
import { quantile } from "./quantile.ts";

const meshes = [[3, 3], [50, 200], [500, 2_000]] as const;
const dragMs = 5_000;
const moveMs = 1_000 / 60;
/** Issue 5. */
const framesPerSecondMin = 30;

async function bundled(): Promise<Uint8Array<ArrayBuffer>> {
  const path = await Deno.makeTempFile({ suffix: ".js" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--platform", "browser", "--output", path]
        .concat(
          new URL("../../dashboard/ui/topology/bench_page.ts", import.meta.url)
            .pathname,
        ),
      stderr: "piped",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(path);
  }
}

const html = `<!DOCTYPE html><meta charset="utf-8">
<link rel="stylesheet" href="/style.css"><title>bench</title>
<canvas class="topology"></canvas><script type="module" src="/page.js"></script>`;

const script = await bundled();
const style = await Deno.readTextFile(
  new URL("../../dashboard/ui/style.css", import.meta.url),
);
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  (request) => {
    const { pathname } = new URL(request.url);
    const [type, body] = pathname === "/page.js"
      ? ["text/javascript", script] as const
      : pathname === "/style.css"
      ? ["text/css", style] as const
      : ["text/html", html] as const;
    return new Response(body, { headers: { "content-type": type } });
  },
);
let slow = false;
await withChromium(async (browser) => {
  for (const [nodes, links] of meshes) {
    const page = await browser.newPage({
      viewport: { width: 1_200, height: 800 },
    });
    await page.goto(
      `http://127.0.0.1:${server.addr.port}/?nodes=${nodes}&links=${links}`,
    );
    await page.waitForTimeout(500);
    const box = await page.locator("canvas").boundingBox();
    if (!box) throw new Error("the canvas has no place");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    const measured = page.evaluate(`bench(${dragMs})`) as Promise<number[]>;
    const startMs = performance.now();
    for (let ms = 0; ms < dragMs; ms = performance.now() - startMs) {
      const angle = ms / 400;
      await page.mouse.move(
        x + 150 * Math.cos(angle),
        y + 100 * Math.sin(angle),
      );
      await new Promise((wake) => setTimeout(wake, moveMs));
    }
    const frames = (await measured).sort((a, b) => a - b);
    await page.mouse.up();
    const perSecond = 1_000 * frames.length / dragMs;
    slow ||= perSecond < framesPerSecondMin;
    console.log(
      `${nodes} machines, ${links} links: ${perSecond.toFixed(0)} frames/s, ` +
        `p95 ${quantile(frames, 0.95).toFixed(0)} ms, ` +
        `longest ${frames.at(-1)?.toFixed(0)} ms`,
    );
    await page.close();
  }
});
await server.shutdown();
if (slow) Deno.exitCode = 1;
