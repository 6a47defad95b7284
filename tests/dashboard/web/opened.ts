/**
 * A dashboard over an agent that notes what it is asked, with accounts whose
 * passwords cost nothing.
 *
 * @module
 */
import {
  type Account,
  type AccountDesk,
  assetOf,
  LoginDesk,
  type NotificationDesk,
  type Role,
  SessionTable,
  type SimulationDesk,
  totpCode,
  webApp,
  type WebAppParts,
} from "../../../dashboard/mod.ts";

export const host = "127.0.0.1:8080";
export const own = { "sec-fetch-site": "same-origin" };
const text = (value: string) => new TextEncoder().encode(value);

/** What the agent was asked. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: string;
  readonly actor: string | null;
}

/** Nothing can be played. */
export const noSimulations: SimulationDesk = {
  kinds: () => [],
  runs: () => [],
  detail: () => undefined,
  start: () => ({ refused: "malformed", detail: "nothing can be played" }),
  cancel: () => "unknown",
  watch: () => () => {},
};

/** What a dashboard has where nobody has an account. */
export const withoutPeople: Pick<
  WebAppParts,
  "logins" | "accounts" | "notifications" | "simulations" | "wallMs" | "later"
> = {
  accounts: {
    list: () => [],
    add: () => Promise.resolve("full"),
    reset: () => Promise.resolve(undefined),
    remove: () => false,
  },
  logins: new LoginDesk({
    wallMs: () => Date.now(),
    derive: () => Promise.resolve(new Uint8Array(32)),
    accounts: {
      find: () => undefined,
      usedStep: () => -1,
      takeStep: () => false,
    },
  }),
  notifications: noNotifications(),
  simulations: noSimulations,
  wallMs: () => Date.now(),
  later(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

function noNotifications(): NotificationDesk {
  return {
    views: () => [],
    test: () => Promise.resolve([]),
    add: () => "full",
    remove: () => false,
  };
}

/** No cost, and one password from another can be told all the same. */
export function cheapHash(password: string): Uint8Array {
  const hash = new Uint8Array(32);
  hash.set(text(password).subarray(0, 32));
  return hash;
}

export const totpSecret = new Uint8Array(20).fill(7);

function account(name: string, role: Role): Account {
  return {
    name,
    role,
    password: {
      cost: { n: 2, r: 1, p: 1 },
      salt: new Uint8Array(16),
      hash: cheapHash(`password of ${name}`),
    },
    totpSecret,
    stamp: `${name} 1`,
  };
}

/** Builds one. */
export function opened(
  options: {
    readonly agentAnswer?: () => Promise<Response>;
    readonly secure?: boolean;
    readonly accounts?: AccountDesk;
    readonly notifications?: NotificationDesk;
    readonly simulations?: SimulationDesk;
    readonly later?: (ms: number, wake: () => void) => () => void;
  } = {},
) {
  const { secure = false } = options;
  let nowMs = 1_800_000_000_000;
  let drawn = 0;
  const accounts = new Map(
    (["viewer", "operator", "owner"] as const).map((role) => [
      `a-${role}`,
      account(`a-${role}`, role),
    ]),
  );
  const used = new Map<string, number>();
  const derived: string[] = [];
  const sessions = new SessionTable({
    wallMs: () => nowMs,
    random: {
      fill(bytes) {
        bytes.fill(0);
        new DataView(bytes.buffer).setUint32(0, ++drawn);
      },
    },
  }, (name) => accounts.get(name)?.stamp);
  const logins = new LoginDesk({
    wallMs: () => nowMs,
    derive(password) {
      derived.push(password);
      return Promise.resolve(cheapHash(password));
    },
    accounts: {
      find: (name) => accounts.get(name),
      usedStep: (name) => used.get(name) ?? -1,
      takeStep(name, step) {
        if (step <= (used.get(name) ?? -1)) return false;
        used.set(name, step);
        return true;
      },
    },
  });
  const asked: Asked[] = [];
  /** What was written down that is no order. */
  const acts: { act: string; actor: string | null; detail: object }[] = [];
  const app = webApp({
    sessions,
    logins,
    accounts: options.accounts ?? withoutPeople.accounts,
    notifications: options.notifications ?? noNotifications(),
    simulations: options.simulations ?? noSimulations,
    agent: {
      request(path, init = {}) {
        const { method = "GET", body } = init;
        const actor = new Headers(init.headers).get("x-stealthmesh-actor");
        if (path === "/v1/acts") {
          acts.push({ ...JSON.parse(String(body)), actor });
          return Promise.resolve(
            Response.json({ accepted: true }, { status: 202 }),
          );
        }
        const bytes = body instanceof Uint8Array ? body : text("");
        asked.push({
          path,
          method,
          body: new TextDecoder().decode(bytes),
          actor,
        });
        return options.agentAnswer?.() ??
          Promise.resolve(Response.json({ ok: true }, { status: 200 }));
      },
    },
    assets: new Map([
      ["index.html", assetOf("index.html", text("<!DOCTYPE html>"))],
      ["main.js", assetOf("main.js", text("1"))],
    ]),
    hosts: new Set([host]),
    secure,
    wallMs: () => nowMs,
    later: options.later ?? (() => () => {}),
    live: () => new Response("live"),
  });
  const ask = (
    path: string,
    init: RequestInit = {},
    address = "127.0.0.1",
  ) => {
    const headers = new Headers(init.headers);
    if (!headers.has("host")) headers.set("host", host);
    return Promise.resolve(
      app.request(path, { ...init, headers }, { address }),
    );
  };
  const code = () => totpCode(totpSecret, Math.floor(nowMs / 30_000));
  const logIn = (
    attempt: object,
    address = "192.0.2.50",
    headers: Record<string, string> = own,
  ) =>
    ask("/api/login", {
      method: "POST",
      headers,
      body: JSON.stringify(attempt),
    }, address);
  const right = (role: Role) => ({
    name: `a-${role}`,
    password: `password of a-${role}`,
    code: code(),
  });
  return {
    app,
    ask,
    asked,
    acts,
    accounts,
    derived,
    sessions,
    code,
    logIn,
    right,
    /** Opens a link. */
    async login() {
      const response = await ask(`/login/${sessions.issueLink()}`);
      const cookie = response.headers.get("set-cookie") ?? "";
      return { response, cookie: cookie.split(";")[0] ?? "", whole: cookie };
    },
    /** Logs in with an account; the headers of a page's request. */
    async as(role: Role) {
      const response = await logIn(right(role));
      const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
      nowMs += 30_000;
      return { cookie, ...own };
    },
    pass: (ms: number) => nowMs += ms,
  };
}
