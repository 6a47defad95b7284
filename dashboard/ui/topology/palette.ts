/**
 * The colours of the page, for a canvas, which knows no variables.
 *
 * @module
 */
import type { Liveness } from "./graph.ts";

/** Colours as CSS has them. */
export interface Palette {
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly accent: string;
  readonly bad: string;
  readonly of: Readonly<Record<Liveness, string>>;
}

/** The colours that hold now, light or dark. */
export function paletteOf(element: Element): Palette {
  // Variables come back unresolved; a colour that is set comes back computed.
  const probe = document.createElement("span");
  element.ownerDocument.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    ground: read("card"),
    line: read("soft"),
    text: read("text"),
    accent: read("accent"),
    bad: read("bad"),
    of: {
      here: read("accent"),
      up: read("good"),
      late: read("warn"),
      gone: read("bad"),
      unknown: read("soft"),
      revoked: read("soft"),
    },
  };
  probe.remove();
  return palette;
}
