import { deepEqual, equal, match, throws } from "node:assert/strict";
import { createHmac } from "node:crypto";
import {
  type EventRecord,
  readTargetUrl,
  testNotice,
} from "../../../dashboard/mod.ts";
import { type Notice, noticeOf } from "../../../dashboard/notify/notice.ts";
import {
  syslogBytesMax,
  syslogFrame,
  syslogMessage,
} from "../../../dashboard/notify/syslog_message.ts";
import { webhookRequest } from "../../../dashboard/notify/webhook.ts";

const atMs = Date.UTC(2026, 10, 27, 0, 12);

function event(changes: Partial<EventRecord>): EventRecord {
  return {
    seq: 7,
    atMs,
    stage: "seen",
    subject: "192.0.2.7",
    node: "",
    what: "alert",
    detail: {
      technique: "T1046",
      scenario: "port-scan",
      evidence: "E1",
      summary: "tried 9 ports",
    },
    ...changes,
  };
}

const kinds: [string, Partial<EventRecord>, Notice["kind"] | undefined][] = [
  ["an alert of this host", {}, "alert"],
  ["a dismissed one", { detail: { dismissed: true } }, undefined],
  ["another member's claim", {
    stage: "claimed",
    what: "claim",
    node: "ab".repeat(32),
  }, "alert"],
  ["this host's own claim", { stage: "claimed", what: "claim" }, undefined],
  ["an agreed measure", {
    stage: "agreed",
    what: "lease",
    detail: { measure: "block" },
  }, "measure"],
  ["an agreed quarantine", { stage: "agreed", what: "quarantine" }, "measure"],
  ["what was done about it", { stage: "done", what: "lease" }, undefined],
  ["a word to all machines", {
    stage: "operator",
    what: "signal",
    detail: { signal: "stand_down", by: "ada" },
  }, "signal"],
  ["the same, written down again", {
    stage: "operator",
    what: "signal",
    detail: { signal: "stand_down", by: "ada", again: true },
  }, undefined],
  ["the end of one", { stage: "undone", what: "signal" }, undefined],
  ["a drill", { stage: "claimed", what: "drill", node: "ab" }, "exercise"],
  ["an answer to it", {
    stage: "claimed",
    what: "drill_answer",
    node: "ab",
  }, undefined],
  ["an operator's act", { stage: "operator", what: "act" }, undefined],
];
for (const [name, changes, kind] of kinds) {
  Deno.test(`noticeOf() ${name}: ${kind ?? "nothing"}`, () => {
    equal(noticeOf(event(changes), "till")?.kind, kind);
  });
}

Deno.test("noticeOf() says who said what to whom", () => {
  const detail = { signal: "stand_down", scope: "mesh", by: "ada" };
  const said = { stage: "operator", what: "signal", subject: "", detail };
  equal(
    noticeOf(event({ ...said, stage: "operator" }), "till")?.title,
    "Said to all machines by ada: stand down",
  );
});

Deno.test("a notice of a drill cannot be taken for one of an attack", () => {
  const notice = noticeOf(
    event({ stage: "claimed", what: "drill", node: "ab" }),
    "till",
  )!;
  match(notice.title, /^EXERCISE, nobody attacks: a drill about 192\.0\.2\.7$/);
  // Facility 4, severity 6: less than an alert's.
  match(new TextDecoder().decode(syslogMessage(notice)), /^<38>1 .* exercise /);
});

const hostile = noticeOf(
  event({
    subject: "192.0.2.7",
    detail: {
      scenario: 'x"] evil="1',
      technique: "T\\1",
      summary: "a\r\n<36>1 forged\u001b[2J\u202egnp" + "y".repeat(10_000),
    },
  }),
  "till\n1",
) ?? testNotice("", 0);

Deno.test("noticeOf() keeps nothing that ends a line or turns the writing", () => {
  for (
    const text of [hostile.title, hostile.host, ...Object.values(hostile.facts)]
  ) {
    equal(/[\p{C}\u2028\u2029]/u.test(text), false, text);
    equal(text.length < 400, true);
  }
});

Deno.test("syslogMessage() writes RFC 5424, whatever is in it", () => {
  const plain = noticeOf(event({}), "till");
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    syslogMessage(plain ?? hostile),
  );
  equal(
    text,
    `<36>1 2026-11-27T00:12:00.000Z till stealthmesh - alert [stealthmesh@32473 id="till-7-${
      atMs.toString(36)
    }" subject="192.0.2.7" technique="T1046" evidence="E1" scenario="port-scan"] \ufeff192.0.2.7: tried 9 ports`,
  );
  const evil = new TextDecoder().decode(syslogMessage(hostile));
  match(evil, /^<36>1 \S+ till1 stealthmesh - alert \[/);
  match(evil, / scenario="x\\"\\\] evil=\\"1"\]/);
  match(evil, / technique="T\\\\1"/);
  equal(evil.includes("\n"), false);
});

Deno.test("syslogMessage() is cut between characters, syslogFrame() counts octets", () => {
  const notice = { ...hostile, title: "ä".repeat(3_000) };
  const message = syslogMessage(notice);
  equal(message.length <= syslogBytesMax, true);
  new TextDecoder("utf-8", { fatal: true }).decode(message);
  const frame = new TextDecoder("latin1").decode(syslogFrame(notice));
  const [, length = "", rest = ""] = /^(\d+) (.*)$/s.exec(frame) ?? [];
  equal(Number(length), rest.length);
});

Deno.test("webhookRequest() signs time and body, byte for byte", () => {
  const secret = new TextEncoder().encode("s3cret");
  const notice = noticeOf(event({}), "till") ?? hostile;
  const { headers, body } = webhookRequest(notice, secret, 1_790_000_000_999);
  const mac = createHmac("sha256", "s3cret").update(`1790000000.${body}`)
    .digest("hex");
  equal(headers["x-stealthmesh-signature"], `t=1790000000,v1=${mac}`);
  deepEqual(JSON.parse(body), {
    id: `till-7-${atMs.toString(36)}`,
    seq: 7,
    kind: "alert",
    at: "2026-11-27T00:12:00.000Z",
    host: "till",
    subject: "192.0.2.7",
    title: "192.0.2.7: tried 9 ports",
    facts: { technique: "T1046", evidence: "E1", scenario: "port-scan" },
  });
  for (
    const value of Object.values(webhookRequest(hostile, secret, 0).headers)
  ) {
    equal(/^[\x20-\x7e]*$/.test(value), true, value);
  }
});

const urls: [string, string | undefined][] = [
  ["https://chat.example/hooks/7", "https://chat.example/hooks/7"],
  ["http://127.0.0.1:9/x", "http://127.0.0.1:9/x"],
  ["http://[::1]:9/x", "http://[::1]:9/x"],
  ["udp://192.0.2.9", "udp://192.0.2.9:514"],
  ["tcp://logs.example:6514", "tcp://logs.example:6514"],
  ["http://chat.example/", undefined],
  ["http://127.0.0.1.evil.example/", undefined],
  ["http://localhost/", undefined],
  ["http://127.1/", "http://127.0.0.1/"],
  ["https://user:pass@chat.example/", undefined],
  ["tcp://a@logs.example:1", undefined],
  ["tcp://logs.example:1/path", undefined],
  ["tcp://:secret@logs.example:1", undefined],
  ["udp://logs.example:1?a", undefined],
  ["udp://logs.example:1#a", undefined],
  ["udp://logs.example:0", undefined],
  ["tcp://a%0d%0ab:1", undefined],
  ["tcp://logs_example\u202e:1", undefined],
  ["tcp://[2001:db8::7]:601", "tcp://[2001:db8::7]:601"],
  ["file:///etc/passwd", undefined],
  ["javascript:alert(1)", undefined],
  ["udp://", undefined],
  ["nothing", undefined],
];
for (const [text, url] of urls) {
  Deno.test(`readTargetUrl(${text}): ${url ?? "refused"}`, () => {
    if (url === undefined) throws(() => readTargetUrl(text), SyntaxError);
    else equal(readTargetUrl(text), url);
  });
}
