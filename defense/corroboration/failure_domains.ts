/**
 * Which members fail together: two machines on one hypervisor, or behind one
 * administrator's password, are one witness (design §7). One domain per host
 * unless the operator groups them.
 *
 * Only the operator's own list counts. What members say of themselves, such
 * as their addresses, could be said by a liar to make all witnesses one.
 *
 * Bounds: `groupsMax` groups with `namesMax` names in all; what is over is
 * refused when the list is read.
 *
 * @module
 */

/** Domains an operator may name; more than a business has rooms. Our choice. */
export const groupsMax = 256;
/** Twice the largest network of design §1. */
export const namesMax = 1_024;

/** Names of members that fail together, one list for each domain. */
export type DomainGroups = readonly (readonly string[])[];

/** Tells the domain of a member. */
export class FailureDomains {
  readonly #byName = new Map<string, string>();

  /**
   * @throws {RangeError} If a member stands in two groups, or there are more
   * groups or names than we hold.
   */
  constructor(groups: DomainGroups = []) {
    if (groups.length > groupsMax) {
      throw new RangeError(
        `Cannot take ${groups.length} failure domains: at most ${groupsMax}`,
      );
    }
    for (const [index, names] of groups.entries()) {
      // No node's id contains a space, so no group can pass for a node.
      const domain = `group ${index}`;
      for (const name of names) {
        if ((this.#byName.get(name) ?? domain) !== domain) {
          throw new RangeError(
            `Cannot put "${name}" into two failure domains`,
          );
        }
        this.#byName.set(name, domain);
      }
    }
    if (this.#byName.size > namesMax) {
      throw new RangeError(
        `Cannot group ${this.#byName.size} members: at most ${namesMax}`,
      );
    }
  }

  /**
   * The domain of a member.
   *
   * @param node Its id, which is its domain when it stands in no group.
   * @param name What the roster calls it.
   */
  of(node: string, name: string): string {
    return this.#byName.get(name) ?? node;
  }
}
