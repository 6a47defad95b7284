/**
 * The pages in a real browser over a staged agent: what they show of hostile
 * names, whether everybody can use them, what happens when nobody answers.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type {
  Browser,
  BrowserContextOptions,
  Page,
  Request,
} from "playwright-core";
import type { AlertRecord } from "../../../dashboard/mod.ts";
import {
  barriersOf,
  complaintsOf,
  holds,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";

const hostile = [
  `<img src=x onerror="document.title='owned'">`,
  "\u202Etxt.exe\u202C",
  "\x1b[2J\x1b[31mred",
  "'; DROP TABLE members; --",
];

const attacker = "203.0.113.9";

function alertNumber(number: number): AlertRecord {
  return {
    seq: 1_000 - number,
    atMs: Date.now() - number * 1_800_000,
    node: number % 2 === 0 ? "" : idOf(1),
    subject: `203.0.113.${9 + number}`,
    technique: ["T1110.001", "T1046", "T9999"][number % 3]!,
    scenario: "ssh-bruteforce",
    evidence: "E1",
    score: 9,
    observations: 6,
    summary: number % 2 === 0 ? `${hostile[number % 4]} failed 6 logins` : "",
  };
}

const alerts = Array.from({ length: 12 }, (_, number) => alertNumber(number));
const places = [
  "/",
  "/alerts",
  "/measures",
  "/mesh",
  "/machines",
  `/machines/${idOf(0)}`,
  `/machines/${idOf(1)}`,
  `/subject/${attacker}`,
];

interface Opened {
  readonly page: Page;
  readonly origin: string;
  readonly agent: StagedAgent;
  readonly complaints: readonly string[];
}

type Use = (opened: Opened) => Promise<void>;

/** Logs in over `names` machines and leaves everything tidy. */
async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  names: readonly string[],
  options: BrowserContextOptions,
  use: Use,
): Promise<void> {
  const agent = stagedAgent({ names, alerts });
  const pages = servePages(assets, agent);
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(pages.link());
    await page.getByRole("heading", { level: 1 }).waitFor();
    await use({ page, origin: pages.origin, agent, complaints });
  } finally {
    await context.close();
    await pages.stop();
  }
}

function attack(agent: StagedAgent, subject = attacker): void {
  agent.tell({
    atMs: Date.now(),
    stage: "seen",
    subject,
    node: "",
    what: "alert",
    detail: { technique: "T1110.001", summary: `${subject} was live` },
  });
}

Deno.test({
  name: "pages",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      const step = (
        name: string,
        names: readonly string[],
        options: BrowserContextOptions,
        use: Use,
      ) =>
        test.step(
          name,
          () => opened(browser, assets, names, options, use),
        );
      const three = ["till", "office", "store"];

      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = colorScheme === "light"
          ? { width: 1_200, height: 800 }
          : { width: 360, height: 700 };
        await step(
          `hold no serious barrier, ${colorScheme}, ${viewport.width} wide`,
          three,
          { colorScheme, viewport },
          async ({ page, origin, complaints }) => {
            for (const place of places) {
              await page.goto(origin + place);
              await page.locator("main .card").first().waitFor();
              deepEqual(await barriersOf(page), [], place);
              const wide = await page.evaluate(
                "document.documentElement.scrollWidth",
              ) as number;
              ok(wide <= viewport.width, `${place} is ${wide} wide`);
            }
            deepEqual(complaints, []);
          },
        );
      }

      await step(
        "show markup, escapes and marks of direction as text",
        ["till", ...hostile],
        {},
        async ({ page, origin, agent, complaints }) => {
          agent.tell({
            atMs: Date.now(),
            stage: "seen",
            subject: attacker,
            node: "",
            what: "alert",
            detail: { technique: hostile[0], summary: hostile.join(" ") },
          });
          for (const place of places) {
            await page.goto(origin + place);
            await page.locator("main .card").first().waitFor();
            equal(await page.locator("img, script:not([src])").count(), 0);
            match(await page.title(), /· StealthMesh$/);
          }
          await page.getByText(hostile[0]!, { exact: false }).first().waitFor();
          await page.goto(`${origin}/machines`);
          for (const [place, name] of hostile.entries()) {
            await page.goto(`${origin}/machines`);
            await page.locator("td", { hasText: name.replaceAll(/\s+/g, " ") })
              .first().waitFor();
            await page.goto(`${origin}/machines/${idOf(place + 1)}`);
            await page.getByRole("heading", { level: 1 }).waitFor();
            equal(await page.locator("main img, script:not([src])").count(), 0);
          }
          deepEqual(complaints, []);
        },
      );

      await step(
        "let news wait, and move nothing meanwhile",
        three,
        {},
        async ({ page, agent }) => {
          await page.locator(".recent li").first().waitFor();
          await page.waitForTimeout(300);
          await page.evaluate(`
            self.shifts = [];
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) shifts.push(...entry.sources.map(({ node }) => node?.parentNode?.outerHTML));
            }).observe({ type: "layout-shift" });
          `);
          for (let number = 0; number < 20; number++) {
            attack(agent, `198.51.100.${number}`);
          }
          const button = page.getByRole("button", { name: /20 new alerts/ });
          await button.waitFor();
          await page.waitForTimeout(700);
          deepEqual(await page.evaluate("shifts"), []);
          equal(await page.getByText("198.51.100.3 was").count(), 0);
          await button.click();
          await page.getByRole("link", { name: "198.51.100.19 was live" })
            .waitFor();
        },
      );

      await step(
        "are used with the keyboard alone",
        three,
        {},
        async ({ page, origin, agent }) => {
          await page.goto(`${origin}/alerts`);
          await page.locator("tbody tr").first().waitFor();
          await page.keyboard.press("Tab");
          equal(await focused(page), "Skip to content");
          await page.keyboard.press("j");
          await page.keyboard.press("j");
          await page.keyboard.press("k");
          equal(await focused(page), attacker);
          await page.keyboard.press("Enter");
          await page.getByRole("heading", { name: `About ${attacker}` })
            .waitFor();
          const letGo = page.getByRole("button", { name: "Let go" });
          await letGo.focus();
          await page.keyboard.press("Enter");
          const question = page.getByRole("dialog");
          await question.waitFor();
          await page.keyboard.press("Escape");
          await page.locator("dialog").waitFor({ state: "detached" });
          equal(await focused(page), "Let go");
          deepEqual(agent.orders, []);
          await page.keyboard.press("Enter");
          await question.getByRole("button", { name: "Let go" }).press("Enter");
          await page.getByText("Let go. Evidence").waitFor();
          deepEqual(agent.orders, [
            { path: "/v1/release", body: { address: attacker, here: true } },
          ]);
          await page.goto(`${origin}/mesh`);
          await page.locator("canvas").focus();
          await page.keyboard.press("ArrowRight");
          await page.keyboard.press("ArrowRight");
          await page.getByText("office: up, linked with this machine, saw 6")
            .waitFor();
        },
      );

      await step(
        "find alerts by filters that live in the address bar",
        three,
        {},
        async ({ page, origin, complaints }) => {
          await page.goto(`${origin}/alerts`);
          // While it loads there are none, so nothing else will do.
          const rows = (count: number) =>
            holds(
              page,
              `document.querySelectorAll("tbody tr").length === ${count}`,
            );
          await rows(12);
          await page.getByLabel("Technique").selectOption("T1046");
          await page.waitForURL(/\?technique=T1046$/);
          await rows(4);
          await page.getByLabel("Seen by").selectOption(idOf(1));
          await rows(2);
          await page.keyboard.press("Escape");
          await page.getByRole("heading", { level: 1 }).click();
          await page.keyboard.press("/");
          await page.keyboard.type("203.0.113.10");
          await page.waitForURL(/q=203\.0\.113\.10/);
          await rows(1);

          // The link says it all, to somebody else too.
          const link = page.url();
          await page.goto(`${origin}/alerts`);
          await rows(12);
          await page.goto(link);
          await rows(1);
          equal(await page.getByLabel("Technique").inputValue(), "T1046");
          await page.getByRole("button", { name: "Show all" }).click();
          await rows(12);
          await page.goBack();
          await rows(1);
          // What is chosen while a search waits for its pause is not undone.
          await page.goto(`${origin}/alerts`);
          await rows(12);
          await page.getByRole("searchbox").fill("failed");
          await page.getByLabel("Technique").selectOption("T1046");
          await page.waitForURL(/q=failed/);
          match(page.url(), /technique=T1046/);
          await rows(2);
          await page.goto(`${origin}/alerts?q=nothing-like-it`);
          await page.getByText("Nothing like that has been seen.").waitFor();
          await page.goto(`${origin}/alerts?technique=%3Cimg%3E&within=9e9`);
          await rows(12);
          deepEqual(complaints, []);
        },
      );

      await step(
        "tell what happened in words, and in the viewer's zone",
        three,
        { timezoneId: "Asia/Kolkata", locale: "en-GB" },
        async ({ page, origin }) => {
          await page.goto(`${origin}/subject/${attacker}`);
          const story = await page.getByRole("region", {
            name: "What happened",
          }).innerText();
          const until = Date.now() + 600_000;
          const clocks = [until - 60_000, until].map((ms) =>
            new Date(ms).toLocaleTimeString("en-GB", {
              timeStyle: "short",
              timeZone: "Asia/Kolkata",
            })
          );
          // An end beyond the viewer's midnight carries its day.
          match(
            story,
            /203\.0\.113\.9 tried 6 passwords on till and office; 2 machines of 3 saw it; it is blocked here until (\d+ \w+ \d{4}, )?\d\d:\d\d\./,
          );
          ok(clocks.some((clock) => story.includes(clock)), story);
          match(story, /enough for all 3 machines/);
          await page.getByRole("button", { name: "This was us" }).click();
          await page.getByText("For good, without an end").click();
          await page.getByText(`neverBlock:\n  - "${attacker}"`).waitFor();
        },
      );

      await step(
        "show what an order would cut, and then give it",
        three,
        {},
        async ({ page, origin, agent }) => {
          await page.goto(`${origin}/measures`);
          await page.getByLabel("Address", { exact: true }).fill(attacker);
          await page.getByRole("button", { name: "Show what it would do" })
            .click();
          await page.getByText(`${attacker} 40000 → 192.0.2.1 22 (sshd (811))`)
            .waitFor();
          const order = { address: attacker, measure: "block", forMs: 600_000 };
          deepEqual(agent.rehearsals.at(-1)?.body, {
            ...order,
            rehearse: true,
          });
          // It would cut something, so it asks.
          const contain = page.getByRole("button", {
            name: "Contain",
            exact: true,
          });
          await contain.click();
          const question = page.getByRole("dialog");
          await question.getByText("would cut one connection").waitFor();
          deepEqual(await barriersOf(page), []);
          deepEqual(agent.orders, []);
          await question.getByRole("button", { name: "Cancel" }).click();
          await question.waitFor({ state: "detached" });
          deepEqual(agent.orders, []);
          await contain.click();
          await question.getByRole("button", { name: "Contain" }).click();
          await page.getByText("Done.").waitFor();
          deepEqual(agent.orders.map(({ body }) => body), [
            { ...order, rehearse: false },
          ]);
          // Nobody is connected from there: nothing to ask.
          await page.getByLabel("Address", { exact: true }).fill(
            "198.51.100.9",
          );
          const given = () =>
            page.waitForResponse((response) =>
              response.request().postData()?.includes('"rehearse":false') ??
                false
            );
          let done = given();
          await contain.click();
          await done;
          equal(agent.orders.length, 2);
          // Who cannot look is not kept from acting.
          await page.route("**/v1/contain", async (route, request) => {
            const looks = request.postData()?.includes('"rehearse":true');
            await (looks
              ? route.fulfill({ status: 500, json: { title: "No" } })
              : route.continue());
          });
          await contain.click();
          await question.getByText("could not be seen").waitFor();
          done = given();
          await question.getByRole("button", { name: "Contain" }).click();
          await done;
          equal(agent.orders.length, 3);
        },
      );

      await step(
        "show nothing of one choice beside another",
        three,
        {},
        async ({ page, origin, agent }) => {
          await page.goto(`${origin}/subject/${attacker}`);
          await page.getByRole("button", { name: "Contain", exact: true })
            .click();
          const question = page.getByRole("dialog");
          await question.getByText("would cut one connection").waitFor();
          const { promise: answered, resolve: answer } = Promise
            .withResolvers<void>();
          await page.route("**/v1/contain", async (route) => {
            await answered;
            await route.continue();
          });
          await question.getByLabel("Measure").selectOption("throttle");
          await question.getByText("Looking at what it would cut").waitFor();
          equal(await question.getByText("would cut one").count(), 0);
          answer();
          await question.getByText("would cut one connection").waitFor();
          deepEqual(agent.orders, []);
        },
      );

      await step(
        "hear of a member or a link that changed, and read again",
        three,
        {},
        async ({ page, origin, agent }) => {
          const member = { node: idOf(1), name: "office" };
          const news = [
            {
              type: "node",
              ...member,
              state: "late",
              muted: false,
              cutOff: false,
            },
            { type: "link", ...member, up: false },
          ] as const;
          for (
            const [place, read] of [
              ["/", "/status"],
              ["/mesh", "/status"],
              ["/machines", "/nodes"],
            ] as const
          ) {
            await page.goto(origin + place);
            const isRead = (request: Request) => request.url().endsWith(read);
            for (const each of news) {
              // Just read, so that it is not its time.
              await page.waitForRequest(isRead);
              const again = page.waitForRequest(isRead, { timeout: 2_000 });
              agent.tellMesh(each);
              await again;
            }
          }
        },
      );

      await step(
        "ask whoever is not logged in for a link",
        three,
        {},
        async ({ page, origin }) => {
          await page.getByRole("button", { name: "Log out" }).click();
          await page.getByRole("heading", { name: "Log in" }).waitFor();
          await page.goto(`${origin}/measures`);
          await page.getByRole("heading", { name: "Log in" }).waitFor();
          await page.goto(`${origin}/login/spent`);
          await page.getByRole("alert").filter({ hasText: "used already" })
            .waitFor();
          deepEqual(await barriersOf(page), []);
        },
      );

      await step(
        "say so when the agent or the dashboard is silent",
        three,
        {},
        async ({ page, origin, agent }) => {
          await page.locator(".recent li").first().waitFor();
          agent.hide(true);
          await page.getByRole("alert")
            .filter({ hasText: "agent on this machine does not answer" })
            .waitFor();
          // What is known stays.
          equal(await page.locator(".recent li").count() > 0, true);
          await page.goto(`${origin}/measures`);
          const again = page.getByRole("button", { name: "Try again" });
          await again.waitFor();
          // Just asked, so that it is not its time: it is the button.
          const isAsked = (request: Request) =>
            request.url().endsWith("/status");
          await page.waitForRequest(isAsked);
          const asked = page.waitForRequest(isAsked, { timeout: 1_500 });
          await again.click();
          await asked;
          agent.hide(false);
          await page.getByText("Nothing is contained.").waitFor();
        },
      );

      await step(
        "draw 500 machines, from code that only they need",
        Array.from({ length: 500 }, (_, place) => `host-${place}`),
        {},
        async ({ page, complaints }) => {
          const asked: string[] = [];
          page.on("request", (request) => asked.push(request.url()));
          await page.locator(".headline", { hasText: "No sign of life from" })
            .waitFor();
          // Those who are gone before those who are late.
          deepEqual(
            await page.getByRole("region", { name: "Machines" })
              .getByRole("listitem").first().innerText(),
            "host-7 gone",
          );
          deepEqual(asked.filter((url) => /mesh.*\.js$/.test(url)), []);
          await page.getByRole("link", { name: "Mesh", exact: true }).click();
          await page.locator("canvas").waitFor();
          equal(asked.filter((url) => /mesh.*\.js$/.test(url)).length, 1);
          equal(await page.locator("tbody tr").count(), 500);
          const box = await page.locator("canvas").boundingBox();
          ok(box);
          await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
          await page.mouse.down();
          await page.mouse.move(box.x + 50, box.y + 50, { steps: 5 });
          await page.mouse.up();
          await page.locator(".chosen", { hasText: /^host-\d+:/ }).waitFor();
          deepEqual(complaints, []);
        },
      );
    }),
});

function focused(page: Page): Promise<string> {
  return page.evaluate("document.activeElement.textContent") as Promise<string>;
}
