import { equal } from "node:assert/strict";
import { readAddress } from "../../../defense/address.ts";
import {
  pathOf,
  type WebCondition,
  webPredicate,
} from "../../../defense/detectors/web_condition.ts";
import type { WebRequest } from "../../../defense/observation.ts";

function request(fields: Partial<WebRequest>): WebRequest {
  const source = readAddress("192.0.2.1");
  if (source === undefined) throw new TypeError("no address");
  return {
    kind: "web_request",
    atMs: 0,
    service: "nginx",
    source,
    method: "GET",
    path: "/",
    status: 200,
    ...fields,
  };
}

const rows: {
  condition: WebCondition;
  fields: Partial<WebRequest>;
  fits: boolean;
}[] = [
  { condition: {}, fields: {}, fits: true },
  { condition: { status: [404] }, fields: { status: 404 }, fits: true },
  { condition: { status: [404] }, fields: { status: 403 }, fits: false },
  { condition: { status: ["4xx"] }, fields: { status: 403 }, fits: true },
  { condition: { status: ["4xx"] }, fields: { status: 500 }, fits: false },
  { condition: { method: ["POST"] }, fields: {}, fits: false },
  { condition: { account: true }, fields: { user: "ada" }, fits: true },
  { condition: { account: true }, fields: {}, fits: false },
  { condition: { account: false }, fields: {}, fits: true },
  { condition: { path: ["/a"] }, fields: { path: "/a" }, fits: true },
  { condition: { path: ["/a"] }, fields: { path: "/ab" }, fits: false },
  { condition: { path: ["/a*"] }, fields: { path: "/ab" }, fits: true },
  { condition: { path: ["*.sql"] }, fields: { path: "/x.SQL" }, fits: true },
  { condition: { path: ["*.sql"] }, fields: { path: "/x.sql?y" }, fits: false },
  { condition: { path: ["*/.env*"] }, fields: { path: "/%2eenv" }, fits: true },
  {
    condition: { path: ["*a*b*c"] },
    fields: { path: "xaybzc" },
    fits: true,
  },
  { condition: { path: ["*a*b*c"] }, fields: { path: "xbyazc" }, fits: false },
  // Pieces do not overlap.
  { condition: { path: ["ab*ba"] }, fields: { path: "aba" }, fits: false },
  { condition: { path: ["*"] }, fields: { path: "" }, fits: true },
  // Nothing in a pattern but the asterisk is special.
  {
    condition: { path: ["*(.)[x]*"] },
    fields: { path: "/(.)[x]" },
    fits: true,
  },
  { condition: { path: ["*(.)[x]*"] }, fields: { path: "/ax" }, fits: false },
  {
    condition: { path: ["*${jndi:*"] },
    fields: { path: "/$%7bjndi:x" },
    fits: true,
  },
  {
    condition: { not_path: ["*.png*"] },
    fields: { path: "/a.png" },
    fits: false,
  },
  { condition: { not_path: ["*.png*"] }, fields: { path: "/a" }, fits: true },
  {
    condition: { agent: ["*nikto*"] },
    fields: { agent: "x Nikto/2" },
    fits: true,
  },
  { condition: { agent: ["*nikto*"] }, fields: {}, fits: false },
];

for (const { condition, fields, fits } of rows) {
  Deno.test(`webPredicate() ${JSON.stringify(condition)} of ${JSON.stringify(fields)}`, () => {
    equal(webPredicate(condition)(request(fields)), fits);
  });
}

Deno.test("webPredicate() takes nothing but requests", () => {
  const { source } = request({});
  equal(
    webPredicate({})({ kind: "auth_failure", atMs: 0, service: "x", source }),
    false,
  );
});

Deno.test("pathOf() leaves the query out", () => {
  equal(pathOf(request({ path: "/a?b=/c?d" })), "/a");
});
