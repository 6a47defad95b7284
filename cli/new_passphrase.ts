/**
 * A passphrase for an operator key that is being made.
 *
 * @module
 */
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";
import { askSecret, canAsk, readSecretFile } from "./secret_input.ts";

/**
 * From the file that was named, or asked for where there is a terminal.
 *
 * @returns `undefined` for none: guarded by file permissions only.
 */
export function newPassphrase(
  file: string | undefined,
  output: Output,
): string | undefined {
  if (file !== undefined) return readSecretFile(file);
  if (!canAsk()) return undefined;
  const first = askSecret(
    "Passphrase for the operator key (Enter: none): ",
    output,
  );
  if (first === "") return undefined;
  if (askSecret("The same again: ", output) === first) return first;
  throw new OperatorError("wrong_usage", "Cannot use it: the two differ", [
    "Run the command again; nothing was changed",
  ]);
}
