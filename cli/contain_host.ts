/**
 * The forms of `contain` and `release` that are about this host itself: a
 * process, an interface, a quarantine.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import type { HostMeasureAnswer, HostRequest } from "../dashboard/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";

/** What a person asked for; the rate is still text. */
export type HostWish =
  | { readonly kind: "freeze" | "isolate"; readonly pid: number }
  | {
    readonly kind: "interface";
    readonly device: string;
    readonly rate: string;
  }
  | { readonly kind: "quarantine"; readonly member: string };

const pid = option("--pid", integer({ min: 1, metavar: "PID" }), {
  description: message`A process of this host`,
});
const device = option("--interface", string({ metavar: "NAME" }), {
  description: message`An interface of this host`,
});
const quarantine = map(
  object({
    member: option("--quarantine", string({ metavar: "MEMBER" }), {
      description:
        message`Leave a member nothing but the mesh; "self": this host nothing but whom it may never cut off`,
    }),
  }),
  ({ member }): HostWish => ({ kind: "quarantine", member }),
);

/** Forms of `contain`. */
export const containForms = or(
  map(
    object({
      pid,
      freeze: flag("--freeze", {
        description: message`Stop a process, at most 2m`,
      }),
    }),
    ({ pid }): HostWish => ({ kind: "freeze", pid }),
  ),
  map(
    object({
      pid,
      isolate: flag("--isolate", {
        description: message`Take the network away from a process`,
      }),
    }),
    ({ pid }): HostWish => ({ kind: "isolate", pid }),
  ),
  map(
    object({
      device,
      rate: option("--rate", string({ metavar: "RATE" }), {
        description: message`At most so much each way, such as 1mbit`,
      }),
    }),
    ({ device, rate }): HostWish => ({ kind: "interface", device, rate }),
  ),
  quarantine,
);

/** Forms of `release`. */
export const releaseForms = or(
  map(object({ pid }), ({ pid }): readonly HostWish[] => [
    { kind: "freeze", pid },
    { kind: "isolate", pid },
  ]),
  map(object({ device }), ({ device }): readonly HostWish[] => [
    { kind: "interface", device, rate: "8kbit" },
  ]),
  map(quarantine, (wish): readonly HostWish[] => [wish]),
);

/** Asks the agent for a measure on this host. */
export async function containHost(
  wish: HostWish,
  { time, dryRun }: { readonly time: string; readonly dryRun: boolean },
  invocation: Invocation,
): Promise<void> {
  const { askAgent } = await import("./ask_agent.ts");
  const { freezeMsMax, leaseMsMax } = await import("../defense/mod.ts");
  const { formatDuration, parseDuration } = await import("./duration.ts");
  const forMs = parseDuration(time);
  const forMsMax = wish.kind === "freeze" ? freezeMsMax : leaseMsMax;
  if (forMs > forMsMax) {
    throw new SyntaxError(
      `Cannot contain for ${time}: expected at most ${
        formatDuration(forMsMax)
      }`,
    );
  }
  const request = requestOf(wish);
  const answer = await askAgent(
    invocation,
    (agent) =>
      agent.post<HostMeasureAnswer>("/v1/host/contain", {
        request,
        forMs,
        callerPid: Deno.pid,
        dryRun,
      }),
  );
  const { output } = invocation;
  if (output.json) output.record(answer);
  const { outcome } = answer;
  const words = wordsOf(wish);
  if (outcome.applied) {
    const name = "pid" in wish ? ` (${outcome.lease.name})` : "";
    return output.note(`${words}${name} for ${time}`, "good");
  }
  if ("script" in outcome) {
    if (!output.json) output.lines(outcome.script.trimEnd());
    return output.note("Nothing was changed");
  }
  const { refusal } = outcome;
  const why = refusal.code === "never_block"
    ? `it is spared: ${refusal.matched}`
    : refusal.code === "observe"
    ? "the agent only observes"
    : refusal.code === "full"
    ? "there are too many such measures already"
    : refusal.detail;
  throw new OperatorError("failed", `Cannot ${words}: ${why}`, [
    refusal.code === "observe"
      ? "Let it act: stealthmesh config set mode enforce"
      : "See what is in force: stealthmesh status",
  ]);
}

/** Ends measures on this host; tells how many. */
export async function releaseHost(
  wishes: readonly HostWish[],
  invocation: Invocation,
): Promise<{ ended: number }> {
  const { askAgent } = await import("./ask_agent.ts");
  return await askAgent(invocation, async (agent) => {
    let ended = 0;
    for (const wish of wishes) {
      const answer = await agent.post<{ ended: number }>("/v1/host/release", {
        request: requestOf(wish),
      });
      ended += answer.ended;
    }
    return { ended };
  });
}

function requestOf(wish: HostWish): HostRequest {
  switch (wish.kind) {
    case "freeze":
    case "isolate":
      return wish;
    case "interface":
      return {
        kind: "interface",
        device: wish.device,
        bitsPerSecond: parseRate(wish.rate),
      };
    case "quarantine":
      return wish.member === "self"
        ? { kind: "quarantine" }
        : { kind: "quarantine", member: wish.member };
  }
}

const units = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 } as const;

/**
 * Reads `1mbit`, `500kbit` as tc(8) does: bits a second.
 *
 * @throws {SyntaxError} If `text` is no rate.
 */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(bit|kbit|mbit|gbit)$/i.exec(text);
  const unit = match?.[2]?.toLowerCase() as keyof typeof units | undefined;
  if (!match || unit === undefined) {
    throw new SyntaxError(
      `Cannot read rate "${text}": expected a number with bit, kbit, mbit or gbit`,
    );
  }
  return Math.round(Number(match[1]) * units[unit]);
}

function wordsOf(wish: HostWish): string {
  switch (wish.kind) {
    case "freeze":
    case "isolate":
      return `${wish.kind} process ${wish.pid}`;
    case "interface":
      return `limit ${wish.device} to ${wish.rate}`;
    case "quarantine":
      return `quarantine ${wish.member === "self" ? "this host" : wish.member}`;
  }
}
