/**
 * What a stranger finds on our port: the status page of the site. It is real
 * and useful (is the site reachable, what time does it keep, since when has it
 * been up), and it is all a stranger can find: every path it does not know
 * gets the same 404, the mesh's own upgrade path included.
 *
 * @module
 */
import { Hono } from "hono";
import { html } from "hono/html";

/** A web application that answers whatever is not a peer's upgrade. */
export interface CoverPage {
  /** Answers one request. */
  fetch(request: Request): Response | Promise<Response>;
}

/** What the page shows; plain data that can cross an isolate's wall. */
export interface CoverPageSettings {
  /** Name of the business, as its people would write it. */
  readonly businessName: string;
}

const headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;" +
  "padding:0 1rem;color:#1d2733}h1{font-size:1.4rem}.ok{color:#1a7f37}" +
  "table{border-collapse:collapse;width:100%}" +
  "td{padding:.4rem 0;border-top:1px solid #d8dee4}";

/**
 * Builds the page. The same settings and the same time give the same bytes.
 *
 * @param wallMs Wall clock in milliseconds, read at each request.
 */
export function createCoverPage(
  settings: CoverPageSettings,
  wallMs: () => number,
): CoverPage {
  const startedAtMs = wallMs();
  const title = `${settings.businessName}: systems status`;
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) {
      c.res.headers.set(name, value);
    }
  });

  app.get("/", (c) => {
    const nowMs = wallMs();
    return c.html(html`
      <!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta http-equiv="refresh" content="60">
          <title>${title}</title>
          <style>${style}</style>
        </head>
        <body>
          <h1>${title}</h1>
          <p class="ok">This server is up and answering.</p>
          <table>
            <tr>
              <td>Server time</td>
              <td>${secondOf(nowMs)}</td>
            </tr>
            <tr>
              <td>Up since</td>
              <td>${secondOf(startedAtMs)}</td>
            </tr>
            <tr>
              <td>Uptime</td>
              <td>${uptimeText(nowMs - startedAtMs)}</td>
            </tr>
          </table>
        </body>
      </html>
    `);
  });

  app.get("/health", (c) => {
    const nowMs = wallMs();
    return c.json({
      status: "ok",
      time: secondOf(nowMs),
      uptime_seconds: uptimeSeconds(nowMs - startedAtMs),
    });
  });

  app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /\n"));

  app.notFound((c) =>
    c.html(
      html`
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <title>Not found</title>
            <style>${style}</style>
          </head>
          <body>
            <h1>Not found</h1>
            <p>There is no page here.</p>
          </body>
        </html>
      `,
      404,
    )
  );
  return { fetch: (request) => app.fetch(request) };
}

function secondOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Never negative, even when the wall clock was set back. */
function uptimeSeconds(elapsedMs: number): number {
  return Math.max(0, Math.floor(elapsedMs / 1_000));
}

function uptimeText(elapsedMs: number): string {
  const minutes = Math.floor(uptimeSeconds(elapsedMs) / 60);
  return `${Math.floor(minutes / 1_440)} d ${Math.floor(minutes / 60) % 24} h ${
    minutes % 60
  } min`;
}
