/**
 * The page with exercises in a real browser: play, watch, stop, read, compare,
 * hold a drill; with the keyboard, on a phone, in the dark, when nobody
 * answers.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { DrillDetail, SimulationReport } from "../../../dashboard/mod.ts";
import {
  barriersOf,
  complaintsOf,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";
import {
  type StagedSimulations,
  stagedSimulations,
} from "./staged_simulations.ts";

const names = ["till", "office", "store"];

function reported(answered: number): SimulationReport {
  const figure = {
    part: "",
    side: "attacker",
    unit: "count",
    wish: "less",
  } as const;
  return {
    figures: [
      { ...figure, name: "answered", value: answered },
      { ...figure, name: "seenFirst", unit: "ms", value: 5 },
      { ...figure, name: "denied", side: "innocent", value: 0 },
    ],
    table: {
      columns: ["answered", "silent", "sawMs", "throttledMs", "blockedMs"],
      rows: ["host-1", "host-2"].map((name, place) => ({
        name,
        part: "",
        cells: [answered, 998, place === 0 ? 5 : null, 30 + 60 * place, null],
      })),
    },
    breaches: [],
    replay: "stealthmesh simulate portscan --nodes 2 --seed 7",
  };
}

function drillAt(number: number, heard: number): DrillDetail {
  return {
    id: `${number}`.repeat(16),
    subject: "192.0.2.77",
    toldMs: Date.now() - 600_000 * number,
    running: false,
    of: 2,
    heard,
    halfMs: 120,
    mostMs: 120,
    lastMs: 120 * number,
    members: [
      {
        node: idOf(1),
        name: "office",
        heardAfterMs: 120,
        answeredAfterMs: 300,
        hops: 2,
        would: "throttle",
        needed: 2,
        mode: "observe",
        protected: false,
      },
      heard === 2
        ? {
          node: idOf(2),
          name: "store",
          heardAfterMs: 120 * number,
          answeredAfterMs: 400,
          would: "throttle",
          needed: 2,
          mode: "enforce",
          protected: false,
        }
        : { node: idOf(2), name: "store", state: "gone" },
    ],
  };
}

interface Opened {
  readonly page: Page;
  readonly origin: string;
  readonly agent: StagedAgent;
  readonly played: StagedSimulations;
  readonly complaints: readonly string[];
}

async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  options: BrowserContextOptions,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const played = stagedSimulations(`${directory}/dashboard.sqlite`);
  const agent = stagedAgent({
    names,
    drills: [drillAt(1, 1), drillAt(2, 1), drillAt(3, 2)],
  });
  const pages = servePages(assets, agent, { simulations: played.desk });
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(pages.link());
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.goto(`${pages.origin}/exercises`);
    await page.getByRole("heading", { name: "What shall happen?" }).waitFor();
    await use({ page, origin: pages.origin, agent, played, complaints });
  } finally {
    await context.close();
    await pages.stop();
    played.desk.stop();
    played.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const line = (atMs: number, text: string) => ({ atMs, host: "host-1", text });

/** Waits until so many have been started, and no more. */
async function startedOf(
  { page, played }: Pick<Opened, "page" | "played">,
  count: number,
): Promise<void> {
  const patience = AbortSignal.timeout(20_000);
  while (played.started.length < count && !patience.aborted) {
    await page.waitForTimeout(20);
  }
  equal(played.started.length, count);
}

/** Starts one and plays it to its end. */
async function playOne(
  { page, played }: Opened,
  answered: number,
): Promise<void> {
  const before = played.started.length;
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.locator("progress").waitFor();
  await startedOf({ page, played }, before + 1);
  played.say({
    type: "progress",
    done: 0.4,
    lines: [line(5, "saw: 203.0.113.66 tried 9 ports")],
  });
  await page.getByText("tried 9 ports").waitFor();
  played.say({ type: "ended", report: reported(answered) });
  await page.getByRole("heading", { name: "What the attacker gained" })
    .waitFor();
}

Deno.test({
  name: "exercises page",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      const step = (
        name: string,
        options: BrowserContextOptions,
        use: (opened: Opened) => Promise<void>,
      ) => test.step(name, () => opened(browser, assets, options, use));

      await step(
        "plays a simulation as it is chosen, and shows it live",
        {},
        async (opened) => {
          const { page, played, complaints } = opened;
          await page.getByText("Nothing has been played yet").waitFor();
          await page.getByLabel("Somebody guesses passwords").check();
          await page.getByLabel("Machines (2 to 30)").fill("5");
          await page.getByLabel("Seed").fill("spring-7");
          await page.getByRole("button", { name: "Start", exact: true })
            .click();
          await page.getByText("It has started.").waitFor();
          await startedOf(opened, 1);
          deepEqual(played.started.map(({ scenarios: _, ...rest }) => rest), [{
            kind: "bruteforce",
            machines: 5,
            seconds: 0,
            seed: "spring-7",
          }]);
          await page.getByText("Nothing worth telling so far.").waitFor();
          const height = await heightOf(page);
          for (let part = 1; part <= 5; part++) {
            played.say({
              type: "progress",
              done: part / 10,
              lines: [line(part, `step ${part} <b>bold</b>`)],
            });
          }
          await page.getByText("step 5 <b>bold</b>").waitFor();
          equal(await page.locator(".happens li").count(), 5);
          equal(await page.locator(".happens b").count(), 0);
          await page.getByText("50 % played").first().waitFor();
          // Lines that came have pushed nothing away.
          equal(await heightOf(page), height);
          played.say({ type: "ended", report: reported(2) });
          await page.getByText("All bounds held").first().waitFor();
          const told = page.getByRole("group", { name: "gained" })
            .or(
              page.locator("section", { hasText: "What the attacker gained" }),
            )
            .last();
          match(await told.innerText(), /Ports that told the truth\s+2/);
          await page.getByRole("img", { name: /2 of 2 machines acted/ })
            .waitFor();
          deepEqual(complaints, []);
        },
      );

      await step("stops one, and lets the next begin", {}, async (opened) => {
        const { page, played } = opened;
        const start = page.getByRole("button", { name: "Start", exact: true });
        await start.click();
        await page.getByText("It has started.").waitFor();
        await start.click();
        await page.getByText("It waits until").waitFor();
        await startedOf(opened, 1);
        await page.getByRole("link", { name: "Somebody scans" }).last().click();
        await page.getByRole("button", { name: "Stop it" }).click();
        await page.getByText("Stopped.").waitFor();
        equal(played.stopped(), 1);
        await startedOf(opened, 2);
        await page.getByRole("cell", { name: "stopped", exact: true })
          .waitFor();
      });

      await step(
        "compares two runs in words",
        {},
        async (opened) => {
          const { page } = opened;
          await playOne(opened, 8);
          await page.getByText("Play another one of this kind").waitFor();
          await playOne(opened, 2);
          const row = page.getByRole("row", { name: /told the truth.*fared/ });
          await row.waitFor();
          match(await row.innerText(), /2\s+8\s+this one fared better/);
          await page.getByText("This one fared better in 1, the other in 0")
            .waitFor();
        },
      );

      await step(
        "misses nothing when the connection comes back",
        {},
        async (opened) => {
          const { page, played } = opened;
          const sockets: { url: string; close: () => void }[] = [];
          await page.routeWebSocket("**/live?*", (socket) => {
            socket.connectToServer();
            sockets.push({
              url: socket.url(),
              close: () => void socket.close(),
            });
          });
          await page.reload();
          await page.getByRole("button", { name: "Start", exact: true })
            .click();
          await page.locator("progress").waitFor();
          await startedOf(opened, 1);
          const say = (number: number) =>
            played.say({
              type: "progress",
              done: number / 10,
              lines: [line(number, `news ${number}.`)],
            });
          say(1);
          await page.getByText("news 1.").waitFor();
          sockets[0]?.close();
          say(2);
          say(3);
          while (sockets.length < 2) await page.waitForTimeout(20);
          match(sockets[1]!.url, /[?&]simulation=[1-9]\d*$/);
          say(4);
          await page.getByText("news 4.").waitFor();
          deepEqual(
            await page.locator(".happens li").allInnerTexts(),
            [1, 2, 3, 4].map((number) =>
              `+0.00${number} s host-1 news ${number}.`
            ),
          );
        },
      );

      await step(
        "holds a drill and tells who heard it",
        {},
        async ({ page, origin, agent, complaints }) => {
          await page.getByRole("link", { name: "Drill on the real mesh" })
            .click();
          await page.getByRole("heading", {
            name: "EXERCISE about 192.0.2.77",
          }).waitFor();
          const report = page.locator("section.drill");
          await report.getByText("120 ms sooner").waitFor();
          match(
            await report.innerText(),
            /1 of 2 machines heard it[\s\S]*One machine did not answer[\s\S]*120 ms sooner/,
          );
          await report.getByRole("row", {
            name: /office .*it only watches, else slowed down; blocked when 2/,
          }).waitFor();
          await report.getByRole("row", {
            name: /store .*no answer; it is gone/,
          })
            .waitFor();
          await page.getByRole("link", { name: "EXERCISE about" }).nth(2)
            .click();
          await page.getByText("2 of 2 machines heard it").first().waitFor();
          equal(page.url(), `${origin}/exercises?drill=${"3".repeat(16)}`);
          await page.getByLabel("Address (empty: drawn)").fill("203.0.113.5");
          await page.getByRole("button", { name: "Begin the drill" }).click();
          await page.getByText("The word is on its way.").waitFor();
          deepEqual(agent.orders, [
            { path: "/v1/drills", body: { address: "203.0.113.5" } },
          ]);
          deepEqual(complaints, []);
        },
      );

      await step("is used with the keyboard alone", {}, async (opened) => {
        const { page, played } = opened;
        await page.getByRole("radio").first().focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByText("It has started.").waitFor();
        await startedOf(opened, 1);
        equal(played.started[0]?.kind, "bruteforce");
        await page.getByRole("button", { name: "Stop it" }).focus();
        await page.keyboard.press("Enter");
        await page.getByText("Stopped.").waitFor();
      });

      await step(
        "keeps what is compared in the address, and prints the whole",
        {},
        async (opened) => {
          const { page } = opened;
          for (const answered of [8, 4, 2]) await playOne(opened, answered);
          const other = page.getByLabel("Compare with");
          await other.waitFor();
          const values = await other.locator("option").evaluateAll((all) =>
            all.map((each) => each.getAttribute("value"))
          );
          const before = await other.inputValue();
          const further = values.find((value) => value !== before)!;
          await other.selectOption(further);
          await page.waitForURL(new RegExp(`&with=${further}$`));
          await page.reload();
          await other.waitFor();
          equal(await other.inputValue(), further);

          await page.emulateMedia({ media: "print" });
          equal(await page.getByRole("banner").isVisible(), false);
          equal(await page.getByRole("button").count(), 0);
          const cut = await page.evaluate(`
            [...document.querySelectorAll("main *")].filter((each) =>
              ["auto", "scroll"].includes(getComputedStyle(each).overflowY) &&
              each.scrollHeight > each.clientHeight + 1
            ).length`);
          equal(cut, 0);
        },
      );

      await step("says so when nobody answers", {}, async (opened) => {
        const { page, agent, origin } = opened;
        // Simulations need no agent, drills do.
        agent.hide(true);
        await playOne(opened, 2);
        await page.goto(`${origin}/exercises?drill`);
        await page.getByRole("button", { name: "Try again" }).first()
          .waitFor();
        agent.hide(false);
        // By itself, as soon as the agent is heard of again.
        await page.getByText("1 of 2 machines heard it").first().waitFor();
      });

      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = colorScheme === "light"
          ? { width: 1_200, height: 900 }
          : { width: 360, height: 700 };
        await step(
          `holds no serious barrier, ${colorScheme}, ${viewport.width} wide`,
          { colorScheme, viewport },
          async (opened) => {
            const { page, origin, complaints } = opened;
            const look = async (name: string) => {
              deepEqual(await barriersOf(page), [], name);
              const wide = await page.evaluate(
                "document.documentElement.scrollWidth",
              ) as number;
              ok(wide <= viewport.width, `${name} is ${wide} wide`);
              const pictures = Deno.env.get("STEALTHMESH_PICTURES");
              if (pictures === undefined) return;
              const path = `${pictures}/exercises-${name}-${colorScheme}.png`;
              await page.screenshot({ path, fullPage: true });
            };
            await look("empty");
            await playOne(opened, 8);
            await playOne(opened, 2);
            await page.getByText("This one fared better").first().waitFor();
            await look("report");
            await page.goto(`${origin}/exercises?drill`);
            await page.getByText("120 ms sooner").waitFor();
            await look("drill");
            deepEqual(complaints, []);
          },
        );
      }
    }),
});

function heightOf(page: Page): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollHeight");
}
