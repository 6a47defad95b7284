/**
 * What is drawn for somebody may be pressed by them: every button of every page
 * is pressed as viewer and as operator, and the server refuses nothing.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import type { Role } from "../../../dashboard/mod.ts";
import { texts } from "../../../dashboard/ui/texts.ts";
import { barriersOf, noChromium, withChromium } from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";
import { stagedSimulations } from "./staged_simulations.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;

const places = [
  "/",
  "/alerts",
  "/subject/192.0.2.7",
  "/measures",
  "/mesh",
  "/machines",
  `/machines/${idOf(0)}`,
  `/machines/${idOf(1)}`,
  "/exercises",
  "/exercises?drill",
  "/settings",
  ...[
    "protected",
    "scenarios",
    "several",
    "pace",
    "notifications",
    "people",
    "all",
  ]
    .map((part) => `/settings/${part}`),
];

/** What can be pressed and may ask the server for something. */
const pressable =
  "main :is(button, input[role=switch], input[type=radio]):enabled:visible";

/** A browser's page, with what was asked and refused. */
class Visit {
  readonly refused: string[] = [];
  readonly changed = new Set<string>();
  readonly #page: Page;
  readonly #open = new Set<unknown>();

  constructor(page: Page) {
    this.#page = page;
    page.on("request", (request) => {
      this.#open.add(request);
      const { pathname } = new URL(request.url());
      if (request.method() !== "GET") {
        this.changed.add(`${request.method()} ${pathname}`);
      }
    });
    page.on("requestfinished", (request) => void this.#open.delete(request));
    page.on("requestfailed", (request) => void this.#open.delete(request));
    page.on("response", (response) => {
      if (response.status() !== 403) return;
      const { pathname } = new URL(response.url());
      this.refused.push(`${response.request().method()} ${pathname}`);
    });
  }

  /** Until nothing is being asked or still to be drawn. */
  async calm(): Promise<void> {
    const patience = AbortSignal.timeout(20_000);
    let waits: unknown;
    do {
      if (patience.aborted) throw new Error(`never calm: ${this.#page.url()}`);
      waits = await this.#page.evaluate(
        `new Promise((done) => requestAnimationFrame(() =>
          requestAnimationFrame(() => done(
            [...document.querySelectorAll("main [role=status]")]
              .some(({ textContent }) => textContent === ${
          JSON.stringify(texts.state.loading)
        })))))`,
      );
    } while (waits || this.#open.size > 0);
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url);
    await this.#page.locator("main h1").waitFor();
    await this.calm();
  }
}

/** So that no form stays where it is because a field is empty. */
async function fill(page: Page, frame: string): Promise<void> {
  for (
    const field of await page.locator(
      `${frame} :is(input:not([type]), input[type=text], textarea):enabled:visible`,
    ).all()
  ) {
    if (await field.inputValue() === "") await field.fill("192.0.2.7");
  }
}

/** Presses what is `index`th on the page, and goes through with its question. */
async function press(
  page: Page,
  visit: Visit,
  index: number,
  reach: "first" | "last",
): Promise<void> {
  await fill(page, "main");
  await page.locator(pressable).nth(index).click({ force: true });
  await visit.calm();
  const question = page.locator("dialog");
  if (await question.count() === 0) return;
  await fill(page, "dialog");
  const choices = question.locator("input[name=whom]:enabled");
  if (await choices.count() > 0) await choices[reach]().check();
  await visit.calm();
  const go = question.locator("button[type=submit]:enabled, .strong:enabled");
  if (await go.count() > 0) await go.first().click();
  await visit.calm();
}

/** What was said before: one word that each role may end. */
async function said(agent: StagedAgent, what: string): Promise<void> {
  const body = { what, forMs: 600_000 };
  await agent.request("/v1/signals", {
    method: "POST",
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
}

async function walk(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  role: Role,
): Promise<Pick<Visit, "refused" | "changed">> {
  const directory = await Deno.makeTempDir();
  const played = stagedSimulations(`${directory}/dashboard.sqlite`);
  played.desk.start({ kind: "portscan" }, "ada");
  const context = await browser.newContext();
  const page = await context.newPage();
  const visit = new Visit(page);
  // A stage of its own for each page: what is pressed changes what is there.
  const scenes = [
    ...places.map((place) => ({ place, words: ["caution"] })),
    { place: "/", words: [] },
    { place: "/", words: ["caution", "stand_down"] },
  ];
  try {
    for (const { place, words } of scenes) {
      const agent = stagedAgent({
        names: ["till", "office", "store"],
        votedOut: [2],
      });
      for (const word of words) await said(agent, word);
      const pages = servePages(assets, agent, { simulations: played.desk });
      await context.clearCookies();
      await context.addCookies([pages.cookie(role)]);
      try {
        await visit.open(pages.origin + place);
        equal(
          await page.getByText("You are logged in as").count(),
          role === "owner" ? 0 : 1,
        );
        const count = await page.locator(pressable).count();
        for (let index = 0; index < count; index++) {
          // On this machine, then on all.
          for (const reach of ["first", "last"] as const) {
            await visit.open(pages.origin + place);
            // What was pressed before may be gone: a word that was ended.
            if (index >= await page.locator(pressable).count()) break;
            await press(page, visit, index, reach);
          }
        }
      } finally {
        await page.goto("about:blank");
        await pages.stop();
      }
    }
    const { refused, changed } = visit;
    return { refused, changed };
  } finally {
    await context.close();
    played.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test({
  name: "roles",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      await Deno.mkdir(pictures, { recursive: true });
      await test.step("a viewer changes nothing, and is refused nothing", async () => {
        const { refused, changed } = await walk(browser, assets, "viewer");
        deepEqual(refused, []);
        deepEqual([...changed], []);
      });
      await test.step("an operator is refused nothing", async () => {
        const { refused, changed } = await walk(browser, assets, "operator");
        deepEqual(refused, []);
        for (
          const path of ["contain", "release", "signals", "drills"]
        ) ok(changed.has(`POST /api/v1/${path}`), path);
        ok(changed.has("POST /api/v1/simulations"));
        ok(changed.has("POST /api/v1/scenarios/try"));
      });
      for (
        const [name, options] of [
          ["light", {}],
          ["dark", { colorScheme: "dark" }],
          ["phone", { viewport: { width: 360, height: 740 } }],
        ] as const
      ) {
        await test.step(`what a viewer sees is whole (${name})`, async () => {
          const agent = stagedAgent({ names: ["till", "office", "store"] });
          const pages = servePages(assets, agent);
          const context = await browser.newContext(options);
          try {
            await context.addCookies([pages.cookie("viewer")]);
            const page = await context.newPage();
            const visit = new Visit(page);
            for (const place of ["/", "/machines", "/subject/192.0.2.7"]) {
              await visit.open(pages.origin + place);
              deepEqual(await barriersOf(page), []);
              await page.screenshot({
                path: `${pictures}/viewer${
                  place.replaceAll("/", "-")
                }-${name}.png`,
                fullPage: true,
              });
            }
          } finally {
            await context.close();
            await pages.stop();
          }
        });
      }
    }),
});
