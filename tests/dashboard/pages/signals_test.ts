/**
 * What is said to all machines from the pages: with the operator's key here,
 * under a passphrase, and on another machine; on a desk and on a phone.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import {
  barriersOf,
  complaintsOf,
  holds,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { type StagedAgent, stagedAgent, type Staging } from "./staged_agent.ts";

const attacker = "203.0.113.9";
const phone = { viewport: { width: 360, height: 740 } };
/** Where pictures go, if somebody wants to look at them. */
const pictures = Deno.env.get("STEALTHMESH_PICTURES");

type Use = (
  opened: { page: Page; agent: StagedAgent; origin: string },
) => Promise<void>;

async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  staging: Partial<Staging>,
  options: BrowserContextOptions,
  use: Use,
): Promise<void> {
  const agent = stagedAgent({ names: ["till", "office", "store"], ...staging });
  const pages = servePages(assets, agent);
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(pages.link());
    await page.getByRole("heading", { name: "Said to all machines" }).waitFor();
    await use({ page, agent, origin: pages.origin });
    // The browser tells of a refusal by itself.
    deepEqual(complaints.filter((each) => !each.includes("409")), []);
  } finally {
    await context.close();
    await pages.stop();
  }
}

async function checked(page: Page, name: string): Promise<void> {
  deepEqual(await barriersOf(page), []);
  equal(
    await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
    true,
    `${name} is wider than the screen`,
  );
  equal(
    await page.evaluate(
      "[...document.querySelectorAll('dialog')].every((each) => each.scrollWidth <= each.clientWidth)",
    ),
    true,
    `${name}: the question is wider than its frame`,
  );
  if (pictures !== undefined) {
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }
}

Deno.test({
  name: "signals",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      const step = (
        name: string,
        staging: Partial<Staging>,
        options: BrowserContextOptions,
        use: Use,
      ) =>
        test.step(
          name,
          () => opened(browser, assets, staging, options, use),
        );

      for (
        const [name, options] of [["desk", {}], ["phone", phone], ["dark", {
          colorScheme: "dark" as const,
        }]] as const
      ) {
        await step(
          `stand down is asked about, said and ended (${name})`,
          {},
          options,
          async ({ page, agent }) => {
            await checked(page, `signals-usual-${name}`);
            await page.getByRole("button", { name: "Stand down" }).click();
            const question = page.getByRole("dialog");
            await question.getByText("Attacks are still seen").waitFor();
            await checked(page, `signals-ask-${name}`);
            await question.getByLabel("How long").selectOption("1 hour");
            await question.getByRole("button", { name: "Stand down" }).click();
            await page.getByText("Said to all machines.").waitFor();
            await page.getByText("by ada, to all machines").waitFor();
            await checked(page, `signals-down-${name}`);
            await page.getByRole("button", {
              name: "End it: The machines stand down",
            }).click();
            await question.getByRole("button", { name: "End it" })
              .press("Enter");
            await page.getByText("as watchful as usual").waitFor();
            await holds(page, "document.activeElement.matches('section')");
            deepEqual(agent.orders, [
              {
                path: "/v1/signals",
                body: { what: "stand_down", forMs: 3_600_000 },
              },
              { path: `/v1/signals/${"0".repeat(32)}/cancel`, body: {} },
            ]);
          },
        );
      }

      await step(
        "a sealed key asks for its passphrase, and says when it is wrong",
        { operatorKey: "sealed" },
        phone,
        async ({ page, agent }) => {
          await page.getByRole("button", { name: "Raise caution" }).click();
          const question = page.getByRole("dialog");
          const secret = question.getByLabel(
            "Passphrase of the operator's key",
          );
          await secret.fill("guess");
          const raise = question.getByRole("button", { name: "Raise caution" });
          await raise.click();
          await question.getByRole("alert").filter({
            hasText: "is not that of",
          })
            .waitFor();
          await checked(page, "signals-passphrase");
          equal(await secret.getAttribute("type"), "password");
          await secret.fill("open sesame");
          await raise.click();
          await page.getByText("Caution is raised", { exact: true }).waitFor();
          equal(agent.orders.length, 2);
          // It is gone with the dialog.
          await page.getByRole("button", { name: "Raise caution" }).click();
          equal(await secret.inputValue(), "");
        },
      );

      await step(
        "without the key it says what to type where the key is",
        { operatorKey: "absent" },
        phone,
        async ({ page, agent, origin }) => {
          await page.goto(`${origin}/subject/${attacker}`);
          await page.getByRole("button", { name: "Contain", exact: true })
            .click();
          const question = page.getByRole("dialog");
          await question.getByLabel("On all machines").check();
          await question.getByText(
            `stealthmesh contain ${attacker} --measure block --for 10m --mesh`,
          ).waitFor();
          const go = question.getByRole("button", { name: "Contain" });
          ok(await go.isDisabled());
          await checked(page, "signals-no-key");
          await question.getByLabel("On this machine").check();
          await go.click();
          await page.locator("dialog").waitFor({ state: "detached" });
          deepEqual(agent.orders, [{
            path: "/v1/contain",
            body: { address: attacker, measure: "block", forMs: 600_000 },
          }]);
        },
      );

      await step(
        "an address is let go, contained and spared on all machines",
        {},
        {},
        async ({ page, agent, origin }) => {
          await page.goto(`${origin}/subject/${attacker}`);
          const question = page.getByRole("dialog");
          const closed = () =>
            page.locator("dialog").waitFor({ state: "detached" });
          await page.getByRole("button", { name: "Let go" }).click();
          await question.getByLabel("On all machines").check();
          await question.getByRole("button", { name: "Let go" }).click();
          await closed();
          await page.getByRole("button", { name: "Contain", exact: true })
            .click();
          await question.getByLabel("On all machines").check();
          await question.getByLabel("Measure").selectOption("throttle");
          await checked(page, "signals-contain");
          await question.getByRole("button", { name: "Contain" }).click();
          await closed();
          await page.getByRole("button", { name: "This was us" }).click();
          await question.getByLabel("Address or network").fill(
            "203.0.113.0/24",
          );
          await question.getByLabel("How long").selectOption("90 days");
          await checked(page, "signals-us");
          await question.getByRole("button", { name: "Never contain it" })
            .click();
          await closed();
          deepEqual(agent.orders.map(({ body }) => body), [
            { what: "release", address: attacker },
            {
              what: "contain",
              address: attacker,
              measure: "throttle",
              forMs: 600_000,
            },
            {
              what: "never",
              network: "203.0.113.0/24",
              scope: "host",
              forMs: 90 * 86_400_000,
            },
          ]);
        },
      );
    }),
});
