/**
 * From what a detector found to an alert: who is named, how far the evidence
 * reaches, what is asked for, and the words for people.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Alert, EvidenceClass } from "../alert.ts";
import type { Observation } from "../observation.ts";
import type { Findings } from "./evidence.ts";
import type { Participant } from "./participant.ts";
import type { Scenario } from "./scenario.ts";
import { spanText } from "./span_text.ts";

/** An alert about one subject, set off by `observation`. */
export function alertOf(
  scenario: Scenario,
  observation: Observation,
  findings: Findings,
  subject: Address,
): Alert {
  const evidence: EvidenceClass = findings.handshake ? scenario.evidence : "E0";
  return {
    atMs: observation.atMs,
    technique: scenario.technique,
    scenario: scenario.name,
    subject: { address: subject },
    ...(findings.service !== undefined && { serviceName: findings.service }),
    evidence,
    score: findings.score,
    observations: findings.count,
    measure: findings.handshake
      ? scenario.measure
      : scenario.unproven ?? scenario.measure,
    summary: summaryOf(scenario, {
      subject,
      count: findings.count,
      spanMs: findings.spanMs,
      service: "service" in observation ? observation.service : "",
      user: "user" in observation ? observation.user ?? "" : "",
    }),
  };
}

/** Alerts about those who take part in a campaign. */
export function campaignAlerts(
  scenario: Scenario,
  participants: readonly Participant[],
  atMs: number,
): Alert[] {
  return participants.map((
    { source, service, tries, spanMs, score, evident, told },
  ) => ({
    atMs,
    technique: scenario.technique,
    scenario: scenario.name,
    subject: { address: source },
    serviceName: service,
    // A vote is first-hand: what rests on others' words is none.
    evidence: told ? "E0" : scenario.evidence,
    score,
    observations: tries,
    // Who may be a person who gave up is only slowed down, and words never block.
    measure: (told || !evident) && scenario.measure === "block"
      ? "throttle"
      : scenario.measure,
    summary: summaryOf(scenario, {
      subject: source,
      count: tries,
      spanMs,
      service,
      user: "",
    }),
  }));
}

/** What a summary can tell. */
interface SummaryFacts {
  readonly subject: string;
  readonly count: number;
  readonly spanMs: number;
  readonly service: string;
  readonly user: string;
}

function summaryOf({ summary }: Scenario, facts: SummaryFacts): string {
  let text = "";
  // Every second piece is a name that stood in braces.
  piecesOf(summary).forEach((piece, index) => {
    text += index % 2 === 0 ? piece : wordOf(piece, facts);
  });
  return text;
}

/** The last template: an attack makes many alerts of one scenario. */
let lastTemplate = "";
let lastPieces: readonly string[] = [];

function piecesOf(template: string): readonly string[] {
  if (template !== lastTemplate) {
    lastTemplate = template;
    lastPieces = template.split(/\{(\w+)\}/);
  }
  return lastPieces;
}

function wordOf(name: string, facts: SummaryFacts): string {
  switch (name) {
    case "subject":
      return facts.subject;
    case "count":
      return String(facts.count);
    case "span":
      return spanText(facts.spanMs);
    case "service":
      return facts.service;
    case "user":
      return facts.user;
    default:
      return `{${name}}`;
  }
}
