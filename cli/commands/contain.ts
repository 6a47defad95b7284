/**
 * `stealthmesh contain`: the operator's own measure, against a subject or on
 * this host itself (`contain_host.ts`).
 *
 * @module
 */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { InferValue } from "@optique/core/parser";
import type { ContainAnswer, SignalRequest } from "../../dashboard/mod.ts";
import type {
  Address,
  Lease,
  Measure,
  Rehearsal,
  Service,
} from "../../defense/mod.ts";
import { defineCommand } from "../command.ts";
import { containForms, containHost, type HostWish } from "../contain_host.ts";
import { passphraseOption } from "../give_signal.ts";
import { OperatorError } from "../operator_error.ts";
import type { Cell, Output } from "../output.ts";

const addressForm = object({
  address: argument(string({ metavar: "ADDRESS" }), {
    description: message`IPv4 or IPv6 address`,
  }),
  measure: withDefault(
    option("--measure", choice(["block", "steer", "throttle", "caution"]), {
      description: message`How strongly`,
    }),
    "block" as const,
  ),
  service: optional(
    option("--service", string({ metavar: "SERVICE" }), {
      description: message`Only towards this service of ours, such as tcp/22`,
    }),
  ),
  to: optional(
    option("--to", string({ metavar: "MEMBER" }), {
      description: message`With steer: to the decoys of this member`,
    }),
  ),
  rehearse: withDefault(
    flag("--rehearse", {
      description:
        message`Show which current connections it would cut and change nothing`,
    }),
    false,
  ),
});

export const contain = defineCommand(
  "contain",
  object({
    time: optional(
      option("--for", string({ metavar: "TIME" }), {
        description:
          message`How long, at most 4h; 10m if not said, 2m for --freeze`,
      }),
    ),
    dryRun: withDefault(
      flag("--dry-run", {
        description: message`Print the exact ruleset and change nothing`,
      }),
      false,
    ),
    mesh: withDefault(
      flag("--mesh", {
        description:
          message`On every member, by the operator's key; for an address or --quarantine`,
      }),
      false,
    ),
    passphraseFile: passphraseOption,
    what: or(addressForm, map(containForms, (wish) => ({ wish }))),
  }),
  {
    brief:
      message`Contain an address, or something of this host, for some time`,
    examples: [
      "stealthmesh contain 192.0.2.7",
      "stealthmesh contain 192.0.2.7 --for 1h --measure throttle",
      "stealthmesh contain 192.0.2.7 --service tcp/22",
      "stealthmesh contain 192.0.2.7 --measure steer --to till-3",
      "stealthmesh contain 192.0.2.7 --rehearse",
      "stealthmesh contain 192.0.2.7 --dry-run",
      "stealthmesh contain --pid 4711 --freeze --for 2m",
      "stealthmesh contain --pid 4711 --isolate",
      "stealthmesh contain --interface eth0 --rate 1mbit --for 10m",
      "stealthmesh contain --quarantine till-3 --for 1h",
      "stealthmesh contain 192.0.2.7 --for 1h --mesh",
    ],
  },
  async ({ time: asked, dryRun, what, mesh, passphraseFile }, invocation) => {
    if (mesh) {
      const { giveSignal } = await import("../give_signal.ts");
      const request = await meshRequest(what, asked ?? "10m");
      return await giveSignal(request, { passphraseFile, dryRun }, invocation);
    }
    if ("wish" in what) {
      const usual = what.wish.kind === "freeze" ? "2m" : "10m";
      const how = { time: asked ?? usual, dryRun };
      return await containHost(what.wish, how, invocation);
    }
    const options = { ...what, time: asked ?? "10m" };
    const { askAgent } = await import("../ask_agent.ts");
    const { parseAddress, leaseMsMax, subjectText } = await import(
      "../../defense/mod.ts"
    );
    const { formatDuration, parseDuration } = await import("../duration.ts");
    const address = parseAddress(options.address);
    const forMs = parseDuration(options.time);
    if (forMs > leaseMsMax) {
      throw new SyntaxError(
        `Cannot contain for ${options.time}: expected at most ${
          formatDuration(leaseMsMax)
        }`,
      );
    }
    const { measure, rehearse, to } = options;
    const service = await serviceNamed(options.service, measure);
    if (to !== undefined && measure !== "steer") {
      throw new SyntaxError(
        "Cannot use --to without --measure steer: nothing else leads anywhere",
      );
    }
    const ask = () =>
      askAgent(
        invocation,
        (agent) =>
          agent.post<ContainAnswer>("/v1/contain", {
            address,
            measure,
            ...(service && { service }),
            forMs,
            dryRun,
            rehearse,
            ...(to !== undefined && { to }),
          }),
      );
    const answer = dryRun
      ? await ask().catch((error) =>
        withoutAgent(error, { subject: address, measure, service, forMs })
      )
      : await ask();
    const { output } = invocation;
    const { outcome, rehearsal, ruleset } = answer;
    if (output.json) output.record(answer);
    else if (rehearsal) printRehearsal(rehearsal, output);
    else if (ruleset !== undefined) output.lines(ruleset.trimEnd());
    if (outcome === undefined) {
      output.note("Nothing was changed");
    } else if (outcome.applied) {
      const { subject } = outcome.lease;
      const where = options.service ? ` on ${options.service}` : "";
      output.note(
        `${measure} against ${subjectText(subject)}${where}${
          answer.steeredTo === undefined ? "" : ` to ${answer.steeredTo}`
        } for ${options.time}`,
        "good",
      );
    } else {
      const { refusal } = outcome;
      throw new OperatorError("failed", refusedText(address, refusal), [
        refusal.code === "observe"
          ? "Let it act: stealthmesh config set mode enforce"
          : refusal.code === "never_block"
          ? "See what is never contained: stealthmesh status"
          : "See what this host lacks: stealthmesh doctor",
      ]);
    }
  },
);

/** What `--mesh` says to every member. */
async function meshRequest(
  what: InferValue<typeof addressForm> | { readonly wish: HostWish },
  time: string,
): Promise<SignalRequest> {
  const { parseAddress, signalMsMax } = await import("../../defense/mod.ts");
  const { formatDuration, parseDuration } = await import("../duration.ts");
  const forMs = parseDuration(time);
  const longestMs = signalMsMax.contain;
  if (forMs > longestMs) {
    throw new SyntaxError(
      `Cannot contain for ${time}: expected at most ${
        formatDuration(longestMs)
      }`,
    );
  }
  if ("wish" in what) {
    const { wish } = what;
    if (wish.kind === "quarantine" && wish.member !== "self") {
      return { what: "quarantine", member: wish.member, forMs };
    }
    throw new SyntaxError(
      "Cannot say that to the mesh: expected an address, or --quarantine with a member's name",
    );
  }
  if (what.service !== undefined || what.rehearse) {
    throw new SyntaxError(
      "Cannot say that to the mesh: --service and --rehearse are for this host",
    );
  }
  const { measure } = what;
  const address = parseAddress(what.address);
  return { what: "contain", address, measure, forMs };
}

async function serviceNamed(
  text: string | undefined,
  measure: Measure,
): Promise<Service | undefined> {
  if (text === undefined) return undefined;
  const { readService } = await import("../../defense/mod.ts");
  const service = readService(text);
  if (service === undefined) {
    throw new SyntaxError(
      `Cannot read service "${text}": expected a port, tcp/PORT or udp/PORT`,
    );
  }
  if (measure === "caution") {
    throw new SyntaxError(
      "Cannot use caution on a service: it hides only what is not served",
    );
  }
  if (measure === "steer") {
    throw new SyntaxError(
      "Cannot steer from one service: decoys stand for the whole host",
    );
  }
  return service;
}

function printRehearsal(
  { cut, kept, more }: Rehearsal,
  output: Output,
): void {
  const rows = [
    ...cut.map((each) => ({ each, verdict: "cut" })),
    ...kept.map((each) => ({ each, verdict: "goes on" })),
  ];
  if (rows.length === 0) {
    output.text("no open connections of that address");
    return;
  }
  output.table(
    ["what", "opened by", "towards", "program"],
    rows.map(({ each, verdict }): Cell[] => [
      { text: verdict, tone: verdict === "cut" ? "bad" : "good" },
      `${each.from} ${each.fromPort}`,
      `${each.to} ${each.protocol}/${each.toPort}`,
      each.program ?? "",
    ]),
  );
  if (more > 0) output.text(`and ${more} more`);
}

/**
 * The ruleset as far as it can be told without an agent, which alone knows
 * every protected address.
 */
async function withoutAgent(
  error: unknown,
  { subject, measure, service, forMs }: {
    readonly subject: Address;
    readonly measure: Measure;
    readonly service: Service | undefined;
    readonly forMs: number;
  },
): Promise<ContainAnswer> {
  const unreachable = error instanceof OperatorError &&
    error.code !== "failed" && error.code !== "wrong_usage";
  if (!unreachable) throw error;
  const { renderDryRun } = await import("../../defense/mod.ts");
  const wallMs = Date.now();
  const lease: Lease = {
    subject,
    measure,
    ...(service && { service }),
    untilMs: wallMs + forMs,
    cause: "operator",
  };
  return { lease, ruleset: renderDryRun([lease], [], wallMs) };
}

function refusedText(
  address: string,
  refusal: Extract<
    NonNullable<ContainAnswer["outcome"]>,
    { applied: false }
  >["refusal"],
): string {
  const attempt = `Cannot contain ${address}`;
  switch (refusal.code) {
    case "never_block":
      return `${attempt}: it is never contained (${refusal.matched})`;
    case "observe":
      return `${attempt}: the agent only observes`;
    case "full":
      return `${attempt}: the table of measures is full`;
    case "invalid":
    case "firewall":
      return `${attempt}: ${refusal.detail}`;
  }
}
