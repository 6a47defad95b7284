/**
 * Whoever is not let in reads why, and what he wrote is still there.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { noChromium, withChromium } from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { stagedAgent } from "./staged_agent.ts";

Deno.test({
  name: "who is not let in reads why",
  ignore: noChromium,
  fn: () =>
    withChromium(async (browser) => {
      const agent = stagedAgent({ names: ["till"] });
      const served = servePages(await bundledPages(), agent);
      try {
        const page = await browser.newPage();
        await page.goto(served.origin);
        const name = page.getByLabel("Name");
        const code = page.getByLabel("Code of your");
        const said = page.getByRole("alert");
        const enter = async () => {
          const answer = page.waitForResponse(/\/api\/login$/);
          await page.getByRole("button", { name: "Log in" }).press("Enter");
          return (await answer).status();
        };
        await name.fill("ada");
        await page.getByLabel("Password").fill("a dozen letters");

        await code.fill("12345");
        equal(await enter(), 400);
        await said.filter({ hasText: "6-digit code" }).waitFor();

        await code.fill("123456");
        let status = 0;
        for (let attempt = 0; attempt < 9 && status !== 429; attempt++) {
          status = await enter();
          if (status === 401) {
            await said.filter({ hasText: "did not work" }).waitFor();
          }
        }
        equal(status, 429);
        await said.filter({ hasText: "try again in" }).waitFor();
        equal(await name.inputValue(), "ada");
        match(
          await page.evaluate("document.activeElement.textContent") as string,
          /Log in/,
          "the button keeps the focus",
        );
      } finally {
        await served.stop();
      }
    }),
});
