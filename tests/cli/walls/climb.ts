/**
 * The walls that every isolate may stand behind, and climbing them: each
 * attempt returns only if its wall is not there.
 *
 * @module
 */
import type { Output } from "../../../cli/output.ts";

/** Attempts by the name of the wall. */
export type Walls = Readonly<Record<string, () => unknown>>;

const everyWall: Walls = {
  read: () => Deno.readTextFileSync("/etc/hostname"),
  write() {
    Deno.writeTextFileSync("/tmp/stealthmesh-climbed", "");
    Deno.removeSync("/tmp/stealthmesh-climbed");
  },
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  run: () => new Deno.Command("cat", { args: ["/dev/null"] }).outputSync(),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.hostname(),
};

/** The walls this isolate comes over, in order; `more` after the usual ones. */
export function climbWalls(more: Walls = {}): string[] {
  const over: string[] = [];
  for (const [name, climb] of Object.entries({ ...everyWall, ...more })) {
    try {
      climb();
      over.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
    }
  }
  return over;
}

/** Tells `permission_walls_test.ts` what was found, and ends. */
export function endClimb(
  output: Output,
  found: { readonly exitCode: number; readonly over: readonly string[] },
): never {
  output.note(`climbed:${JSON.stringify(found)}`);
  Deno.exit(0);
}
