/**
 * Letting a machine in and putting one out, in a real browser over a staged
 * agent.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import {
  barriersOf,
  complaintsOf,
  holds,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, type StagedAgent, stagedAgent } from "./staged_agent.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;
const names = ["till", "office", "store", "gate", "office-pc", "attic"];

interface Opened {
  readonly page: Page;
  readonly origin: string;
  readonly agent: StagedAgent;
}

async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const agent = stagedAgent({ names });
  const pages = servePages(assets, agent);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(pages.link());
    await page.getByRole("link", { name: "Machines", exact: true }).click();
    await page.getByRole("link", { name: "office", exact: true }).waitFor();
    await use({ page, origin: pages.origin, agent });
    deepEqual(complaints, []);
  } finally {
    await context.close();
    await pages.stop();
  }
}

Deno.test({
  name: "machines",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      await Deno.mkdir(pictures, { recursive: true });
      const step = (name: string, use: (opened: Opened) => Promise<void>) =>
        test.step(name, () => opened(browser, assets, use));

      await step("an invite is shown, and the machine as it joins", async (
        { page, agent },
      ) => {
        await page.getByLabel("Works for").selectOption("600000");
        await page.getByRole("button", { name: "Make an invite" }).click();
        await page.getByAltText(/QR code/).waitFor();
        // Rejects unless the policy of the page lets the picture in.
        await page.evaluate("document.querySelector('[alt*=QR]').decode()");
        match(
          await page.locator("pre.line").textContent() ?? "",
          /^stealthmesh keys join stealthmesh1:x+$/,
        );
        await page.getByText("the invite ends in").waitFor();
        // What is chosen for the next one changes nothing about this one.
        await page.getByRole("combobox", { name: "As", exact: true })
          .selectOption("observer");
        match(
          await page.locator("pre.line").textContent() ?? "",
          /^stealthmesh keys join /,
        );
        deepEqual(agent.orders.at(-1), {
          path: "/v1/invites",
          body: { forMs: 600_000, custodian: false, observer: false },
        });
        deepEqual(await barriersOf(page), []);
        await page.screenshot({
          path: `${pictures}/invite.png`,
          fullPage: true,
        });
        const moment = {
          atMs: Date.now(),
          stage: "system",
          subject: "",
        } as const;
        agent.tell({
          ...moment,
          node: idOf(9),
          what: "member_joined",
          detail: { name: "new-till" },
        });
        agent.tell({
          ...moment,
          node: "",
          what: "invite_used",
          detail: { id: "ab".repeat(32) },
        });
        await page.getByText("new-till has joined.").waitFor();
        await page.locator("pre.line").waitFor({ state: "detached" });
        equal(await page.getByText("It is shown this once").count(), 0);
      });

      await step("an invite that is shown goes when it is cancelled", async (
        { page, agent },
      ) => {
        await page.getByRole("combobox", { name: "As", exact: true })
          .selectOption("observer");
        await page.getByRole("button", { name: "Make an invite" }).click();
        const line = page.locator("pre.line");
        match(
          await line.textContent() ?? "",
          /^stealthmesh dashboard --join stealthmesh1:x+$/,
        );
        agent.tell({
          atMs: Date.now(),
          stage: "system",
          subject: "",
          node: "",
          what: "invite_cancelled",
          detail: { id: "ab".repeat(32) },
        });
        await line.waitFor({ state: "detached" });
        equal(await page.getByText("has joined").count(), 0);
      });

      await step("an open invite is cancelled", async ({ page }) => {
        await page.getByRole("button", { name: "Cancel the invite" })
          .press("Enter");
        await page.getByText("nobody can join with it").waitFor();
        await holds(page, "document.activeElement.matches('section')");
        await page.locator("section", { hasText: "Open invites" })
          .getByText("None.", { exact: true }).waitFor();
      });

      await step("a machine is renamed, and put out by its name alone", async (
        { page, agent },
      ) => {
        await page.getByRole("link", { name: "office", exact: true }).click();
        await page.getByText("its clock is 95 s ahead").or(
          page.getByText(/its clock is 2 min ahead/),
        ).waitFor();
        await page.getByText("no tcpdump that can be run").waitFor();
        await page.screenshot({
          path: `${pictures}/machine.png`,
          fullPage: true,
        });

        await page.getByRole("button", { name: "Rename" }).click();
        const dialog = page.getByRole("dialog");
        equal(
          await dialog.getByRole("button", { name: "Rename" }).isDisabled(),
          true,
        );
        await dialog.getByRole("textbox").fill("till-9");
        deepEqual(await barriersOf(page), []);
        await dialog.getByRole("button", { name: "Rename" }).click();
        await page.getByText("Done: it is called till-9.").waitFor();

        await page.getByRole("button", { name: "Put it out" }).click();
        const button = dialog.getByRole("button", { name: "Put it out" });
        await dialog.getByRole("textbox").fill("offic");
        equal(await button.isDisabled(), true);
        // Enter in the field does nothing while the name is wrong.
        await dialog.getByRole("textbox").press("Enter");
        await dialog.getByRole("textbox").fill("office");
        await page.screenshot({ path: `${pictures}/revoke.png` });
        await button.click();
        await page.getByText("Done: office is out.").waitFor();
        deepEqual(agent.orders.map(({ body }) => body), [
          { node: idOf(1), name: "till-9" },
          { node: idOf(1), what: "revoke" },
        ]);
      });

      await step("keys are replaced after a question", async (
        { page, agent },
      ) => {
        await page.getByRole("button", { name: "Replace now" }).click();
        await page.getByRole("dialog")
          .getByRole("button", { name: "Replace now" }).click();
        await page.getByText("Done: these keys are number 2.").waitFor();
        equal(agent.orders.at(-1)?.path, "/v1/keys/rotate");
      });

      await step("a machine that nobody knows is said so", async (
        { page, origin },
      ) => {
        await page.goto(`${origin}/machines/${"f".repeat(64)}`);
        await page.getByText("No machine of this mesh has that id.").waitFor();
      });
    }),
});
