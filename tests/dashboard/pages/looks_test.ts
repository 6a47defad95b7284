/**
 * Every page in every state, light and dark, on a desk, a phone and at 200 %:
 * no serious barrier, nothing wider than the screen, and nothing that hides
 * words without a way to the whole. With `STEALTHMESH_PICTURES` set to a
 * directory, a picture of each is left there to be looked at; without it, only
 * the first look of each state is, to spare some minutes.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { AgentGateway, AlertRecord } from "../../../dashboard/mod.ts";
import { type LeaseView, parseAddress } from "../../../defense/mod.ts";
import { barriersOf, holds, noChromium, withChromium } from "./chromium.ts";
import { bundledPages, servePages } from "./pages_server.ts";
import { idOf, stagedAgent } from "./staged_agent.ts";

const pictures = Deno.env.get("STEALTHMESH_PICTURES");

const attacker = "203.0.113.9";
const hostileNames = [
  "till",
  `<img src=x onerror="document.title='owned'"><script>alert(1)</script>`,
  "\u202Etxt.exe\u202C \u05D4\u05E7\u05D5\u05E4\u05D4",
  "a".repeat(64),
  "'; DROP TABLE members; --",
];

/** Where one may be, by the name of its picture. */
const places: Readonly<Record<string, string>> = {
  now: "/",
  alerts: "/alerts",
  subject: `/subject/${attacker}`,
  measures: "/measures",
  mesh: "/mesh",
  machines: "/machines",
  machine: `/machines/${idOf(1)}`,
  exercises: "/exercises",
  drill: "/exercises?drill",
  settings: "/settings",
};

/** The other parts of the settings, which only answers make differ. */
const parts = Object.fromEntries(
  [
    ...["protected", "scenarios", "several", "pace"],
    ...["notifications", "people", "all"],
  ].map((part) => [part, `/settings/${part}`]),
);

/** As it is looked at. */
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light", viewport: { width: 1_440, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1_024, height: 768 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
  // 200 % on a screen of 1,280 is 640 of the page's own pixels.
  zoomed: { colorScheme: "dark", viewport: { width: 640, height: 400 } },
  forced: {
    forcedColors: "active",
    reducedMotion: "reduce",
    viewport: { width: 1_024, height: 768 },
  },
};

function alertNumber(number: number, names: readonly string[]): AlertRecord {
  const subject = number % 5 === 4
    ? `2001:db8:85a3:8d3:1319:8a2e:370:${7_300 + number}`
    : `203.0.113.${9 + number}`;
  return {
    seq: 1_000 - number,
    atMs: Date.now() - number * 1_500_000,
    node: number % 2 === 0 ? "" : idOf(1),
    subject,
    technique: ["T1110.001", "T1046", "T1595", "T9999"][number % 4]!,
    scenario: "ssh-bruteforce",
    evidence: "E1",
    score: 9,
    observations: 6,
    summary: number % 2 === 0
      ? `${subject} failed 6 logins on ${names[number % names.length]}`
      : "",
  };
}

function leaseOf(subject: string, place: number): LeaseView {
  return {
    subject: parseAddress(subject),
    measure: place % 2 === 0 ? "block" : "throttle",
    untilMs: Date.now() + (place + 1) * 400_000,
    sinceMs: Date.now() - 60_000,
    cause: place % 2 === 0 ? "mesh" : "own",
    state: "in_force",
  };
}

/** An agent to which much has happened. */
function busy(names: readonly string[]): AgentGateway {
  return stagedAgent({
    names,
    alerts: Array.from({ length: 40 }, (_, number) => number)
      .map((number) => alertNumber(number, names)),
    leases: [attacker, "203.0.113.14", "2001:db8:85a3:8d3::"].map(leaseOf),
  });
}

/** An agent to which nothing has ever happened. */
function calm(): AgentGateway {
  const agent = stagedAgent({ names: ["till"], mode: "observe" });
  return {
    request: (path, init) =>
      path.startsWith("/v1/explain/")
        ? Promise.resolve(Response.json({
          subject: attacker,
          votes: [],
          have: 0,
          needed: 1,
          leases: [],
          signals: [],
          history: [],
        }))
        : agent.request(path, init),
  };
}

const failing: AgentGateway = {
  request: () =>
    Promise.resolve(Response.json({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
    }, { status: 500 })),
};

/** An agent that has not answered yet. */
const slow: AgentGateway = { request: () => new Promise(() => {}) };

/** One that is not running. */
const absent: AgentGateway = {
  request: () => Promise.reject(new TypeError("nobody there")),
};

const small = ["till", "office", "store"];

interface State {
  readonly agent: () => AgentGateway;
  /** A page has come as far as it will. */
  readonly arrived: string;
  readonly looks: readonly string[];
  readonly places?: Readonly<Record<string, string>>;
}

const full = "main .card";
const anything = "main .card, main [role=alert]";
const states: Readonly<Record<string, State>> = {
  busy: {
    agent: () => busy(small),
    arrived: full,
    looks: ["phone", "dark", "light", "zoomed", "forced"],
  },
  settings: {
    agent: () => busy(small),
    arrived: full,
    looks: ["zoomed", "forced", "light", "dark", "phone"],
    places: parts,
  },
  calm: { agent: calm, arrived: anything, looks: ["light", "phone", "dark"] },
  hostile: {
    agent: () => busy(hostileNames),
    arrived: full,
    looks: ["light", "phone"],
  },
  large: {
    agent: () =>
      busy(Array.from({ length: 500 }, (_, place) => `host-${place}`)),
    arrived: full,
    looks: ["dark", "phone"],
    places: {
      now: "/",
      mesh: "/mesh",
      machines: "/machines",
      several: "/settings/several",
    },
  },
  loading: { agent: () => slow, arrived: "h1", looks: ["light", "dark"] },
  failed: {
    agent: () => failing,
    arrived: "[role=alert]",
    looks: ["light", "dark"],
  },
  silent: {
    agent: () => absent,
    arrived: "[role=alert]",
    looks: ["light", "dark"],
  },
};

/** Words that are cut at an edge and can be read nowhere. */
const lostWords = `
  [...document.querySelectorAll("main *, header *")].filter((each) => {
    const style = getComputedStyle(each);
    return style.overflowX === "hidden" && each.innerText?.trim() &&
      style.clipPath === "none" && !each.closest("[title]") &&
      each.scrollWidth > each.clientWidth + 1;
  }).map((each) => each.outerHTML.slice(0, 200))
`;

const nothingLoads = `
  ![...document.querySelectorAll("main [role=status]")]
    .some(({ textContent }) => textContent.startsWith("Loading"))
`;

/** What is wrong with what is shown, as lines that begin with its name. */
async function judge(page: Page, name: string): Promise<string[]> {
  if (pictures !== undefined) {
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }
  const { width } = page.viewportSize()!;
  const wide = await page.evaluate(
    "document.documentElement.scrollWidth",
  ) as number;
  return [
    ...await barriersOf(page),
    ...(wide > width ? [`${wide} wide on ${width}`] : []),
    ...(await page.evaluate(lostWords) as string[])
      .map((html) => `is cut: ${html}`),
  ].map((fault) => `${name}: ${fault}`);
}

function looksOf({ looks }: State): readonly string[] {
  return pictures === undefined ? looks.slice(0, 1) : looks;
}

async function lookAt(
  browser: Browser,
  assets: Awaited<ReturnType<typeof bundledPages>>,
  [name, state]: [string, State],
): Promise<string[]> {
  const faults: string[] = [];
  const served = servePages(assets, state.agent());
  try {
    for (const look of looksOf(state)) {
      const context = await browser.newContext(looks[look]!);
      await context.addCookies([served.cookie("owner")]);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      for (
        const [place, path] of Object.entries(
          state.places ?? places,
        )
      ) {
        await page.goto(served.origin + path);
        await page.locator(state.arrived).first().waitFor();
        if (name !== "loading") await holds(page, nothingLoads);
        faults.push(...await judge(page, `${place}-${name}-${look}`));
      }
      await context.close();
    }
  } finally {
    await served.stop();
  }
  return faults;
}

Deno.test({
  name: "looks",
  ignore: noChromium,
  fn: (test) =>
    withChromium(async (browser) => {
      const assets = await bundledPages();
      for (const each of Object.entries(states)) {
        await test.step(`every page, ${each[0]}`, async () => {
          deepEqual(await lookAt(browser, assets, each), []);
        });
      }
      await test.step("every page, logged out", async () => {
        const served = servePages(assets, busy(small));
        try {
          for (const look of ["light", "dark", "phone"]) {
            const context = await browser.newContext(looks[look]!);
            const page = await context.newPage();
            await page.goto(`${served.origin}/alerts`);
            await page.getByRole("heading", { name: "Log in" }).waitFor();
            deepEqual(await judge(page, `login-${look}`), []);
            await context.close();
          }
        } finally {
          await served.stop();
        }
      });
    }),
});
