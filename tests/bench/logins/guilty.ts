/**
 * The attackers of a made-up log, in the variety in which different authors
 * would make them up: by pace, by list of accounts, by number of sources.
 *
 * @module
 */
import { dayMs, hourMs, minuteMs, secondMs, type Town } from "./town.ts";

const dictionary =
  "root admin test guest oracle postgres mysql ubuntu pi git user ftp www jenkins hadoop nagios backup deploy tomcat minecraft support info demo dev web mail student ansible centos debian vagrant redis elastic zabbix"
    .split(" ");
/** Which names of the list are accounts here. */
const existing = new Set(["root", "backup", "deploy", "git"]);

interface Target {
  readonly user: string;
  readonly exists: boolean;
}

const fromList = (user: string): Target => ({
  user,
  exists: existing.has(user),
});

/** A source's way to choose the account for each try. */
function chooser(town: Town): (turn: number) => Target {
  const { dice } = town;
  const alphabetical = [...dictionary, ...town.staff].sort();
  const staff = dice.some(town.staff, dice.whole(5, 20));
  const one = dice.one(town.staff);
  switch (dice.whole(0, 5)) {
    case 0:
      return () => fromList("root");
    case 1:
      return () => fromList(dice.one(dictionary));
    case 2: {
      const from = dice.whole(0, alphabetical.length - 1);
      return (turn) => {
        const user = alphabetical[(from + turn) % alphabetical.length] ??
          "root";
        return town.staff.includes(user)
          ? { user, exists: true }
          : fromList(user);
      };
    }
    case 3:
      return () => ({ user: dice.one(staff), exists: true });
    case 4:
      return () => ({ user: one, exists: true });
    default:
      return () => fromList(dice.one(["root", "admin", "test"]));
  }
}

/** Sources that guess on their own, at one pace each. */
export function addGuessers(
  town: Town,
  name: "fast" | "medium" | "slow",
  count: number,
): void {
  const { dice } = town;
  const lengthMs = town.endMs - town.startMs;
  for (let guesser = 0; guesser < count; guesser++) {
    const source = town.actor(name, true, town.address());
    const choose = chooser(town);
    const meanMs = name === "fast"
      ? dice.between(0.3, 6) * secondMs
      : name === "medium"
      ? dice.between(15, 240) * secondMs
      // Sixteen tries at least: who guesses less is a sprayer.
      : Math.min(dice.between(10, 240) * minuteMs, lengthMs / 18);
    const tries = name === "fast"
      ? dice.whole(20, 300)
      : name === "medium"
      ? dice.whole(30, 200)
      : Infinity;
    const spread = dice.one([0.2, 0.5, 0.9]);
    let at = name === "slow"
      ? town.startMs + dice.between(0, meanMs)
      : town.startMs + dice.between(0, 0.9) * lengthMs;
    for (let turn = 0; turn < tries && at < town.endMs; turn++) {
      const { user, exists } = choose(turn);
      town.login(at, source, user, "password", exists);
      at += meanMs * dice.between(1 - spread, 1 + spread);
    }
  }
}

/** What one campaign of sprayers does. */
export const campaigns = [
  "few accounts each",
  "one account each",
  "many accounts within minutes",
  "many accounts, hourly",
  "one account, many sources",
] as const;
/** One of them. */
export type Campaign = typeof campaigns[number];

/** Sources that each try little, and together a lot. */
export function addSprayers(
  town: Town,
  campaign: Campaign,
  count: number,
): void {
  const { dice } = town;
  const knowsStaff = dice.happens(0.5);
  const accounts: Target[] = [
    ...(knowsStaff ? [] : dice.some(dictionary, 20).map(fromList)),
    ...dice.some(town.staff, dice.whole(10, 40)).map((user) => ({
      user,
      exists: true,
    })),
  ];
  const victim = dice.one(town.staff);
  const lengthMs = Math.min(
    (town.endMs - town.startMs - 4 * hourMs) * 0.9,
    dice.one([0.25, 1, 2, 5]) * dayMs,
  );
  const beginMs = town.startMs +
    dice.unit() * (town.endMs - town.startMs - lengthMs - 4 * hourMs);
  for (let sprayer = 0; sprayer < count; sprayer++) {
    const source = town.actor(`spray: ${campaign}`, true, town.address());
    const at = beginMs + dice.unit() * lengthMs;
    switch (campaign) {
      case "few accounts each":
        spray(
          town,
          source,
          at,
          dice.some(accounts, dice.whole(1, 3)),
          () =>
            dice.one([
              dice.between(1, 20) * secondMs,
              dice.between(5, 300) * minuteMs,
            ]),
        );
        break;
      case "one account each":
        spray(town, source, at, [dice.one(accounts)], () => 0);
        break;
      case "many accounts within minutes":
        spray(
          town,
          source,
          at,
          dice.some(accounts, dice.whole(20, 50)),
          () => dice.between(1, 15) * secondMs,
        );
        break;
      case "many accounts, hourly":
        spray(
          town,
          source,
          beginMs + dice.unit() * hourMs,
          dice.some(accounts, dice.whole(8, 24)),
          () => dice.between(40, 80) * minuteMs,
        );
        break;
      case "one account, many sources": {
        const target = { user: victim, exists: true };
        spray(
          town,
          source,
          at,
          Array(dice.whole(1, 5)).fill(target),
          () => dice.between(2, 60) * secondMs,
        );
      }
    }
  }
}

function spray(
  town: Town,
  source: string,
  fromMs: number,
  targets: readonly Target[],
  pauseMs: () => number,
): void {
  let at = fromMs;
  for (const { user, exists } of targets) {
    town.login(at, source, user, "password", exists);
    at += pauseMs();
  }
}
