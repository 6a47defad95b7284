/**
 * Which member an operator means by a name or the beginning of a node id.
 *
 * @module
 */
import type { MemberView } from "../mesh/mod.ts";
import { nearest } from "./nearest.ts";

/** Shorter beginnings of an id are not taken for one. */
const prefixMin = 4;

/** Says why nobody, or more than one, is meant. */
export interface NobodyNamed {
  readonly refused: string;
}

/**
 * Finds a member that is not revoked. A whole name goes before an id, so a
 * name that looks like one still finds its bearer.
 */
export function memberNamed(
  text: string,
  members: readonly MemberView[],
): MemberView | NobodyNamed {
  const present = members.filter(({ revoked }) => !revoked);
  const named = present.filter(({ name }) => name === text);
  const prefix = text.toLowerCase();
  const found = named.length > 0 || prefix.length < prefixMin
    ? named
    : present.filter(({ node }) => node.startsWith(prefix));
  const [member] = found;
  if (member && found.length === 1) return member;
  if (member) {
    const ids = found.slice(0, 4).map(({ node }) => node.slice(0, 12));
    return {
      refused: `"${text}" names ${found.length} members; say which by id: ${
        ids.join(", ")
      }`,
    };
  }
  if (members.some(({ name, revoked }) => revoked && name === text)) {
    return { refused: `"${text}" was revoked` };
  }
  const meant = nearest(text, present.map(({ name }) => name));
  return {
    refused: `no member is called "${text}"${
      meant === undefined
        ? "; `stealthmesh status` lists them"
        : `; did you mean "${meant}"?`
    }`,
  };
}
