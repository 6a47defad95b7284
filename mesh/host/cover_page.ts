/**
 * What a stranger finds on our port: the status page of the site. It is real
 * and useful (is the site reachable, what time does it keep, since when has it
 * been up), and it is all a stranger can find: every path it does not know
 * gets the same 404, the mesh's own upgrade path included.
 *
 * @module
 */
import { Hono } from "hono";
// Under its own name each version of `deno fmt` rewrites what is inside.
import { html as markup, raw } from "hono/html";

/** A web application that answers whatever is not a peer's upgrade. */
export interface CoverPage {
  /** Answers one request. */
  fetch(request: Request): Response | Promise<Response>;
}

/** What the page shows; plain data that can cross an isolate's wall. */
export interface CoverPageSettings {
  /** What heads the page: the name of the business, as its people write it. */
  readonly businessName: string;
}

const headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Follows the visitor's wish for light or dark; wide and narrow alike. */
const style = `
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5a6672;
  --line: #d8dee4; --page: #f4f6f8; --card: #fff; --well: #1a7f37 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ed; --soft: #9aa5b1; --line: #2d3642;
    --page: #10151b; --card: #181f27; --well: #56c271 }
}
body { margin: 0; padding: 8vh 1rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: auto; padding: clamp(1rem, 5vw, 1.75rem);
  background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25;
  overflow-wrap: anywhere }
p { margin: 0 }
.well { color: var(--well); font-weight: 600 }
.well::before { content: ""; display: inline-block; width: .6em; height: .6em;
  margin-right: .5em; border-radius: 50%; background: var(--well) }
dl { margin: 1.5rem 0 }
dl div { display: flex; justify-content: space-between; padding: .6rem 0;
  border-top: 1px solid var(--line) }
dt, small { color: var(--soft) }
dd { margin: 0; font-variant-numeric: tabular-nums }
@media (max-width: 25rem) { dl div { display: block } }
`;

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
  const title = settings.businessName;
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) {
      c.res.headers.set(name, value);
    }
  });

  app.get("/", (c) => {
    const nowMs = wallMs();
    return c.html(markup`
      <!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta http-equiv="refresh" content="60">
          <title>${title}</title>
          <style>${raw(style)}</style>
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            <p class="well">This server is up and answering.</p>
            <dl>
              <div>
                <dt>Server time</dt>
                <dd>${timeOf(nowMs)}</dd>
              </div>
              <div>
                <dt>Up since</dt>
                <dd>${timeOf(startedAtMs)}</dd>
              </div>
              <div>
                <dt>Uptime</dt>
                <dd>${uptimeText(nowMs - startedAtMs)}</dd>
              </div>
            </dl>
            <small>This page renews itself every minute.</small>
          </main>
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
      markup`
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Not found</title>
            <style>${raw(style)}</style>
          </head>
          <body>
            <main>
              <h1>Not found</h1>
              <p>There is no page here.</p>
            </main>
          </body>
        </html>
      `,
      404,
    )
  );
  return { fetch: (request) => app.fetch(request) };
}

/** A moment to read and, for scripts, in ISO 8601. */
function timeOf(atMs: number): ReturnType<typeof markup> {
  const second = secondOf(atMs);
  const text = second.replace("T", " ").replace("Z", " UTC");
  return markup`<time datetime="${second}">${text}</time>`;
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
  if (minutes === 0) return "less than a minute";
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor(minutes / 60) % 24;
  // Units are left out from the front only: 1 d 0 h 5 min.
  const longer = minutes < 60
    ? ""
    : minutes < 1_440
    ? `${hours} h `
    : `${days} d ${hours} h `;
  return `${longer}${minutes % 60} min`;
}
