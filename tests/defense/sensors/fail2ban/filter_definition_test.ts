import { deepEqual, equal, match, throws } from "node:assert/strict";
import { definitionOf } from "./made_filter.ts";

const texts = (lines: readonly { readonly text: string }[]): string[] =>
  lines.map(({ text }) => text);

Deno.test("readFilterDefinition() reads values as configparser does", () => {
  const { fail, ignore, lines, journal } = definitionOf("shop", {
    "shop.conf": [
      "# a comment",
      "[Definition]",
      "FailRegex : ^one <HOST>$",
      "            ^two; <HOST>$",
      "   # not this",
      "",
      "            ^three <HOST> ; but not this",
      "ignoreregex =",
      "maxlines=2",
      "journalmatch = _SYSTEMD_UNIT=a.service + _COMM=a",
      "               SYSLOG_IDENTIFIER=b",
      "",
    ].join("\n"),
  });
  deepEqual(texts(fail), ["^one <HOST>$", "^two; <HOST>$", "^three <HOST>"]);
  deepEqual(fail.map(({ origin }) => origin), [
    "/filters/shop.conf:3",
    "/filters/shop.conf:4",
    "/filters/shop.conf:7",
  ]);
  deepEqual(ignore, []);
  equal(lines, 2);
  deepEqual(journal, [
    "_SYSTEMD_UNIT=a.service",
    "+",
    "_COMM=a",
    "+",
    "SYSLOG_IDENTIFIER=b",
  ]);
});

Deno.test("readFilterDefinition() puts files over each other in fail2ban's order", () => {
  const { fail } = definitionOf("shop", {
    "base.conf": "[DEFAULT]\na = base\nb = base\nc = base\nd = base\n",
    "base.local": "[DEFAULT]\nb = base.local\nc = base.local\nd = base.local\n",
    "shop.conf":
      "[INCLUDES]\nbefore = base.conf\nafter = last.conf\n[DEFAULT]\nc = shop\nd = shop\n" +
      "[Definition]\nfailregex = %(a)s %(b)s %(c)s %(d)s <HOST>\n",
    "last.conf": "[DEFAULT]\nd = last\n",
    "shop.local":
      "[Definition]\nfailregex = %(known/failregex)s$\n            more <HOST>\n",
  });
  deepEqual(texts(fail), [
    "base base.local shop last <HOST>$",
    "more <HOST>",
  ]);
});

Deno.test("readFilterDefinition() puts tags together from options and modes", () => {
  const files = {
    "shop.conf": [
      "[Definition]",
      "failregex = <fail-<mode>>",
      "            ^<lt_<logtype>/prefix>: %(lt_file/prefix)s <HOST> <unknown>",
      "fail-normal = ^normal <HOST>",
      "fail-strict = <fail-normal>",
      "              ^strict <HOST>",
      "mode = normal",
      "[lt_file]",
      "prefix = file",
      "[lt_journal]",
      "prefix = journal",
      "[Init]",
      "limit = 3",
    ].join("\n"),
  };
  deepEqual(texts(definitionOf("shop", files).fail), [
    "^normal <HOST>",
    "^file: file <HOST> <unknown>",
  ]);
  const strict = definitionOf("shop[mode=strict, logtype='journal']", files);
  deepEqual(texts(strict.fail), [
    "^normal <HOST>",
    "^strict <HOST>",
    "^journal: file <HOST> <unknown>",
  ]);
  // Where a tag brought a line in, its own place is told.
  deepEqual(strict.fail.map(({ origin }) => origin), [
    "/filters/shop.conf:4",
    "/filters/shop.conf:6",
    "/filters/shop.conf:3",
  ]);
});

const broken: { name: string; files: Record<string, string>; says: RegExp }[] =
  [
    { name: "no file", files: {}, says: /no file \/filters\/shop\.conf/ },
    {
      name: "a value outside sections",
      files: { "shop.conf": "a = b\n" },
      says: /shop\.conf:1: expected a \[section\]/,
    },
    {
      name: "an option twice",
      files: { "shop.conf": "[Definition]\na = b\nA = c\n" },
      says: /shop\.conf:3: option a stands there twice/,
    },
    {
      name: "a section twice",
      files: { "shop.conf": "[Definition]\n[x]\n[Definition]\n" },
      says: /shop\.conf:3: section \[Definition\]/,
    },
    {
      name: "a line that is nothing",
      files: { "shop.conf": "[Definition]\nwhat\n" },
      says: /shop\.conf:2: expected name = value/,
    },
    {
      name: "a reference to nothing",
      files: { "shop.conf": "[Definition]\nfailregex = %(b)s\n" },
      says: /failregex refers to b, which is not set/,
    },
    {
      name: "a lonely percent sign",
      files: { "shop.conf": "[Definition]\nfailregex = 5% <HOST>\n" },
      says: /% must be followed by/,
    },
    {
      name: "a value that refers to itself",
      files: { "shop.conf": "[Definition]\nfailregex = %(failregex)s\n" },
      says: /never end/,
    },
    {
      name: "a tag that contains itself",
      files: {
        "shop.conf": "[Definition]\nfailregex = <a>\na = x<b>\nb = <a>\n",
      },
      says: /contains itself/,
    },
    {
      name: "references that double",
      files: {
        "shop.conf": "[Definition]\nfailregex = %(a0)s\n" +
          Array.from(
            { length: 9 },
            (_, at) => `a${at} = ${`%(a${at + 1})s`.repeat(20)}\n`,
          ).join("") + `a9 = ${"x".repeat(100)}\n`,
      },
      says: /longer than|more than/,
    },
    {
      name: "tags that double",
      files: {
        "shop.conf": "[Definition]\nfailregex = <a0>\n" +
          Array.from(
            { length: 30 },
            (_, at) => `a${at} = ${`<a${at + 1}>`.repeat(20)}\n`,
          ).join("") + `a30 = ${"x".repeat(100)}\n`,
      },
      says: /longer than|more than/,
    },
  ];

for (const { name, files, says } of broken) {
  Deno.test(`readFilterDefinition() refuses ${name}`, () => {
    throws(() => definitionOf("shop", files), {
      name: "FilterError",
      message: says,
    });
  });
}

Deno.test("readFilterDefinition() reads files that include each other once", () => {
  const { fail } = definitionOf("shop", {
    "shop.conf":
      "[INCLUDES]\nbefore = shop.conf\n  other.conf\n[Definition]\nfailregex = <HOST>\n",
    "other.conf": "[INCLUDES]\nafter = shop.conf\n",
  });
  deepEqual(texts(fail), ["<HOST>"]);
});

Deno.test("parseFilterName() refuses what names no filter", () => {
  for (const name of ["", "../x", "sshd[mode", "sshd[mode]", "a b", "[a=b]"]) {
    throws(() => definitionOf(name, {}), (error: Error) => {
      match(error.message, /^Cannot read filter/);
      return error.name === "SyntaxError";
    });
  }
});
