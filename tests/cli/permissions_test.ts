import { deepEqual } from "node:assert/strict";

const rows: {
  name: string;
  granted: true | string[];
  said: { kept: boolean; over: string[] };
}[] = [
  {
    name: "narrows a grant of / to the paths",
    granted: ["/"],
    said: { kept: true, over: ["readInside", "writeInside"] },
  },
  {
    name: "gives up a grant that cannot be narrowed",
    granted: true,
    said: { kept: false, over: [] },
  },
];

for (const { name, granted, said } of rows) {
  Deno.test(`keepPaths() ${name}`, async () => {
    const parent = await Deno.makeTempDir();
    const directory = `${parent}/state`;
    await Deno.mkdir(directory);
    await Deno.writeTextFile(`${directory}/keys`, "");
    await Deno.writeTextFile(`${parent}/beside`, "");
    const options: WorkerOptions & { deno: { permissions: unknown } } = {
      type: "module",
      deno: { permissions: { read: granted, write: granted, net: true } },
    };
    const url = new URL("./walls/path_keeper.ts", import.meta.url);
    const worker = new Worker(url, options as WorkerOptions);
    try {
      worker.postMessage(directory);
      const answer = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
      });
      deepEqual(answer, said);
    } finally {
      worker.terminate();
      await Deno.remove(parent, { recursive: true });
    }
  });
}
