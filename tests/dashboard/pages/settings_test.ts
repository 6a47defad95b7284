/**
 * The settings in a real browser: the keeper, the API, accounts and receivers
 * are the real ones; only what a change reaches in an agent is staged.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { tmpdir } from "node:os";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { accountDesk } from "../../../cli/account_desk.ts";
import { notificationDesk } from "../../../cli/notification_desk.ts";
import {
  AccountFile,
  derivePassword,
  openDashboardFile,
  OutboxFile,
  sendNotice,
} from "../../../dashboard/host/mod.ts";
import { LoginDesk, totpCode } from "../../../dashboard/mod.ts";
import {
  barriersOf,
  complaintsOf,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { type StagedAgent, stagedAgent } from "./staged_agent.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;
const parts = [
  "",
  "/protected",
  "/scenarios",
  "/several",
  "/pace",
  "/notifications",
  "/people",
  "/all",
].map((part) => `/settings${part}`);

interface Opened {
  readonly page: Page;
  readonly origin: string;
  readonly agent: StagedAgent;
  readonly complaints: readonly string[];
}

/** Logs in as owner and leaves everything tidy. */
async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  options: BrowserContextOptions,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const agent = stagedAgent({ names: ["till", "office"] });
  const directory = await Deno.makeTempDir();
  const db = openDashboardFile(`${directory}/dashboard.sqlite`);
  const accounts = new AccountFile(db);
  const pages = servePages(assets, agent, {
    accounts: accountDesk(accounts, "till"),
    logins: new LoginDesk({
      accounts,
      derive: derivePassword,
      wallMs: () => Date.now(),
    }),
    stampOf: (name) => accounts.stampOf(name),
    notifications: notificationDesk(new OutboxFile(db), sendNotice, "till"),
  });
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
    db.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Opens a part by its address, and waits until it shows something. */
async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("main .card").first().waitFor();
}

Deno.test({
  name: "settings",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      await Deno.mkdir(pictures, { recursive: true });
      const assets = await bundledPages();
      const step = (
        name: string,
        options: BrowserContextOptions,
        use: (opened: Opened) => Promise<void>,
      ) => test.step(name, () => opened(browser, assets, options, use));

      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = colorScheme === "light"
          ? { width: 1_200, height: 800 }
          : { width: 360, height: 700 };
        await step(
          `hold no serious barrier, ${colorScheme}, ${viewport.width} wide`,
          { colorScheme, viewport },
          async ({ page, origin, complaints }) => {
            for (const part of parts) {
              await visit(page, origin + part);
              deepEqual(await barriersOf(page), [], part);
              const wide = await page.evaluate(
                "document.documentElement.scrollWidth",
              ) as number;
              ok(wide <= viewport.width, `${part} is ${wide} wide`);
              const name = part.slice(1).replace("/", "-");
              await page.screenshot({
                path: `${pictures}/${name}-${colorScheme}.png`,
                fullPage: true,
              });
            }
            deepEqual(complaints, []);
          },
        );
      }

      await step(
        "ask before the machine stops attacks, and say whom it would stop",
        {},
        async ({ page, origin, agent }) => {
          await visit(page, `${origin}/settings`);
          await page.getByText("As it comes: nobody has changed it").first()
            .waitFor();
          const save = page.getByRole("button", { name: "Save" });
          equal(await save.isDisabled(), true);
          await page.getByLabel("Stop attacks").check();
          await page.getByText("not saved yet").waitFor();
          await page.getByRole("button", { name: "Undo" }).click();
          equal(await page.getByText("not saved yet").count(), 0);
          equal(await page.getByLabel("Only watch").isChecked(), true);

          await page.getByLabel("Stop attacks").check();
          await save.click();
          const question = page.getByRole("dialog");
          await question.getByText("2 addresses would be contained at once")
            .waitFor();
          await question.getByText("203.0.113.77 blocked until").waitFor();
          await page.screenshot({ path: `${pictures}/settings-question.png` });
          deepEqual(await barriersOf(page), []);
          await page.keyboard.press("Escape");
          await page.locator("dialog").waitFor({ state: "detached" });
          deepEqual(agent.done, []);

          await save.click();
          await question.getByRole("button", { name: "Stop attacks" }).click();
          await page.getByText("Saved. In force now").waitFor();
          await page.getByText("Changed by (link) (owner)").waitFor();
          deepEqual(agent.done, ["mode enforce"]);
          await page.getByRole("button", { name: "Take back" }).click();
          await question.getByRole("button", { name: "Only watch" }).click();
          await page.getByText("Taken back.").waitFor();
          deepEqual(agent.done, ["mode enforce", "mode observe"]);
        },
      );

      await step(
        "try it for an hour, and go back",
        {},
        async ({ page, origin, agent }) => {
          await visit(page, `${origin}/settings`);
          await page.getByLabel("Stop attacks").check();
          await page.getByRole("button", { name: "Save" }).click();
          await page.getByRole("button", { name: "Try it for an hour" })
            .click();
          await page.getByText("It goes back by itself at").waitFor();
          await page.screenshot({ path: `${pictures}/settings-trial.png` });
          deepEqual(await barriersOf(page), []);
          await page.getByLabel("Learn what is usual here").check();
          await page.getByRole("button", { name: "Save" }).click();
          await page.getByText("mode is on trial").waitFor();
          await page.getByRole("button", { name: "Go back now" }).click();
          await page.getByText("It is as before.").waitFor();
          deepEqual(agent.done, ["mode enforce", "mode observe"]);
        },
      );

      await step(
        "say beside a field what is wrong with it, before it is saved",
        {},
        async ({ page, origin, agent }) => {
          await visit(page, `${origin}/settings`);
          const days = page.getByLabel("Days that the record remembers");
          await days.fill("0");
          await page.getByText("expected at least 1").waitFor();
          equal(await days.getAttribute("aria-invalid"), "true");
          equal(
            await page.getByRole("button", { name: "Save" }).isDisabled(),
            true,
          );
          await page.screenshot({ path: `${pictures}/settings-fault.png` });
          await days.fill("30");
          await page.getByText("expected at least 1").waitFor({
            state: "detached",
          });
          await days.press("Enter");
          await page.getByText("Saved. In force now").waitFor();
          deepEqual(agent.done, ["days 30"]);
          equal(
            await page.evaluate("document.activeElement.id"),
            "field-journal.days",
            "the field keeps the focus",
          );
        },
      );

      await step(
        "put an address on the list, take it off, and undo that",
        {},
        async ({ page, origin, agent, complaints }) => {
          await visit(page, `${origin}/settings/protected`);
          await page.getByText("Take it out where it stands.").waitFor();
          await page.getByText("127.0.0.0/8").waitFor();
          const address = page.getByLabel("Address or network");
          await address.fill("everybody");
          await page.getByRole("button", { name: "Add" }).click();
          await page.getByText("expected an address or a network").waitFor();
          deepEqual(agent.done, []);
          await address.fill("192.0.2.7");
          await page.keyboard.press("Enter");
          await page.getByText("192.0.2.7 is on the list now.").waitFor();
          await page.getByRole("button", { name: "Remove 192.0.2.7" }).click();
          await page.getByText("192.0.2.7 is off the list.").waitFor();
          await page.getByRole("button", { name: "Undo" }).click();
          await page.getByText("192.0.2.7 is on the list now.").waitFor();
          await page.getByText("Changed by (link) (owner)").waitFor();
          deepEqual(agent.done, ["list 192.0.2.7", "list ", "list 192.0.2.7"]);
          await visit(page, `${origin}/settings/all`);
          await page.getByText("stealthmesh config add neverBlock 192.0.2.7")
            .waitFor();
          deepEqual(complaints, []);
        },
      );

      await step(
        "switch what is looked for, show it, and try lines on it",
        {},
        async ({ page, origin, agent }) => {
          await visit(page, `${origin}/settings/scenarios`);
          const first = page.getByRole("switch").first();
          equal(await first.isChecked(), true);
          const title = await first.getAttribute("aria-label");
          await first.click();
          await page.getByText(`${title} is not looked for any more.`)
            .waitFor();
          equal(
            await page.evaluate("document.activeElement.ariaLabel"),
            title,
            "the switch keeps the focus",
          );
          equal(agent.done.length, 1);
          match(agent.done[0] ?? "", /^off udp-scan,[a-z-]+$/);
          await page.getByText("Show", { exact: true }).first().click();
          await page.locator("details[open] pre", { hasText: "mechanism" })
            .waitFor();
          await page.getByRole("textbox", { name: "Lines" }).fill(
            "a line\nanother",
          );
          await page.getByRole("button", { name: "Try" }).click();
          await page.getByText("Line 1: <b>203.0.113.9</b> failed 6 logins")
            .waitFor();
          await page.getByText("Nobody knows how to read line 2.").waitFor();
        },
      );

      await step(
        "change the pace",
        {},
        async ({ page, origin }) => {
          await visit(page, `${origin}/settings/pace`);
          await page.getByRole("combobox").selectOption("metered");
          await page.getByRole("button", { name: "Change the pace" }).click();
          await page.getByText('The pace is "metered" now.').waitFor();
        },
      );

      await step(
        "add a receiver, send it a test, and remove it",
        {},
        async ({ page, origin }) => {
          const got = Promise.withResolvers<string>();
          const receiver = Deno.serve({
            hostname: "127.0.0.1",
            port: 0,
            onListen: () => {},
          }, async (request) => {
            got.resolve(await request.text());
            return new Response();
          });
          try {
            await visit(page, `${origin}/settings/notifications`);
            await page.getByText("Nobody is told.").waitFor();
            await page.getByLabel("Name").fill("duty");
            const address = page.getByLabel("Address");
            await address.fill("http://192.0.2.7/hook");
            await page.getByRole("button", { name: "Add" }).click();
            await page.getByText("plain http may go to 127.0.0.1").waitFor();
            await address.fill(`http://127.0.0.1:${receiver.addr.port}/hook`);
            await page.getByRole("button", { name: "Add" }).click();
            const dialog = page.getByRole("dialog");
            const secret = await dialog.locator("pre").innerText();
            match(secret, /^[0-9a-f]{64}$/);
            await dialog.getByRole("button", { name: "Close" }).click();
            await page.getByRole("button", { name: "Send a test to duty" })
              .click();
            await page.getByText("duty took the test.").waitFor();
            match(await got.promise, /test/);
            await page.getByRole("button", { name: "Remove duty" }).click();
            await dialog.getByRole("button", { name: "Remove" }).click();
            await page.getByText("Nobody is told.").waitFor();
          } finally {
            await receiver.shutdown();
          }
        },
      );

      await step(
        "let somebody in who then sees everything and changes nothing",
        {},
        async ({ page, origin, agent }) => {
          await visit(page, `${origin}/settings/people`);
          await page.getByLabel("Name").fill("ben");
          await page.getByLabel("Password").fill("a dozen letters");
          await page.getByRole("button", { name: "Let in" }).click();
          const dialog = page.getByRole("dialog");
          await dialog.getByRole("heading", { name: "A phone for ben" })
            .waitFor();
          await dialog.getByRole("img", { name: "QR code" }).waitFor();
          await page.evaluate("document.querySelector('dialog img').decode()");
          await page.screenshot({ path: `${pictures}/settings-phone.png` });
          const secret = fromBase32(await dialog.locator("pre").innerText());
          await dialog.getByRole("button", { name: "Close" }).click();
          await page.getByRole("cell", { name: "viewer: reads" }).waitFor();

          const other = await (await browser.newContext()).newPage();
          await other.goto(origin);
          await other.getByLabel("Name").fill("ben");
          await other.getByLabel("Password").fill("a dozen letters");
          const code = totpCode(secret, Math.floor(Date.now() / 30_000));
          await other.getByLabel("Code of your").fill(code);
          await other.getByRole("button", { name: "Log in" }).click();
          await other.getByRole("link", { name: "Settings" }).click();
          await other.getByText("You are logged in as viewer").waitFor();
          await other.getByLabel("Stop attacks").waitFor();
          equal(await other.getByLabel("Stop attacks").isDisabled(), true);
          equal(await other.getByRole("button", { name: "Save" }).count(), 0);
          for (const tab of ["Never contained", "What it looks for", "Pace"]) {
            await other.getByRole("link", { name: tab }).click();
            await other.locator("main .card").first().waitFor();
            const usable = other.locator(
              "main :is(input, button, select):not(:disabled)",
            ).filter({ hasNotText: "Try" });
            equal(await usable.count(), 0, tab);
          }
          await other.getByRole("link", { name: "People" }).click();
          await other.getByText("Only an owner sees this part.").waitFor();

          await page.reload();
          await page.getByRole("button", { name: "End the session of ben" })
            .click();
          await page.getByText("Ended.").waitFor();
          await other.reload();
          await other.getByRole("heading", { name: "Log in" }).waitFor();
          await other.context().close();

          await page.getByRole("button", { name: "Remove ben" }).click();
          await dialog.getByRole("button", { name: "Remove" }).click();
          await page.getByText("ben cannot log in any more.").waitFor();
          await page.getByText("Nobody has an account").waitFor();
          deepEqual(agent.done, []);
        },
      );

      await step(
        "keep what is known while the agent is silent, and come back",
        {},
        async ({ page, origin, agent }) => {
          agent.hide(true);
          await page.goto(`${origin}/settings`);
          await page.getByRole("button", { name: "Try again" }).waitFor();
          agent.hide(false);
          // By itself, as soon as the agent is heard of again.
          await page.getByLabel("Only watch").waitFor();
          agent.hide(true);
          await page.getByLabel("Stop attacks").check();
          await page.getByRole("button", { name: "Save" }).click();
          await page.getByText("That did not work").waitFor();
          // What was edited stays.
          equal(await page.getByLabel("Stop attacks").isChecked(), true);
        },
      );
    }),
});

/** RFC 4648, as the page shows it. */
function fromBase32(text: string): Uint8Array {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text.replace(/\s/g, "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Uint8Array.from(
    bits.match(/.{8}/g) ?? [],
    (byte) => Number.parseInt(byte, 2),
  );
}
