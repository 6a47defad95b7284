/**
 * Signals as bytes: one deterministic CBOR array (RFC 8949 §4.2.1), which the
 * operator signs behind a domain of its own.
 *
 * | element | meaning |
 * | --- | --- |
 * | 0 | version, 1 |
 * | 1 | issued, milliseconds since 1970 |
 * | 2 | end of the effect, milliseconds |
 * | 3 | no longer believed from, milliseconds |
 * | 4 | who asked, text ≤ 32 |
 * | 5 | kind, 0–9: contain, release, quarantine, readmit, caution, stand_down, never, cancel, trial, keep |
 * | 6… | contain: subject, measure 0–3; release: subject or null; quarantine, readmit: node id, 32 bytes; never: network, text; cancel: id, 16 bytes; trial, keep: changes, members (`setting_order.ts`) |
 *
 * The id of a signal is the first half of the SHA-256 of these bytes, so a copy
 * is known as one before its signature is looked at. Every mesh has an operator's
 * key of its own, so no mesh is named. A usual signal is 40 to 80 bytes, and its
 * signature 64; a member that does not know a kind ignores the signal.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeCbor, encodeCbor, type NodeId } from "../mesh/mod.ts";
import { addressBytes, readSubject } from "./alert_codec.ts";
import { type Measure, measures } from "./lease.ts";
import {
  believedMsMax,
  type Signal,
  type SignalKind,
  signalMsMax,
  type SignalOrder,
} from "./signal.ts";
import { readSettings, writeSettings } from "./setting_order.ts";
import { readSparedNetwork } from "./spared_network.ts";

const version = 1;
const kinds: readonly SignalKind[] = [
  "contain",
  "release",
  "quarantine",
  "readmit",
  "caution",
  "stand_down",
  "never",
  "cancel",
  "trial",
  "keep",
];
/**
 * Longest statement that is looked at. The longest that is written orders
 * settings, and has 2.8 kB; every other has at most 190 bytes.
 */
const statementBytesMax = 4_096;
const idBytes = 16;
const nodeBytes = 32;
/** As a dashboard names its users; see its `operator_act.ts`. */
const byPattern = /^(?:|\(link\)|[a-z0-9][a-z0-9._-]{0,31})$/;
/** Before this no agent existed. */
const issuedMsMin = Date.UTC(2020, 0, 1);
/** Last moment a `Date` can show (ECMA-262 §21.4.1.1). */
const wallMsMax = 8_640_000_000_000_000;

/** Whether a statement can carry this name of who asked. */
export function isSignalAuthor(by: string): boolean {
  return byPattern.test(by);
}

/** Writes a signal. The same signal always gives the same bytes. */
export function encodeSignal(
  { issuedMs, untilMs, expiresMs, by, order }: Omit<Signal, "id">,
): Uint8Array {
  return encodeCbor([
    version,
    issuedMs,
    untilMs,
    expiresMs,
    by,
    kinds.indexOf(order.what),
    ...argumentsOf(order),
  ]);
}

/** The id of a statement: 32 hex characters. */
export function signalIdOf(statement: Uint8Array): string {
  return sha256(statement).subarray(0, idBytes).toHex();
}

/** What the operator signs: the statement, under a domain of its own. */
export function signalBytes(statement: Uint8Array): Uint8Array {
  return encodeCbor(["stealthmesh signal", statement]);
}

/**
 * Reads a statement.
 *
 * @returns `undefined` when it is damaged, out of bounds or of another version.
 */
export function decodeSignal(statement: Uint8Array): Signal | undefined {
  if (statement.length > statementBytesMax) return undefined;
  const fields = decodeCbor(statement);
  if (!Array.isArray(fields)) return undefined;
  const [itsVersion, issuedMs, untilMs, expiresMs, by, kind, ...rest] =
    fields as unknown[];
  if (itsVersion !== version) return undefined;
  if (!isTime(issuedMs) || !isTime(untilMs) || !isTime(expiresMs)) {
    return undefined;
  }
  if (typeof by !== "string" || !byPattern.test(by)) return undefined;
  const what = typeof kind === "number" ? kinds[kind] : undefined;
  const order = what && readOrder(what, rest);
  if (order === undefined) return undefined;
  const lastsMs = untilMs - issuedMs;
  if (lastsMs < 0 || lastsMs > signalMsMax[order.what]) return undefined;
  if (expiresMs < untilMs || expiresMs - issuedMs > believedMsMax) {
    return undefined;
  }
  const id = signalIdOf(statement);
  return { id, issuedMs, untilMs, expiresMs, by, order };
}

function argumentsOf(order: SignalOrder) {
  switch (order.what) {
    case "contain":
      return [addressBytes(order.subject), measures.indexOf(order.measure)];
    case "release":
      return [order.subject === "all" ? null : addressBytes(order.subject)];
    case "quarantine":
    case "readmit":
      return [Uint8Array.fromHex(order.member)];
    case "caution":
    case "stand_down":
      return [];
    case "never":
      return [order.network];
    case "trial":
    case "keep":
      return writeSettings(order);
    case "cancel":
      return [Uint8Array.fromHex(order.id)];
  }
}

function readOrder(
  what: SignalKind,
  [first, second, ...more]: readonly unknown[],
): SignalOrder | undefined {
  const given = more.length > 0
    ? 3
    : second !== undefined
    ? 2
    : Number(first !== undefined);
  switch (what) {
    case "contain": {
      const subject = readSubject(first);
      const measure: Measure | undefined = measures[Number(second)];
      if (given !== 2 || typeof second !== "number") return undefined;
      return subject && measure && { what, subject, measure };
    }
    case "release": {
      const subject = first === null ? "all" : readSubject(first);
      return given === 1 && subject ? { what, subject } : undefined;
    }
    case "quarantine":
    case "readmit":
      return given === 1 && isBytes(first, nodeBytes)
        ? { what, member: first.toHex() as NodeId }
        : undefined;
    case "caution":
    case "stand_down":
      return given === 0 ? { what } : undefined;
    case "never": {
      if (given !== 1 || typeof first !== "string") return undefined;
      // Only the canonical spelling, or one network would have two slots.
      return readSparedNetwork(first) === first
        ? { what, network: first }
        : undefined;
    }
    case "trial":
    case "keep": {
      const settings = given === 2 ? readSettings(first, second) : undefined;
      return settings && { what, ...settings };
    }
    case "cancel":
      return given === 1 && isBytes(first, idBytes)
        ? { what, id: first.toHex() }
        : undefined;
  }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= issuedMsMin &&
    (value as number) <= wallMsMax;
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}
