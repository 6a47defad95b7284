/**
 * What agents tell each other. The mesh signs, numbers and floods these bytes
 * without reading them; here they get their meaning.
 *
 * A payload is one deterministic CBOR array (RFC 8949 §4.2.1):
 *
 * | element | claim | withdraw | release |
 * | --- | --- | --- | --- |
 * | 0 | version, 1 | version, 1 | version, 1 |
 * | 1 | kind, 0 | kind, 1 | kind, 2 |
 * | 2 | subject, 4 or 16 bytes | subject | subject, or null for all |
 * | 3 | milliseconds since 1970 | milliseconds | milliseconds |
 * | 4 | technique, text | | operator's signature, 64 bytes, or null |
 * | 5 | scenario, text ≤ 32 | | |
 * | 6 | evidence class, 0–2 | | |
 * | 7 | score in tenths of a nat | | |
 * | 8 | observations | | |
 *
 * and, lowest in urgency, kind 3, a tally: version, 3, scenario, milliseconds,
 * and the signer's newcomers since its day began (`newcomer_tally.ts`, 132 bytes);
 * some 165 bytes in all; kind 4, a signal of the operator: version, 4, a
 * statement (`signal_codec.ts`), the operator's signature; and kinds 5 and 6,
 * traces: version, kind, subject, milliseconds, and a number (`trace.ts`); at
 * most 32 bytes.
 *
 * Kind 16, a drill (`drilled.ts`): version, 16, subject, milliseconds, 8 bytes
 * that name it. The number leaves room below for what is acted on; an agent
 * that does not know it ignores it, and that is all that is asked.
 *
 * A usual claim is 40 to 60 bytes, the longest 93. Other versions and kinds
 * are for agents yet to come: they are told apart from damage, so that a mixed
 * network can count and ignore them. Whether a claim is fresh, and whether its
 * signer may speak, is `corroboration/`'s question.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { decodeCbor, encodeCbor } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import { readAddress } from "./address.ts";
import type { Alert, EvidenceClass } from "./alert.ts";
import { drillIdBytes, type DrillMessage } from "./drills/drill_message.ts";
import { NewcomerTally } from "./detectors/newcomer_tally.ts";
import { type Trace, traceNumber, traceOf } from "./trace.ts";

/** A first-hand alert, told to everybody. */
export interface ClaimMessage {
  /** Tag of the union. */
  readonly kind: "claim";
  /** Whom it is about. */
  readonly subject: Address;
  /** Wall clock milliseconds of the observation, by the signer's clock. */
  readonly atMs: number;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  /** Lowercase name, at most 32 characters. */
  readonly scenario: string;
  /** How far the evidence reaches. */
  readonly evidence: EvidenceClass;
  /** Nats, to a tenth. */
  readonly score: number;
  /** Observations that led there. */
  readonly observations: number;
}

/** The signer takes back its claim about a subject. */
export interface WithdrawMessage {
  /** Tag of the union. */
  readonly kind: "withdraw";
  /** Whom it is about. */
  readonly subject: Address;
  /** Wall clock milliseconds; claims from before are taken back. */
  readonly atMs: number;
}

/**
 * An operator let go of a subject. Without the operator's signature it is no
 * more than its signer's withdrawal.
 */
export interface ReleaseMessage {
  /** Tag of the union. */
  readonly kind: "release";
  /** Whom it is about. */
  readonly subject: Address | "all";
  /** Wall clock milliseconds; evidence from before is dismissed. */
  readonly atMs: number;
  /** Ed25519, 64 bytes, over {@linkcode releaseBytes}. */
  readonly signature?: Uint8Array;
}

/** What the signer's newcomers did; see `detectors/told_tallies.ts`. */
export interface TallyMessage {
  /** Tag of the union. */
  readonly kind: "tally";
  /** Scenario that counted; lowercase name, at most 32 characters. */
  readonly scenario: string;
  /** Wall clock milliseconds of the telling. */
  readonly atMs: number;
  /** Everything since the signer's day (UTC) began. */
  readonly tally: NewcomerTally;
}

/** The operator speaks to all; whoever holds it may tell it again. */
export interface SignalMessage {
  /** Tag of the union. */
  readonly kind: "signal";
  /** See `signal_codec.ts`. */
  readonly statement: Uint8Array;
  /** Ed25519, 64 bytes, over `signalBytes` of the statement. */
  readonly signature: Uint8Array;
}

/** Everything agents tell each other so far. */
export type AgentMessage =
  | ClaimMessage
  | WithdrawMessage
  | ReleaseMessage
  | TallyMessage
  | DrillMessage
  | SignalMessage
  | Trace;

/** Well-formed, but of a version or kind this agent does not know. */
export interface UnknownMessage {
  /** Tag of the union. */
  readonly kind: "unknown";
}

/** Longest scenario name on the wire, in characters. */
export const scenarioLengthMax = 32;

const version = 1;
const kinds = {
  claim: 0,
  withdraw: 1,
  release: 2,
  tally: 3,
  signal: 4,
  refusals: 5,
  way: 6,
  drill: 16,
} as const;
const classes: readonly EvidenceClass[] = ["E0", "E1", "E2"];
const techniquePattern = /^T\d{4}(?:\.\d{3})?$/;
const scenarioPattern = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const signatureBytes = 64;
/** Scores are kept to a tenth; none of our mechanisms reaches 10,000 nats. */
const tenthsMax = 100_000;
const observationsMax = 1_000_000_000;
/** Last moment a `Date` can show (ECMA-262 §21.4.1.1). */
const atMsMax = 8_640_000_000_000_000;
/** Before this no agent existed; keeps absurd times out of the journal. */
const atMsMin = Date.UTC(2020, 0, 1);
/** Ranges (names of ipaddr.js) that mean another host, or none, elsewhere. */
const localRanges: ReadonlySet<string> = new Set([
  "unspecified",
  "loopback",
  "linkLocal",
  "multicast",
  "broadcast",
]);

/**
 * Whether `address` names the same host on every machine. Claims about
 * loopback, link-local, multicast and unspecified addresses are neither told
 * nor believed.
 */
export function meansTheSameEverywhere(address: Address): boolean {
  return !localRanges.has(ipaddr.parse(address).range());
}

/** The claim that an alert makes, with every field within its bounds. */
export function claimOf(alert: Alert): ClaimMessage {
  return {
    kind: "claim",
    subject: alert.subject.address,
    atMs: clamp(Math.round(alert.atMs), atMsMin, atMsMax),
    technique: techniquePattern.test(alert.technique)
      ? alert.technique
      : "T0000",
    scenario: wireName(alert.scenario),
    evidence: alert.evidence,
    // + 0 turns -0 into 0, which CBOR would spell as a float.
    score: clamp(Math.round(alert.score * 10), -tenthsMax, tenthsMax) / 10 + 0,
    observations: clamp(Math.round(alert.observations), 0, observationsMax),
  };
}

/** Writes a message. The same message always gives the same bytes. */
export function encodeMessage(message: AgentMessage): Uint8Array {
  const head = [version, kinds[message.kind]];
  switch (message.kind) {
    case "claim":
      return encodeCbor([
        ...head,
        addressBytes(message.subject),
        message.atMs,
        message.technique,
        message.scenario,
        classes.indexOf(message.evidence),
        Math.round(message.score * 10) + 0,
        message.observations,
      ]);
    case "withdraw":
      return encodeCbor([
        ...head,
        addressBytes(message.subject),
        message.atMs,
      ]);
    case "release":
      return encodeCbor([
        ...head,
        message.subject === "all" ? null : addressBytes(message.subject),
        message.atMs,
        message.signature ?? null,
      ]);
    case "tally":
      return encodeCbor([
        ...head,
        message.scenario,
        message.atMs,
        message.tally.encode(),
      ]);
    case "drill":
      return encodeCbor([
        ...head,
        addressBytes(message.subject),
        message.atMs,
        Uint8Array.fromHex(message.id),
      ]);
    case "signal":
      return encodeCbor([...head, message.statement, message.signature]);
    case "refusals":
    case "way":
      return encodeCbor([
        ...head,
        addressBytes(message.subject),
        message.atMs,
        traceNumber(message),
      ]);
  }
}

/**
 * Reads what a member published.
 *
 * @returns `undefined` when the bytes are damaged or out of bounds.
 */
export function decodeMessage(
  payload: Uint8Array,
): AgentMessage | UnknownMessage | undefined {
  const fields = decodeCbor(payload);
  if (!Array.isArray(fields)) return undefined;
  const [itsVersion, kind, ...rest] = fields as unknown[];
  if (!isWithin(itsVersion, 1, 0xffff)) return undefined;
  if (!isWithin(kind, 0, 0xffff)) return undefined;
  if (itsVersion !== version) return { kind: "unknown" };
  switch (kind) {
    case kinds.claim:
      return readClaim(rest);
    case kinds.withdraw:
      return readWithdraw(rest);
    case kinds.release:
      return readRelease(rest);
    case kinds.tally:
      return readTally(rest);
    case kinds.drill:
      return readDrill(rest);
    case kinds.signal:
      return readSignal(rest);
    case kinds.refusals:
      return readTrace("refusals", rest);
    case kinds.way:
      return readTrace("way", rest);
    default:
      return { kind: "unknown" };
  }
}

/**
 * What the operator signs to release a subject everywhere: a domain, then the
 * release without its signature. The mesh it is for is added by whoever signs
 * and verifies (see `agent_event.ts`, `OperatorAuthority`).
 */
export function releaseBytes(
  release: Pick<ReleaseMessage, "subject" | "atMs">,
): Uint8Array {
  const { subject, atMs } = release;
  return encodeCbor([
    "stealthmesh release",
    subject === "all" ? null : addressBytes(subject),
    atMs,
  ]);
}

function readClaim(rest: readonly unknown[]): ClaimMessage | undefined {
  if (rest.length !== 7) return undefined;
  const [bytes, atMs, technique, scenario, rank, tenths, observations] = rest;
  const subject = readSubject(bytes);
  const evidence = typeof rank === "number" ? classes[rank] : undefined;
  if (
    subject === undefined || evidence === undefined ||
    !isWithin(atMs, atMsMin, atMsMax) ||
    !isMatch(technique, techniquePattern) ||
    !isMatch(scenario, scenarioPattern) ||
    !isWithin(tenths, -tenthsMax, tenthsMax) ||
    !isWithin(observations, 0, observationsMax)
  ) return undefined;
  const score = tenths / 10;
  return {
    kind: "claim",
    subject,
    atMs,
    technique,
    scenario,
    evidence,
    score,
    observations,
  };
}

function readWithdraw(rest: readonly unknown[]): WithdrawMessage | undefined {
  if (rest.length !== 2) return undefined;
  const [bytes, atMs] = rest;
  const subject = readSubject(bytes);
  if (subject === undefined || !isWithin(atMs, atMsMin, atMsMax)) {
    return undefined;
  }
  return { kind: "withdraw", subject, atMs };
}

function readRelease(rest: readonly unknown[]): ReleaseMessage | undefined {
  if (rest.length !== 3) return undefined;
  const [bytes, atMs, signature] = rest;
  const subject = bytes === null ? "all" : readSubject(bytes);
  if (subject === undefined || !isWithin(atMs, atMsMin, atMsMax)) {
    return undefined;
  }
  if (signature === null) return { kind: "release", subject, atMs };
  if (!(signature instanceof Uint8Array)) return undefined;
  if (signature.length !== signatureBytes) return undefined;
  return { kind: "release", subject, atMs, signature };
}

function readTally(rest: readonly unknown[]): TallyMessage | undefined {
  if (rest.length !== 3) return undefined;
  const [scenario, atMs, bytes] = rest;
  if (
    !isMatch(scenario, scenarioPattern) ||
    !isWithin(atMs, atMsMin, atMsMax) || !(bytes instanceof Uint8Array)
  ) return undefined;
  const tally = NewcomerTally.decode(bytes);
  return tally && { kind: "tally", scenario, atMs, tally };
}

function readTrace(
  kind: Trace["kind"],
  rest: readonly unknown[],
): Trace | undefined {
  if (rest.length !== 3) return undefined;
  const [bytes, atMs, number] = rest;
  const subject = readSubject(bytes);
  return subject && isWithin(atMs, atMsMin, atMsMax)
    ? traceOf(kind, subject, atMs, number)
    : undefined;
}

function readDrill(rest: readonly unknown[]): DrillMessage | undefined {
  if (rest.length !== 3) return undefined;
  const [bytes, atMs, id] = rest;
  const subject = readSubject(bytes);
  if (
    subject === undefined || !isWithin(atMs, atMsMin, atMsMax) ||
    !(id instanceof Uint8Array) || id.length !== drillIdBytes
  ) return undefined;
  return { kind: "drill", subject, atMs, id: id.toHex() };
}

function readSignal(rest: readonly unknown[]): SignalMessage | undefined {
  const [statement, signature] = rest;
  if (
    rest.length !== 2 || !(statement instanceof Uint8Array) ||
    !(signature instanceof Uint8Array) || signature.length !== signatureBytes
  ) return undefined;
  return { kind: "signal", statement, signature };
}

/** An address of a message: 4 or 16 bytes, and the same host everywhere. */
export function readSubject(bytes: unknown): Address | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  const address = readAddress(ipaddr.fromByteArray([...bytes]).toString());
  if (address === undefined || !meansTheSameEverywhere(address)) {
    return undefined;
  }
  // An IPv4 address inside 16 bytes would be a second spelling of one subject.
  return bytes.length === 16 && !address.includes(":") ? undefined : address;
}

/** An address as messages carry it: 4 or 16 bytes. */
export function addressBytes(address: Address): Uint8Array {
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

/** Scenario names come from operators' files; peers take only this alphabet. */
export function wireName(scenario: string): string {
  const plain = scenario.toLowerCase().replace(/[^a-z0-9._-]/g, "-")
    .replace(/^[._-]+/, "").slice(0, scenarioLengthMax);
  return plain === "" ? "unnamed" : plain;
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);
}

function isWithin(
  value: unknown,
  least: number,
  most: number,
): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least &&
    (value as number) <= most;
}

function isMatch(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && value.length <= 64 && pattern.test(value);
}
