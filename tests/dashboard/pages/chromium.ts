/**
 * Debian's Chromium for tests of the pages. Without one they skip; in CI they
 * must not.
 *
 * @module
 */
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
  .find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });

/** Whether tests that need it are to be skipped. */
export const noChromium = executablePath === undefined &&
  Deno.env.get("CI") === undefined;

/** Opens it for `use`, with what a page complains about. */
export async function withChromium(
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // Its own sandbox wants a user other than root.
    args: ["--no-sandbox"],
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** What the console of a page and its scripts complain about, as it comes. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

/**
 * Settles when `expression` holds in the page. (`page.waitForFunction` evaluates
 * inside the page, which the pages' own policy forbids.)
 */
export async function holds(page: Page, expression: string): Promise<void> {
  const patience = AbortSignal.timeout(20_000);
  while (!await page.evaluate(expression)) {
    if (patience.aborted) throw new Error(`never came to hold: ${expression}`);
    await page.waitForTimeout(30);
  }
}

/** Serious or worse, as axe counts them, once no colour fades any more. */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
    .map(({ finished }) => finished))`);
  await page.evaluate(axe.source);
  const found = await page.evaluate("axe.run()") as axe.AxeResults;
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
