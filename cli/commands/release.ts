/**
 * `stealthmesh release`: ends measures, here at once and elsewhere as soon as
 * the word is there.
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { SignalRequest } from "../../dashboard/mod.ts";
import { defineCommand, type Invocation } from "../command.ts";
import { type HostWish, releaseForms, releaseHost } from "../contain_host.ts";
import { passphraseOption } from "../give_signal.ts";

export const release = defineCommand(
  "release",
  object({
    mesh: withDefault(
      flag("--mesh", {
        description:
          message`On every member, by the operator's key; not for what is this host's own`,
      }),
      false,
    ),
    time: optional(
      option("--for", string({ metavar: "TIME" }), {
        description:
          message`With --mesh: so long, at most 7d, what is seen is dismissed too`,
      }),
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description:
          message`With --mesh: say what would be said and say nothing`,
      }),
      false,
    ),
    passphraseFile: passphraseOption,
    what: or(
      object({
        address: argument(string({ metavar: "ADDRESS" }), {
          description: message`Address to release`,
        }),
      }),
      map(
        object({
          all: flag("--all", { description: message`Release every address` }),
        }),
        () => ({ address: "all" }),
      ),
      map(releaseForms, (wishes) => ({ wishes })),
    ),
  }),
  {
    brief:
      message`End the measures against an address, on something of this host, or all`,
    examples: [
      "stealthmesh release 192.0.2.7",
      "stealthmesh release --pid 4711",
      "stealthmesh release --quarantine till-3",
      "stealthmesh release --all",
      "stealthmesh release 192.0.2.7 --mesh --for 1d",
    ],
  },
  async ({ mesh, time, what, ...manner }, invocation) => {
    const { output } = invocation;
    if (mesh) {
      const { giveSignal } = await import("../give_signal.ts");
      return await giveSignal(
        await meshRequest(what, time),
        manner,
        invocation,
      );
    }
    if (time !== undefined || manner.dryRun) {
      throw new SyntaxError(
        "Cannot release like that: --for and --dry-run go with --mesh",
      );
    }
    const answer = "wishes" in what
      ? await releaseHost(what.wishes, invocation)
      : await releaseSubject(what.address, invocation);
    if (output.json) output.record(answer);
    output.note(
      answer.ended === 1 ? "1 measure ended" : `${answer.ended} measures ended`,
    );
  },
);

/** What `--mesh` says to every member. */
async function meshRequest(
  what:
    | { readonly address: string }
    | { readonly wishes: readonly HostWish[] },
  time: string | undefined,
): Promise<SignalRequest> {
  const { parseAddress, signalMsMax } = await import("../../defense/mod.ts");
  const { formatDuration, parseDuration } = await import("../duration.ts");
  if ("wishes" in what) {
    const [wish] = what.wishes;
    if (
      wish?.kind === "quarantine" && wish.member !== "self" &&
      time === undefined
    ) return { what: "readmit", member: wish.member };
    throw new SyntaxError(
      "Cannot say that to the mesh: expected an address, --all, or --quarantine with a member's name",
    );
  }
  const forMs = time === undefined ? 0 : parseDuration(time);
  if (forMs > signalMsMax.release) {
    throw new SyntaxError(
      `Cannot release for ${time}: expected at most ${
        formatDuration(signalMsMax.release)
      }`,
    );
  }
  const address = what.address === "all"
    ? what.address
    : parseAddress(what.address);
  return { what: "release", address, forMs };
}

async function releaseSubject(
  address: string,
  invocation: Invocation,
): Promise<{ ended: number }> {
  const { askAgent } = await import("../ask_agent.ts");
  const { parseAddress } = await import("../../defense/mod.ts");
  const order = address === "all"
    ? { all: true }
    : { address: parseAddress(address) };
  return await askAgent(
    invocation,
    (agent) => agent.post<{ ended: number }>("/v1/release", order),
  );
}
