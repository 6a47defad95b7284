import { equal, throws } from "node:assert/strict";
import { OperatorError } from "../../cli/operator_error.ts";
import { readSecretFile } from "../../cli/secret_input.ts";

async function withFile(
  text: string,
  use: (path: string) => void,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    use(path);
  } finally {
    await Deno.remove(path);
  }
}

const rows: { name: string; text: string; secret: string }[] = [
  { name: "one line", text: "correct horse\n", secret: "correct horse" },
  { name: "no line end", text: "correct horse", secret: "correct horse" },
  { name: "a Windows line end", text: "a b\r\nc\r\n", secret: "a b" },
  { name: "spaces as they are", text: "  a  \n", secret: "  a  " },
  { name: "8 KiB", text: "x".repeat(8_192), secret: "x".repeat(8_192) },
];
for (const { name, text, secret } of rows) {
  Deno.test(`readSecretFile() takes ${name}`, async () => {
    await withFile(text, (path) => equal(readSecretFile(path), secret));
  });
}

const refused: { name: string; text: string; says: RegExp }[] = [
  { name: "an empty file", text: "", says: /it is empty/ },
  { name: "an empty first line", text: "\nsecret\n", says: /it is empty/ },
  { name: "a line too long", text: "x".repeat(8_193), says: /longer than/ },
];
for (const { name, text, says } of refused) {
  Deno.test(`readSecretFile() refuses ${name}, and does not print it`, async () => {
    await withFile(text, (path) => {
      throws(() => readSecretFile(path), (error) => {
        return error instanceof OperatorError && says.test(error.message) &&
          error.message.includes(path) && !/secret$|xxx/.test(error.message);
      });
    });
  });
}
