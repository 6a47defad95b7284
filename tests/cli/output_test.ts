import { equal } from "node:assert/strict";
import { Output, type Sink } from "../../cli/output.ts";

/** A file that remembers what was written, a few bytes at a time. */
class Paper implements Sink {
  text = "";
  readonly #terminal: boolean;
  readonly #decoder = new TextDecoder();
  constructor(terminal: boolean) {
    this.#terminal = terminal;
  }
  writeSync(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, 7);
    this.text += this.#decoder.decode(taken, { stream: true });
    return taken.length;
  }
  isTerminal(): boolean {
    return this.#terminal;
  }
}

function outputOn(terminal: boolean, noColour = false) {
  const stdout = new Paper(terminal);
  const stderr = new Paper(terminal);
  const output = new Output({ json: false, noColour, stdout, stderr });
  return { output, stdout, stderr };
}

Deno.test("Output puts data on stdout and everything else on stderr", () => {
  const { output, stdout, stderr } = outputOn(false);
  output.text("data");
  output.record({ a: "ü" });
  output.note("for people");
  output.picture("#");
  equal(stdout.text, 'data\n{"a":"ü"}\n');
  equal(stderr.text, "for people\n#\n");
});

for (
  const { name, terminal, noColour, colour } of [
    { name: "on a terminal", terminal: true, noColour: false, colour: true },
    { name: "not in a pipe", terminal: false, noColour: false, colour: false },
    {
      name: "never with NO_COLOR",
      terminal: true,
      noColour: true,
      colour: false,
    },
  ]
) {
  Deno.test(`Output uses colour ${name}`, () => {
    const { output, stdout, stderr } = outputOn(terminal, noColour);
    output.note("bad", "bad");
    output.table(["a"], [[{ text: "b", tone: "good" }]]);
    equal(stderr.text.includes("\x1b["), colour);
    equal(stdout.text.includes("\x1b["), colour);
  });
}

Deno.test("Output.table() aligns columns and cleans what peers said", () => {
  const { output, stdout } = outputOn(false);
  output.table(["name", "node"], [
    ["a\x1b[2J", "1"],
    ["longer name", { text: "2\n3", tone: "bad" }],
  ]);
  equal(
    stdout.text,
    "name         node\na�[2J        1\nlonger name  2�3\n",
  );
});

Deno.test("Output.table() cuts a cell that would flood the screen", () => {
  const { output, stdout } = outputOn(false);
  output.table(["x"], [["y".repeat(10_000)]]);
  equal(stdout.text.length < 200, true);
});

Deno.test("Output.note() lets no sequence through, not even its own colour's", () => {
  const { output, stderr } = outputOn(false);
  output.note("user \x1b]0;owned\x07");
  equal(stderr.text, "user �]0;owned�\n");
});

Deno.test("Output.progress() draws only where somebody watches", () => {
  const pipe = outputOn(false);
  pipe.output.progress("50 %");
  equal(pipe.stderr.text, "");
  const terminal = outputOn(true);
  terminal.output.progress("50 %");
  equal(terminal.stderr.text, "\r\x1b[2K50 %");
});

for (
  const [name, error] of [
    ["its reader", new Deno.errors.BrokenPipe()],
    ["a closed terminal", new Error("Input/output error (os error 5)")],
    ["a reader that is too slow", new Deno.errors.WouldBlock()],
  ] as const
) {
  Deno.test(`Output.outlive() lets what runs on outlive ${name}`, () => {
    let asked = 0;
    const gone: Sink = {
      writeSync() {
        // Asked again for the same words: it would be so for ever.
        throw ++asked > 3 ? new Error("asked again") : error;
      },
      isTerminal: () => true,
    };
    const sinks = { stdout: gone, stderr: gone };
    const output = new Output({ json: false, noColour: true, ...sinks });
    output.outlive();
    output.text("an alert");
    output.bytes(Uint8Array.of(10));
    output.note("trouble");
    equal(asked, 3);
  });
}
