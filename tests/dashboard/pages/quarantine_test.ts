/**
 * A machine is cut off and let back in from its page: by an owner, with the
 * operator's key open, sealed and elsewhere; on a desk and on a phone.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import type { Role } from "../../../dashboard/mod.ts";
import {
  barriersOf,
  complaintsOf,
  noChromium,
  withChromium,
} from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import {
  idOf,
  type StagedAgent,
  stagedAgent,
  type Staging,
} from "./staged_agent.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;
const names = ["till", "office", "store", "gate", "office-pc"];
const office = idOf(1);
const phone = { width: 360, height: 740 };
const desk = { width: 1_200, height: 800 };

interface Opened {
  readonly page: Page;
  readonly agent: StagedAgent;
  /** Opens another machine's page. */
  readonly visit: (node: string) => Promise<unknown>;
}

interface Scene {
  readonly role?: Role;
  readonly viewport?: typeof phone;
  readonly operatorKey?: NonNullable<Staging["operatorKey"]>;
}

/** Logs in and looks at the office's page. */
async function opened(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  { role = "owner", viewport = desk, operatorKey = "open" }: Scene,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const agent = stagedAgent({ names, operatorKey });
  const pages = servePages(assets, agent);
  const context = await browser.newContext({ viewport });
  try {
    await context.addCookies([pages.cookie(role)]);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const visit = async (node: string) => {
      await page.goto(`${pages.origin}/machines/${node}`);
      await page.getByRole("heading", { name: "How it stands" }).waitFor();
    };
    await visit(office);
    await use({ page, agent, visit });
    // The browser tells of a refusal by itself.
    deepEqual(complaints.filter((each) => !each.includes("409")), []);
  } finally {
    await context.close();
    await pages.stop();
  }
}

/** Every page names the machine, on a host that only watches. */
async function watching(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
): Promise<void> {
  const agent = stagedAgent({ names, mode: "observe", votedOut: [1] });
  const pages = servePages(assets, agent);
  try {
    for (
      const [name, options] of [
        ["light", { viewport: desk }],
        ["dark", { viewport: desk, colorScheme: "dark" }],
        ["phone", { viewport: phone }],
      ] as const
    ) {
      const context = await browser.newContext(options);
      await context.addCookies([pages.cookie("viewer")]);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const marked = async (path: string, found: () => Promise<unknown>) => {
        await page.goto(pages.origin + path);
        await found();
        await checked(page, `voted-out${path.replaceAll("/", "-")}-${name}`);
      };
      const row = () => page.getByRole("row", { name: /^office\b/ });
      await marked("/", async () => {
        const line = page.getByRole("listitem").filter({
          hasText: "by vote of the machines",
        });
        await line.getByText("it only watches").waitFor();
        await line.getByRole("link", { name: "Decide" }).waitFor();
        await page.getByRole("region", { name: "Machines" })
          .getByText("would be cut off").waitFor();
      });
      await marked(
        "/machines",
        () => row().getByText("would be cut off").waitFor(),
      );
      await marked(
        "/mesh",
        () => row().getByText("would be cut off").waitFor(),
      );
      await page.goto(`${pages.origin}/machines/${office}`);
      const section = page.getByRole("region", { name: "Cutting off" });
      const said = section.getByText(/^Cut off from everything but/);
      await said.waitFor();
      match(
        await said.textContent() ?? "",
        /by vote of the machines, begun [\w ]+ ago; ends in \d+ (min|s)/,
      );
      await section.getByText("it only watches").waitFor();
      await checked(page, `voted-out-machine-${name}`);
      deepEqual(complaints, []);
      await context.close();
    }
  } finally {
    await pages.stop();
  }
}

async function checked(page: Page, name: string): Promise<void> {
  deepEqual(await barriersOf(page), []);
  equal(
    await page.evaluate(
      "[document.documentElement, ...document.querySelectorAll('dialog')].every((each) => each.scrollWidth <= each.clientWidth)",
    ),
    true,
    `${name} is wider than its frame`,
  );
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

Deno.test({
  name: "quarantine",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      await Deno.mkdir(pictures, { recursive: true });
      const step = (
        name: string,
        scene: Scene,
        use: (opened: Opened) => Promise<void>,
      ) => test.step(name, () => opened(browser, assets, scene, use));

      for (
        const [name, viewport] of [["desk", desk], ["phone", phone]] as const
      ) {
        await step(
          `an owner cuts a machine off and lets it back in (${name})`,
          { viewport },
          async ({ page, agent }) => {
            const section = page.getByRole("region", { name: "Cutting off" });
            const question = page.getByRole("dialog");
            const closed = () =>
              page.locator("dialog").waitFor({ state: "detached" });
            await section.getByText("It is not cut off.").waitFor();
            await section.getByRole("button", { name: "Cut off" }).click();
            await question.getByRole("heading", { name: "Cut office off?" })
              .waitFor();
            await question.getByText("It keeps the mesh, DNS").waitFor();
            equal(await question.getByText("This page comes from").count(), 0);
            await checked(page, `quarantine-ask-${name}`);
            await question.getByLabel("How long").selectOption("2 hours");
            await question.getByRole("button", { name: "Cut off" }).click();
            await closed();
            const state = section.getByText(/^Cut off from everything but/);
            await state.waitFor();
            match(
              await state.textContent() ?? "",
              /by ada, to all machines, begun [\w ]+; ends in (2 h|1 h|1\d\d min)/,
            );
            await checked(page, `quarantine-in-force-${name}`);
            await page.getByRole("link", { name: "Now" }).click();
            await page.locator(".headline", {
              hasText: "One machine is cut off.",
            }).waitFor();
            await page.goBack();
            await section.getByRole("button", { name: "Let back in" }).click();
            await question.getByText("What it did until now").waitFor();
            equal(await question.getByLabel("How long").count(), 0);
            await question.getByRole("button", { name: "Let back in" }).click();
            await closed();
            await section.getByText("It is not cut off.").waitFor();
            deepEqual(agent.orders.map(({ body }) => body), [
              { what: "quarantine", member: office, forMs: 7_200_000 },
              { what: "readmit", member: office },
            ]);
          },
        );
      }

      await step(
        "a sealed key asks for its passphrase",
        { operatorKey: "sealed", viewport: phone },
        async ({ page, agent }) => {
          await page.getByRole("button", { name: "Cut off" }).click();
          const question = page.getByRole("dialog");
          const secret = question.getByLabel("Passphrase of the operator");
          const go = question.getByRole("button", { name: "Cut off" });
          await secret.fill("guess");
          await go.click();
          await question.getByText("is not that of").waitFor();
          await checked(page, "quarantine-passphrase");
          await secret.fill("open sesame");
          await go.click();
          await page.getByText(/^Cut off from everything but/).waitFor();
          equal(agent.orders.length, 2);
        },
      );

      await step(
        "without the key it says what to type where the key is",
        { operatorKey: "absent", viewport: phone },
        async ({ page, agent }) => {
          await page.getByRole("button", { name: "Cut off" }).click();
          const question = page.getByRole("dialog");
          await question.getByText(
            `stealthmesh contain --quarantine ${
              office.slice(0, 12)
            } --for 1h --mesh`,
          ).waitFor();
          ok(
            await question.getByRole("button", { name: "Cut off" })
              .isDisabled(),
          );
          await checked(page, "quarantine-no-key");
          deepEqual(agent.orders, []);
        },
      );

      await step(
        "who cuts off the machine of the page is told so",
        {},
        async ({ page, visit }) => {
          await visit(idOf(0));
          await page.getByRole("button", { name: "Cut off" }).click();
          await page.getByRole("dialog").getByText("This page comes from")
            .waitFor();
        },
      );

      await step(
        "an observer, whose word counts for nothing, is not cut off",
        {},
        async ({ page, visit }) => {
          await visit(idOf(4));
          await page.getByText("observer: it hears everything").waitFor();
          equal(await page.getByText("Cutting off").count(), 0);
        },
      );

      await test.step("who only watches marks whom the others voted out", () =>
        watching(browser, assets));

      for (const role of ["viewer", "operator"] as const) {
        await step(
          `to ${role}s only the state is shown`,
          { role },
          async ({ page, agent }) => {
            const section = page.getByRole("region", { name: "Cutting off" });
            await page.getByText(`You are logged in as ${role}`).waitFor();
            equal(await section.getByRole("button").count(), 0);
            // It is said elsewhere, and heard of here.
            await agent.request("/v1/signals", {
              method: "POST",
              body: new TextEncoder().encode(
                JSON.stringify({
                  what: "quarantine",
                  member: office,
                  forMs: 3_600_000,
                }),
              ),
            });
            agent.tell({
              atMs: Date.now(),
              stage: "operator",
              what: "signal",
              subject: "",
              node: "",
              detail: {},
            });
            await section.getByText(/^Cut off from everything but/).waitFor();
            equal(await section.getByRole("button").count(), 0);
            await checked(page, `quarantine-${role}`);
          },
        );
      }
    }),
});
