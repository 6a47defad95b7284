/**
 * Whoever reads is left alone: while alerts arrive, nothing under the eye moves,
 * what is selected stays selected, a question that is asked stays open, and the
 * focus stays where it is. What came is told in one number, and whoever goes
 * back finds the place again.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Page, WebSocketRoute } from "playwright-core";
import type { AlertRecord } from "../../../dashboard/mod.ts";
import { type LeaseView, parseAddress } from "../../../defense/mod.ts";
import {
  barriersOf,
  complaintsOf,
  holds,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";

const attacker = "203.0.113.9";

function alertNumber(number: number): AlertRecord {
  return {
    seq: 1_000 - number,
    atMs: Date.now() - number * 600_000,
    node: number % 2 === 0 ? "" : idOf(1),
    subject: `203.0.113.${9 + number}`,
    technique: number % 2 === 0 ? "T1110.001" : "T1046",
    scenario: "ssh-bruteforce",
    evidence: "E1",
    score: 9,
    observations: 6,
    summary: `203.0.113.${9 + number} failed 6 logins`,
  };
}

const lease: LeaseView = {
  subject: parseAddress(attacker),
  measure: "block",
  untilMs: Date.now() + 600_000,
  sinceMs: Date.now(),
  cause: "mesh",
  state: "in_force",
};

/** As often as a page happens to read while its agent is hidden. */
const unanswered =
  "Failed to load resource: the server responded with a status of 502 (Bad Gateway)";

interface Opened {
  readonly page: Page;
  readonly origin: string;
  readonly agent: StagedAgent;
}

function attack(agent: StagedAgent, subject: string, technique = "T1046") {
  agent.tell({
    atMs: Date.now(),
    stage: "seen",
    subject,
    node: "",
    what: "alert",
    detail: { technique, evidence: "E1", summary: `${subject} was live` },
  });
}

/** From now on, what moves without being asked to, and what is announced. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(`
    self.shifts = [];
    self.told = [];
    new PerformanceObserver((list) => {
      for (const { sources } of list.getEntries()) {
        shifts.push(...sources.map(({ node }) => node?.parentNode?.outerHTML));
      }
    }).observe({ type: "layout-shift" });
    for (const each of document.querySelectorAll("[role=status]")) {
      new MutationObserver(() => each.textContent && told.push(each.textContent))
        .observe(each, { subtree: true, childList: true, characterData: true });
    }
  `);
}

/** Goes there and waits until news would be heard. */
async function goLive(page: Page, url: string): Promise<void> {
  const heard = page.waitForEvent("websocket")
    .then((socket) => socket.waitForEvent("framereceived"));
  await page.goto(url);
  await heard;
}

/** All that the page draws of the last news is drawn. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))`);
}

const topOf = (page: Page, text: string) =>
  page.getByText(text).first()
    .evaluate((each) => each.getBoundingClientRect().top);

Deno.test({
  name: "reading",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      const step = (
        name: string,
        use: (opened: Opened) => Promise<void>,
        { forgiven = [], alerts = 60 }: {
          readonly forgiven?: readonly string[];
          readonly alerts?: number;
        } = {},
      ) =>
        test.step(name, async () => {
          const agent = stagedAgent({
            names: ["till", "office", "store"],
            alerts: Array.from({ length: alerts }, (_, at) => alertNumber(at)),
            leases: [lease],
          });
          const served = servePages(assets, agent);
          const context = await browser.newContext({
            viewport: { width: 1_100, height: 700 },
          });
          try {
            const page = await context.newPage();
            const complaints = complaintsOf(page);
            await page.goto(served.link());
            await page.getByRole("heading", { level: 1 }).waitFor();
            await use({ page, origin: served.origin, agent });
            deepEqual(
              complaints.filter((each) => !forgiven.includes(each)),
              [],
            );
          } finally {
            await context.close();
            await served.stop();
          }
        });

      await step("far down a list, with words selected", async (opened) => {
        const { page, origin, agent } = opened;
        await goLive(page, `${origin}/alerts`);
        await page.locator("tbody tr").nth(59).waitFor();
        await page.locator("tbody tr").nth(40).scrollIntoViewIfNeeded();
        await page.evaluate(`getSelection().selectAllChildren(
          document.querySelectorAll("tbody tr")[40])`);
        const selected = await page.evaluate("String(getSelection())");
        ok(String(selected).includes("failed 6 logins"));
        const before = await topOf(page, "203.0.113.49 failed");
        await watch(page);
        for (let number = 0; number < 12; number++) {
          attack(agent, `198.51.100.${number}`);
          await painted(page);
        }
        await page.getByRole("button", { name: "Show 12 new alerts" })
          .waitFor();
        equal(await topOf(page, "203.0.113.49 failed"), before);
        equal(await page.evaluate("String(getSelection())"), selected);
        deepEqual(await page.evaluate("shifts"), []);
        // Of twelve, one is told at once and the sum when some time is over.
        const told = await page.evaluate("told") as string[];
        ok(told.length <= 2, `${told}`);
        await holds(page, "told.at(-1) === '12 new alerts'");
      });

      await step(
        "misses nothing between reading and listening",
        async (opened) => {
          const { page, origin, agent } = opened;
          const { promise: told, resolve } = Promise.withResolvers<void>();
          await page.routeWebSocket(/live/, async (socket) => {
            await told;
            socket.connectToServer();
          });
          await page.goto(`${origin}/alerts`);
          await page.locator("tbody tr").nth(59).waitFor();
          attack(agent, "198.51.100.1");
          resolve();
          await page.getByText("198.51.100.1 was live").waitFor();
          // It is among those that were read: it does not wait as well.
          equal(await page.locator("tbody tr").count(), 61);
          await page.getByText("New ones will wait here.").waitFor();
          attack(agent, "198.51.100.2");
          await page.getByRole("button", { name: "Show one new alert" })
            .waitFor();
        },
      );

      await step(
        "says so when it lost its place before the first news",
        async (opened) => {
          const { page, origin, agent } = opened;
          const sockets: WebSocketRoute[] = [];
          await page.routeWebSocket(/live/, (socket) => {
            sockets.push(socket);
            socket.connectToServer();
          });
          // Once at first, and once more when it has begun to listen.
          let reads = 0;
          const readTwice = page.waitForResponse((response) =>
            response.url().endsWith("/alerts?limit=100") && ++reads === 2
          );
          await page.goto(`${origin}/alerts`);
          await readTwice;
          await page.locator("tbody tr").first().waitFor();
          await sockets[0]?.close();
          attack(agent, "198.51.100.9");
          const button = page.getByRole("button", { name: "Much happened" });
          await button.click();
          await page.getByText("198.51.100.9 was live").waitFor();
          await page.getByText("New ones will wait here.").waitFor();
          equal(sockets.length, 2);
        },
      );

      await step("says so when too much was missed", async (opened) => {
        const { page, origin, agent } = opened;
        for (
          const [place, rows, attacks] of [
            ["/alerts", "tbody tr", [3, 4, 5]],
            ["/", ".recent li", [6, 7, 8]],
          ] as const
        ) {
          const address = (at: 0 | 1 | 2) => `198.51.100.${attacks[at]}`;
          const [lost, found, heard] = [address(0), address(1), address(2)];
          await goLive(page, origin + place);
          await page.locator(rows).first().waitFor();
          agent.hide(true);
          await page.getByText("does not answer").waitFor();
          attack(agent, lost);
          attack(agent, found);
          agent.hide(false);
          await page.getByText("does not answer").waitFor({
            state: "detached",
          });
          // The stage does not repeat what was told to nobody.
          attack(agent, heard);
          const button = page.getByRole("button", {
            name: "Much happened meanwhile",
          });
          await button.waitFor();
          equal(await page.getByText(`${heard} was live`).count(), 0);
          await button.click();
          for (const each of [lost, found, heard]) {
            await page.getByText(`${each} was live`).first().waitFor();
          }
          await page.getByText("New ones will wait here.").waitFor();
        }
      }, { forgiven: [unanswered] });

      await step("shows what waited, and keeps the focus", async (opened) => {
        const { page, origin, agent } = opened;
        for (const [place, list] of [["/alerts", "#alerts"], ["/", "ul"]]) {
          await goLive(page, origin + place);
          await page.locator(".whole tbody tr, .recent li").first().waitFor();
          attack(agent, "198.51.100.1");
          await page.getByRole("button", { name: "Show one new" }).focus();
          await page.keyboard.press("Enter");
          await page.getByText("New ones will wait here.").waitFor();
          ok(await page.evaluate(`document.activeElement.matches("${list}")`));
          deepEqual(await barriersOf(page), [], place);
        }
      });

      await step("reads on, but not into another filter", async (opened) => {
        const { page, origin } = opened;
        const rows = page.locator("tbody tr");
        await goLive(page, `${origin}/alerts`);
        await rows.nth(99).waitFor();
        equal(await rows.count(), 100);
        const older = page.getByRole("button", { name: "Older ones" });
        await older.click();
        await rows.nth(129).waitFor();
        equal(await rows.count(), 130);
        await older.waitFor({ state: "detached" });

        await page.reload();
        await rows.nth(99).waitFor();
        const { promise: told, resolve: tell } = Promise.withResolvers<void>();
        await page.route(/before=/, async (route) => {
          await told;
          await route.continue();
        });
        const late = page.waitForResponse(/before=/);
        await older.click();
        await page.getByLabel("Technique").selectOption("T1046");
        await holds(
          page,
          "document.querySelectorAll('tbody tr').length === 65",
        );
        tell();
        await (await late).finished();
        await painted(page);
        equal(await rows.count(), 65);
      }, { alerts: 130 });

      await step("counts only what the filter wants", async (opened) => {
        const { page, origin, agent } = opened;
        await goLive(page, `${origin}/alerts?technique=T1046`);
        await page.locator("tbody tr").first().waitFor();
        attack(agent, "198.51.100.1", "T1110.001");
        attack(agent, "198.51.100.2", "T1046");
        await page.getByRole("button", { name: "Show one new alert" })
          .waitFor();
        await page.getByLabel("Technique").selectOption("T1110.001");
        await page.getByText("New ones will wait here.").waitFor();
      });

      await step("leaves an open question and its answer", async (opened) => {
        const { page, origin, agent } = opened;
        await goLive(page, `${origin}/subject/${attacker}`);
        await page.getByRole("button", { name: "This was us" }).click();
        const field = page.getByRole("dialog").getByRole("textbox");
        await field.fill("203.0.113.0/28");
        await watch(page);
        for (let number = 0; number < 5; number++) attack(agent, attacker);
        await holds(
          page,
          "document.querySelectorAll('ol.story li').length >= 5",
        );
        equal(await field.inputValue(), "203.0.113.0/28");
        ok(
          await page.evaluate(
            "document.activeElement.matches('dialog input[required]')",
          ),
        );
        deepEqual(await page.evaluate("shifts"), []);
      });

      await step("goes on with the replay that was chosen", async (opened) => {
        const { page, origin, agent } = opened;
        await goLive(page, `${origin}/mesh`);
        const about = page.getByLabel("About");
        equal(await about.inputValue(), attacker);
        await about.selectOption("203.0.113.12");
        await page.waitForURL(/\?about=203\.0\.113\.12$/);
        attack(agent, "203.0.113.12");
        await page.getByText(/till.*\d/).first().waitFor();
        equal(await about.inputValue(), "203.0.113.12");
        await page.reload();
        await about.waitFor();
        equal(await about.inputValue(), "203.0.113.12");
      });

      await step("goes back to the row one came from", async (opened) => {
        const { page, origin } = opened;
        await goLive(page, `${origin}/alerts`);
        await page.locator("tbody tr").nth(59).waitFor();
        for (let row = 0; row < 45; row++) await page.keyboard.press("j");
        const down = await page.evaluate("scrollY") as number;
        ok(down > 500, `${down}`);
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "About 203.0.113.53" })
          .waitFor();
        equal(await page.evaluate("scrollY"), 0);
        await page.goBack();
        await holds(
          page,
          `document.activeElement.textContent === "203.0.113.53"`,
        );
        ok(Math.abs(await page.evaluate("scrollY") as number - down) < 2);
        await page.keyboard.press("j");
        equal(
          await page.evaluate("document.activeElement.textContent"),
          "203.0.113.54",
        );
      });

      await step("lets go from the list of measures", async (opened) => {
        const { page, origin, agent } = opened;
        await goLive(page, `${origin}/measures`);
        await page.getByRole("button", { name: `Let go: ${attacker}` }).focus();
        await page.keyboard.press("Enter");
        const question = page.getByRole("dialog");
        await question.waitFor();
        deepEqual(await barriersOf(page), []);
        deepEqual(agent.orders, []);
        await question.getByRole("button", { name: "Let go" }).press("Enter");
        await page.getByText("Let go. Evidence").waitFor();
        deepEqual(agent.orders, [
          { path: "/v1/release", body: { address: attacker, here: true } },
        ]);
        await holds(page, "document.activeElement.matches('.card')");
      });

      await step("keeps the focus near what is gone", async (opened) => {
        const { page, origin } = opened;
        await goLive(page, `${origin}/subject/${attacker}`);
        const contain = page.getByRole("button", { name: "Contain" });
        for (
          const [goes, to] of [
            [
              "document.activeElement.disabled = true",
              "[aria-labelledby=done]",
            ],
            ["document.activeElement.parentElement.remove()", "section"],
          ] as const
        ) {
          await contain.focus();
          await page.evaluate(goes);
          await holds(page, `document.activeElement.matches("${to}")`);
          await page.reload();
        }
      });

      await step("does not call old what nobody has said", async (opened) => {
        const { page, origin, agent } = opened;
        agent.hide(true);
        await page.goto(`${origin}/measures`);
        const banner = page.locator(".banner");
        await banner.waitFor();
        match(await banner.innerText(), /^The agent .* does not answer\.\s*$/);
      }, { forgiven: [unanswered] });

      await step("changes to the dark while one looks", async (opened) => {
        const { page, origin } = opened;
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(`${origin}/mesh`);
        await page.locator("canvas").waitFor();
        const look = () =>
          page.evaluate(`[
            getComputedStyle(document.body).backgroundColor,
            document.querySelector("canvas").toDataURL(),
          ]`) as Promise<string[]>;
        const [ground, picture] = await look();
        await page.emulateMedia({ colorScheme: "dark" });
        await holds(
          page,
          `document.querySelector("canvas").toDataURL() !== ${
            JSON.stringify(picture)
          }`,
        );
        const [dark] = await look();
        equal(dark === ground, false);
        deepEqual(await barriersOf(page), []);
      });
    }),
});
