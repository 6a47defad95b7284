/**
 * Compares our matcher with Python's `re`: random patterns over random texts,
 * where each match begins and ends, and what its groups hold.
 *
 * ```sh
 * deno run -A tests/defense/sensors/fail2ban/pattern_differential.ts [CASES] [SEED]
 * ```
 *
 * @module
 */
import { MatchBudget } from "../../../../defense/sensors/fail2ban/match_budget.ts";
import { PatternError } from "../../../../defense/sensors/fail2ban/pattern_error.ts";
import { Pattern } from "../../../../defense/sensors/fail2ban/pattern_matcher.ts";
import { type Chance, seeded } from "./made_lines.ts";

/** A pattern, a text, and what came of them. */
export interface Difference {
  readonly pattern: string;
  readonly text: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

const program = `
import json, re, sys, warnings
warnings.simplefilter("ignore")
for line in sys.stdin:
    pattern, text = json.loads(line)
    try:
        compiled = re.compile(pattern)
    except Exception as error:
        print(json.dumps("refused"))
        continue
    try:
        found = compiled.search(text)
        print(json.dumps(found and [list(found.span(group)) for group in range(compiled.groups + 1)]))
    except SystemError:
        print(json.dumps("failed"))
`;

/** A random pattern that ends, over the letters a, b, c and a few others. */
function randomPattern(chance: Chance): string {
  let groups = 0;
  const below = (limit: number) => Math.floor(chance() * limit);
  const pick = (...options: string[]) => options[below(options.length)]!;
  const atom = (depth: number): string => {
    const kind = below(depth > 2 ? 5 : 14);
    switch (kind) {
      case 0:
      case 1:
      case 2:
        return pick("a", "b", "c", "A", "é", " ", "1", "\\.", "\\n");
      case 3:
        return pick(".", "\\w", "\\d", "\\s", "\\S", "\\W", "\\D");
      case 4:
        return pick("[ab]", "[^a]", "[a-c1]", "[\\w-]", "[^\\s]", "[]a]");
      case 5:
        return pick("^", "$", "\\b", "\\B", "\\A", "\\Z");
      case 6:
      case 7:
        groups++;
        return `(${choice(depth + 1)})`;
      case 8:
        groups++;
        return `(?P<g${groups}>${choice(depth + 1)})`;
      case 9:
        return pick("(?=", "(?!", "(?:", "(?>", "(?i:") + choice(depth + 1) +
          ")";
      case 10:
        return pick("(?<=", "(?<!") + pick("a", "ab", "[bc]", "^a", "\\w") +
          ")";
      case 11:
        return groups === 0 ? "a" : `\\${1 + below(groups)}`;
      case 12:
        return groups === 0
          ? "b"
          : `(?(${1 + below(groups)})${sequence(depth + 1)}|${
            sequence(depth + 1)
          })`;
      default:
        return `(?:${choice(depth + 1)})`;
    }
  };
  const sequence = (depth: number): string =>
    Array.from({ length: below(4) }, () => {
      const part = atom(depth);
      if (chance() > 0.4) return part;
      return part + pick("*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}") +
        pick("", "", "", "?", "+");
    }).join("");
  const choice = (depth: number): string =>
    Array.from({ length: 1 + below(2) }, () => sequence(depth)).join("|");
  return choice(0);
}

function randomText(chance: Chance): string {
  const letters = ["a", "a", "b", "c", "A", "B", "é", " ", "1", ".", "\n", "-"];
  return Array.from(
    { length: Math.floor(chance() * 12) },
    () => letters[Math.floor(chance() * letters.length)],
  ).join("");
}

function ours(pattern: string, text: string): unknown {
  const budget = new MatchBudget();
  try {
    const compiled = new Pattern(pattern);
    const match = compiled.search(text, budget);
    if (budget.spent) return "spent";
    if (match === undefined) return null;
    const spans = [];
    for (let group = 0; group <= compiled.groups; group++) {
      spans.push([...match.span(group)]);
    }
    return spans;
  } catch (error) {
    if (error instanceof PatternError) return "refused";
    throw error;
  }
}

/** Compares so many cases. */
export async function comparePatterns(
  cases: number,
  seed: number,
): Promise<Difference[]> {
  const chance = seeded(seed);
  const asked = Array.from(
    { length: cases },
    () => [randomPattern(chance), randomText(chance)] as const,
  );
  const child = new Deno.Command("python3", {
    args: ["-c", program],
    stdin: "piped",
    stdout: "piped",
    env: { PYTHONIOENCODING: "utf-8" },
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(
    asked.map((each) => JSON.stringify(each) + "\n").join(""),
  )).then(() => writer.close());
  const { stdout } = await child.output();
  await written;
  const answers = new TextDecoder().decode(stdout).trim().split("\n");
  return asked.flatMap(([pattern, text], index) => {
    const theirs = JSON.parse(answers[index]!);
    const mine = ours(pattern, text);
    // Python 3.11 itself sometimes asks to report a bug in its groups.
    return theirs === "failed" ||
        JSON.stringify(mine) === JSON.stringify(theirs)
      ? []
      : [{ pattern, text, ours: mine, theirs }];
  });
}

if (import.meta.main) {
  const [cases = "20000", seed = "1"] = Deno.args;
  const found = await comparePatterns(Number(cases), Number(seed));
  for (const each of found.slice(0, 20)) console.log(JSON.stringify(each));
  console.log(`${found.length} of ${cases} differ`);
}
