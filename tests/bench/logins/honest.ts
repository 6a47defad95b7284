/**
 * The innocent of a made-up log: people who mistype, an office behind one
 * address, health checks, and jobs whose key was taken away.
 *
 * @module
 */
import { dayMs, hourMs, minuteMs, secondMs, type Town } from "./town.ts";

/** Tries a person makes before the right one, each a few seconds apart. */
function sitting(
  town: Town,
  atMs: number,
  source: string,
  user: string,
  typos: number,
  getsIn = true,
): number {
  const { dice } = town;
  let at = atMs;
  for (let typo = 0; typo < typos; typo++) {
    // Some mistype their name rather than the password.
    const wrongName = dice.happens(0.06);
    town.login(
      at,
      source,
      wrongName ? `${user.slice(1)}${user[0]}` : user,
      "password",
      !wrongName,
    );
    at += dice.between(2, 14) * secondMs;
  }
  if (getsIn) town.login(at, source, user, "accepted");
  return at;
}

/** People with an address of their own; some mistype often. */
export function addPeople(town: Town, count: number): void {
  const { dice } = town;
  for (const user of dice.some(town.staff, count)) {
    const isClumsy = dice.happens(0.3);
    const home = town.actor(
      isClumsy ? "typo-prone" : "person",
      false,
      town.address(),
    );
    const visits = dice.between(0.5, 6);
    for (const day of town.days()) {
      for (let visit = 0; visit < visits; visit++) {
        const at = day + dice.between(7, 21) * hourMs;
        const typos = isClumsy && dice.happens(0.4)
          ? dice.whole(3, 5)
          : dice.happens(0.1)
          ? dice.whole(1, 2)
          : 0;
        sitting(town, at, home, user, typos);
      }
    }
  }
}

/** Forgotten passwords: a sitting or two without success, a reset, then in. */
export function addForgetful(town: Town, count: number): void {
  const { dice } = town;
  for (const user of dice.some(town.staff, count)) {
    const source = town.actor("forgotten password", false, town.address());
    const knownBefore = dice.happens(0.5);
    const at = town.startMs + dice.between(0.2, 0.9) *
        (town.endMs - town.startMs - 3 * hourMs);
    if (knownBefore) {
      for (let early = at - dayMs; early > town.startMs; early -= dayMs) {
        sitting(town, early + dice.between(0, hourMs), source, user, 0);
      }
    }
    let end = sitting(town, at, source, user, dice.whole(3, 5), false);
    if (dice.happens(0.5)) {
      end += dice.between(2, 15) * minuteMs;
      end = sitting(town, end, source, user, dice.whole(1, 4), false);
    }
    sitting(town, end + dice.between(5, 45) * minuteMs, source, user, 0);
  }
}

/** One address for an office, `people` of them, who mistype like anybody. */
export function addOffice(town: Town, people: number): string {
  const { dice } = town;
  const office = town.actor("office NAT", false, town.address());
  for (const user of town.staff.slice(0, people)) {
    const isClumsy = dice.happens(0.3);
    for (const day of town.days()) {
      const weekday = new Date(day).getUTCDay();
      if ((weekday === 0 || weekday === 6) && dice.happens(0.9)) continue;
      const visits = dice.whole(1, 4);
      for (let visit = 0; visit < visits; visit++) {
        // The morning's rush is when everybody mistypes at once.
        const at = visit === 0
          ? day + 8 * hourMs + dice.between(0, 60) * minuteMs
          : day + dice.between(8, 18) * hourMs;
        const typos = isClumsy && dice.happens(0.4)
          ? dice.whole(3, 5)
          : dice.happens(0.15)
          ? dice.whole(1, 2)
          : 0;
        sitting(town, at, office, user, typos, !dice.happens(0.03));
      }
    }
  }
  return office;
}

/** Monitoring: the same connection or the same refused login for ever. */
export function addHealthChecks(town: Town): void {
  const { dice } = town;
  const checks: {
    user: string;
    outcome: "connect" | "password" | "closed";
    exists: boolean;
  }[] = [
    { user: "", outcome: "connect", exists: true },
    { user: "monitor", outcome: "password", exists: true },
    {
      user: dice.one(["nagios", "zabbix", "healthcheck", "probe"]),
      outcome: "password",
      exists: false,
    },
    {
      user: dice.one(["root", "monitor", "check"]),
      outcome: "closed",
      exists: true,
    },
  ];
  for (const { user, outcome, exists } of checks) {
    const source = town.actor(
      "health check",
      false,
      dice.happens(0.5) ? town.privateAddress() : town.address(),
    );
    const everyMs = dice.one([30, 60, 60, 60, 120, 300]) * secondMs;
    const jitterMs = dice.one([0, 0, 1, 2, 3]) * secondMs;
    const isLong = (town.endMs - town.startMs) / everyMs;
    for (let beat = 0; beat < isLong; beat++) {
      if (dice.happens(0.002)) continue;
      const at = town.startMs + beat * everyMs + dice.between(0, jitterMs);
      town.login(at, source, user, outcome, exists);
    }
  }
}

/** Scheduled jobs whose key or password was taken away, at once or later. */
export function addStaleJobs(town: Town): void {
  const { dice } = town;
  for (let job = dice.whole(2, 5); job > 0; job--) {
    const user = dice.one(["backup", "deploy", "root", "git", "rsync"]);
    const everyMs = dice.one([5, 15, 60, 60, 360, 1_440]) * minuteMs;
    const staleMs = dice.happens(0.5) ? town.startMs : town.moment();
    const outcome = user !== "root" && dice.happens(0.25)
      ? "password"
      : dice.one(["closed", "publickey"] as const);
    // A refused password every few hours looks like a sprayer for some days.
    const isHard = outcome === "password" && everyMs > hourMs &&
      staleMs < town.startMs + everyMs;
    const source = town.actor(
      isHard ? "stale password, rarely tried" : "stale job",
      false,
      dice.happens(0.5) ? town.privateAddress() : town.address(),
    );
    const tries = outcome === "closed" ? 1 : dice.whole(1, 3);
    const first = town.startMs + dice.between(0, everyMs);
    for (let at = first; at < town.endMs; at += everyMs) {
      const begins = at + dice.between(0, 4) * secondMs;
      if (at < staleMs) town.login(begins, source, user, "accepted");
      else {
        for (let one = 0; one < tries; one++) {
          town.login(begins + one * 2 * secondMs, source, user, outcome);
        }
      }
    }
  }
}

/** People who come back from an address where they never were. */
export function addTravellers(town: Town, count: number): void {
  const { dice } = town;
  for (const user of dice.some(town.staff, count)) {
    const source = town.actor("new address", false, town.address());
    const at = town.moment();
    const end = sitting(town, at, source, user, dice.whole(0, 4));
    if (dice.happens(0.5)) {
      sitting(
        town,
        end + dice.between(1, 20) * hourMs,
        source,
        user,
        dice.whole(0, 2),
      );
    }
  }
}

/** People who try from a new address, give up, and never come from there again. */
export function addQuitters(town: Town, count: number): void {
  const { dice } = town;
  for (const user of dice.some(town.staff, count)) {
    const source = town.actor("gives up", false, town.address());
    sitting(town, town.moment(), source, user, dice.whole(2, 5), false);
  }
}
