/**
 * Settings of several machines in a real browser, stage by stage: tried on one,
 * then on all, kept, and taken back.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { tmpdir } from "node:os";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { Role } from "../../../dashboard/mod.ts";
import {
  barriersOf,
  complaintsOf,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;
const names = ["till", "office", "store", "cellar"];

Deno.test({
  name: "settings of several machines",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      await Deno.mkdir(pictures, { recursive: true });
      const assets = await bundledPages();
      const step = (
        name: string,
        options: BrowserContextOptions,
        use: (page: Page, agent: StagedAgent) => Promise<void>,
        role: Role = "owner",
        operatorKey: "open" | "absent" = "open",
      ) =>
        test.step(name, async () => {
          const agent = stagedAgent({ names, operatorKey });
          const served = servePages(assets, agent);
          const context = await browser.newContext(options);
          try {
            await context.addCookies([served.cookie(role)]);
            const page = await context.newPage();
            const complaints = complaintsOf(page);
            await page.goto(`${served.origin}/settings/several`);
            await page.getByText(
              "Nobody has changed settings of several machines lately.",
            ).waitFor();
            await use(page, agent);
            deepEqual(complaints, []);
          } finally {
            await context.close();
            await served.stop();
          }
        });

      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = colorScheme === "light"
          ? { width: 1_200, height: 900 }
          : { width: 360, height: 700 };
        await step(
          `are tried on one, on more, and kept, ${colorScheme}`,
          { colorScheme, viewport },
          async (page, agent) => {
            const go = page.getByRole("button", { name: "Try it there" });
            equal(await go.isDisabled(), true, "no machine is chosen");
            await page.getByLabel("office").check();
            await page.getByRole("button", {
              name: "What would it do here?",
            }).click();
            await page.getByText(/2 measures would begin at once/).waitFor();
            await go.click();
            const dialog = page.getByRole("dialog");
            await dialog.getByText("Try it on one machine?").waitFor();
            deepEqual(await barriersOf(page), []);
            await dialog.getByRole("button", { name: "Try it there" }).click();
            const row = (name: string) =>
              page.getByRole("row", { name: new RegExp(`^${name}`) });
            await row("office").getByText("on trial").waitFor();
            await row("store").getByText("not asked").waitFor();
            await page.getByRole("button", { name: "Go on to more machines" })
              .click();
            equal(await page.getByLabel("office").isChecked(), true);
            await page.getByLabel("On all, also those that join").check();
            await go.click();
            await dialog.getByText("Try it on all machines?").waitFor();
            await dialog.getByRole("button", { name: "Try it there" }).click();
            await row("store").getByText(/not done.*has the last word/)
              .waitFor();
            await row("cellar").getByText("does not answer").waitFor();
            deepEqual(await barriersOf(page), []);
            const wide = await page.evaluate(
              "document.documentElement.scrollWidth",
            ) as number;
            ok(wide <= viewport.width, `it is ${wide} wide`);
            await page.screenshot({
              path: `${pictures}/several-${colorScheme}.png`,
              fullPage: true,
            });
            await page.getByRole("button", { name: "Keep it there" }).click();
            await dialog.getByRole("button", { name: "Keep it there" }).click();
            await row("office").getByText("in force for good").waitFor();
            const changes = [{ name: "mode", action: "set", value: "enforce" }];
            deepEqual(
              agent.orders.filter(({ path }) => path === "/v1/signals")
                .map(({ body }) => body),
              [
                {
                  what: "trial",
                  changes,
                  machines: [idOf(1)],
                  forMs: 3_600_000,
                },
                { what: "trial", changes, machines: "all", forMs: 3_600_000 },
                { what: "keep", changes, machines: "all" },
              ],
            );
          },
        );
      }

      await step("are taken back everywhere", {}, async (page, agent) => {
        await page.getByLabel("Never contain").check();
        await page.getByRole("textbox").fill(" 192.0.2.0/24 ");
        await page.getByLabel("till").check();
        await page.getByRole("button", { name: "Try it there" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("also holds 192.0.2.0/24").waitFor();
        await dialog.getByRole("button", { name: "Try it there" }).click();
        await page.getByRole("button", { name: "Take it back everywhere" })
          .click();
        await dialog.getByRole("button", { name: "Take it back everywhere" })
          .click();
        await page.getByText("Nobody has changed settings").waitFor();
        equal(
          agent.orders.at(-1)?.path,
          `/v1/signals/${"0".repeat(32)}/cancel`,
        );
      });

      await step(
        "name the command where the operator's key is not",
        {},
        async (page) => {
          await page.getByLabel("store").check();
          await page.getByRole("button", { name: "Try it there" }).click();
          await page.getByText(
            `stealthmesh config set mode enforce --on ${
              idOf(2).slice(0, 12)
            } --for 1h`,
          ).waitFor();
        },
        "owner",
        "absent",
      );

      await step(
        "are read by a viewer, who can change none",
        {},
        async (page) => {
          equal(
            await page.getByRole("button", { name: "Try it there" }).count(),
            0,
          );
          await page.getByText("You are logged in as viewer").waitFor();
        },
        "viewer",
      );
    }),
});
