/**
 * The whole way of an owner, with nothing staged: the dashboard's own program
 * and its link, a real hydra at a real sshd, a real kernel that blocks it, and a
 * second machine that joins with the invite that the page shows. Everything is
 * clicked in Chromium; what a page says is held against the kernel and the
 * command line.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { tmpdir } from "node:os";
import {
  barriersOf,
  complaintsOf,
  noChromium,
  withChromium,
} from "../dashboard/pages/chromium.ts";
import { heldAgainst } from "./lab_kernel.ts";
import { eventually, LabMember, program } from "./lab_member.ts";
import { Lab } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

/** For whoever wants to look; the next run writes over them. */
const pictures = `${tmpdir()}/stealthmesh-pages`;

/** The dashboard of a member, as its user starts it; settles with its link. */
async function openDashboard(
  { host }: LabMember,
): Promise<{ url: string; stop(): Promise<void> }> {
  const [command = "", ...args] = program();
  const child = new Deno.Command(command, {
    args: [
      ...args,
      ...["dashboard", "--port", "0", "--json"],
      ...["--state-dir", `${host.directory}/state`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    env: { NO_COLOR: "1" },
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the dashboard ended: ${text}`);
    text += value;
  }
  return {
    url: (JSON.parse(text) as { url: string }).url,
    async stop() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.status;
    },
  };
}

Deno.test({
  name: "lab: an owner sees an attack, reads why, lets go, exercises, invites",
  ignore: noChromium || await labIsImpossible(),
  async fn() {
    await Deno.mkdir(pictures, { recursive: true });
    const lab = await Lab.open();
    const closing: (() => Promise<void>)[] = [];
    try {
      const prepared = async (name: string, number: number) =>
        await LabMember.prepare(await lab.host(name, number), {
          name,
          profile: "lan",
          neverBlock: [],
        });
      const till = await prepared("till", 11);
      const office = await prepared("office", 12);
      const attacker = await lab.host("attacker", 66);
      const source = attacker.address;
      equal((await till.cli("keys", "init")).code, 0);
      await till.start();
      const { url, stop } = await openDashboard(till);
      closing.push(stop);
      const passwords = `${lab.directory}/passwords`;
      const words = Array.from({ length: 60 }, (_, index) => `guess${index}`);
      await Deno.writeTextFile(passwords, words.join("\n"));
      const held =
        async () => [...(await heldAgainst(till.host, source)).keys()];

      await withChromium(async (browser) => {
        const page = await browser.newPage();
        const complaints = complaintsOf(page);
        const dialog = page.getByRole("dialog");
        const visit = (name: string) =>
          page.getByRole("navigation", { name: "Pages" })
            .getByRole("link", { name, exact: true }).click();
        const picture = async (name: string) => {
          deepEqual(await barriersOf(page), [], name);
          const path = `${pictures}/owner-${name}.png`;
          await page.screenshot({ path, fullPage: true });
        };
        await page.goto(url);
        await page.getByText("No attack has been seen yet.").waitFor();
        await picture("1-calm");

        const attack = attacker.run(
          ...["timeout", "8", "hydra", "-I", "-l", "root", "-P"] as const,
          ...[passwords, "-t", "4", `ssh://${till.host.address}`] as const,
        );
        const news = page.locator(".recent a", { hasText: source }).first();
        await news.waitFor();
        await attack;
        await picture("2-attack");
        await news.click();
        await page.getByRole("heading", { name: `About ${source}` }).waitFor();
        await page.getByText(
          new RegExp(
            `${source} tried \\d+ passwords on .*blocked from .* here until`,
          ),
        ).waitFor();
        await page.getByText("proven address").first().waitFor();
        equal((await held()).length > 0, true, "the kernel blocks it");
        await picture("3-why");

        await page.getByRole("button", { name: "Let go" }).click();
        await dialog.getByRole("button", { name: "Let go" }).click();
        await page.getByText("Nothing is done against this address.")
          .waitFor();
        await eventually(
          async () => (await held()).length === 0,
          () => "the kernel to let go",
        );
        await page.getByRole("button", { name: "This was us" }).click();
        await dialog.getByRole("button", { name: "Never contain it" }).click();
        await page.getByText("This address is never contained").waitFor();
        await picture("4-us");
        match(
          (await till.cli("contain", source, "--for", "10m")).stderr,
          /never contained/,
        );
        deepEqual(await held(), []);

        await visit("Exercises");
        await page.getByLabel("Somebody scans every machine").check();
        await page.getByRole("button", { name: "Start", exact: true }).click();
        await page.getByRole("heading", { name: "What the attacker gained" })
          .waitFor({ timeout: 120_000 });
        await picture("5-exercise");

        await visit("Machines");
        await page.getByRole("button", { name: "Make an invite" }).click();
        const line = await page.getByLabel("The line to paste").textContent();
        await picture("6-invite");
        const [, ...typed] = (line ?? "").trim().split(" ");
        const joined = await office.cli(...typed);
        equal(joined.code, 0, joined.stderr);
        await office.start();
        await page.getByText(/(office|A machine) has joined\./).waitFor();
        await page.getByRole("link", { name: "office", exact: true })
          .waitFor();
        await picture("7-joined");
        await visit("Mesh");
        await page.getByRole("row", { name: /office/ }).waitFor();
        deepEqual(complaints, []);
      });
    } finally {
      for (const close of closing) await close();
      await lab.close();
    }
  },
});
