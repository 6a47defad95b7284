import { deepEqual, equal } from "node:assert/strict";
import { isTimeZone, readDays } from "../../cli/profile_setting.ts";
import { weekdays } from "../../mesh/mod.ts";

const days: { text: string; is: string[] | undefined }[] = [
  { text: "sat", is: ["sat"] },
  { text: "mon-wed", is: ["mon", "tue", "wed"] },
  { text: "fri-mon", is: ["fri", "sat", "sun", "mon"] },
  { text: "mon,wed-fri", is: ["mon", "wed", "thu", "fri"] },
  { text: " mon - tue , sun ", is: ["mon", "tue", "sun"] },
  { text: "mon-sun", is: [...weekdays] },
  { text: "", is: undefined },
  { text: "monday", is: undefined },
  { text: "Mon", is: undefined },
  { text: "mon-", is: undefined },
  { text: "-mon", is: undefined },
  { text: "mon-tue-wed", is: undefined },
  { text: "mon,,tue", is: undefined },
  { text: "mon,mon", is: undefined },
  { text: "mon-fri,fri-sun", is: undefined },
  { text: "1-5", is: undefined },
  { text: "*", is: undefined },
];

for (const { text, is } of days) {
  Deno.test(`readDays("${text}") ${is ? `is ${is}` : "is nothing"}`, () =>
    deepEqual(readDays(text), is));
}

const zones: { name: string; is: boolean }[] = [
  { name: "UTC", is: true },
  { name: "Europe/Zurich", is: true },
  { name: "", is: false },
  { name: "Mars/Olympus", is: false },
  { name: "../etc/localtime", is: false },
];

for (const { name, is } of zones) {
  Deno.test(`isTimeZone("${name}") is ${is}`, () =>
    equal(isTimeZone(name), is));
}
