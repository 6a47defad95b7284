import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  alertPages,
  asTable,
  bodyOf,
  cellOf,
  exportedMax,
} from "../../../dashboard/api/alert_export.ts";
import { objectsOf, type StixSource } from "../../../dashboard/api/stix.ts";
import { parseAddress, prefix64Of } from "../../../defense/mod.ts";
import { uuid5 } from "../../../dashboard/api/uuid5.ts";
import { alert, deskWith } from "./recording_desk.ts";

const source: StixSource = {
  meshId: "cd".repeat(32),
  self: "ab".repeat(32),
  names: new Map([["ab".repeat(32), "till-1"]]),
  mark: "1",
};

Deno.test("uuid5() gives the value that RFC 9562 gives", () => {
  // Appendix A.4.
  equal(
    uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
});

for (
  const [text, cell] of [
    ["tried 9 ports", "tried 9 ports"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [' =cmd|"/c calc"', `"' =cmd|""/c calc"""`],
    ["\t=1", "' =1"],
    ["\uff1d1+1", "'\uff1d1+1"],
    ["\u061c=1", "' =1"],
    ["a\r\nb", "a b"],
    ["\u001b[2Jx", `" [2Jx"`],
    ["\u202egnp.exe", `" gnp.exe"`],
    // A cell of its own where a comma is for decimals.
    ["as x;=1;y", "as x;'=1;y"],
    ["a; +1,b", `"a;' +1,b"`],
    ["", ""],
  ] as const
) {
  Deno.test(`cellOf() makes ${JSON.stringify(text)} harmless`, () => {
    equal(cellOf(text), cell);
  });
}

Deno.test("cellOf() never begins a formula nor ends a line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const cell = cellOf(text);
    for (const part of cell.split(";")) {
      ok(!/^"?\s*[=+\-@]/.test(part), cell);
    }
    ok(!/[\r\n]/.test(cell));
  }));
});

Deno.test("alertPages() follows next through empty pages and ends at the bound", () => {
  let asked = 0;
  const all = [...alertPages(({ limit }) => {
    asked++;
    const alerts = asked % 2 === 0 ? [] : Array(limit).fill(alert);
    return { alerts, next: 1 };
  }, {})];
  equal(all.flat().length, exportedMax);
  const none = [...alertPages(() => ({ alerts: [], next: 1 }), {})];
  equal(none.length, 1_000);
});

Deno.test("bodyOf() reads no page before the client takes it, nor holds up others", async () => {
  let read = 0;
  let turns = 0;
  function* chunks() {
    for (;;) yield read++ % 2 === 0 ? "" : "x";
  }
  const turn = () => Promise.resolve(void turns++);
  const reader = bodyOf(chunks(), turn).getReader();
  equal(read, 0);
  await reader.read();
  deepEqual([read, turns], [2, 2]);
  await reader.cancel();
});

Deno.test("bodyOf() ends its search when the client goes", async () => {
  let read = 0;
  let ended = false;
  function* nothing() {
    try {
      for (;;) {
        read++;
        yield "";
      }
    } finally {
      ended = true;
    }
  }
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  const reader = bodyOf(nothing(), turn).getReader();
  const waiting = reader.read();
  await turn();
  await reader.cancel();
  equal((await waiting).done, true);
  equal(ended, true);
  const before = read;
  await turn();
  equal(read, before);
});

Deno.test("asTable() has one line for each alert, with a head", () => {
  const evil = { ...alert, summary: "=1", node: "ab" };
  const text = [...asTable([[alert], [evil]])].join("");
  const lines = text.split("\r\n");
  equal(lines.length, 4);
  equal(
    lines[2],
    "1970-01-01T00:00:00.001Z,192.0.2.7,T1046,port-scan,E0,12,9,ab,'=1,,5",
  );
});

Deno.test("objectsOf() names the same things the same way, and others otherwise", () => {
  const ids = (changes: object) =>
    objectsOf({ ...alert, ...changes }, source).map(({ id }) => id);
  deepEqual(ids({}), ids({ seq: 9 }));
  const [identity, address, indicator, observed, sighting] = ids({});
  const later = ids({ atMs: 2 });
  deepEqual(later.slice(0, 3), [identity, address, indicator]);
  notEqual(later[3], observed);
  notEqual(later[4], sighting);
  // STIX 2.1 §2.9: of the canonical JSON of what identifies it.
  equal(
    address,
    `ipv4-addr--${
      uuid5("00abedb4-aa42-466c-9c01-fed23315a9b7", '{"value":"192.0.2.7"}')
    }`,
  );
  for (const id of ids({})) {
    match(
      id,
      /^[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});

Deno.test("objectsOf() means all of a /64, which is written as its first address", () => {
  const subject = prefix64Of(parseAddress("2001:db8:1:2:aaaa::7"));
  const [, address, indicator] = objectsOf({ ...alert, subject }, source);
  equal(address?.["value"], "2001:db8:1:2::/64");
  equal(
    indicator?.["pattern"],
    "[ipv6-addr:value ISSUBSET '2001:db8:1:2::/64']",
  );
  const whole = objectsOf({ ...alert, subject: "fe80::1" }, source);
  equal(whole[2]?.["pattern"], "[ipv6-addr:value = 'fe80::1']");
});

Deno.test("objectsOf() says nothing of what is no address", () => {
  for (const subject of ["", "x'] OR [a:b = 'c", "user root"]) {
    deepEqual(objectsOf({ ...alert, subject }, source), []);
  }
  deepEqual(objectsOf({ ...alert, atMs: Infinity }, source), []);
});

Deno.test("a drill is no knowledge of attackers, and leaves no trace in STIX", async () => {
  const exercise = { ...alert, exercise: true as const, summary: "Exercise" };
  const { app } = deskWith({ alerts: () => ({ alerts: [exercise] }) });
  const bundle = await (await app.request("/v1/export/alerts.stix.json"))
    .json();
  // STIX 2.1 knows no empty list.
  deepEqual(Object.keys(bundle), ["type", "id"]);
  const lines = await (await app.request("/v1/export/alerts.ndjson")).text();
  equal(JSON.parse(lines).exercise, true);
});

Deno.test("GET /v1/export/alerts.stix.json is a whole bundle, each object once", async () => {
  const { app } = deskWith({
    alerts: ({ before = 4 }) => ({
      alerts: [{ ...alert, seq: before - 1, atMs: before }],
      ...(before > 2 && { next: before - 1 }),
    }),
  });
  const response = await app.request("/v1/export/alerts.stix.json?evidence=E0");
  equal(
    response.headers.get("content-type"),
    "application/stix+json;version=2.1",
  );
  const bundle = await response.json();
  equal(bundle.type, "bundle");
  const types = bundle.objects.map(({ type }: { type: string }) => type);
  deepEqual(types.toSorted(), [
    "identity",
    "indicator",
    "ipv4-addr",
    ...Array(3).fill("observed-data"),
    ...Array(3).fill("sighting"),
  ]);
  const known = new Set(bundle.objects.map(({ id }: { id: string }) => id));
  equal(known.size, 9);
  for (const object of bundle.objects) {
    for (const [name, value] of Object.entries(object)) {
      if (!/_refs?$/.test(name)) continue;
      for (const ref of [value].flat()) ok(known.has(ref), `${name} ${ref}`);
    }
  }
});

Deno.test("GET /v1/export/alerts.ndjson hands the filters on", async () => {
  const { app, asked } = deskWith();
  const response = await app.request(
    "/v1/export/alerts.ndjson?technique=T1046&subject=192.0.2.7&sinceMs=3",
  );
  deepEqual(JSON.parse(await response.text()), alert);
  deepEqual(
    asked,
    [500, 500].map((limit, page) => ({
      technique: "T1046",
      subject: "192.0.2.7",
      sinceMs: 3,
      before: page === 0 ? undefined : 5,
      limit,
    })),
  );
});
