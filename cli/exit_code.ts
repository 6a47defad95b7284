/**
 * What the program exits with. This table is the only place that turns an
 * error into a code, and the README prints it.
 *
 * | code | meaning |
 * | ---- | ------- |
 * | 0 | done |
 * | 1 | failed |
 * | 2 | wrong usage: the command line, the configuration, an unreadable input |
 * | 3 | agent not reachable |
 * | 4 | not permitted |
 * | 5 | a simulation broke an invariant |
 *
 * @module
 */
import { OperatorError, type OperatorErrorCode } from "./operator_error.ts";
import { clean } from "./plain_text.ts";

/** Exit codes by name. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrong_usage: 2,
  agent_unreachable: 3,
  not_permitted: 4,
  invariant_broken: 5,
} as const satisfies Record<OperatorErrorCode | "done", number>;

/** A code the program may exit with. */
export type ExitCode = typeof exitCodes[keyof typeof exitCodes];

/** One row: which errors it covers and what to do about them. */
interface Row {
  readonly covers: (error: Error) => boolean;
  readonly code: OperatorErrorCode;
  readonly nextStep: readonly string[];
}

/** First match wins; errors that carry their own next step keep it. */
const rows: readonly Row[] = [
  {
    covers: (error) => hasCode(error, /^nft_denied$/),
    code: "not_permitted",
    nextStep: [
      "Run with sudo, or let the agent only watch:",
      "  stealthmesh agent --observe",
    ],
  },
  {
    covers: (error) => hasCode(error, /^nft_missing$/),
    code: "failed",
    nextStep: [
      "Install the package nftables, or let the agent only watch:",
      "  stealthmesh agent --observe",
    ],
  },
  {
    covers: (error) =>
      error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable ||
      hasCode(error, /_denied$|^EACCES$|^EPERM$/),
    code: "not_permitted",
    nextStep: [
      "Run with sudo, or see what works without:",
      "  stealthmesh doctor",
    ],
  },
  {
    covers: (error) => error instanceof SyntaxError,
    code: "wrong_usage",
    nextStep: ["See what is expected:", "  stealthmesh --help"],
  },
  {
    covers: (error) => hasCode(error, /^ENOSPC$|disk_full|^SQLITE_FULL$/),
    code: "failed",
    nextStep: ["Free space on the disk of the state directory, then try again"],
  },
  {
    covers: (error) => error instanceof Deno.errors.AddrInUse,
    code: "failed",
    nextStep: [
      "Choose another address with --listen HOST:PORT, or end the program that holds it",
    ],
  },
  {
    covers: (error) => error instanceof Deno.errors.NotFound,
    code: "failed",
    nextStep: ["Check the path, then try again"],
  },
  {
    // Expected conditions of other folders: a class of their own with a code.
    covers: (error) => hasCode(error, /./),
    code: "failed",
    nextStep: ["See what this host lacks:", "  stealthmesh doctor"],
  },
  {
    covers: () => true,
    code: "failed",
    nextStep: [
      "This is a fault of StealthMesh; see where it happened, and report it:",
      "  STEALTHMESH_TRACE=1 stealthmesh …",
    ],
  },
];

/** What to exit with and what to tell the operator about `error`. */
export function explainFailure(
  error: unknown,
): { readonly exitCode: ExitCode; readonly text: string } {
  const known = error instanceof Error ? error : new Error(String(error));
  if (known instanceof OperatorError) {
    return {
      exitCode: exitCodes[known.code],
      text: failureText(known, known.nextStep),
    };
  }
  const row = rows.find(({ covers }) => covers(known));
  // Some errors of other folders end with their next step already.
  const complete = known.message.includes("\n  ");
  const nextStep = ownNextStep(known) ?? row?.nextStep ?? [];
  return {
    exitCode: exitCodes[row?.code ?? "failed"],
    text: failureText(known, complete ? [] : nextStep),
  };
}

function failureText(error: Error, nextStep: readonly string[]): string {
  const message = error.message.split("\n").map(clean).join("\n");
  return [message || error.name, ...nextStep.map((line) => `  ${line}`)]
    .join("\n");
}

/** Errors of other folders may know the next step better than the table. */
function ownNextStep(error: Error): readonly string[] | undefined {
  const { nextStep } = error as { nextStep?: unknown };
  if (typeof nextStep === "string") return nextStep.split("\n");
  if (!Array.isArray(nextStep)) return undefined;
  return nextStep.every((line) => typeof line === "string")
    ? nextStep
    : undefined;
}

function hasCode(error: Error, pattern: RegExp): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && pattern.test(code);
}
