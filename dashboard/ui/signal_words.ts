/**
 * The operator's signals in the words of the pages.
 *
 * @module
 */
import type { SignalView } from "../../defense/mod.ts";
import { texts } from "./texts.ts";

/**
 * What a signal says.
 *
 * @param nameOf A member by its id.
 */
export function signalWords(
  { order }: Pick<SignalView, "order">,
  nameOf: (node: string) => string,
): string {
  const { said } = texts.signals;
  switch (order.what) {
    case "contain":
      return said.contain(
        order.subject,
        texts.measures.names[order.measure] ?? order.measure,
      );
    case "release":
      return order.subject === "all"
        ? said.releaseAll
        : said.release(order.subject);
    case "quarantine":
      return said.quarantine(nameOf(order.member));
    case "readmit":
      return said.readmit(nameOf(order.member));
    case "caution":
      return said.caution;
    case "stand_down":
      return said.standDown;
    case "never":
      return said.never(order.network);
    case "trial":
    case "keep":
      return said.settings(
        order.members === "all" ? undefined : order.members.map(nameOf),
      );
    case "cancel":
      return said.cancel;
  }
}

/** Who said it. */
export function signalAuthor(by: string): string {
  const { said } = texts.signals;
  return by === "" ? said.commandLine : by === "(link)" ? said.link : by;
}

/** Who said it, and to whom. */
export function signalSource(
  { by, scope }: Pick<SignalView, "by" | "scope">,
): string {
  const { said } = texts.signals;
  const who = signalAuthor(by);
  return scope === "mesh" ? said.toAll(who) : said.toHere(who);
}
