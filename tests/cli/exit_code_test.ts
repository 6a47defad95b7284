import { equal, match } from "node:assert/strict";
import { exitCodes, explainFailure } from "../../cli/exit_code.ts";
import {
  OperatorError,
  type OperatorErrorCode,
} from "../../cli/operator_error.ts";

/** An expected condition as other folders throw it. */
function conditionOf(code: string, message = "Cannot do it"): Error {
  return Object.assign(new Error(message), { code });
}

const rows: { name: string; error: unknown; code: number; next: RegExp }[] = [
  {
    name: "a denied file",
    error: new Deno.errors.PermissionDenied("Cannot read"),
    code: 4,
    next: /sudo/,
  },
  {
    name: "a wall of the runtime",
    error: new Deno.errors.NotCapable("Requires run access"),
    code: 4,
    next: /doctor/,
  },
  {
    name: "a firewall that may not be changed",
    error: conditionOf("nft_denied"),
    code: 4,
    next: /--observe/,
  },
  {
    name: "a missing nft",
    error: conditionOf("nft_missing"),
    code: 1,
    next: /Install the package nftables/,
  },
  {
    name: "unreadable input",
    error: new SyntaxError("Cannot parse"),
    code: 2,
    next: /--help/,
  },
  {
    name: "a full disk",
    error: conditionOf("disk_full"),
    code: 1,
    next: /Free space/,
  },
  {
    name: "a condition nobody named here",
    error: conditionOf("isolate_failed"),
    code: 1,
    next: /doctor/,
  },
  {
    name: "a fault of ours",
    error: new TypeError("x is not a function"),
    code: 1,
    next: /fault of StealthMesh/,
  },
  { name: "what is no error", error: "oops", code: 1, next: /oops/ },
];

for (const { name, error, code, next } of rows) {
  Deno.test(`explainFailure() ${name} exits with ${code}`, () => {
    const failure = explainFailure(error);
    equal(failure.exitCode, code);
    match(failure.text, next);
  });
}

Deno.test("explainFailure() keeps an operator error's own code and next step", () => {
  for (const code of Object.keys(exitCodes)) {
    if (code === "done") continue;
    const failure = explainFailure(
      new OperatorError(code as OperatorErrorCode, "Cannot", ["Do this"]),
    );
    equal(failure.exitCode, exitCodes[code as OperatorErrorCode]);
    equal(failure.text, "Cannot\n  Do this");
  }
});

Deno.test("explainFailure() adds nothing where the message has its next step", () => {
  const error = conditionOf("too_open", "Cannot read f: open\n  chmod 0600 f");
  equal(explainFailure(error).text, "Cannot read f: open\n  chmod 0600 f");
});

Deno.test("explainFailure() shows no escape sequence of a hostile message", () => {
  const { text } = explainFailure(new SyntaxError("Cannot parse \x1b[2J"));
  equal(text.includes("\x1b"), false);
});
