/**
 * Signals as the API gives them: names become members, the agent writes the
 * draft, the operator's key of this host signs it. On a host without the key the
 * answer is the command to type where it is.
 *
 * @module
 */
import {
  type SignalAnswer,
  type SignalCall,
  signalCommand,
  type SignalDesk,
  type SignalRefused,
  type SignalRequest,
  type SignalsView,
} from "../dashboard/mod.ts";
import {
  type Agent,
  encodeSignal,
  type OrderedChange,
  readSparedNetwork,
  type RunningAgent,
  type SealedSignal,
  signalBytes,
  signalIdOf,
  type SignalOrder,
  type SignalScope,
  type SignalView,
} from "../defense/mod.ts";
import type { MemberView, NodeId } from "../mesh/mod.ts";
import { memberNamed } from "./member_named.ts";
import type { NotSigned, OperatorSeal } from "./operator_seal.ts";

/** What it leans on. */
export interface SignalDeskParts {
  readonly agent: Pick<
    Agent,
    "draftSignal" | "signals" | "subjectOf" | "alertness"
  >;
  readonly running: Pick<RunningAgent, "signal">;
  readonly seal: Pick<OperatorSeal, "sign" | "state" | "refusal">;
  readonly members: () => readonly MemberView[];
  readonly wallMs: () => number;
}

/** Builds it. */
export function signalDesk(parts: SignalDeskParts): SignalDesk {
  const { agent, seal, wallMs } = parts;
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: each draft must be later than the signal before. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    async signals(): Promise<SignalsView> {
      return {
        alertness: agent.alertness,
        signals: agent.signals(wallMs()),
        operatorKey: await seal.state(),
      };
    },
    async giveSignal(request, call) {
      const order = orderOf(request, parts);
      if ("refused" in order) return order;
      const forMs = "forMs" in request ? request.forMs : 0;
      const scope = request.what === "never" ? request.scope : "mesh";
      const command = signalCommand(request);
      const word = { order, forMs, scope, command };
      return await inTurn(() => give(word, call, parts));
    },
    async cancelSignal(id, call) {
      const target = agent.signals(wallMs()).find((each) => each.id === id);
      if (!target?.active) {
        const refused = "no signal of this id is in force";
        return { kind: "not_found", refused, nextStep: "" };
      }
      const { scope } = target;
      const order = { what: "cancel", id } as const;
      const command = `stealthmesh signal cancel ${id.slice(0, 12)}`;
      const word = { order, forMs: 0, scope, command };
      return await inTurn(() => give(word, call, parts));
    },
  };
}

/** What is to be said. */
interface Word {
  readonly order: SignalOrder;
  readonly forMs: number;
  readonly scope: SignalScope;
  /** What says the same on the command line. */
  readonly command: string;
}

async function give(
  { order, forMs, scope, command }: Word,
  { passphrase, dryRun, by }: SignalCall,
  { agent, running, seal, wallMs }: SignalDeskParts,
): Promise<SignalAnswer | SignalRefused> {
  const draft = agent.draftSignal({ order, forMs, by, scope }, wallMs());
  if ("refused" in draft) {
    return { kind: "refused", refused: draft.refused, nextStep: "" };
  }
  const statement = encodeSignal(draft);
  let sealed: SealedSignal = { statement };
  if (scope === "mesh") {
    const bytes = signalBytes(statement);
    const signed = dryRun
      ? await seal.refusal()
      : await seal.sign(bytes, passphrase);
    if (signed && "refused" in signed) return elsewhere(signed, command);
    if (signed) sealed = { statement, signature: signed };
  }
  const signal: SignalView = {
    id: signalIdOf(statement),
    ...draft,
    scope,
    active: draft.untilMs > draft.issuedMs,
  };
  if (dryRun) return { signal, dryRun };
  const outcomes = await running.signal(sealed);
  const about = order.what === "contain"
    ? agent.subjectOf(order.subject)
    : undefined;
  const outcome = outcomes.find(({ lease }) => lease.subject === about);
  return { signal, ...(outcome && { outcome }), dryRun };
}

/** Where it can be said. */
function elsewhere(
  { kind, refused, sealed }: NotSigned,
  command: string,
): SignalRefused {
  const where = sealed
    ? "on this host"
    : "on the host that holds the operator's key (usually the one that founded the mesh)";
  return { kind, refused, nextStep: `${where}: ${command}` };
}

/** A body may name a value and give none; what is signed may not. */
function withoutNothing(
  { name, action, value }: OrderedChange,
): OrderedChange {
  return { name, action, ...(value !== undefined && { value }) };
}

/** Ids in the order in which they are signed. */
function membersNamed(
  names: readonly string[] | "all",
  members: readonly MemberView[],
): { readonly members: readonly NodeId[] | "all" } | SignalRefused {
  if (names === "all") return { members: names };
  const ids = new Set<NodeId>();
  for (const each of names) {
    const meant = memberNamed(each, members);
    if ("refused" in meant) {
      return { kind: "malformed", refused: meant.refused, nextStep: "" };
    }
    ids.add(meant.node);
  }
  return { members: [...ids].sort() };
}

function orderOf(
  request: SignalRequest,
  { agent, members }: SignalDeskParts,
): SignalOrder | SignalRefused {
  const { what } = request;
  switch (what) {
    case "contain": {
      const { address, measure } = request;
      return { what, subject: agent.subjectOf(address), measure };
    }
    case "release": {
      const { address } = request;
      const subject = address === "all" ? address : agent.subjectOf(address);
      return { what, subject };
    }
    case "quarantine":
    case "readmit": {
      const meant = memberNamed(request.member, members());
      return "refused" in meant
        ? { kind: "malformed", refused: meant.refused, nextStep: "" }
        : { what, member: meant.node };
    }
    case "caution":
    case "stand_down":
      return { what };
    case "trial":
    case "keep": {
      const whose = membersNamed(request.machines, members());
      return "refused" in whose ? whose : {
        what,
        changes: request.changes.map(withoutNothing),
        members: whose.members,
      };
    }
    case "never": {
      const network = readSparedNetwork(request.network);
      return network === undefined
        ? {
          kind: "malformed",
          refused:
            `network: expected an address, or a network of at most a /16 (IPv6: /32)`,
          nextStep: "",
        }
        : { what, network };
    }
  }
}
