/**
 * `deno task vectors FILE...`: runs our Noise against files of test vectors and
 * ends with the line `N passed, N failed, N skipped`.
 *
 * Exit codes: 0 nothing failed, 1 a vector failed or a file is unreadable,
 * 2 no file given.
 *
 * @module
 */
import { listVectors, parseVector, vectorProtocol } from "./vector_file.ts";
import { explainUnknown, runVector, type VectorOutcome } from "./vector_run.ts";

/** What the runner writes, line by line. */
export interface Report {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

/**
 * Runs every vector of every file.
 *
 * @returns The exit code.
 */
export function runFiles(
  files: readonly string[],
  read: (file: string) => string,
  report: Report,
): number {
  if (files.length === 0) {
    report.error("Cannot run vectors: no file given");
    report.error("  deno task vectors FILE...");
    return 2;
  }
  const count = { passed: 0, failed: 0, skipped: 0 };
  let unreadable = 0;
  for (const file of files) {
    let vectors: readonly unknown[];
    try {
      vectors = listVectors(read(file));
    } catch (error) {
      unreadable++;
      report.error(`Cannot run ${file}: ${(error as Error).message}`);
      continue;
    }
    for (const [index, json] of vectors.entries()) {
      const outcome = runOne(json);
      count[outcome.type]++;
      if (outcome.type !== "passed") {
        const name = vectorProtocol(json) ?? "(no protocol name)";
        report.out(
          `${outcome.type} ${file} #${index} ${name}: ${outcome.reason}`,
        );
      }
    }
  }
  report.out(
    `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
  );
  return count.failed > 0 || unreadable > 0 ? 1 : 0;
}

/** Only where we know the protocol must the rest of the vector make sense. */
function runOne(json: unknown): VectorOutcome {
  const unknown = explainUnknown(vectorProtocol(json));
  if (unknown !== undefined) return { type: "skipped", reason: unknown };
  try {
    return runVector(parseVector(json));
  } catch (error) {
    return { type: "failed", reason: (error as Error).message };
  }
}

if (import.meta.main) {
  const print = (stream: typeof Deno.stdout) => (line: string) => {
    const bytes = new TextEncoder().encode(`${line}\n`);
    for (let at = 0; at < bytes.length;) {
      at += stream.writeSync(bytes.subarray(at));
    }
  };
  Deno.exit(
    runFiles(Deno.args, (file) => Deno.readTextFileSync(file), {
      out: print(Deno.stdout),
      error: print(Deno.stderr),
    }),
  );
}
