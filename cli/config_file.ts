/**
 * Reads `stealthmesh.yaml`. Every complaint names file, line and column, what
 * was expected, and for an unknown key the one that was probably meant.
 *
 * @module
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { type Config, configSchema } from "./schema.ts";
import { decoyKeys } from "./decoy_setting.ts";
import { nearest } from "./nearest.ts";
import { profileKeys } from "./profile_setting.ts";

/** Larger configuration files are refused. */
export const configBytesMax = 262_144;

/** What a file said, and where it said it. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Partial<Config>;
  /** Position of a value, 1-based. */
  where(path: readonly (string | number)[]): Position;
}

/** A place in a text, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const fileSchema = configSchema.partial().extend({
  journal: configSchema.shape.journal.partial().optional(),
  coverPage: configSchema.shape.coverPage.partial().optional(),
  scenarios: configSchema.shape.scenarios.partial().optional(),
  decoys: configSchema.shape.decoys.partial().optional(),
  canaries: configSchema.shape.canaries.partial().optional(),
});

/**
 * Parses the text of a configuration file.
 *
 * @param path Only for messages.
 * @throws {SyntaxError} With every complaint, one a line, each `file:line:column: …`.
 */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    // Warnings become complaints below; nothing is printed.
    logLevel: "error",
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const say = ({ line, column }: Position, words: string) =>
    `${path}:${line}:${column}: ${words}`;

  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new SyntaxError(
      complaints(
        broken.map((error) =>
          say(positionAt(error.pos[0]), firstLine(error.message))
        ),
      ),
    );
  }
  const where = (keys: readonly (string | number)[]): Position => {
    for (let depth = keys.length; depth >= 0; depth--) {
      const node = document.getIn(keys.slice(0, depth), true);
      if (isNode(node) && node.range) return positionAt(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  const whereKey = (
    parent: readonly (string | number)[],
    key: string,
  ): Position => {
    const map = document.getIn(parent, true);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    return isNode(pair?.key) && pair.key.range
      ? positionAt(pair.key.range[0])
      : where(parent);
  };

  let value: unknown;
  try {
    // An empty file, or one with comments only, says nothing.
    value = document.toJS({ maxAliasCount: 16 }) ?? {};
  } catch (error) {
    // An alias of nothing, or too many of something.
    const words = error instanceof Error ? firstLine(error.message) : "";
    throw new SyntaxError(
      complaints([say({ line: 1, column: 1 }, words || "cannot be read")]),
      { cause: error },
    );
  }
  const result = fileSchema.safeParse(value);
  if (result.success) {
    return { path, values: withoutUndefined(result.data), where };
  }
  throw new SyntaxError(complaints(
    result.error.issues.flatMap((issue) => {
      const keys = issue.path.map((key) =>
        typeof key === "symbol" ? String(key) : key
      );
      if (issue.code !== "unrecognized_keys") {
        return [say(where(keys), `${keyText(keys)}${describeIssue(issue)}`)];
      }
      return issue.keys.map((key) =>
        say(
          whereKey(keys, key),
          `unknown key "${key}"${suggestion(keys, key)}`,
        )
      );
    }),
  ));
}

/** What was expected, from one complaint of the schema. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "object"
        ? "expected keys with values"
        : `expected ${articled(issue.expected)}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(" or ")}`;
    case "too_big":
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "too_small":
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === "array") return " items";
  return origin === "string" ? " characters" : "";
}

function articled(type: string): string {
  return type === "array"
    ? "a list"
    : type === "int"
    ? "a whole number"
    : `a ${type}`;
}

function keyText(keys: readonly (string | number)[]): string {
  return keys.length === 0 ? "" : `${keys.join(".")}: `;
}

function suggestion(
  parent: readonly (string | number)[],
  key: string,
): string {
  const known = parent[0] === "journal"
    ? Object.keys(configSchema.shape.journal.shape)
    : parent[0] === "scenarios"
    ? Object.keys(configSchema.shape.scenarios.shape)
    : parent[0] === "coverPage"
    ? Object.keys(configSchema.shape.coverPage.shape)
    : parent[0] === "decoys" || parent[0] === "canaries"
    ? parent.length > 1 ? ["port", "as", "to"] : decoyKeys[parent[0]]
    : parent[0] === "profile"
    ? parent.length > 1 ? profileKeys.rule : profileKeys.plan
    : Object.keys(configSchema.shape);
  const meant = nearest(key, known);
  return meant === undefined
    ? `; known are ${known.join(", ")}`
    : `; did you mean "${meant}"?`;
}

function complaints(lines: readonly string[]): string {
  return `Cannot read configuration\n${
    lines.map((line) => `  ${line}`).join("\n")
  }`;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}

/** Keys that were not given are absent, not `undefined`. */
function withoutUndefined(value: object): Partial<Config> {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Partial<Config>;
}
