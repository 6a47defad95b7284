import { equal, ok } from "node:assert/strict";
import { bundledPages } from "./pages_server.ts";

/** Issue 5: first load, compressed. */
const firstLoadBytesMax = 250_000;

async function compressedBytes(bytes: Uint8Array<ArrayBuffer>) {
  const packed = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

Deno.test("the first load is small, and the picture of the mesh is not in it", async () => {
  const assets = await bundledPages();
  const textOf = (name: string) =>
    new TextDecoder().decode(assets.get(name)?.bytes);
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name) || !assets.has(name)) return;
    loaded.add(name);
    const text = textOf(name);
    const needed = name.endsWith(".html")
      ? text.matchAll(/(?:src|href)="\/([^"]+)"/g)
      // Static imports; `import("…")` waits.
      : text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g);
    for (const [, other = ""] of needed) load(other);
  };
  load("index.html");
  let bytes = 0;
  for (const name of loaded) {
    bytes += await compressedBytes(assets.get(name)!.bytes);
  }
  ok(loaded.has("main.js") && loaded.has("style.css"));
  ok(bytes <= firstLoadBytesMax, `${bytes} bytes`);
  const topology = [...assets.keys()].filter((name) =>
    name.endsWith(".js") && textOf(name).includes("getContext")
  );
  equal(topology.length, 1);
  equal(topology.some((name) => loaded.has(name)), false);
});
