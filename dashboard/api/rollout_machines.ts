/**
 * Whom the last settings of several machines were meant for.
 *
 * @module
 */
import type { RolloutView } from "./config_desk.ts";

/** By id; all, if every machine was meant. */
export function machinesOf(
  { all, machines }: Pick<RolloutView, "all" | "machines">,
): readonly string[] | "all" {
  return all ? "all" : machines.filter(({ state }) => state !== "not_asked")
    .map(({ node }) => node);
}
