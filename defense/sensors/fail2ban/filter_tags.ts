/**
 * Replaces `<name>` in the options of a filter by the option of that name,
 * again and again, so that a tag may be put together from others
 * (`<mdre-<mode>>`) (fail2ban, jail.conf(5), "filter"). What is no option
 * stays: `<HOST>` and its like are the matcher's (`host_tags.ts`).
 *
 * Bounds: one name is replaced at most `replacementsMax` times in one option,
 * as in fail2ban, and `turnsMax` bounds the whole; more is refused, as is an
 * option that contains itself.
 *
 * @module
 */
import { FilterError, valueLengthMax } from "./filter_options.ts";
import { withoutMarks } from "./origin_marks.ts";

/** fail2ban's bound. */
const replacementsMax = 25;
/** Tags looked at in one filter; our choice. */
const turnsMax = 20_000;
const tag = /<([^ <>]+)>/g;

/**
 * Replaces the tags in every option.
 *
 * @param options By name.
 * @param lookUp Asked for names that are not among them.
 * @throws {FilterError} If replacing never ends.
 */
export function substituteTags(
  options: ReadonlyMap<string, string>,
  lookUp: (name: string) => string | undefined,
): Map<string, string> {
  const values = new Map(options);
  const counts = new Map<string, Map<string, number>>();
  let turns = 0;
  for (let again = true; again;) {
    again = false;
    for (const [option, before] of values) {
      const counted = counts.get(option) ?? new Map<string, number>();
      counts.set(option, counted);
      let value = before;
      tag.lastIndex = 0;
      for (let match = tag.exec(value); match; match = tag.exec(value)) {
        if (++turns > turnsMax) {
          throw new FilterError(`more than ${turnsMax} tags`);
        }
        const name = withoutMarks(match[1]!);
        const count = counted.get(name) ?? 0;
        if (name === option || count > replacementsMax) {
          throw new FilterError(`${option} contains itself through <${name}>`);
        }
        const replacement = values.get(name) ?? lookUp(name);
        if (replacement === undefined) continue;
        counted.set(name, count + 1);
        value = value.replaceAll(match[0], () => replacement);
        if (value.length > valueLengthMax) {
          throw new FilterError(
            `${option} grows longer than ${valueLengthMax} characters`,
          );
        }
        tag.lastIndex = match.index;
      }
      if (value === before) continue;
      values.set(option, value);
      tag.lastIndex = 0;
      if (tag.test(value)) again = true;
    }
  }
  return values;
}
