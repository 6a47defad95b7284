import { deepEqual, equal, match } from "node:assert/strict";
import { FilterReader } from "../../../../defense/sensors/fail2ban/filter_reader.ts";
import { definitionOf, filterOf, testClock, verdicts } from "./made_filter.ts";

const begin = "Mar  3 04:10:01 shop shopd[7]:";

const rows: { name: string; filter: string; lines: Record<string, string> }[] =
  [
    {
      name: "finds addresses, host names and users",
      filter: "failregex = refused <F-USER>\\S+</F-USER> from <HOST>$",
      lines: {
        [`${begin} refused ada from 192.0.2.7`]: "192.0.2.7 ada",
        [`${begin} refused ada from ::ffff:192.0.2.7`]: "192.0.2.7 ada",
        [`${begin} refused ada from [2001:db8::7]`]: "2001:db8::7 ada",
        [`${begin} refused ada from host.example.org`]: "host.example.org ada",
        [`${begin} refused ada from `]: "-",
      },
    },
    {
      name: "takes addresses alone where names are not wanted",
      filter: "usedns = no\nfailregex = refused from <HOST>$",
      lines: {
        [`${begin} refused from 192.0.2.7`]: "192.0.2.7",
        [`${begin} refused from host.example.org`]: "-",
      },
    },
    {
      name: "knows the other tags",
      filter: "failregex = four <IP4>$\n            six <IP6>$\n" +
        "            any <ADDR>$\n            net <SUBNET>$\n" +
        "            name <DNS>$\n            id <F-ID/> port <F-PORT/>$",
      lines: {
        [`${begin} four 192.0.2.7`]: "192.0.2.7",
        [`${begin} four ::1`]: "-",
        [`${begin} six 2001:db8::7`]: "2001:db8::7",
        [`${begin} any 192.0.2.7`]: "192.0.2.7",
        [`${begin} net 192.0.2.0/24`]: "192.0.2.0",
        [`${begin} name a.example`]: "a.example",
        [`${begin} id 192.0.2.9 port 22`]: "192.0.2.9",
      },
    },
    {
      name: "takes another user where the first says nothing",
      filter:
        "failregex = ruser=<F-ALT_USER>\\w*</F-ALT_USER> <HOST>(?: user=<F-USER>\\w*</F-USER>)?$",
      lines: {
        [`${begin} ruser=ada 192.0.2.7`]: "192.0.2.7 ada",
        [`${begin} ruser=ada 192.0.2.7 user=bob`]: "192.0.2.7 bob",
      },
    },
    {
      name: "looks at the content of prefregex alone",
      filter:
        "prefregex = shopd\\[\\d+\\]: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ^refused <HOST>$",
      lines: {
        [`${begin} refused 192.0.2.7`]: "192.0.2.7",
        [`Mar  3 04:10:01 shop other[7]: refused 192.0.2.7`]: "-",
        [`${begin} again refused 192.0.2.7`]: "-",
      },
    },
    {
      name: "ignores what ignoreregex matches",
      filter: "failregex = refused <HOST>\nignoreregex = 192\\.0\\.2\\.9",
      lines: {
        [`${begin} refused 192.0.2.7`]: "192.0.2.7",
        [`${begin} refused 192.0.2.9`]: "-",
      },
    },
    {
      name: "waits with a failure until its connection names an address",
      filter:
        "prefregex = ^<F-MLFID>.*\\[\\d+\\]: </F-MLFID><F-CONTENT>.+</F-CONTENT>$\n" +
        "failregex = ^<F-NOFAIL>connect</F-NOFAIL> from <HOST>$\n" +
        "            ^refused <F-USER>\\w+</F-USER>$\n" +
        "            ^<F-MLFFORGET><F-MLFGAINED>accepted</F-MLFGAINED></F-MLFFORGET> <F-USER>\\w+</F-USER> from <HOST>$\n" +
        "            ^<F-NOFAIL><F-MLFFORGET>closed</F-MLFFORGET></F-NOFAIL> by <HOST>$",
      lines: {
        "Mar  3 04:10:01 shop shopd[1]: connect from 192.0.2.7": "-",
        "Mar  3 04:10:02 shop shopd[1]: refused ada": "192.0.2.7 ada",
        "Mar  3 04:10:03 shop shopd[1]: refused ada": "192.0.2.7 ada",
        // Another connection: nobody knows its address before it ends.
        "Mar  3 04:10:04 shop shopd[2]: refused bob": "-",
        "Mar  3 04:10:05 shop shopd[2]: closed by 192.0.2.8": "192.0.2.8 bob",
        "Mar  3 04:10:06 shop shopd[2]: refused bob": "-",
        // A login that succeeds is no failure, unless others were tried first.
        "Mar  3 04:10:07 shop shopd[3]: accepted eve from 192.0.2.9": "-",
        "Mar  3 04:10:08 shop shopd[1]: accepted eve from 192.0.2.7":
          "192.0.2.7 eve",
        // Five minutes later the connection is another one.
        "Mar  3 04:20:00 shop shopd[4]: connect from 192.0.2.7": "-",
        "Mar  3 04:26:00 shop shopd[4]: refused ada": "-",
      },
    },
    {
      name: "looks at several lines",
      filter: "maxlines = 3\n" +
        "failregex = ^ shop shopd\\[(?P<pid>\\d+)\\]: from <HOST>$<SKIPLINES>^ shop shopd\\[(?P=pid)\\]: refused$",
      lines: {
        "Mar  3 04:10:01 shop shopd[1]: from 192.0.2.7": "-",
        "Mar  3 04:10:02 shop shopd[2]: from 192.0.2.8": "-",
        "Mar  3 04:10:03 shop shopd[1]: refused": "192.0.2.7",
        "Mar  3 04:10:04 shop shopd[2]: refused": "192.0.2.8",
        "Mar  3 04:10:05 shop shopd[1]: refused": "-",
      },
    },
    {
      name: "finds no failure in a word of its own stamp",
      filter:
        "datepattern = {^LN-BEG}\nfailregex = ^\\s*\\[\\] refused <HOST>$",
      lines: { "[2026-03-03 04:10:01] refused 192.0.2.7": "192.0.2.7" },
    },
  ];

for (const { name, filter, lines } of rows) {
  Deno.test(`LineFilter.judge() ${name}`, () => {
    const made = filterOf(`[Definition]\n${filter}\n`);
    deepEqual(made.refusals, []);
    deepEqual(verdicts(made, Object.keys(lines)), Object.values(lines));
  });
}

Deno.test("LineFilter leaves out what it cannot read, and says where it stands", () => {
  const filter = filterOf(
    "[Definition]\nfailregex = ^\\s*good <HOST>\n            ^bad (<HOST>\n" +
      "            ^nobody$\ndatepattern = %%Q\n              {^LN-BEG}\n",
  );
  deepEqual(filter.refusals.map(({ origin }) => origin), [
    "/filters/shop.conf:3",
    "/filters/shop.conf:4",
    "/filters/shop.conf:5",
  ]);
  match(filter.refusals[0]?.reason ?? "", /unterminated/);
  match(filter.refusals[1]?.reason ?? "", /names no <HOST>/);
  match(filter.refusals[2]?.reason ?? "", /unknown field %Q/);
  deepEqual(verdicts(filter, ["2026-03-03 04:10:01 good 192.0.2.7"]), [
    "192.0.2.7",
  ]);
});

Deno.test("LineFilter finds nothing without the prefregex it was meant to have", () => {
  const filter = filterOf(
    "[Definition]\nprefregex = ^(<F-CONTENT>.+</F-CONTENT>$\nfailregex = <HOST>\n",
  );
  equal(filter.isUsable, false);
  deepEqual(verdicts(filter, [`${begin} 192.0.2.7`]), ["-"]);
});

Deno.test("LineFilter.judge() drops each line that is made to take for ever, and reads on", () => {
  const filter = filterOf(
    "[Definition]\nfailregex = ^ x (a+)+$ <HOST>\n            (x+x+)+y<HOST>\n" +
      "            (a|a)*b<HOST>\n            refused <HOST>\n",
  );
  const long = "a".repeat(30_000);
  const evil = `Mar  3 04:10:01 x ${long} y b ${"x".repeat(30_000)}`;
  const lines = Array.from(
    { length: 50 },
    () => [evil, `${begin} refused 192.0.2.7`],
  );
  deepEqual(
    verdicts(filter, lines.flat()),
    lines.flatMap(() => ["dropped", "192.0.2.7"]),
  );
});

Deno.test("FilterReader reads a journal's records, and counts names as no address", () => {
  const reader = new FilterReader(
    definitionOf("shop", {
      "shop.conf":
        "[Definition]\nfailregex = ^host shopd\\[7\\]: refused <HOST>$\n",
    }),
    () => testClock,
  );
  const record = (message: unknown) =>
    JSON.stringify({
      MESSAGE: message,
      _HOSTNAME: "host",
      SYSLOG_IDENTIFIER: "shopd",
      _PID: "7",
      __REALTIME_TIMESTAMP: "1772510401500000",
    });
  const bytes = [...new TextEncoder().encode("refused 192.0.2.8")];
  deepEqual(reader.read(record("refused 192.0.2.7"), 1), [{
    kind: "auth_failure",
    atMs: 1_772_510_401_500,
    service: "shop",
    source: "192.0.2.7",
    line: 1,
  }]);
  equal(reader.read(record(bytes)).length, 1);
  equal(reader.read(record("refused a.example")).length, 0);
  equal(reader.read("{ no journal").length, 0);
  const { records, failures, noAddress } = reader.counters;
  deepEqual({ records, failures, noAddress }, {
    records: 4,
    failures: 3,
    noAddress: 1,
  });
});
