import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../defense/address.ts";
import {
  endCommands,
  grantCommands,
  readElementCommand,
  releaseAllCommands,
  releaseCommands,
} from "../../../defense/containment/lease_commands.ts";
import { leaseCauses } from "../../../defense/containment/warden.ts";
import { measures } from "../../../defense/lease.ts";

Deno.test("grantCommands() clears the way, then adds", () => {
  deepEqual(
    grantCommands({
      subject: parseAddress("2001:db8::7"),
      measure: "throttle",
      cause: "mesh",
    }, 600_000),
    [
      "add element inet stealthmesh throttle6 { 2001:db8::7 timeout 1s }",
      "delete element inet stealthmesh throttle6 { 2001:db8::7 }",
      'add element inet stealthmesh throttle6 { 2001:db8::7 timeout 600000ms comment "mesh" }',
    ],
  );
});

Deno.test("readElementCommand() undoes grantCommands()", () => {
  fc.assert(fc.property(
    fc.oneof(fc.ipV4(), fc.ipV6()),
    fc.constantFrom(...measures),
    fc.constantFrom(...leaseCauses),
    fc.integer({ min: 1, max: 14_400_000 }),
    fc.option(
      fc.record({
        protocol: fc.constantFrom("tcp" as const, "udp" as const),
        port: fc.integer({ min: 1, max: 65_535 }),
      }),
      { nil: undefined },
    ),
    (text, measure, cause, timeoutMs, service) => {
      const subject = parseAddress(text);
      const where = service === undefined ? {} : { service };
      const commands = grantCommands(
        { subject, measure, cause, ...where },
        timeoutMs,
      );
      const family = subject.includes(":") ? 6 : 4;
      const set = `${service ? "service_" : ""}${measure}${family}`;
      const element = { set, address: subject, ...where };
      deepEqual(commands.map(readElementCommand), [
        { verb: "add", ...element, timeoutMs: 1_000, comment: "" },
        { verb: "delete", ...element, comment: "" },
        { verb: "add", ...element, timeoutMs, comment: cause },
      ]);
    },
  ));
});

const strange = [
  "",
  "add element inet filter block4 { 10.0.0.1 timeout 1s }",
  "add element inet stealthmesh block4 { host timeout 1s }",
  "add element inet stealthmesh block4 { 10.0.0.1 timeout 1h }",
  'add element inet stealthmesh block4 { 10.0.0.1 comment "a b" }',
  "add element inet stealthmesh alive { ipv4 timeout 1s, ipv6 timeout 1s }",
  "flush set inet stealthmesh block4",
];

for (const line of strange) {
  Deno.test(`readElementCommand() leaves "${line}" to others`, () => {
    equal(readElementCommand(line), undefined);
  });
}

Deno.test("releaseCommands() names every set of the subject's family, and leaves nothing", () => {
  const commands = releaseCommands(parseAddress("10.0.0.1"))
    .map(readElementCommand);
  const present = new Set<string>();
  for (const command of commands) {
    ok(command);
    if (command.verb === "add") present.add(command.set);
    else ok(present.delete(command.set), "deletes only what is there");
  }
  equal(present.size, 0);
  deepEqual(
    [...new Set(commands.map((command) => command?.set))].toSorted(),
    ["block4", "caution4", "count4", "rate4", "scan4", "steer4", "throttle4"],
  );
});

Deno.test("releaseAllCommands() empties every set but the exempt ones", () => {
  const text = releaseAllCommands().join("\n");
  equal(releaseAllCommands().length, 20);
  ok(!text.includes("exempt") && !text.includes("alive"));
});

Deno.test("endCommands() ends one measure", () => {
  equal(endCommands(parseAddress("10.0.0.1"), "caution").length, 2);
});
