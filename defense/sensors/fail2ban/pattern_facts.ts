/**
 * What is true of every match of a pattern, told from its tree: how wide it
 * is, where it can begin and with what, and which text it contains. With it
 * most lines are turned away without matching.
 *
 * @module
 */
import type { PatternNode } from "./pattern_tree.ts";

/** Where a match can begin. */
export type Anchor = "text" | "line" | "none";

/** Fewest and most characters that a node takes. */
export function widthOf(node: PatternNode): [number, number] {
  switch (node.type) {
    case "literal":
    case "set":
      return [1, 1];
    case "sequence":
      return node.parts.map(widthOf).reduce(
        ([min, max], [least, most]) => [min + least, max + most],
        [0, 0],
      );
    case "choice":
      return either(node.options.map(widthOf));
    case "repeat": {
      const [least, most] = widthOf(node.body);
      return [
        least * node.min,
        most === 0 || node.max === 0 ? 0 : most * node.max,
      ];
    }
    case "group":
    case "atomic":
      return widthOf(node.body);
    case "condition":
      return either([widthOf(node.yes), widthOf(node.no)]);
    case "back":
      return [0, Infinity];
    case "look":
    case "assert":
      return [0, 0];
  }
}

function either(widths: readonly [number, number][]): [number, number] {
  return [
    Math.min(...widths.map(([min]) => min)),
    Math.max(...widths.map(([, max]) => max)),
  ];
}

/** Where a match can begin: at the text's beginning, at a line's, anywhere. */
export function anchorOf(node: PatternNode): Anchor {
  switch (node.type) {
    case "assert":
      return node.what === "start"
        ? "text"
        : node.what === "line_start"
        ? "line"
        : "none";
    case "sequence": {
      for (const part of node.parts) {
        const anchor = anchorOf(part);
        if (anchor !== "none") return anchor;
        if (widthOf(part)[1] > 0) break;
      }
      return "none";
    }
    case "choice": {
      const anchors = node.options.map(anchorOf);
      if (anchors.includes("none")) return "none";
      return anchors.includes("line") ? "line" : "text";
    }
    case "group":
    case "atomic":
      return anchorOf(node.body);
    default:
      return "none";
  }
}

/** What a match begins with. */
export interface FirstSet {
  readonly table: Uint8Array;
  /** It may match without a character of its own. */
  readonly nullable: boolean;
}

/** What a match begins with; characters beyond Latin-1 are always possible. */
export function firstOf(node: PatternNode): FirstSet {
  switch (node.type) {
    case "literal": {
      const table = new Uint8Array(256);
      if (node.code < 256) table[node.code] = 1;
      return { table, nullable: false };
    }
    case "set":
      return { table: node.set.table, nullable: false };
    case "sequence": {
      let table = new Uint8Array(256);
      for (const part of node.parts) {
        const first = firstOf(part);
        table = union(table, first.table);
        if (!first.nullable) return { table, nullable: false };
      }
      return { table, nullable: true };
    }
    case "choice":
    case "condition": {
      const options = node.type === "choice"
        ? node.options
        : [node.yes, node.no];
      const firsts = options.map(firstOf);
      return {
        table: firsts.reduce(
          (whole, { table }) => union(whole, table),
          new Uint8Array(256),
        ),
        nullable: firsts.some(({ nullable }) => nullable),
      };
    }
    case "repeat": {
      const { table, nullable } = firstOf(node.body);
      return { table, nullable: nullable || node.min === 0 };
    }
    case "group":
    case "atomic":
      return firstOf(node.body);
    case "back":
      return { table: new Uint8Array(256).fill(1), nullable: true };
    case "look":
    case "assert":
      return { table: new Uint8Array(256), nullable: true };
  }
}

function union(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first);
  for (let at = 0; at < both.length; at++) both[at]! |= second[at]!;
  return both;
}

/** The longest text of letters that stand side by side in every match. */
export function requiredOf(root: PatternNode): string {
  let longest = "";
  let run = "";
  const end = () => {
    if (run.length > longest.length) longest = run;
    run = "";
  };
  const visit = (node: PatternNode): void => {
    switch (node.type) {
      case "literal":
        run += String.fromCharCode(node.code);
        return;
      case "sequence":
        for (const part of node.parts) visit(part);
        return;
      case "group":
      case "atomic":
        return visit(node.body);
      case "look":
      case "assert":
        return;
      case "repeat":
        end();
        if (node.min > 0) visit(node.body);
        return end();
      default:
        return end();
    }
  };
  visit(root);
  end();
  return longest;
}
