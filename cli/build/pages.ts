/**
 * Makes the dashboard's pages: `deno task ui:build` puts them into `dist/ui`, and
 * `compile.ts` beside the bundles of the program. Code that only one page needs
 * is a chunk of its own, loaded when the page is opened.
 *
 * @module
 */

import { dirname } from "node:path";

const repository = new URL("../../", import.meta.url).pathname;

/**
 * Bundles the pages into `directory`, which then holds nothing else. It is never
 * without them once it had them: somebody may read it meanwhile.
 */
export async function buildPages(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const dir = await Deno.makeTempDir({ dir: dirname(directory) });
  try {
    await bundle(dir);
    const names = new Set([...Deno.readDirSync(dir)].map(({ name }) => name));
    for (const name of names) {
      await Deno.rename(`${dir}/${name}`, `${directory}/${name}`);
    }
    for (const { name } of [...Deno.readDirSync(directory)]) {
      if (!names.has(name)) await Deno.remove(`${directory}/${name}`);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function bundle(directory: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--platform", "browser", "--minify"],
      ...["--code-splitting", "--outdir", directory],
      "dashboard/ui/main.tsx",
    ],
    cwd: repository,
    stdin: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(
      `Cannot bundle the pages: ${new TextDecoder().decode(stderr)}`,
    );
  }
  const index = await Deno.readTextFile(`${repository}dashboard/ui/index.html`);
  const main = await Deno.readTextFile(`${directory}/main.js`);
  await Deno.writeTextFile(
    `${directory}/index.html`,
    withPreloads(index, main),
  );
  for (const name of ["style.css", "icon.svg"]) {
    await Deno.copyFile(
      `${repository}dashboard/ui/${name}`,
      `${directory}/${name}`,
    );
  }
}

/** Names the chunks that `main.js` begins with, so that they come with it. */
function withPreloads(index: string, main: string): string {
  const chunks = [...main.matchAll(/\bfrom\s*"\.\/(chunk-[\w-]+\.js)"/g)]
    .map(([, name]) => `<link rel="modulepreload" href="/${name}">`);
  return index.replace(/(?=<script )/, chunks.join("\n    ") + "\n    ");
}

if (import.meta.main) await buildPages(`${repository}dist/ui`);
