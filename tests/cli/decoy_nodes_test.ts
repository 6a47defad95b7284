import { deepEqual, equal, match } from "node:assert/strict";
import { DecoyNodes } from "../../cli/decoy_nodes.ts";
import { parseAddress } from "../../defense/mod.ts";
import type { MemberHealth, MemberView, NodeId } from "../../mesh/mod.ts";

const idOf = (letter: string) => letter.repeat(64) as NodeId;
const subject = parseAddress("192.0.2.7");
const other = parseAddress("2001:db8:66::");

function member(
  name: string,
  letter: string,
  more: Partial<MemberView> = {},
): MemberView {
  return {
    ...{ node: idOf(letter), name, addresses: [`10.0.0.${letter}:8443`] },
    ...{ custodian: false, revoked: false, generation: 0, notAfterMs: 1e9 },
    ...{ observer: false, keysSinceMs: 0 },
    ...more,
  };
}

function scene(node = "") {
  const world = {
    self: idOf("1"),
    node,
    port: 8_445,
    wallMs: 1_000,
    roster: [
      member("till-1", "1"),
      member("till-2", "2"),
      member("till-3", "3"),
    ],
  };
  const nodes = new DecoyNodes({
    ...world,
    members: () => world.roster,
    wallMs: () => world.wallMs,
  });
  const send = (text: string, forMs = 60_000) => {
    const found = nodes.find(text);
    if ("refused" in found) throw new Error(found.refused);
    nodes.send(subject, found, world.wallMs + forMs);
  };
  return { world, nodes, send };
}

const at = (letter: string, name = `till-${letter}`) => ({
  to: "member",
  name,
  door: { addresses: [`10.0.0.${letter}`], port: 8_445 },
});
const here = { to: "here" };

Deno.test("placeOf() is this host unless somebody says otherwise", () => {
  deepEqual(scene().nodes.placeOf(subject), here);
});

Deno.test("placeOf() is the configured member for everybody, an operator's for one", () => {
  const { nodes, send } = scene("till-3");
  deepEqual(nodes.placeOf(subject), at("3"));
  send("till-2");
  deepEqual(nodes.placeOf(subject), at("2"));
  deepEqual(nodes.placeOf(other), at("3"));
  send("till-1");
  deepEqual(nodes.placeOf(subject), here);
  nodes.forget(subject);
  deepEqual(nodes.placeOf(subject), at("3"));
});

Deno.test("an operator's order ends with its lease", () => {
  const { world, nodes, send } = scene();
  send("till-2", 60_000);
  world.wallMs += 59_999;
  deepEqual(nodes.placeOf(subject), at("2"));
  world.wallMs += 1;
  deepEqual(nodes.placeOf(subject), here);
});

Deno.test("a member that moves is followed, whatever it is called by then", () => {
  const { world, nodes, send } = scene();
  send("till-2");
  world.roster[1] = member("till-9", "2", {
    addresses: ["[2001:db8::9]:8443", "10.9.9.9:8443", "till-9.example:8443"],
  });
  deepEqual(nodes.placeOf(subject), {
    to: "member",
    name: "till-9",
    door: { addresses: ["2001:db8::9", "10.9.9.9"], port: 8_445 },
  });
});

const ends: { name: string; more: Partial<MemberView>; says: RegExp }[] = [
  { name: "is revoked", more: { revoked: true }, says: /revoked/ },
  { name: "has no membership left", more: { notAfterMs: 1 }, says: /ended/ },
  { name: "has no address", more: { addresses: [] }, says: /no address/ },
];
for (const { name, more, says } of ends) {
  Deno.test(`a member that ${name} takes nobody and brings nobody`, () => {
    const { world, nodes } = scene("till-3");
    world.roster[2] = member("till-3", "3", more);
    deepEqual(nodes.placeOf(subject), here);
    deepEqual(nodes.admitMember(parseAddress("10.0.0.3")), { to: "nobody" });
    deepEqual(nodes.addresses(), ["10.0.0.2"]);
    const [state] = nodes.states([]);
    match(state?.trouble ?? "", says);
    const found = nodes.find("till-3");
    match("refused" in found ? found.refused : "", says);
  });
}

Deno.test("admitMember() knows members by their addresses, and never this host", () => {
  const { nodes } = scene();
  deepEqual(nodes.admitMember(parseAddress("10.0.0.2")), {
    to: "here",
    steeredBy: "till-2",
  });
  for (const stranger of ["10.0.0.1", "10.0.0.9"]) {
    deepEqual(nodes.admitMember(parseAddress(stranger)), { to: "nobody" });
  }
});

Deno.test("a member that did not take a client is left alone for half a minute", () => {
  const { world, nodes } = scene("till-3");
  nodes.reached({ name: "till-3", why: "connection refused" });
  deepEqual(nodes.placeOf(subject), here);
  match(nodes.states([])[0]?.trouble ?? "", /connection refused.*enforce/);
  world.wallMs += 30_000;
  deepEqual(nodes.placeOf(subject), at("3"));
  nodes.reached({ name: "till-3", why: "" });
  deepEqual(nodes.states([]), [{ name: "till-3", trouble: "" }]);
});

Deno.test("states() says when a member is late or gone, and of whom nothing was asked nothing", () => {
  const { nodes, send } = scene();
  deepEqual(nodes.states([]), []);
  send("till-2");
  const health = (state: MemberHealth["state"]): MemberHealth[] => [
    { node: idOf("2"), state, forMs: 1, heardAgoMs: 1 },
  ];
  for (const state of ["late", "gone"] as const) {
    equal(nodes.states(health(state))[0]?.trouble, `it is ${state}`);
  }
  equal(nodes.states(health("up"))[0]?.trouble, "");
});

Deno.test("send() keeps a thousand orders, the latest", () => {
  const { nodes } = scene();
  const found = nodes.find("till-2");
  if ("refused" in found) throw new Error(found.refused);
  const address = (each: number) =>
    parseAddress(`198.18.${each >> 8}.${each & 255}`);
  for (let each = 0; each <= 1_000; each++) {
    nodes.send(address(each), found, 1e9);
  }
  deepEqual(nodes.placeOf(address(0)), here);
  deepEqual(nodes.placeOf(address(1_000)), at("2"));
});
