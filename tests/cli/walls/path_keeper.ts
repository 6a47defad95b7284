/**
 * A worker that keeps one directory, and says what it can still reach.
 *
 * @module
 */
import { keepPaths } from "../../../cli/permissions.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<string>) => void;
  postMessage(message: unknown): void;
};

scope.onmessage = async ({ data: directory }) => {
  const kept = await keepPaths({
    read: [directory],
    write: [`${directory}/roster`],
  });
  const walls: Readonly<Record<string, () => unknown>> = {
    readInside: () => Deno.readTextFileSync(`${directory}/keys`),
    // A link inside that leads outside would be followed.
    linkOutside: () => Deno.symlinkSync("/etc", `${directory}/roster`),
    writeInside: () => Deno.writeTextFileSync(`${directory}/roster`, ""),
    writeOther: () => Deno.writeTextFileSync(`${directory}/keys`, ""),
    readBeside: () => Deno.readTextFileSync(`${directory}/../beside`),
    readBelowRoot: () => Deno.readTextFileSync("/etc/hostname"),
    net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  };
  const over = Object.entries(walls).filter(([, climb]) => {
    try {
      climb();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return false;
      throw error;
    }
  }).map(([name]) => name);
  scope.postMessage({ kept, over });
};
