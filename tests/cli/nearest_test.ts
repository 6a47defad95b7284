import { equal } from "node:assert/strict";
import { nearest } from "../../cli/nearest.ts";

const known = ["mode", "profile", "listen", "neverBlock", "onExit"];

for (
  const [typed, meant] of [
    ["mod", "mode"],
    ["never_block", "neverBlock"],
    ["Never-Block", "neverBlock"],
    ["profil", "profile"],
    ["lisen", "listen"],
    ["onexit", "onExit"],
    ["colour", undefined],
    ["", undefined],
    ["x".repeat(10_000), undefined],
  ] as const
) {
  Deno.test(`nearest() takes "${typed.slice(0, 12)}" for ${meant}`, () =>
    equal(nearest(typed, known), meant));
}
