/**
 * What is worth telling people who do not look at the dashboard: an alert of
 * this host, one of another member, a measure that the network agreed on, a word
 * of the operator to all machines, a drill.
 *
 * Bounds: texts of an event are cut at `textMax` and have no control characters
 * and no marks that change the direction of writing, because they come from
 * attackers and end on terminals and in other people's logs.
 *
 * @module
 */
import type { EventRecord } from "../api/agent_desk.ts";

/** Characters of one text. Our choice: a syslog line has room for a few. */
const textMax = 256;

/** One thing to tell. */
export interface Notice {
  /** The same in every attempt, so that a receiver can drop doubles. */
  readonly id: string;
  /** Number of the event in the host's journal, 0 for a test. */
  readonly seq: number;
  /** What it is. */
  readonly kind: "alert" | "measure" | "signal" | "exercise" | "test";
  /** Wall clock milliseconds when the agent wrote it down. */
  readonly atMs: number;
  /** Name of the host whose agent says so. */
  readonly host: string;
  /** Address it is about; empty for none. */
  readonly subject: string;
  /** One sentence. */
  readonly title: string;
  /** `technique`, `evidence`, `scenario`, `measure`, `node`, where known. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Which details of an event are told. */
const told = [
  "technique",
  "evidence",
  "scenario",
  "measure",
  "service",
  "signal",
  "by",
];

/**
 * What an event of the journal is worth.
 *
 * @returns `undefined` for what needs nobody's eye.
 */
export function noticeOf(
  event: EventRecord,
  host: string,
): Notice | undefined {
  const { stage, what, detail, node } = event;
  const kind = stage === "agreed"
    ? "measure"
    // Written down again so that the journal does not forget it: told already.
    : stage === "operator" && what === "signal" && detail["again"] !== true
    ? "signal"
    // What this host claims it has seen, and told already.
    : (what === "alert" && detail["dismissed"] !== true) ||
        (what === "claim" && node !== "")
    ? "alert"
    : what === "drill"
    ? "exercise"
    : undefined;
  if (kind === undefined) return undefined;
  const facts = Object.fromEntries(
    told.flatMap((name): [string, string][] => {
      const value = detail[name];
      if (value === undefined || value === null) return [];
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [[name, plainText(text)]];
    }),
  );
  const subject = plainText(event.subject);
  return {
    // A journal may begin anew; its numbers then come again, its times do not.
    id: `${plainText(host)}-${event.seq}-${event.atMs.toString(36)}`,
    seq: event.seq,
    kind,
    atMs: event.atMs,
    host: plainText(host),
    subject,
    title: titleOf(kind, subject, facts, detail, what),
    facts: { ...facts, ...(node !== "" && { node: plainText(node) }) },
  };
}

/** A notice that says nothing but that it arrives. */
export function testNotice(host: string, wallMs: number): Notice {
  const name = plainText(host);
  return {
    id: `${name}-test-${wallMs.toString(36)}`,
    seq: 0,
    kind: "test",
    atMs: wallMs,
    host: name,
    subject: "",
    title: `Test of StealthMesh on ${name}: this arrives`,
    facts: {},
  };
}

function titleOf(
  kind: "alert" | "measure" | "signal" | "exercise",
  subject: string,
  facts: Readonly<Record<string, string>>,
  detail: EventRecord["detail"],
  what: string,
): string {
  if (kind === "measure") {
    const measure = facts["measure"] ?? what;
    return `The network agreed on ${measure} against ${subject}`;
  }
  if (kind === "signal") {
    const signal = (facts["signal"] ?? "").replace("_", " ");
    const whom = detail["scope"] === "host" ? "this machine" : "all machines";
    const who = facts["by"] || "somebody at the command line";
    const about = subject === "" ? "" : ` ${subject}`;
    return `Said to ${whom} by ${who}: ${signal}${about}`;
  }
  if (kind === "exercise") {
    return `EXERCISE, nobody attacks: a drill about ${subject}`;
  }
  const { summary } = detail;
  const words = typeof summary === "string" ? plainText(summary) : "";
  return words === ""
    ? `${subject}: ${facts["scenario"] ?? facts["technique"] ?? "attack"}`
    : `${subject}: ${words}`;
}

function plainText(text: string): string {
  return text.slice(0, textMax).replace(/[\p{C}\u2028\u2029]/gu, "");
}
