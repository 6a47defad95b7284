/**
 * Secrets as they come in: typed without an echo, from a file, or from
 * standard input; never from a flag, which every user of the host can see.
 *
 * @module
 */
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";

/** Longest secret; what is longer is not a passphrase or an invite. */
const secretBytesMax = 8_192;

/**
 * The first line of a file.
 *
 * @throws {OperatorError} When it is empty or longer than 8 KiB.
 */
export function readSecretFile(path: string): string {
  const text = Deno.readTextFileSync(path);
  const [line = ""] = text.split(/\r?\n/, 1);
  return checked(line, path);
}

/** Everything on standard input, white space at both ends removed. */
export function readSecretStdin(): string {
  const chunks: number[] = [];
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const count = Deno.stdin.readSync(buffer);
    if (count === null) break;
    chunks.push(...buffer.subarray(0, count));
    if (chunks.length > secretBytesMax) break;
  }
  return checked(
    new TextDecoder().decode(new Uint8Array(chunks)).trim(),
    "standard input",
  );
}

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal();
}

/**
 * Asks at the terminal without an echo.
 *
 * @returns The line; empty if only Enter was pressed.
 * @throws {OperatorError} When the operator gives up with Ctrl-C or Ctrl-D.
 */
export function askSecret(question: string, output: Output): string {
  output.prompt(question);
  Deno.stdin.setRaw(true);
  try {
    const typed: number[] = [];
    const byte = new Uint8Array(1);
    for (;;) {
      const end = Deno.stdin.readSync(byte) === null;
      const key = byte[0] ?? 0;
      if (end || key === 3 || key === 4) {
        throw new OperatorError("failed", "Cannot go on without an answer", [
          "Run the command again; nothing was changed",
        ]);
      }
      if (key === 10 || key === 13) break;
      // Backspace removes one whole character, however many bytes it has.
      if (key === 8 || key === 127) {
        while (((typed.pop() ?? 0) & 0xc0) === 0x80);
      } else if (typed.length < secretBytesMax) typed.push(key);
    }
    return new TextDecoder().decode(new Uint8Array(typed));
  } finally {
    Deno.stdin.setRaw(false);
    output.note("");
  }
}

function checked(secret: string, where: string): string {
  if (secret !== "" && secret.length <= secretBytesMax) return secret;
  throw new OperatorError(
    "wrong_usage",
    `Cannot read a secret from ${where}: ${
      secret === "" ? "it is empty" : `longer than ${secretBytesMax} bytes`
    }`,
    ["Put it on the first line, without anything else"],
  );
}
