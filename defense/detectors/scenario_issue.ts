/**
 * Where in a scenario's text the thing stands that its schema complains of.
 *
 * @module
 */
import { type Document, isMap, isNode, isScalar } from "yaml";
import type * as z from "zod";

/** What a schema complains of. */
export type Issue = z.core.$ZodIssue;

/** The first complaint; inside a choice of forms, the one that got furthest. */
export function deepest(issues: readonly Issue[]): Issue {
  const [issue] = issues;
  if (issue === undefined) throw new TypeError("Cannot place no issue at all");
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.filter((branch) => branch.length > 0)
    .map(deepest).sort((a, b) => b.path.length - a.path.length)[0];
  return inner === undefined
    ? issue
    : { ...inner, path: [...issue.path, ...inner.path] };
}

/** Where in the text the thing stands that an issue is about. */
export function offsetOf(document: Document, issue: Issue): number {
  const path = [...issue.path];
  if (issue.code === "unrecognized_keys") {
    const parent = path.length === 0
      ? document.contents
      : document.getIn(path, true);
    if (isMap(parent)) {
      for (const { key } of parent.items) {
        if (isScalar(key) && key.value === issue.keys[0] && key.range) {
          return key.range[0];
        }
      }
    }
  }
  for (;; path.pop()) {
    const node = path.length === 0
      ? document.contents
      : document.getIn(path, true);
    if (isNode(node) && node.range) return node.range[0];
    if (path.length === 0) return 0;
  }
}
